import type { BitswapClientOptions } from '../../src/bitswap/bitswap-client.ts'
import type { ServeBitswapOptions } from '../../src/bitswap/bitswap-server.ts'
import { openBitswap } from '../../src/bitswap/client.ts'
import { serveBitswap } from '../../src/bitswap/server.ts'
import { type Wei, wei } from '../../src/domain/amount.ts'
import type { ChunkClient, ReceivedChunk } from '../../src/in-band/chunk-client.ts'
import { createStreamMetrics } from '../../src/in-band/metrics.ts'
import type { FailPointName } from '../../src/system/fail-points.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { FakePayee, FakePayer, PAYEE, PAYEE_PEER, PAYER_PEER } from '../in-band/fake-accounts.ts'
import { CHUNK_BYTES, FakeShelf, FILE, FREE_FILE, FREE_QUOTE_ID, PRICE, QUOTE_ID } from '../in-band/shelf.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { type Faults, type StreamPair, streamPair } from '../support/stream-pair.ts'

export interface Rig {
  readonly clock: FakeClock
  readonly shelf: FakeShelf
  readonly payer: FakePayer
  readonly payee: FakePayee
  readonly hits: FailPointName[]
  readonly pair: StreamPair
  readonly served: Promise<void>
}

export interface RigOptions {
  readonly fromDialer?: Faults
  readonly fromListener?: Faults
  readonly server?: Partial<ServeBitswapOptions>
  /** Reuses the books of another rig, as a reconnect does. */
  readonly after?: Rig
}

/** A payee that serves one end of a new stream. */
export function createRig(options: RigOptions = {}): Rig {
  const clock = options.after?.clock ?? new FakeClock()
  const shelf = options.after?.shelf ?? new FakeShelf(clock)
  const payer = options.after?.payer ?? new FakePayer()
  const payee = options.after?.payee ?? new FakePayee()
  const hits: FailPointName[] = []
  const pair = streamPair({
    ...(options.fromDialer === undefined ? {} : { fromDialer: options.fromDialer }),
    ...(options.fromListener === undefined ? {} : { fromListener: options.fromListener }),
  })
  const served = serveBitswap({
    stream: pair.listener,
    remotePeerId: PAYER_PEER,
    localPeerId: PAYEE_PEER,
    payee: PAYEE,
    payments: payee,
    chunks: shelf,
    quotes: shelf,
    clock,
    random: seededRandom('bitswap'),
    log: silentLogger,
    metrics: createStreamMetrics('bitswap'),
    failPoints: { hit: (name) => hits.push(name) },
    ...options.server,
  })
  return { clock, shelf, payer, payee, hits, pair, served }
}

/** Opens the payer's end of the rig. `account: undefined` asks for free chunks only. */
export function connect(rig: Rig, options: Partial<BitswapClientOptions> = {}): Promise<ChunkClient> {
  return openBitswap({
    stream: rig.pair.dialer,
    peerId: PAYEE_PEER,
    localPeerId: PAYER_PEER,
    account: rig.payer,
    clock: rig.clock,
    log: silentLogger,
    metrics: createStreamMetrics('bitswap'),
    ...options,
  })
}

export interface AskOptions {
  readonly resend?: boolean
  readonly quoteId?: number
  readonly signal?: AbortSignal
  readonly price?: Wei
  readonly wantProof?: boolean
}

export function ask(client: ChunkClient, chunkIndex: number, options: AskOptions = {}): Promise<ReceivedChunk> {
  return client.request({
    fileHash: FILE,
    chunkIndex,
    lengthBytes: CHUNK_BYTES,
    price: PRICE,
    quoteId: QUOTE_ID,
    ...options,
  })
}

export function askFree(client: ChunkClient, chunkIndex: number): Promise<ReceivedChunk> {
  return client.request({
    fileHash: FREE_FILE,
    chunkIndex,
    lengthBytes: CHUNK_BYTES,
    price: wei(0n),
    quoteId: FREE_QUOTE_ID,
  })
}

/** The chunk is verified and stored: R rises, and the client is told. */
export function verify(rig: Rig, client: ChunkClient, chunkIndex: number): void {
  rig.payer.verify(PRICE)
  client.verified({ fileHash: FILE, chunkIndex }, PRICE)
}

/** Downloads chunks `first` to `first + count − 1`, `window` at once. */
export async function download(
  rig: Rig,
  client: ChunkClient,
  range: { first?: number; count: number; window: number },
): Promise<void> {
  const first = range.first ?? 0
  let next = first
  const worker = async (): Promise<void> => {
    while (next < first + range.count) {
      const chunkIndex = next++
      const { chunk } = await ask(client, chunkIndex)
      if (chunk.some((byte) => byte !== (chunkIndex & 0xff))) throw new Error(`chunk ${chunkIndex} is wrong`)
      verify(rig, client, chunkIndex)
    }
  }
  await Promise.all(Array.from({ length: range.window }, worker))
}

/** Lets time pass until the payee has done with the stream: a farewell takes a second or two. */
export async function untilServed(rig: Rig): Promise<void> {
  const done = { yet: false }
  void rig.served.then(() => {
    done.yet = true
  })
  for (let i = 0; i < 60 && !done.yet; i++) await rig.clock.advance(1_000)
  await rig.served
}
