import { maxWei, type Wei, ZERO_WEI } from '../domain/amount.ts'
import type { Voucher } from '../domain/voucher.ts'
import { mismatch, notAllowed, refusedError } from '../in-band/errors.ts'
import { payAhead } from '../in-band/pay-ahead.ts'
import type { PayLoop } from '../in-band/pay-loop.ts'
import type { Authorization, PayerAccount } from '../in-band/payments.ts'
import { type NextPayment, nextPayment } from './next-payment.ts'
import { MAX_DUES_IN_A_ROW } from './protocol.ts'
import type { Due, PayerSession } from './session.ts'

export interface DuesOptions {
  readonly account: PayerAccount
  readonly session: PayerSession
  readonly payLoop: PayLoop
  /** Submits a voucher; resolves when it is acknowledged. */
  readonly pay: (voucher: Voucher) => Promise<void>
  /** What is asked for cannot be had. */
  readonly onRefused: (error: Error) => void
  /** A payment that the payee did not wait for failed. */
  readonly onFailure: (error: unknown) => void
}

/** Pays what the payee says is due, and while there is little credit what it would say next, as far as the account signs. SPEC 07 §6.3 */
export class Dues {
  readonly #options: DuesOptions
  #settling = false
  #again = false
  /** V as the vouchers raise it that left before they were called for. */
  #promised = ZERO_WEI

  constructor(options: DuesOptions) {
    this.#options = options
  }

  /** Something is due or was asked for, or something changed that may let it be paid. */
  settle(): void {
    this.#again = true
    if (this.#settling) return
    this.#settling = true
    void this.#run().finally(() => {
      this.#settling = false
    })
  }

  /** For a chunk that is to be sold once more, without credit. */
  payAhead(price: Wei): Promise<void> {
    const { account, session, pay, payLoop } = this.#options
    return payAhead(price, {
      account,
      status: session.status,
      deciding: (decision) => session.intake.uncovered.cover(decision, ({ kind }) => kind === 'voucher'),
      pay: (voucher) => pay(voucher).then(() => payLoop.confirm(voucher)),
      settle: () => payLoop.settle(),
    })
  }

  async #run(): Promise<void> {
    while (this.#again) {
      this.#again = false
      const { due } = this.#options.session
      if (due === undefined) {
        await this.#payAhead().catch(this.#options.onFailure)
        continue
      }
      try {
        await this.#answer(due)
      } catch (error) {
        this.#options.onRefused(error instanceof Error ? error : mismatch(due.status))
      }
    }
  }

  async #payAhead(): Promise<void> {
    const { session, pay, payLoop, onFailure } = this.#options
    const next = nextPayment(session.status, this.#promised, session.requested)
    if (next === undefined) return
    const decision = await this.#authorize(next)
    if (decision.kind !== 'voucher') return // if it is refused, the payee's PAYMENT_DUE brings that out
    const { voucher } = decision
    this.#promised = maxWei(this.#promised, next.required)
    pay(voucher).then(() => payLoop.confirm(voucher), onFailure)
  }

  async #answer(due: Due): Promise<void> {
    const { session, payLoop, pay, onRefused } = this.#options
    // No voucher on this deposit covers it, perhaps because some of what came has not verified yet.
    if (due.code !== 'VOUCHER_TOO_LOW' && session.mayImprove) return
    if (session.duesInARow > MAX_DUES_IN_A_ROW) return onRefused(mismatch(due.status))
    const decision = await this.#authorize(due)
    if (session.due !== due) {
      this.#again = true // meanwhile it was paid, taken back, or told anew; a voucher that was signed leaves with the next
      return
    }
    switch (decision.kind) {
      case 'refused':
        onRefused(notAllowed(decision.code))
        return
      case 'wait':
        await this.#waitForMore(due)
        return
      case 'covered':
      case 'voucher': {
        if (due.code !== 'VOUCHER_TOO_LOW' && due.required <= due.status.vouchered)
          return onRefused(refusedError({ code: due.code, status: due.status })) // what it takes is not a voucher
        if (decision.kind === 'covered' && session.isPaying) {
          session.answered(due) // it crossed the voucher: if that does not suffice, the payee says so again
          return
        }
        const voucher = decision.kind === 'voucher' ? decision.voucher : await this.#highest()
        if (voucher === undefined) return onRefused(mismatch(due.status))
        session.answered(due)
        this.#promised = maxWei(this.#promised, due.required)
        pay(voucher).then(
          () => payLoop.confirm(voucher),
          (error: unknown) => onRefused(error instanceof Error ? error : mismatch(due.status)),
        )
        return
      }
    }
  }

  #authorize({ price, required }: NextPayment): Promise<Authorization> {
    const { account, session } = this.#options
    return session.intake.uncovered.cover(account.authorize({ price, required }), ({ kind }) => kind === 'voucher')
  }

  /** SPEC 07 §6.3: "A payer that may not sign, and has nothing left to verify, MUST fail its requests (`ACCOUNT_MISMATCH`)". */
  async #waitForMore(due: Due): Promise<void> {
    const { session, payLoop, onRefused } = this.#options
    if (session.mayImprove) return
    const paid = await payLoop.payOnce()
    if (!paid && session.due === due && !session.mayImprove) onRefused(mismatch(due.status))
  }

  /** What was just read may not be on disk yet: `settle` is a durable write after it. */
  async #highest(): Promise<Voucher | undefined> {
    const { account } = this.#options
    const highest = account.highest()
    return (await account.settle()) ?? highest
  }
}
