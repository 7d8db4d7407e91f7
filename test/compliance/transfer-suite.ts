import { expect } from 'chai'
import { Bitfield } from '../../src/domain/bitfield.ts'
import { CHUNK_SIZE_BYTES, chunkCount, chunkLength } from '../../src/domain/chunk.ts'
import { codeOf } from '../../src/domain/errors.ts'
import { parseFileHash } from '../../src/domain/ids.ts'
import type { TransferFile, TransferSession } from '../../src/domain/transfer.ts'
import type { FakeClock } from '../support/fake-clock.ts'
import { seededRandom } from '../support/seeded-random.ts'

/** What a seeder has to give in a test. */
export interface SeederUnderTest {
  readonly file: TransferFile
  readonly held: Bitfield
  read(chunkIndex: number): Promise<Uint8Array>
}

/** A session and the seeder at its other end. */
export interface TransferUnderTest {
  readonly session: TransferSession
  readonly clock: FakeClock
  /** Connections between both, where there are any. */
  connections(): Promise<number>
  stop(): Promise<void>
}

/** `cutAfterBytes`: the connection breaks when so many came from the seeder. */
export type OpenTransfer = (
  seeder: SeederUnderTest,
  options?: { readonly cutAfterBytes?: number },
) => Promise<TransferUnderTest>

export const SIZE_BYTES = 11 * CHUNK_SIZE_BYTES + 1_000
/** In so much time everything that waits for an end has seen it. */
const FAREWELLS_MS = 600_000
const COUNT = chunkCount(SIZE_BYTES)
export const CONTENT = seededRandom('transfer').bytes(SIZE_BYTES)
export const FILE: TransferFile = { fileHash: parseFileHash('22'.repeat(32)), sizeBytes: SIZE_BYTES }

export function contentOf(chunkIndex: number): Uint8Array {
  const start = chunkIndex * CHUNK_SIZE_BYTES
  return CONTENT.slice(start, start + chunkLength(SIZE_BYTES, chunkIndex))
}

export function seederOf(over: Partial<SeederUnderTest> = {}): SeederUnderTest {
  return { file: FILE, held: Bitfield.full(COUNT), read: async (chunkIndex) => contentOf(chunkIndex), ...over }
}

export function ask(session: TransferSession, chunkIndex: number, signal?: AbortSignal): Promise<Uint8Array> {
  return session.request({ chunkIndex, lengthBytes: chunkLength(SIZE_BYTES, chunkIndex), signal })
}

/** The code a promise rejects with; `undefined` when it does not. */
export function codeFrom(promise: Promise<unknown>): Promise<string | undefined> {
  return promise.then(
    () => undefined,
    (error: unknown) => codeOf(error) ?? String(error),
  )
}

/** Closes the session while time goes on: some protocols wait a moment for the other end. */
async function closed({ session, clock }: TransferUnderTest): Promise<void> {
  const done = { yet: false }
  const closing = session.close().then(() => {
    done.yet = true
  })
  for (let waited = 0; waited < FAREWELLS_MS && !done.yet; waited += 1_000) await clock.advance(1_000)
  await closing
}

/** What every way to move a file's chunks keeps to, whatever it is made of. */
export function itTransfersFiles(open: OpenTransfer): void {
  let opened: TransferUnderTest | undefined

  const start = async (...given: Parameters<OpenTransfer>): Promise<TransferSession> => {
    opened = await open(...given)
    return opened.session
  }

  afterEach(async () => {
    if (opened !== undefined) await closed(opened)
    await opened?.stop()
    opened = undefined
  })

  it('brings a whole file, all chunks asked for at once', async () => {
    const session = await start(seederOf())
    const chunks = await Promise.all(Array.from({ length: COUNT }, (_, chunkIndex) => ask(session, chunkIndex)))
    expect(Buffer.compare(Buffer.concat(chunks), CONTENT)).to.equal(0)
  })

  it('brings one chunk, and the last, which is shorter', async () => {
    const session = await start(seederOf())
    expect(Buffer.compare(await ask(session, 3), contentOf(3))).to.equal(0)
    expect(Buffer.compare(await ask(session, COUNT - 1), contentOf(COUNT - 1))).to.equal(0)
  })

  it('brings a range of chunks in any order, and one of them twice', async () => {
    const session = await start(seederOf())
    for (const chunkIndex of [6, 4, 5, 7, 4])
      expect(Buffer.compare(await ask(session, chunkIndex), contentOf(chunkIndex)), `${chunkIndex}`).to.equal(0)
  })

  it('says which chunks a partial seeder does not have, and brings the others', async () => {
    const held = new Bitfield(COUNT)
    for (const chunkIndex of [2, 5, COUNT - 1]) held.add(chunkIndex)
    const session = await start(seederOf({ held }))
    const outcomes = await Promise.all([0, 2, 4, 5, COUNT - 1].map((chunkIndex) => codeFrom(ask(session, chunkIndex))))
    expect(outcomes).to.deep.equal(['DONT_HAVE', undefined, 'DONT_HAVE', undefined, undefined])
    for (let chunkIndex = 0; chunkIndex < COUNT; chunkIndex++)
      if (session.have !== undefined) expect(session.have.has(chunkIndex)).to.equal(held.has(chunkIndex))
  })

  it('hands on wrong bytes as they are: judging them is for others', async () => {
    const wrong = contentOf(1).map((byte) => byte ^ 1)
    const session = await start(seederOf({ read: async () => wrong }))
    expect(Buffer.compare(await ask(session, 1), wrong)).to.equal(0)
  })

  it('is not held up by a chunk that does not come', async () => {
    const never = new Promise<Uint8Array>(() => {})
    const session = await start(seederOf({ read: async (index) => (index === 0 ? never : contentOf(index)) }))
    const stalled = new AbortController()
    const waiting = codeFrom(ask(session, 0, stalled.signal))
    for (const chunkIndex of [1, 2, 3])
      expect(Buffer.compare(await ask(session, chunkIndex), contentOf(chunkIndex))).to.equal(0)
    stalled.abort()
    expect(await waiting).to.equal('CANCELLED')
    expect(Buffer.compare(await ask(session, 4), contentOf(4))).to.equal(0)
  })

  it('rejects a request whose signal is aborted, before or while it is under way', async () => {
    const reading = Promise.withResolvers<void>()
    const never = new Promise<Uint8Array>(() => {})
    const session = await start(
      seederOf({
        read: (chunkIndex) => {
          if (chunkIndex !== 0) return Promise.resolve(contentOf(chunkIndex))
          reading.resolve()
          return never
        },
      }),
    )
    expect(await codeFrom(ask(session, 1, AbortSignal.abort()))).to.equal('CANCELLED')
    const controller = new AbortController()
    const cancelled = codeFrom(ask(session, 0, controller.signal))
    await reading.promise
    controller.abort()
    expect(await cancelled).to.equal('CANCELLED')
    expect(Buffer.compare(await ask(session, 2), contentOf(2))).to.equal(0)
  })

  it('never takes a part for the whole when the connection breaks in a chunk', async () => {
    const session = await start(seederOf(), { cutAfterBytes: CHUNK_SIZE_BYTES / 2 })
    expect(await codeFrom(ask(session, 0))).to.be.oneOf(['TRANSFER_FAILED', 'STREAM_CLOSED'])
  })

  it('has the seeder read no more chunks at once than it lets be on the line', async () => {
    const gate = Promise.withResolvers<void>()
    let reading = 0
    let most = 0
    const session = await start(
      seederOf({
        read: async (chunkIndex) => {
          reading++
          most = Math.max(most, reading)
          await gate.promise
          reading--
          return contentOf(chunkIndex)
        },
      }),
    )
    const asked = Array.from({ length: 200 }, (_, index) => ask(session, index % COUNT))
    while (most < 2) await new Promise((resolve) => setImmediate(resolve))
    gate.resolve()
    const chunks = await Promise.all(asked)
    expect(chunks.every((chunk, index) => Buffer.compare(chunk, contentOf(index % COUNT)) === 0)).to.equal(true)
    expect(most).to.be.within(2, 64)
  })

  it('ends with everything under way when it is closed, and leaves nothing behind', async () => {
    const never = new Promise<Uint8Array>(() => {})
    const session = await start(seederOf({ read: async (index) => (index === 0 ? contentOf(0) : never) }))
    await ask(session, 0)
    const waiting = [1, 2, 3].map((chunkIndex) => codeFrom(ask(session, chunkIndex)))
    if (opened === undefined) throw new Error('nothing was opened')
    await Promise.all([closed(opened), closed(opened)])
    expect(await Promise.all(waiting)).to.deep.equal(['STREAM_CLOSED', 'STREAM_CLOSED', 'STREAM_CLOSED'])
    expect(codeOf(await session.ended)).to.be.a('string')
    expect(await codeFrom(ask(session, 4))).to.equal('STREAM_CLOSED')
    while ((await opened.connections()) > 0) await new Promise((resolve) => setImmediate(resolve))
    await opened.stop()
    await opened.clock.advance(FAREWELLS_MS)
    expect(opened.clock.timers, 'timers').to.equal(0)
  })
}
