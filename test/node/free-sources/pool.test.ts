import { expect } from 'chai'
import { ZERO_WEI } from '../../../src/domain/amount.ts'
import { Bitfield } from '../../../src/domain/bitfield.ts'
import { CHUNK_SIZE_BYTES, chunkCount } from '../../../src/domain/chunk.ts'
import { ChiralError } from '../../../src/domain/errors.ts'
import { NOBODY, parseFileHash, peerIdText } from '../../../src/domain/ids.ts'
import type { TransferSession } from '../../../src/domain/transfer.ts'
import type { FreeDownload } from '../../../src/node/download/free-sources.ts'
import type { Source } from '../../../src/node/download/source.ts'
import { strangerTerms } from '../../../src/node/download/stranger.ts'
import { createTransferClient } from '../../../src/node/download/transfer-client.ts'
import { ASK_AGAIN_MS, IDLE_MS, LEAST_MISSING_CHUNKS, MAX_AT_ONCE } from '../../../src/node/free-sources/limits.ts'
import { type PoolParts, StrangerPool } from '../../../src/node/free-sources/pool.ts'
import type { SwarmsToAsk } from '../../../src/node/free-sources/search.ts'
import { parseEd2kHash } from '../../../src/public-protocols/ed2k/ed2k-hash.ts'
import { formatEd2kLink } from '../../../src/public-protocols/ed2k/link.ts'
import { silentLogger } from '../../../src/system/logger.ts'
import { FakeClock } from '../../support/fake-clock.ts'

const FILE = { fileHash: parseFileHash('ab'.repeat(32)), sizeBytes: 100 * CHUNK_SIZE_BYTES }
const INFOHASH = 'cd'.repeat(20)
const HASH = parseEd2kHash('ef'.repeat(16))
const LINK = formatEd2kLink({
  name: 'a film.mkv',
  sizeBytes: FILE.sizeBytes,
  hash: HASH,
  sources: [{ host: '192.0.2.30', port: 4_662 }],
})
const SELLER = {
  ...strangerTerms(peerIdText('12D3KooWSeller'), {}),
  publicly: {
    bittorrent: { infohash: INFOHASH, addresses: ['192.0.2.1:6881'] },
    ed2k: { link: LINK, address: '192.0.2.1:4662' },
  },
}

const at = (last: number, port = 6_881) => ({ address: `192.0.2.${last}`, port })

describe('node/free-sources/pool', () => {
  interface Run {
    readonly clock: FakeClock
    readonly pool: StrangerPool
    /** Whom a connection was tried to, in order. */
    readonly dialed: string[]
    readonly sources: Source[]
    readonly fatal: unknown[]
    readonly over: AbortController
  }

  /** A download whose strangers hold everything and are asked for nothing; `answers`: those that can be reached. */
  function start(
    ask: Partial<SwarmsToAsk>,
    options: { held?: number; answers?: readonly string[]; parts?: Partial<PoolParts> } = {},
  ): Run {
    const clock = new FakeClock()
    const { held = 0, answers = [], parts } = options
    const [dialed, sources, fatal]: [string[], Source[], unknown[]] = [[], [], []]
    const over = new AbortController()
    const flow: FreeDownload['flow'] = {
      ...{ ...FILE, window: 8, maxPrice: undefined, bid: undefined, clock, log: silentLogger },
      count: chunkCount(FILE.sizeBytes),
      held,
      addSource: (source) => void sources.push(source),
      dropSource: (source) => void sources.splice(sources.indexOf(source), 1),
      async connect({ terms }) {
        dialed.push(terms.peerId)
        if (!answers.includes(terms.peerId)) throw new ChiralError('TRANSFER_FAILED', 'Nobody is there.')
        const session: TransferSession = {
          protocol: 'bittorrent',
          have: Bitfield.full(chunkCount(FILE.sizeBytes)),
          ended: new Promise(() => {}),
          request: async () => Promise.reject(new Error('nothing is asked for')),
          async close() {},
        }
        return createTransferClient(session, FILE, NOBODY)
      },
      next: () => undefined,
      abandon: (_source, client) => client.close(),
      openChannel: async () => Promise.reject(new Error('nobody opens a channel to a stranger')),
      received: async () => 'stored',
      ban: async () => {},
      fatal: (error) => void fatal.push(error),
      ...{ answered() {}, joined() {}, failed() {}, left() {}, changed() {} },
      sendsNoMore: () => expect.fail('nothing was paid for'),
      resort: () => expect.fail('nothing is sold by a stranger'),
    }
    const bans = { bannedUntil: () => undefined }
    const store = { sources: () => [] }
    const pool = new StrangerPool(
      {
        ...{ clock, log: silentLogger, bans, store, allows: () => true },
        ask: { torrents: [], kad: undefined, ...ask },
        ...parts,
      },
      { job: { downloadId: 'one' }, file: { manifest: FILE, seeders: [SELLER] }, flow, signal: over.signal },
    )
    return { clock, pool, dialed, sources, fatal, over }
  }

  it('asks trackers for the torrent and Kad for the hash that the sellers name, and takes the sources of the link', async () => {
    const asked: unknown[] = []
    const torrents = [
      {
        async findPeers(infohash: string) {
          asked.push(infohash)
          return [at(10), at(1), at(11)]
        },
      },
      { findPeers: async () => Promise.reject(new ChiralError('TRACKER_FAILED', 'It is away.')) },
    ]
    const kad = {
      async findSources(target: string, sizeBytes: number) {
        asked.push(target, sizeBytes)
        return [{ address: '192.0.2.20', tcpPort: 4_662, udpPort: 0 }]
      },
    }
    const { pool, dialed, clock, fatal } = start({ torrents, kad })
    await clock.advance(0)
    await pool.stop()
    expect(asked).to.have.members([INFOHASH, HASH, FILE.sizeBytes])
    // Not the seller itself, whom the tracker names as well.
    expect(dialed).to.have.members([
      'bittorrent:192.0.2.10:6881',
      'bittorrent:192.0.2.11:6881',
      'ed2k:192.0.2.20:4662',
      'ed2k:192.0.2.30:4662',
    ])
    expect(fatal).to.deep.equal([])
  })

  it('goes nowhere that its scope does not allow, and to nobody who is banned', async () => {
    const torrents = [{ findPeers: async () => [at(10), at(11), at(12)] }]
    const { pool, dialed, clock } = start(
      { torrents },
      {
        parts: {
          allows: (host) => host !== '192.0.2.11',
          bans: { bannedUntil: (peerId) => (peerId === 'bittorrent:192.0.2.12:6881' ? 1 : undefined) },
        },
      },
    )
    await clock.advance(0)
    await pool.stop()
    expect(dialed).to.have.members(['bittorrent:192.0.2.10:6881', 'ed2k:192.0.2.30:4662'])
  })

  it('asks again after a while, and not when little is missing', async () => {
    let asked = 0
    const findPeers = async (): Promise<[]> => {
      asked++
      return []
    }
    const torrents = [{ findPeers }]
    const { pool, clock } = start({ torrents })
    await clock.advance(0)
    expect(asked).to.equal(1)
    await clock.advance(ASK_AGAIN_MS)
    expect(asked).to.equal(2)
    await pool.stop()
    await clock.advance(10 * ASK_AGAIN_MS)
    expect(asked).to.equal(2)
    const nearlyDone = start({ torrents }, { held: chunkCount(FILE.sizeBytes) - LEAST_MISSING_CHUNKS + 1 })
    await nearlyDone.clock.advance(ASK_AGAIN_MS)
    await nearlyDone.pool.stop()
    expect(asked).to.equal(2)
  })

  it('lets one who has nothing to do make place for one who waits', async () => {
    const names = Array.from({ length: MAX_AT_ONCE + 1 }, (_, index) => 10 + index)
    const torrents = [{ findPeers: async () => names.map((last) => at(last)) }]
    const all = [...names.map((last) => `bittorrent:192.0.2.${last}:6881`), 'ed2k:192.0.2.30:4662']
    const { pool, dialed, sources, clock } = start({ torrents }, { answers: all })
    await clock.advance(0)
    await clock.advance(IDLE_MS)
    expect(dialed).to.have.length(MAX_AT_ONCE)
    await clock.advance(IDLE_MS)
    expect(dialed).to.have.members(all)
    expect(sources, 'the others stayed').to.have.length(MAX_AT_ONCE)
    await pool.stop()
  })

  it('shows who brings something or may, and lets all go when the download is over', async () => {
    const torrents = [{ findPeers: async () => [at(10), at(11)] }]
    const { pool, sources, clock, over } = start({ torrents }, { answers: ['bittorrent:192.0.2.10:6881'] })
    await clock.advance(0)
    expect(pool.sources().map(({ terms }) => terms.peerId)).to.deep.equal(['bittorrent:192.0.2.10:6881'])
    const [view] = pool.sources().map((source) => source.view({ amount: ZERO_WEI, vouchers: 0 }))
    expect(view).to.include({ phase: 'idle', payee: NOBODY, pricePerMiB: 0n, paid: 0n })
    expect(sources).to.have.length(1)
    over.abort()
    await pool.stop()
    expect(sources).to.deep.equal([])
    expect(clock.timers).to.equal(0)
  })
})
