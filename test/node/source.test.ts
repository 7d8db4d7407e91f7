import { expect } from 'chai'
import { ZERO_WEI } from '../../src/domain/amount.ts'
import { Bitfield } from '../../src/domain/bitfield.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { ChiralError } from '../../src/domain/errors.ts'
import { NOBODY, parseAddress, parseFileHash, peerIdText } from '../../src/domain/ids.ts'
import type { TransferProtocol, TransferSession } from '../../src/domain/transfer.ts'
import { Source } from '../../src/node/download/source.ts'
import type { SourceHost, SourceTerms } from '../../src/node/download/source-host.ts'
import { STRANGERS_WINDOW, strangerId, strangerTerms } from '../../src/node/download/stranger.ts'
import { createTransferClient } from '../../src/node/download/transfer-client.ts'
import { chunkMemory } from '../../src/system/chunk-memory.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { FakeClock } from '../support/fake-clock.ts'

const PAYEE = parseAddress(`0x${'11'.repeat(20)}`)
const FILE = { fileHash: parseFileHash('ab'.repeat(32)), sizeBytes: 4 * CHUNK_SIZE_BYTES }
const TERMS: SourceTerms = {
  peerId: peerIdText('seeder'),
  addresses: [],
  payee: PAYEE,
  pricePerMiB: ZERO_WEI,
  minDeposit: ZERO_WEI,
  confirmations: 0,
  protocols: [],
  inBand: ['bitswap'],
  publicly: {},
  chunksHeld: undefined,
}

/** A session that breaks with its first request, or brings every chunk. */
function session(protocol: TransferProtocol, breaks: boolean): TransferSession {
  const failure = new ChiralError('TRANSFER_FAILED', 'It broke.')
  return {
    protocol,
    have: Bitfield.full(4),
    ended: new Promise(() => {}),
    request: async ({ lengthBytes }) => (breaks ? Promise.reject(failure) : new Uint8Array(lengthBytes)),
    async close() {},
  }
}

describe('node/download/source', () => {
  /** Runs a source whose sessions are on these protocols in turn, all but the last of which break. */
  async function run(protocols: readonly TransferProtocol[]): Promise<(TransferProtocol | undefined)[]> {
    const clock = new FakeClock()
    const failedOn: (TransferProtocol | undefined)[] = []
    const missing = [0, 1, 2, 3]
    const done = new AbortController()
    const host: SourceHost = {
      ...{
        fileHash: FILE.fileHash,
        sizeBytes: FILE.sizeBytes,
        window: 1,
        maxPrice: undefined,
        bid: undefined,
        clock,
        log: silentLogger,
      },
      async connect(source) {
        const protocol = protocols[failedOn.length]
        if (protocol === undefined) throw new Error('it connects too often')
        failedOn.push(source.failedOn)
        const breaks = failedOn.length < protocols.length
        return createTransferClient(session(protocol, breaks), FILE, PAYEE)
      },
      abandon: (_source, client) => client.close(),
      openChannel: async () => Promise.reject(new Error('a free file needs no channel')),
      next() {
        const chunkIndex = missing.shift()
        return chunkIndex === undefined ? undefined : { chunkIndex, resend: false, hedge: false }
      },
      failed: (_source, chunkIndex) => void missing.unshift(chunkIndex),
      async received() {
        if (missing.length === 0) done.abort()
        return 'stored'
      },
      answered() {},
      joined() {},
      left() {},
      changed() {},
      sendsNoMore: () => expect.fail('nothing was paid for'),
      resort: () => expect.fail('nothing is bought'),
      ban: async (_source, what) => Promise.reject(new Error(what)),
      fatal: (error) => done.abort(error),
    }
    const source = new Source(TERMS, host, { chunks: 0, bytes: 0 })
    const running = source.run(done.signal)
    while (!done.signal.aborted) await clock.advance(1_000)
    await running
    expect(done.signal.reason).to.have.property('name', 'AbortError')
    return failedOn
  }

  it('asks a stranger for a few chunks at once, and gives it up when it breaks', async () => {
    const clock = new FakeClock()
    const asked: number[] = []
    let connections = 0
    const host: SourceHost = {
      ...{ ...FILE, window: 32, maxPrice: undefined, bid: undefined, clock, log: silentLogger },
      async connect() {
        connections++
        const breaking = session('bittorrent', true)
        const request = (): Promise<Uint8Array> => new Promise(() => {})
        return createTransferClient({ ...breaking, request, ended: broken.promise }, FILE, NOBODY)
      },
      abandon: (_source, client) => client.close(),
      openChannel: async () => Promise.reject(new Error('nobody opens a channel to a stranger')),
      next() {
        asked.push(asked.length)
        return { chunkIndex: asked.length - 1, resend: false, hedge: false }
      },
      received: async () => 'stored',
      ban: async (_source, what) => Promise.reject(new Error(what)),
      fatal: (error) => expect.fail(String(error)),
      ...{ answered() {}, joined() {}, failed() {}, left() {}, changed() {} },
      sendsNoMore: () => expect.fail('nothing was paid for'),
      resort: () => expect.fail('nothing is sold by a stranger'),
    }
    const broken = Promise.withResolvers<Error>()
    const terms = strangerTerms(strangerId('bittorrent', '192.0.2.7:6881'), {})
    const source = new Source(terms, host, { chunks: 0, bytes: 0 })
    const running = source.run(new AbortController().signal)
    await clock.advance(0)
    expect(asked).to.have.length(STRANGERS_WINDOW)
    broken.resolve(new ChiralError('STREAM_CLOSED', 'It left.'))
    await running
    expect([source.phase, connections]).to.deep.equal(['failed', 1])
  })

  for (const outcome of ['stored', 'had', 'wrong', 'fails'] as const)
    it(`gives the memory of a chunk back when it is done with it, and not before: ${outcome}`, async () => {
      const clock = new FakeClock()
      const bytes = chunkMemory.take(CHUNK_SIZE_BYTES)
      const [came, judged] = [Promise.withResolvers<void>(), Promise.withResolvers<typeof outcome>()]
      const done = new AbortController()
      let asked = 0
      const host: SourceHost = {
        ...{ ...FILE, window: 1, maxPrice: undefined, bid: undefined, clock, log: silentLogger },
        connect: async () =>
          createTransferClient({ ...session('http', false), request: async () => bytes }, FILE, PAYEE),
        abandon: async () => done.abort(),
        openChannel: async () => Promise.reject(new Error('a free file needs no channel')),
        next: () => (asked++ === 0 ? { chunkIndex: 0, resend: false, hedge: false } : undefined),
        async received() {
          came.resolve()
          const judgement = await judged.promise
          if (judgement === 'fails') throw new ChiralError('DISK_FULL', 'The disk is full.')
          return judgement
        },
        answered: () => done.abort(),
        ...{ joined() {}, failed() {}, left() {}, changed() {}, fatal() {} },
        sendsNoMore: () => expect.fail('nothing was paid for'),
        resort: () => expect.fail('nothing is bought'),
        ban: async (_source, what) => Promise.reject(new Error(what)),
      }
      const running = new Source(TERMS, host, { chunks: 0, bytes: 0 }).run(done.signal)
      await came.promise
      expect(chunkMemory.take(CHUNK_SIZE_BYTES).buffer).to.not.equal(bytes.buffer)
      judged.resolve(outcome)
      while (!done.signal.aborted) await clock.advance(1_000)
      await running
      const isBack = chunkMemory.take(CHUNK_SIZE_BYTES).buffer === bytes.buffer
      expect(isBack).to.equal(outcome !== 'fails')
    })

  it('says what broke, so that another way is tried next, whichever it was', async () => {
    expect(await run(['http', 'bitswap'])).to.deep.equal([undefined, 'http'])
    expect(await run(['bitswap', 'http'])).to.deep.equal([undefined, 'bitswap'])
    expect(await run(['http', 'bitswap', 'http'])).to.deep.equal([undefined, 'http', 'bitswap'])
  })
})
