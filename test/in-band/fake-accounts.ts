import { addWei, maxWei, minWei, subtractWei, type Wei, wei } from '../../src/domain/amount.ts'
import { ChiralError } from '../../src/domain/errors.ts'
import type { Address, ChannelId, PeerIdText } from '../../src/domain/ids.ts'
import type { CloseAgreement, Voucher } from '../../src/domain/voucher.ts'
import { chunkKey } from '../../src/in-band/chunk-key.ts'
import type {
  AccountStatus,
  Authorization,
  ChunkRef,
  CommitResult,
  Duplicate,
  HelloProof,
  PayeeAccount,
  PayeePayments,
  PayerAccount,
  PaymentRejectionCode,
  PayResult,
} from '../../src/in-band/payments.ts'

/** Both halves of a pair that obey docs/specs/01-voucher.md, with amounts for signatures. */

export const PAYER = '0x1111111111111111111111111111111111111111' as Address
export const PAYEE = '0x2222222222222222222222222222222222222222' as Address
export const PAYER_PEER = '12D3KooWPayer' as PeerIdText
export const PAYEE_PEER = '12D3KooWPayee' as PeerIdText
const CHANNEL = `0x${'ab'.repeat(32)}` as ChannelId
const SIGNATURE = new Uint8Array(64).fill(7)
/** docs/specs/01-voucher.md §7. */
const MAX_RESENDS = 3
const DEPOSIT = wei(10n ** 18n)

export function voucherOf(amount: bigint, overrides: Partial<Voucher> = {}): Voucher {
  return { channelId: CHANNEL, cumulativeAmount: wei(amount), signature: SIGNATURE, ...overrides }
}

/** A turn of the event loop, as a durable write takes. */
const durable = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

export class FakePayer implements PayerAccount {
  verifiedAmount = wei(0n)
  signed = wei(0n)
  deposit = DEPOSIT
  budget = DEPOSIT
  /** False: nothing is paid before it verified. */
  prepays = true
  /** Every decision, in order. */
  readonly decisions: Authorization['kind'][] = []
  /** The largest V − R ever. */
  risked = 0n
  signatures = 0

  async prove(): Promise<HelloProof> {
    return { channel: { payer: PAYER, payee: PAYEE, salt: 5n }, signature: SIGNATURE }
  }

  verify(price: Wei): void {
    this.verifiedAmount = addWei(this.verifiedAmount, price)
  }

  async authorize({ price, required }: { price: Wei; required: Wei }): Promise<Authorization> {
    const decision = this.#decide(price, required)
    this.decisions.push(decision.kind)
    if (decision.kind === 'voucher') await durable()
    return decision
  }

  async settle(): Promise<Voucher | undefined> {
    if (this.signed >= this.verifiedAmount) return undefined
    const voucher = this.#sign(this.verifiedAmount)
    await durable()
    return voucher
  }

  highest(): Voucher | undefined {
    return this.signed === 0n ? undefined : voucherOf(this.signed)
  }

  agreeToClose(): CloseAgreement | undefined {
    if (this.signed <= this.verifiedAmount) return undefined
    return { channelId: CHANNEL, settled: this.verifiedAmount, signature: SIGNATURE }
  }

  /** What it bought from others. */
  readonly boughtElsewhere = new Set<string>()

  duplicates({ committed, recent }: AccountStatus): Duplicate[] {
    const price = subtractWei(committed, this.verifiedAmount)
    if (price === 0n) return []
    return recent.filter((chunk) => this.boughtElsewhere.has(chunkKey(chunk))).map((chunk) => ({ ...chunk, price }))
  }

  /** It never forgets. */
  async takeBack(): Promise<void> {}

  #decide(price: Wei, required: Wei): Authorization {
    if (required <= this.signed) return { kind: 'covered' }
    const target = maxWei(required, this.verifiedAmount)
    if (target > this.verifiedAmount + (this.prepays ? price : 0n)) return { kind: 'wait' }
    if (target > this.budget) return { kind: 'refused', code: 'BUDGET_EXHAUSTED' }
    return { kind: 'voucher', voucher: this.#sign(target) }
  }

  #sign(amount: Wei): Voucher {
    this.signed = amount
    this.signatures++
    if (amount - this.verifiedAmount > this.risked) this.risked = amount - this.verifiedAmount
    return voucherOf(amount)
  }
}

export class FakePayee implements PayeePayments, PayeeAccount {
  readonly payer = PAYER
  vouchered = wei(0n)
  committed = wei(0n)
  spendable = DEPOSIT
  penalty = 0
  /** Chunks of credit at most; 0 is strictly pay-then-chunk. */
  creditLimit = wei(10n ** 17n)
  opening = wei(0n)
  endedCount = 0
  closing = false
  refuseHello: string | undefined
  failWrites = false
  failClose = false
  refuseWriteOffs = false
  /** The largest D − V ever. */
  risked = 0n
  readonly deliveries = new Map<string, { chunk: ChunkRef; price: Wei; resends: number }>()
  readonly writtenOff: ChunkRef[] = []
  /** What the last close was asked with. */
  agreement: CloseAgreement | undefined
  /** A commit waits for it, when set. */
  gate: Promise<void> | undefined

  async authenticate(): Promise<PayeeAccount> {
    if (this.refuseHello !== undefined) throw new ChiralError(this.refuseHello, 'The hello is refused.')
    return this
  }

  get credit(): Wei {
    const earned = minWei(this.creditLimit, wei(this.vouchered / 8n)) >> BigInt(this.penalty)
    return maxWei(wei(earned), this.opening)
  }

  openCredit(chunkPrice: Wei): AccountStatus {
    this.opening = wei(4n * chunkPrice)
    return this.status()
  }

  status(): AccountStatus {
    const recent = [...this.deliveries.values()].map(({ chunk }) => chunk).reverse()
    return {
      vouchered: this.vouchered,
      committed: this.committed,
      credit: this.credit,
      spendable: this.spendable,
      recent: recent.slice(0, 68),
    }
  }

  async commit(request: ChunkRef & { price: Wei; voucher?: Voucher | undefined }): Promise<CommitResult> {
    const wrong = request.voucher === undefined ? undefined : this.#take(request.voucher)
    const result = wrong ?? this.#commit(request)
    await durable()
    await this.gate
    if (this.failWrites) throw new ChiralError('STORE_FAILED', 'The disk is full.')
    return result
  }

  refusal(request: ChunkRef & { price: Wei }): (CommitResult & { kind: 'rejected' }) | undefined {
    const result = this.#judge(request)
    return result.kind === 'rejected' ? result : undefined
  }

  async pay(voucher: Voucher): Promise<PayResult> {
    const wrong = this.#take(voucher)
    await durable()
    return wrong ?? { kind: 'accepted', vouchered: this.vouchered, credit: this.credit }
  }

  async release(chunk: ChunkRef): Promise<void> {
    const delivery = this.deliveries.get(chunkKey(chunk))
    if (delivery === undefined) return
    if (delivery.resends > 0) delivery.resends--
    else this.#takeOut(chunk, delivery.price)
  }

  async writeOff(chunk: ChunkRef): Promise<boolean> {
    const delivery = this.deliveries.get(chunkKey(chunk))
    if (delivery === undefined || this.refuseWriteOffs) return false
    this.writtenOff.push(chunk)
    this.penalty++
    this.#takeOut(chunk, delivery.price)
    return true
  }

  async close(agreement?: CloseAgreement): Promise<string> {
    this.agreement = agreement
    if (this.failClose) throw new ChiralError('CHAIN_UNREACHABLE', 'No chain.')
    return `0x${'cd'.repeat(32)}`
  }

  ended(): void {
    this.endedCount++
  }

  #take(voucher: Voucher): (PayResult & { kind: 'rejected' }) | undefined {
    const code =
      voucher.channelId !== CHANNEL
        ? 'VOUCHER_WRONG_CHANNEL'
        : voucher.signature[0] !== 7
          ? 'VOUCHER_INVALID'
          : voucher.cumulativeAmount > this.spendable
            ? 'VOUCHER_OVER_DEPOSIT'
            : undefined
    if (code !== undefined) return { kind: 'rejected', code, status: this.status() }
    this.vouchered = maxWei(this.vouchered, voucher.cumulativeAmount)
    return undefined
  }

  #commit(request: ChunkRef & { price: Wei }): CommitResult {
    const result = this.#judge(request)
    if (result.kind === 'rejected') return result
    const { fileHash, chunkIndex, price } = request
    const chunk = { fileHash, chunkIndex }
    const known = this.deliveries.get(chunkKey(chunk))
    if (known !== undefined && known.resends < MAX_RESENDS) {
      known.resends++
      return result
    }
    this.committed = addWei(this.committed, price)
    this.deliveries.set(chunkKey(chunk), { chunk, price, resends: 0 })
    if (this.committed - this.vouchered > this.risked) this.risked = this.committed - this.vouchered
    return result
  }

  #judge(request: ChunkRef & { price: Wei }): CommitResult {
    const rejected = (code: PaymentRejectionCode): CommitResult => ({ kind: 'rejected', code, status: this.status() })
    if (this.closing) return rejected('CHANNEL_CLOSING')
    const known = this.deliveries.get(chunkKey(request))
    if (known !== undefined) {
      const isPaidAhead = this.committed + request.price <= this.vouchered
      return known.resends < MAX_RESENDS || isPaidAhead ? this.#committed : rejected('RESEND_LIMIT')
    }
    const after = addWei(this.committed, request.price)
    if (after > this.vouchered + this.credit || after > this.spendable) return rejected('VOUCHER_TOO_LOW')
    return this.#committed
  }

  get #committed(): CommitResult {
    return { kind: 'committed', credit: this.credit }
  }

  #takeOut(chunk: ChunkRef, price: Wei): void {
    this.deliveries.delete(chunkKey(chunk))
    this.committed = subtractWei(this.committed, price)
  }
}
