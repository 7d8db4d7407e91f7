import { type Wei, wei } from '../../src/domain/amount.ts'
import type { ChunkClient, ChunkClientOptions, ReceivedChunk } from '../../src/in-band/chunk-client.ts'
import { createStreamMetrics } from '../../src/in-band/metrics.ts'
import type { ServeOptions } from '../../src/in-band/serve-options.ts'
import type { FailPointName } from '../../src/system/fail-points.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { type Faults, type StreamPair, streamPair } from '../support/stream-pair.ts'
import { FakePayee, FakePayer, PAYEE, PAYEE_PEER, PAYER_PEER } from './fake-accounts.ts'
import { CHUNK_BYTES, FakeShelf, FILE, FREE_FILE, FREE_QUOTE_ID, PRICE, QUOTE_ID } from './shelf.ts'

/** An in-band protocol under test. */
export interface ProtocolUnderTest<
  Client extends ChunkClient = ChunkClient,
  Open extends ChunkClientOptions = ChunkClientOptions,
  Serve extends ServeOptions = ServeOptions,
> {
  readonly name: 'bitswap' | 'webrpc'
  readonly open: (options: Open) => Promise<Client>
  readonly serve: (options: Serve) => Promise<void>
  /** What its ends are given beyond what every protocol is. */
  readonly openWith: (given: ChunkClientOptions) => Open
  readonly serveWith: (given: ServeOptions) => Serve
}

export interface Rig {
  readonly clock: FakeClock
  readonly shelf: FakeShelf
  readonly payer: FakePayer
  readonly payee: FakePayee
  readonly hits: FailPointName[]
  readonly pair: StreamPair
  readonly served: Promise<void>
}

export interface RigOptions<Serve extends ServeOptions = ServeOptions> {
  readonly fromDialer?: Faults
  readonly fromListener?: Faults
  readonly server?: Partial<Serve>
  /** Reuses the books of another rig, as a reconnect does. */
  readonly after?: Rig
}

/** A payee that serves one end of a new stream. */
export function createRig<Client extends ChunkClient, Open extends ChunkClientOptions, Serve extends ServeOptions>(
  protocol: ProtocolUnderTest<Client, Open, Serve>,
  options: RigOptions<Serve> = {},
): Rig {
  const clock = options.after?.clock ?? new FakeClock()
  const shelf = options.after?.shelf ?? new FakeShelf(clock)
  const payer = options.after?.payer ?? new FakePayer()
  const payee = options.after?.payee ?? new FakePayee()
  const hits: FailPointName[] = []
  const pair = streamPair({
    ...(options.fromDialer === undefined ? {} : { fromDialer: options.fromDialer }),
    ...(options.fromListener === undefined ? {} : { fromListener: options.fromListener }),
  })
  const given = protocol.serveWith({
    stream: pair.listener,
    remotePeerId: PAYER_PEER,
    localPeerId: PAYEE_PEER,
    payee: PAYEE,
    payments: payee,
    chunks: shelf,
    quotes: shelf,
    clock,
    random: seededRandom(protocol.name),
    log: silentLogger,
    metrics: createStreamMetrics(protocol.name),
    failPoints: { hit: (name) => hits.push(name) },
  })
  const served = protocol.serve({ ...given, ...options.server })
  return { clock, shelf, payer, payee, hits, pair, served }
}

/** Opens the payer's end of the rig. `account: undefined` asks for free chunks only. */
export function connect<Client extends ChunkClient, Open extends ChunkClientOptions, Serve extends ServeOptions>(
  protocol: ProtocolUnderTest<Client, Open, Serve>,
  rig: Rig,
  options: Partial<Open> = {},
): Promise<Client> {
  const given = protocol.openWith({
    stream: rig.pair.dialer,
    peerId: PAYEE_PEER,
    localPeerId: PAYER_PEER,
    account: rig.payer,
    clock: rig.clock,
    log: silentLogger,
    metrics: createStreamMetrics(protocol.name),
  })
  return protocol.open({ ...given, ...options })
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

/** The pair has a past: so many chunks were delivered, verified and paid. */
export function withPast(rig: Rig, chunks: number): void {
  const amount = wei(PRICE * BigInt(chunks))
  rig.payee.vouchered = amount
  rig.payee.committed = amount
  rig.payer.signed = amount
  rig.payer.verifiedAmount = amount
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
