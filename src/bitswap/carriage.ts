import { ZERO_WEI } from '../domain/amount.ts'
import { ChiralError, codeOf } from '../domain/errors.ts'
import type { FileHash } from '../domain/ids.ts'
import type { TransferSession } from '../domain/transfer.ts'
import type { Voucher } from '../domain/voucher.ts'
import { streamClosed } from '../in-band/errors.ts'
import type { AccountStatus } from '../in-band/payments.ts'
import type { Carrier } from './bitswap-client.ts'
import type { PayeeMessage } from './message.ts'
import type { OrderedWanted } from './wanted.ts'

export interface CarriageOptions {
  readonly carrier: Carrier
  readonly status: () => AccountStatus | undefined
  /** Sends PAY; resolves when it is acknowledged. Calls {@link Carriage.paying}. */
  readonly pay: (voucher: Voucher) => Promise<void>
  /** Reads the payee's books again. */
  readonly refresh: (fileHash: FileHash) => Promise<void>
  /** Takes an answer as if it had come on the stream. */
  readonly receive: (answer: PayeeMessage) => void
  /** Whether a chunk left is not known any more: only a new handshake tells. */
  readonly fail: (error: unknown) => void
}

/**
 * Asks for chunks over another protocol, and brings what comes of it to the session as if it had come on the stream: to the money rules it is
 * the same. SPEC 03 §5.4
 */
export class Carriage {
  readonly #options: CarriageOptions
  readonly #transfers = new Map<FileHash, Promise<TransferSession>>()
  readonly #payments = new Set<Promise<void>>()
  #closed = false

  constructor(options: CarriageOptions) {
    this.#options = options
  }

  /** From now on chunks of the file are asked for with this token; without one where the file is free. */
  async open(fileHash: FileHash, token: string | undefined): Promise<TransferSession> {
    const known = this.#transfers.get(fileHash)
    if (known !== undefined) return known
    if (this.#closed) throw streamClosed()
    const opening = this.#options.carrier.open({ fileHash, token })
    this.#transfers.set(fileHash, opening)
    try {
      return await opening
    } catch (error) {
      this.#transfers.delete(fileHash)
      throw error
    }
  }

  /** Requests that are sent from now on may rest on this payment, and must then not overtake it. */
  paying(payment: Promise<void>): void {
    this.#payments.add(payment)
    const done = (): void => void this.#payments.delete(payment)
    payment.then(done, done)
  }

  async fetch(wanted: OrderedWanted, requestId: number, voucher: Voucher | undefined): Promise<void> {
    const { status, pay, receive, fail } = this.#options
    const { fileHash, chunkIndex, lengthBytes } = wanted.request
    try {
      if (voucher !== undefined) void pay(voucher).catch(() => {}) // awaited with the others
      // SPEC 03 §5.4: "MUST NOT ask for one that rests on a PAY before that has its PAY_ACK"
      if (wanted.required > (status()?.vouchered ?? ZERO_WEI)) await Promise.all(this.#payments)
      const transfer = await this.#transfers.get(fileHash)
      if (transfer === undefined) throw new ChiralError('TRANSFER_FAILED', 'The file was not opened for this transfer.')
      const chunk = await transfer.request({ chunkIndex, lengthBytes })
      if (this.#closed) return
      receive({ type: 'block', requestId, credit: status()?.credit ?? wanted.want.price, proof: [], chunk })
    } catch (error) {
      if (this.#closed) return
      await this.#refused(fileHash, requestId, error).catch(fail)
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    const transfers = [...this.#transfers.values()]
    this.#transfers.clear()
    // One that does not open has nothing to close, and says so to whoever opened it.
    await Promise.allSettled(transfers.map(async (transfer) => (await transfer).close()))
  }

  /** @throws what leaves it open whether the chunk was counted */
  async #refused(fileHash: FileHash, requestId: number, error: unknown): Promise<void> {
    const { status, refresh, receive } = this.#options
    const code = codeOf(error)
    if (code === 'DONT_HAVE') {
      receive({ type: 'dont-have', requestId })
      return
    }
    if (code !== 'PAYMENT_REQUIRED') throw error
    const reason = error instanceof ChiralError ? String(error.details['code'] ?? 'VOUCHER_TOO_LOW') : 'VOUCHER_TOO_LOW'
    await refresh(fileHash)
    if (!this.#closed) receive({ type: 'payment-required', requestId, code: reason, status: status() })
  }
}
