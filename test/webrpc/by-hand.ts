import { readFrames } from '../../src/system/framing.ts'
import { decodeMessage, encodeMessage } from '../../src/webrpc/codec.ts'
import type { Message, PayeeMessage } from '../../src/webrpc/message.ts'
import { PAYEE, PAYER } from '../in-band/fake-accounts.ts'
import { FILE, FREE_FILE, FREE_QUOTE_ID, QUOTE_ID } from '../in-band/shelf.ts'
import type { TestStream } from '../support/stream-pair.ts'

type Of<Type extends Message['type']> = Extract<Message, { type: Type }>

/** One end of a stream whose every message a test writes. */
export class ByHand {
  /** Everything that came, in order. */
  readonly received: Message[] = []
  readonly #stream: TestStream
  #taken = 0
  #over = false
  #wake = Promise.withResolvers<void>()

  constructor(stream: TestStream) {
    this.#stream = stream
    void this.#read()
  }

  async send(...messages: readonly Message[]): Promise<void> {
    for (const message of messages) await this.#stream.send(encodeMessage(message))
  }

  /** The next message of that type; those before it are passed over. Fails when the other end says farewell first. */
  async next<Type extends Message['type']>(type: Type): Promise<Of<Type>> {
    for (;;) {
      const message = this.received[this.#taken]
      if (message === undefined) {
        if (this.#over) throw new Error(`the stream ended before ${type} came`)
        await this.#wake.promise
        continue
      }
      this.#taken++
      if (message.type === type) return message as Of<Type> // by its type, just compared
      if (message.type === 'error' && message.requestId === undefined) throw new Error(message.code)
    }
  }

  count(type: Message['type']): number {
    return this.received.filter((message) => message.type === type).length
  }

  async hangUp(): Promise<void> {
    await this.#stream.close()
  }

  async #read(): Promise<void> {
    try {
      for await (const frame of readFrames(this.#stream.source, 1 << 20)) {
        this.received.push(decodeMessage(frame))
        this.#signal()
      }
    } finally {
      this.#over = true
      this.#signal()
    }
  }

  #signal(): void {
    this.#wake.resolve()
    this.#wake = Promise.withResolvers()
  }
}

/** A payer by hand with an open session. */
export async function payerByHand(
  stream: TestStream,
  options: { account?: boolean; window?: number; sessionId?: string } = {},
): Promise<{ hand: ByHand; response: PayeeMessage & { type: 'session-response' } }> {
  const hand = new ByHand(stream)
  await hand.next('challenge')
  await hand.send({
    type: 'session-request',
    sessionId: options.sessionId,
    ...(options.account === false
      ? {}
      : {
          proof: { channel: { payer: PAYER, payee: PAYEE, salt: 5n }, signature: new Uint8Array(64).fill(7) },
        }),
    files: [FILE, FREE_FILE],
    window: options.window ?? 64,
  })
  return { hand, response: await hand.next('session-response') }
}

export function chunkRequest(
  requestId: number,
  first: number,
  count: number,
  overrides: Partial<Of<'chunk-request'>> = {},
): Message {
  const ranges = [{ first, count }]
  return { type: 'chunk-request', requestId, fileHash: FILE, quoteId: QUOTE_ID, ranges, wantProof: false, ...overrides }
}

export function freeRequest(requestId: number, first: number, count: number): Message {
  return chunkRequest(requestId, first, count, { fileHash: FREE_FILE, quoteId: FREE_QUOTE_ID })
}
