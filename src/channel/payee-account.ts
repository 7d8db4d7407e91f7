import { maxWei, type Wei, wei, ZERO_WEI } from '../domain/amount.ts'
import { equalBytes } from '../domain/bytes.ts'
import { ChiralError } from '../domain/errors.ts'
import type { Address, ChannelId } from '../domain/ids.ts'
import type { Release } from '../domain/receipt.ts'
import type { CloseAgreement, Voucher } from '../domain/voucher.ts'
import type { Clock } from '../system/clock.ts'
import type { Connection, Database } from '../system/database.ts'
import type { SigningDomain } from '../system/eip712.ts'
import type { FailPoints } from '../system/fail-points.ts'
import { findChannel, vouchered } from './books.ts'
import type { AgreedEnd } from './channel-state.ts'
import { type ChunkRef, loadDelivery } from './delivery-store.ts'
import { loadPayeePair, loadPool, type PayeeStatus, saveEffects, savePayeePair, statusOf } from './payee-books.ts'
import { type CreditPool, creditOf, OPENING_CHUNKS, type PayeePair } from './payee-state.ts'
import {
  type RequestRejectionCode,
  requestChunk,
  stepPayee,
  takeVoucher,
  type VoucherRejectionCode,
} from './payee-step.ts'
import type { SignedBy } from './signed-by.ts'
import { isCloseSigned, isVoucherSigned } from './voucher.ts'

/** Why a request or a voucher was refused; see `PaymentRejectionCode` in src/in-band/payments.ts. */
export type RefusalCode = VoucherRejectionCode | RequestRejectionCode | 'VOUCHER_INVALID'

interface Refused {
  readonly kind: 'rejected'
  readonly code: RefusalCode
  /** As the books are when it is read: to list what was delivered costs more than to refuse, and most refusals are not told. */
  readonly status: PayeeStatus
}
type PaidRequest = ChunkRef & { readonly price: Wei; readonly voucher?: Voucher | undefined }
export type PayeeCommitResult = { readonly kind: 'committed'; readonly credit: Wei } | Refused
export type PayeePayResult = { readonly kind: 'accepted'; readonly vouchered: Wei; readonly credit: Wei } | Refused

export interface PayeeAccountDependencies {
  readonly database: Database
  readonly domain: SigningDomain
  readonly signedByPayer: SignedBy
  /** Where the payer pays from an escrow: did it sign this receipt? */
  readonly isReceipt?: (voucher: Voucher) => boolean
  /** One call at a time: where the check of a signature takes a while, a later call could take effect before an earlier one. */
  readonly inTurns: boolean
  readonly clock: Clock
  readonly failPoints: FailPoints
  /** Σ(D − V) over all payers stays below. */
  readonly creditCapTotal: Wei
  /** May the chain be split? */
  readonly splitSuspected: () => boolean
  /** Looks at the chain again; called when a voucher is above what is known to be confirmed. Never rejects. */
  readonly refresh: (channelId: ChannelId) => Promise<void>
  readonly closeChannel: (channelId: ChannelId, agreed?: AgreedEnd) => Promise<string | Release>
  readonly onEnded: (payer: Address) => void
}

/** The payee's side of one authenticated pair. */
export class ChannelPayeeAccount {
  readonly payer: Address
  /** Absent: the payer pays by coin transfers. */
  readonly #channelId: ChannelId | undefined
  readonly #deps: PayeeAccountDependencies
  #ended = false
  #opening: Wei | undefined
  /** A look at the chain under way: calls made meanwhile wait for it, so that all take effect in the order they are made. */
  #looking: Promise<void> | undefined
  #lastTurn: Promise<unknown> = Promise.resolve()

  constructor(
    deps: PayeeAccountDependencies,
    session: { readonly payer: Address; readonly channelId?: ChannelId | undefined },
  ) {
    this.#deps = deps
    this.payer = session.payer
    this.#channelId = session.channelId
  }

  status(): PayeeStatus {
    return this.#deps.database.read((connection) => this.#status(connection, loadPayeePair(connection, this.payer)))
  }

  /** V and D are durable when this resolves with `committed`. */
  commit(request: PaidRequest): Promise<PayeeCommitResult> {
    return this.#inTurn(() => this.#commit(request))
  }

  async #commit(request: PaidRequest): Promise<PayeeCommitResult> {
    const { database, failPoints } = this.#deps
    const { voucher, price } = request
    const checked = voucher === undefined ? undefined : this.#check(voucher)
    const wrong = checked instanceof Promise ? await checked : checked
    if (wrong !== undefined) return this.#refuse(wrong)
    if (this.#mustLook(voucher)) await this.#look()

    const result = await database.write((connection): PayeeCommitResult => {
      const before = loadPayeePair(connection, this.payer)
      const paid = this.#take(before, voucher)
      if (typeof paid === 'string') return this.#refuse(paid)
      const outcome = this.#decide(connection, paid, request)
      if (outcome.kind === 'rejection') {
        savePayeePair(connection, before, paid) // the voucher is good, whatever becomes of the request
        return this.#refuse(outcome.code)
      }
      savePayeePair(connection, before, outcome.state)
      saveEffects(connection, this.payer, request, outcome.effects)
      return { kind: 'committed', credit: creditOf(outcome.state, this.#pool(connection), price) }
    })
    if (result.kind === 'committed') failPoints.hit('payee-durable')
    return result
  }

  refusal(request: ChunkRef & { readonly price: Wei }): Refused | undefined {
    return this.#deps.database.read((connection) => {
      const pair = loadPayeePair(connection, this.payer)
      const outcome = this.#decide(connection, pair, request)
      return outcome.kind === 'rejection' ? this.#refuse(outcome.code) : undefined
    })
  }

  pay(voucher: Voucher): Promise<PayeePayResult> {
    return this.#inTurn(() => this.#pay(voucher))
  }

  async #pay(voucher: Voucher): Promise<PayeePayResult> {
    const checked = this.#check(voucher)
    const wrong = checked instanceof Promise ? await checked : checked
    if (wrong !== undefined) return this.#refuse(wrong)
    if (this.#mustLook(voucher)) await this.#look()
    return this.#deps.database.write((connection): PayeePayResult => {
      const before = loadPayeePair(connection, this.payer)
      const paid = this.#take(before, voucher)
      if (typeof paid === 'string') return this.#refuse(paid)
      savePayeePair(connection, before, paid)
      return { kind: 'accepted', vouchered: vouchered(paid), credit: creditOf(paid, this.#pool(connection)) }
    })
  }

  /** @returns the books with the opening credit in them (docs/specs/01-voucher.md §5.3) */
  openCredit(chunkPrice: Wei): PayeeStatus {
    this.#opening = maxWei(this.#opening ?? ZERO_WEI, wei(OPENING_CHUNKS * chunkPrice))
    return this.status()
  }

  async release(chunk: ChunkRef): Promise<void> {
    await this.#takeOut(chunk, 'released')
  }

  /** Whichever stream brought it. False when it is not in D, or stays there by docs/specs/01-voucher.md §5.4. */
  writeOff(chunk: ChunkRef): Promise<boolean> {
    return this.#takeOut(chunk, 'writtenOff')
  }

  /**
   * The transaction that closes the channel, or the release of the allocation.
   * @throws ChiralError `AGREEMENT_INVALID` when the payer did not sign it for this channel: nothing is closed then
   */
  async close(agreement?: CloseAgreement): Promise<string | Release> {
    const channelId = this.#channelId
    if (channelId === undefined)
      throw new ChiralError('CHANNEL_UNKNOWN', `The payer ${this.payer} spoke of no channel: there is none to close.`, {
        details: { payer: this.payer },
      })
    if (agreement !== undefined && !(await this.#isOurs(agreement)))
      throw new ChiralError('AGREEMENT_INVALID', `The payer ${this.payer} did not sign this end of the channel.`, {
        details: { payer: this.payer, channelId },
      })
    return this.#deps.closeChannel(channelId, agreement)
  }

  ended(): void {
    if (this.#ended) return
    this.#ended = true
    this.#deps.onEnded(this.payer)
  }

  /** In one transaction, so that no delivery is taken out twice. */
  #takeOut(chunk: ChunkRef, type: 'released' | 'writtenOff'): Promise<boolean> {
    return this.#deps.database.write((connection) => {
      const delivery = loadDelivery(connection, this.payer, chunk)
      if (delivery === undefined) return false
      const before = loadPayeePair(connection, this.payer)
      const outcome = stepPayee(before, { type, delivery })
      if (outcome.kind === 'rejection') return false
      savePayeePair(connection, before, outcome.state)
      saveEffects(connection, this.payer, chunk, outcome.effects)
      return true
    })
  }

  #decide(connection: Connection, pair: PayeePair, request: PaidRequest): ReturnType<typeof requestChunk> {
    const delivery = loadDelivery(connection, this.payer, request)
    return requestChunk(pair, {
      type: 'request',
      channelId: this.#channelId,
      price: request.price,
      pool: this.#pool(connection),
      at: this.#deps.clock.now(),
      ...(delivery === undefined ? {} : { delivery }),
    })
  }

  /** The pair with the voucher taken, or why not. */
  #take(pair: PayeePair, voucher: Voucher | undefined): PayeePair | RefusalCode {
    if (voucher === undefined) return pair
    const splitSuspected = this.#deps.splitSuspected()
    const outcome = takeVoucher(pair, { type: 'voucher', ...voucher, splitSuspected, at: this.#deps.clock.now() })
    return outcome.kind === 'transition' ? outcome.state : outcome.code
  }

  /** At once for a payer with a key: an `await` would let a later call without a voucher take effect before this one. */
  #check(voucher: Voucher): RefusalCode | undefined | Promise<RefusalCode | undefined> {
    if (voucher.channelId !== this.#channelId) return 'VOUCHER_WRONG_CHANNEL'
    const held = this.#channel()
    const isHeld =
      held?.best === voucher.cumulativeAmount &&
      held.signature !== undefined &&
      equalBytes(held.signature, voucher.signature)
    if (isHeld) return undefined
    const { domain, signedByPayer, isReceipt } = this.#deps
    const signed = isReceipt === undefined ? isVoucherSigned(domain, voucher, signedByPayer) : isReceipt(voucher)
    const judge = (isSigned: boolean): RefusalCode | undefined => (isSigned ? undefined : 'VOUCHER_INVALID')
    return typeof signed === 'boolean' ? judge(signed) : signed.then(judge)
  }

  async #isOurs(agreement: CloseAgreement): Promise<boolean> {
    if (agreement.channelId !== this.#channelId) return false
    return isCloseSigned(this.#deps.domain, agreement, this.#deps.signedByPayer)
  }

  #inTurn<Result>(call: () => Promise<Result>): Promise<Result> {
    if (!this.#deps.inTurns) return call()
    const turn = this.#lastTurn.then(call)
    this.#lastTurn = turn.catch(() => undefined)
    return turn
  }

  #mustLook(voucher: Voucher | undefined): boolean {
    if (this.#looking !== undefined) return true
    if (voucher === undefined) return false
    const channel = this.#channel()
    return channel !== undefined && (channel.phase === 'opening' || voucher.cumulativeAmount > channel.confirmed)
  }

  #look(): Promise<void> {
    const channelId = this.#channelId
    if (channelId === undefined) return Promise.resolve()
    this.#looking ??= this.#deps.refresh(channelId).finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }

  #channel(): ReturnType<typeof findChannel> {
    const channelId = this.#channelId
    if (channelId === undefined) return undefined
    return this.#deps.database.read((connection) => findChannel(loadPayeePair(connection, this.payer), channelId))
  }

  #refuse(code: RefusalCode): Refused {
    const read = (): PayeeStatus => this.status()
    return {
      kind: 'rejected',
      code,
      get status() {
        return read()
      },
    }
  }

  #status(connection: Connection, pair: PayeePair): PayeeStatus {
    return statusOf(connection, pair, this.#channelId, this.#pool(connection))
  }

  #pool(connection: Connection): CreditPool {
    const { creditCapTotal: cap, splitSuspected } = this.#deps
    return { ...loadPool(connection, { cap, splitSuspected: splitSuspected() }), opening: this.#opening }
  }
}
