import { ZERO_WEI } from '../domain/amount.ts'
import type { FileHash } from '../domain/ids.ts'
import type { ChunkRequest, ReceivedChunk } from '../in-band/chunk-client.ts'
import { notAllowed, refusedError, requestError } from '../in-band/errors.ts'
import { rangesOfIndexes } from '../in-band/have.ts'
import type { ChunkRef } from '../in-band/payments.ts'
import { quoteOf } from '../in-band/terms.ts'
import { Wanted } from '../in-band/wanted.ts'
import type { PayerMessage } from './message.ts'
import { MAX_RANGES_PER_REQUEST, WINDOW_CHUNKS } from './protocol.ts'
import type { AskedChunk } from './requested.ts'
import type { PayerEvent, PayerSession } from './session.ts'
import type { WebrpcClientOptions } from './webrpc-client.ts'

/** Chunks on the wire at most: the payee always knows the next ones when the window gives it room. */
const MAX_ASKED = 2 * WINDOW_CHUNKS

export interface RequestsOptions {
  readonly client: WebrpcClientOptions
  readonly session: PayerSession
  readonly push: (message: PayerMessage, sent?: () => void) => void
  /** More was asked for. */
  readonly onAsked: () => void
}

/** The chunk requests of one stream: waiting for room, on the wire, answered. Those of one turn leave together. */
export class Requests {
  readonly #options: RequestsOptions
  readonly #sent = new Map<string, Wanted>()
  /** Why those were taken back that nobody aborted. */
  readonly #failures = new WeakMap<Wanted, Error>()
  #waiting: Wanted[] = []
  #flushing = false
  #closed: Error | undefined

  constructor(options: RequestsOptions) {
    this.#options = options
  }

  request(request: ChunkRequest): Promise<ReceivedChunk> {
    const wanted = this.#wanted(request)
    if (!wanted.done) void this.#admit(wanted)
    return wanted.promise
  }

  /** Asks for the chunks of a range of bytes in one message, which leaves at once. One promise for each, in order. */
  async range(
    requests: readonly ChunkRequest[],
    range: { readonly offset: number; readonly length: number },
  ): Promise<Promise<ReceivedChunk>[]> {
    const wanted = requests.map((request) => this.#wanted(request))
    for (const { promise } of wanted) promise.catch(() => {}) // each is awaited when its turn comes
    const [first] = wanted
    if (first === undefined) return []
    const refusal = await this.#refusal(first).catch((error: unknown) => error)
    for (const each of refusal === undefined ? [] : wanted) each.reject(refusal)
    if (!first.done) {
      const { fileHash, quoteId, wantProof } = first.request
      const requestId = this.#register(wanted, true)
      this.#options.push({
        type: 'file-request',
        requestId,
        fileHash,
        quoteId,
        ...range,
        wantProof: wantProof === true,
      })
      this.#options.onAsked()
    }
    return wanted.map(({ promise }) => promise)
  }

  /** Takes back a request that was not sent. False when there is none. */
  withdraw({ fileHash, chunkIndex }: ChunkRef): boolean {
    const wanted = this.#waiting.find(
      ({ request }) => request.chunkIndex === chunkIndex && request.fileHash === fileHash,
    )
    if (wanted === undefined) return false
    this.#waiting = this.#waiting.filter((other) => other !== wanted)
    wanted.takeBack()
    return true
  }

  receiveChunk(event: PayerEvent & { kind: 'chunk' }): void {
    const { requestId, chunk, late, message } = event
    const { session, client } = this.#options
    const wanted = this.#take(requestId, chunk.chunkIndex)
    client.metrics.chunksReceived.inc()
    client.metrics.bytesReceived.inc(message.chunk.byteLength)
    const received = { chunk: message.chunk, proof: message.proof }
    if (!late || wanted?.done === false) wanted?.resolve(received)
    else if (client.onLateChunk !== undefined) client.onLateChunk(chunk, received)
    else session.intake.takeIn(chunk) // dropped: nobody will speak of it again
    this.flush()
  }

  receiveWithheld({ requestId, chunkIndexes, message }: PayerEvent & { kind: 'withheld' }): void {
    for (const index of chunkIndexes) {
      const wanted = this.#take(requestId, index)
      if (wanted !== undefined && !wanted.done) wanted.reject(this.#failures.get(wanted) ?? this.#errorOf(message))
    }
    this.flush()
  }

  /** Asks for as much as there is room for. */
  flush(): void {
    if (this.#flushing) return
    this.#flushing = true
    queueMicrotask(() => {
      this.#flushing = false
      if (this.#closed === undefined) this.#sendWaiting()
    })
  }

  /** None of what is unanswered can be had for this reason: takes it back. What is on its way all the same still counts. */
  fail(error: Error): void {
    for (const wanted of this.#waiting.splice(0)) wanted.reject(error)
    const byRequest = Map.groupBy(this.#sent.values(), ({ requestId }) => requestId)
    for (const [requestId, group] of byRequest) {
      for (const wanted of group) this.#failures.set(wanted, error)
      if (requestId !== undefined) this.#cancel(requestId, group)
    }
  }

  /** Rejects everything. */
  close(error: Error): void {
    this.#closed = error
    for (const wanted of [...this.#sent.values(), ...this.#waiting.splice(0)]) wanted.reject(error)
    this.#sent.clear()
  }

  #wanted(request: ChunkRequest): Wanted {
    const wanted = new Wanted(request)
    wanted.onAbort(() => this.#abandon(wanted))
    if (this.#closed !== undefined && !wanted.done) wanted.reject(this.#closed)
    return wanted
  }

  /** SPEC 07 §6.3: "Before a payer asks for a priced chunk at all, its deposit and its budget MUST hold R plus the price". */
  async #admit(wanted: Wanted): Promise<void> {
    try {
      const refusal = await this.#refusal(wanted)
      if (wanted.done) return
      if (this.#closed !== undefined || refusal !== undefined) wanted.reject(refusal ?? this.#closed)
      else {
        this.#waiting.push(wanted)
        this.flush()
      }
    } catch (error) {
      wanted.reject(error)
    }
  }

  async #refusal({ request }: Wanted): Promise<Error | undefined> {
    const { account } = this.#options.client
    if (account === undefined || request.price === 0n) return undefined
    const decision = await account.authorize({ price: request.price, required: ZERO_WEI })
    return decision.kind === 'refused' ? notAllowed(decision.code) : undefined
  }

  #sendWaiting(): void {
    const { session } = this.#options
    const room = Math.min(session.maxChunks, MAX_ASKED) - session.outstandingChunks
    const leaving = this.#waiting.splice(0, Math.max(0, room))
    const groupOf = ({ request }: Wanted): string =>
      `${request.fileHash}/${request.quoteId}/${request.wantProof === true}/${request.resend === true}`
    // SPEC 07 §7: "It SHOULD ask for those that never came before anything else": until they come, D is ahead of R.
    const lostFirst = leaving.toSorted((a, b) => Number(b.request.resend === true) - Number(a.request.resend === true))
    for (const group of Map.groupBy(lostFirst, groupOf).values()) this.#send(group)
    if (leaving.length > 0) this.#options.onAsked()
  }

  /** All of one file, under one quote. */
  #send(group: readonly Wanted[]): void {
    const { push, client } = this.#options
    const rest = new Map(group.map((wanted) => [wanted.request.chunkIndex, wanted]))
    const [first] = group
    if (first === undefined) return
    const { fileHash, quoteId, wantProof } = first.request
    const ranges = rangesOfIndexes(rest.keys())
    const requestId = this.#register([...rest.values()], false)
    push({ type: 'chunk-request', requestId, fileHash, quoteId, ranges, wantProof: wantProof === true }, () =>
      client.failPoints?.hit('want-sent'),
    )
    // The same chunk asked for twice at once goes into a request of its own.
    this.#send(group.filter((wanted) => wanted.requestId === undefined))
  }

  #register(group: readonly Wanted[], ordered: boolean): number {
    const fileHash = group[0]?.request.fileHash ?? ('' as FileHash)
    const asked = group.map(({ request }): AskedChunk => request)
    const requestId = this.#options.session.requestChunks(fileHash, asked, ordered)
    for (const wanted of group) {
      wanted.requestId = requestId
      this.#sent.set(`${requestId}/${wanted.request.chunkIndex}`, wanted)
    }
    return requestId
  }

  #take(requestId: number, chunkIndex: number): Wanted | undefined {
    const key = `${requestId}/${chunkIndex}`
    const wanted = this.#sent.get(key)
    this.#sent.delete(key)
    return wanted
  }

  #abandon(wanted: Wanted): void {
    const { requestId } = wanted
    this.#options.client.metrics.requestsCancelled.inc()
    this.#waiting = this.#waiting.filter((other) => other !== wanted)
    if (requestId !== undefined) this.#cancel(requestId, [wanted])
  }

  #cancel(requestId: number, group: readonly Wanted[]): void {
    const indexes = this.#options.session.cancel(
      requestId,
      group.map(({ request }) => request.chunkIndex),
    )
    const ranges = rangesOfIndexes(indexes)
    for (let at = 0; at < ranges.length; at += MAX_RANGES_PER_REQUEST)
      this.#options.push({ type: 'cancel', requestId, ranges: ranges.slice(at, at + MAX_RANGES_PER_REQUEST) })
  }

  #errorOf({ code, quote, status }: (PayerEvent & { kind: 'withheld' })['message']): Error {
    if (code === 'DONT_HAVE') return requestError(code, 'The peer does not have what was asked for.')
    if (code === 'CANCELLED') return requestError(code, 'The request was cancelled.')
    const terms = quote === undefined ? undefined : quoteOf(quote, this.#options.client.clock.now())
    return refusedError({ code, quote: terms, status })
  }
}
