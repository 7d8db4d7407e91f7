import { findChannel, vouchered, voucheredElsewhere } from '../../src/channel/books.ts'
import {
  atRisk,
  type CreditPool,
  creditOf,
  type Delivery,
  newPayeePair,
  type PayeePair,
} from '../../src/channel/payee-state.ts'
import { type PayeeEvent, type PayeeOutcome, stepPayee } from '../../src/channel/payee-step.ts'
import {
  fairEnd,
  newPayerPair,
  type PayerPair,
  speakingChannel,
  spendingChannel,
} from '../../src/channel/payer-state.ts'
import { type PayerEvent, type PayerOutcome, stepPayer } from '../../src/channel/payer-step.ts'
import { maxWei, type Wei, wei, ZERO_WEI } from '../../src/domain/amount.ts'
import { type ChannelId, parseChannelId } from '../../src/domain/ids.ts'
import {
  ALLOCATION,
  ended,
  type Message,
  type ModelVoucher,
  PAYEE,
  PAYER,
  PLENTY,
  POOL,
  present,
  spent,
} from './pair-states.ts'

export const DEPOSIT = wei(1500n)
export const MAX_PRICE = 200n

/** Prices differ, so that the dearest chunk bounds the risk and not the average. */
export function priceOf(chunk: number): Wei {
  return wei(1n + ((BigInt(chunk) * 7919n) % MAX_PRICE))
}

/**
 * A payer's and a payee's step with an adversarial network between them. Every action checks what must never happen; the test
 * only chooses the actions.
 */
export class PairModel {
  payer: PayerPair = newPayerPair(PAYEE)
  payee: PayeePair = newPayeePair(PAYER)
  readonly deliveries = new Map<number, Delivery>()
  readonly verified = new Set<number>()
  /** Price of all that was ever sold and not released. */
  #sold = 0n
  /** Chunks that left the payee, whatever became of them. */
  #network: Message[] = []
  #history: ModelVoucher[] = []
  #now = 1_000_000
  #splitSuspected = false
  #channels = 0
  #known = { committed: ZERO_WEI, credit: ZERO_WEI }
  #paidOut = 0n
  #refunded = 0n
  #depositsIn = 0n

  readonly #opening: Wei
  readonly #isEscrow: boolean
  /** What is paid on; of a channel there is no need to say it. */
  #allocationId: ChannelId | undefined

  /** `opening`: what the payee lets the payer have ahead of its vouchers. `isEscrow`: what is paid on are allocations of escrows. */
  constructor({ opening = ZERO_WEI, isEscrow = false }: { readonly opening?: Wei; readonly isEscrow?: boolean } = {}) {
    this.#opening = opening
    this.#isEscrow = isEscrow
    this.newChannel()
  }

  /** The payee suspects a split from now on, or no more. */
  suspect(splitSuspected: boolean): void {
    this.#splitSuspected = splitSuspected
  }

  get #pool(): CreditPool {
    return { ...POOL, splitSuspected: this.#splitSuspected, opening: this.#opening }
  }

  newChannel(): void {
    if (this.#spending !== undefined) return
    const salt = BigInt(++this.#channels)
    const channelId = parseChannelId(salt.toString(16).padStart(64, '0'))
    const snapshot = present(DEPOSIT)
    this.#depositsIn += DEPOSIT
    const named = { channelId, salt, confirmations: 3, ...(this.#isEscrow ? ALLOCATION : {}) }
    if (this.#isEscrow) this.#allocationId = channelId
    this.#toPayer({ type: 'openDecided', ...named, deposit: DEPOSIT })
    this.#toPayer({ type: 'observed', channelId, snapshot })
    this.#toPayee({ type: 'channelShown', ...named, snapshot })
  }

  get #spending(): ReturnType<typeof spendingChannel> {
    return spendingChannel(this.payer, this.#allocationId)
  }

  get #speaking(): ReturnType<typeof speakingChannel> {
    return speakingChannel(this.payer, this.#allocationId)
  }

  /** The payer asks the payee for its books, as after PAYMENT_REQUIRED. */
  status(): void {
    this.#known = { committed: this.payee.committed, credit: creditOf(this.payee, this.#pool) }
  }

  want(chunk: number): void {
    const price = priceOf(chunk)
    const needed = this.#known.committed + price - this.#known.credit
    const outcome = this.#toPayer({
      type: 'authorize',
      price,
      required: wei(needed > 0n ? needed : 0n),
      budget: PLENTY,
      unprovenElsewhere: 0,
      prepaymentCap: 4,
      allocationId: this.#allocationId,
    })
    if (outcome.kind === 'rejection') return
    const voucher = this.#voucherOf(outcome)
    this.#known = { ...this.#known, committed: wei(this.#known.committed + price) }
    this.#network.push({ to: 'payee', type: 'want', chunk, ...(voucher === undefined ? {} : { voucher }) })
  }

  settle(): void {
    const outcome = this.#toPayer({ type: 'settle', budget: PLENTY, allocationId: this.#allocationId })
    const voucher = this.#voucherOf(outcome) ?? this.#highest()
    if (voucher !== undefined) this.#network.push({ to: 'payee', type: 'pay', voucher })
  }

  /** Any message under way arrives, in any order; with `keep` it will arrive again. */
  deliver(pick: number, options: { readonly keep: boolean; readonly unsent?: boolean }): void {
    const index = this.#network.length === 0 ? -1 : pick % this.#network.length
    const message = this.#network[index]
    if (message === undefined) return
    if (!options.keep) this.#network.splice(index, 1)
    if (message.to === 'payer') {
      this.#arrive(message.chunk)
      return
    }
    if (message.voucher !== undefined) this.#present(message.voucher)
    if (message.type === 'want') this.#request(message.chunk, options.unsent === true)
  }

  /** An old voucher is presented once more: nothing may change. */
  replay(pick: number): void {
    const voucher = this.#history[pick % Math.max(1, this.#history.length)]
    if (voucher === undefined) return
    const best = findChannel(this.payee, voucher.channelId)?.best ?? ZERO_WEI
    const before = this.payee
    if (voucher.cumulativeAmount > best) return
    this.#present(voucher)
    if (this.payee !== before) throw new Error('a replayed voucher changed the books')
  }

  /** The payer says that it had a chunk already. */
  writeOff(pick: number): void {
    const chunks = [...this.deliveries.keys()]
    const chunk = chunks[pick % Math.max(1, chunks.length)]
    const delivery = chunk === undefined ? undefined : this.deliveries.get(chunk)
    if (chunk === undefined || delivery === undefined) return
    this.#record(chunk, this.#toPayee({ type: 'writtenOff', delivery }))
  }

  /** Everything under way is lost; both come back from what they stored. */
  crash(): void {
    this.#network = []
    this.#toPayee({ type: 'ended', at: this.#now })
    this.#toPayee({ type: 'connected', at: this.#now })
    this.status()
    this.settle() // first of all after a reconnect
  }

  wait(ms: number): void {
    this.#now += ms
  }

  /** The payee ends the channel with its best voucher, or with what verified if it agrees to that, and the chain tells both. */
  close(options: { readonly agreed: boolean } = { agreed: false }): void {
    const channel = this.#speaking
    if (channel === undefined) return
    const { channelId } = channel
    const end = options.agreed ? fairEnd(this.payer, this.#allocationId) : undefined
    const agreed = end === undefined ? {} : { agreed: { settled: end.settled, signature: new Uint8Array(64) } }
    this.#toPayee({ type: 'closeDecided', channelId, ...agreed })
    const closing = findChannel(this.payee, channelId)
    const accepted = closing?.phase === 'closing' ? closing.agreed : undefined
    const elsewhere = voucheredElsewhere(this.payer, channelId)
    const settled = accepted?.settled ?? closing?.best ?? ZERO_WEI
    if (this.#isEscrow) this.#toPayer({ type: 'closeDecided', channelId })
    for (const snapshot of this.#isEscrow ? [spent(settled, 100), spent(settled, 103)] : [ended(settled)]) {
      this.#toPayee({ type: 'observed', channelId, snapshot })
      this.#toPayer({ type: 'observed', channelId, snapshot })
    }
    if (accepted !== undefined && vouchered(this.payer) !== maxWei(this.payer.verified, elsewhere))
      throw new Error('an agreed end pays something else than what verified')
    this.#paidOut += settled
    this.#refunded += DEPOSIT - settled
    this.newChannel()
    this.status()
  }

  /** All that is under way arrives, and the payer pays what it owes. */
  finish(): void {
    while (this.#network.length > 0) this.deliver(0, { keep: false })
    this.settle()
    while (this.#network.length > 0) this.deliver(0, { keep: false })
    const open = this.#spending
    const most = vouchered(this.payer) + (open === undefined ? 0n : open.deposit - open.best)
    const owed = this.payer.verified - vouchered(this.payee)
    if (owed > 0n && vouchered(this.payer) < most) throw new Error(`the payee lost ${owed} after PAY`)
    this.close({ agreed: true })
    if (this.#paidOut !== vouchered(this.payee)) throw new Error('the payee was not paid its vouchers')
    if (this.#depositsIn !== this.#paidOut + this.#refunded + DEPOSIT) throw new Error('money was made or lost')
  }

  /** Between two actions: what was sold is in D or in W, and nothing is in neither or in both. */
  checkSold(): void {
    const counted = this.payee.committed + this.payee.writtenOff
    if (counted !== this.#sold) throw new Error(`D + W is ${counted}, and ${this.#sold} was sold`)
  }

  #arrive(chunk: number): void {
    // R counts distinct chunks: the transaction that stores the chunk says whether it is new.
    if (this.verified.has(chunk)) return
    this.verified.add(chunk)
    this.#toPayer({ type: 'verified', price: priceOf(chunk) })
  }

  #present(voucher: ModelVoucher): void {
    this.#toPayee({
      type: 'voucher',
      ...voucher,
      signature: new Uint8Array(64),
      splitSuspected: this.#splitSuspected,
      at: 0,
    })
  }

  #request(chunk: number, unsent: boolean): void {
    const channelId = this.#spending?.channelId
    if (channelId === undefined) return
    const delivery = this.deliveries.get(chunk)
    const before = this.payee
    const outcome = this.#toPayee({
      type: 'request',
      channelId,
      price: priceOf(chunk),
      pool: this.#pool,
      at: this.#now,
      ...(delivery === undefined ? {} : { delivery }),
    })
    if (outcome.kind === 'rejection') return
    const raised = this.payee.committed - before.committed
    const most = vouchered(before) + creditOf(before, this.#pool, priceOf(chunk))
    if (raised > 0n && this.payee.committed > most) throw new Error('D went above V + C')
    if (raised > 0n && this.#splitSuspected && this.payee.committed > vouchered(this.payee))
      throw new Error('credit was extended while a split was suspected')
    this.#record(chunk, outcome)
    this.#sold += raised
    const record = this.deliveries.get(chunk)
    // What is released of a re-send had been sold before.
    if (unsent && record !== undefined) {
      this.#record(chunk, this.#toPayee({ type: 'released', delivery: record }))
      this.#sold -= raised
    } else this.#network.push({ to: 'payer', type: 'block', chunk })
  }

  #record(chunk: number, outcome: PayeeOutcome): void {
    if (outcome.kind === 'rejection') return
    for (const effect of outcome.effects) {
      if (effect.kind === 'record') this.deliveries.set(chunk, effect.delivery)
      else this.deliveries.delete(chunk)
    }
  }

  #voucherOf(outcome: PayerOutcome): ModelVoucher | undefined {
    const effect = outcome.kind === 'transition' ? outcome.effects[0] : undefined
    if (effect === undefined) return undefined
    this.#history.push(effect)
    return effect
  }

  #highest(): ModelVoucher | undefined {
    const channel = this.#speaking
    return channel === undefined || channel.best === 0n
      ? undefined
      : { channelId: channel.channelId, cumulativeAmount: channel.best }
  }

  #toPayer(event: PayerEvent): PayerOutcome {
    const outcome = stepPayer(this.payer, event)
    if (outcome.kind === 'transition') this.payer = outcome.state
    this.#check()
    return outcome
  }

  #toPayee(event: PayeeEvent): PayeeOutcome {
    const before = this.payee
    const outcome = stepPayee(before, event)
    if (outcome.kind === 'transition') this.payee = outcome.state
    // One may end a default: what the payer owed is in W then.
    const creditBefore = creditOf({ ...before, defaulted: false }, this.#pool)
    if (event.type === 'writtenOff' && creditOf(this.payee, this.#pool) > creditBefore)
      throw new Error('a write-off raised C')
    const most = maxWei(maxWei(wei(MAX_PRICE), this.#opening), wei(vouchered(before) / 8n))
    if (this.payee.writtenOff > before.writtenOff && this.payee.writtenOff > most)
      throw new Error('too much was written off')
    this.#check()
    return outcome
  }

  #check(): void {
    const V = vouchered(this.payer)
    if (V - this.payer.verified > MAX_PRICE) throw new Error(`V − R is ${V - this.payer.verified}`)
    if (vouchered(this.payee) > V) throw new Error('the payee holds more than was signed')
    for (const channel of [...this.payer.channels, ...this.payee.channels])
      if (channel.phase !== 'closed' && channel.best > channel.deposit)
        throw new Error('a voucher is above the deposit') // a release may have left less than was signed
    const most = maxWei(wei(vouchered(this.payee) / 8n + MAX_PRICE), this.#opening)
    if (atRisk(this.payee) + this.payee.writtenOff > most)
      throw new Error('more than an eighth of V, or the opening credit, is at risk')
  }
}
