import { expect } from 'chai'
import { ZERO_WEI } from '../../../src/domain/amount.ts'
import { Bitfield } from '../../../src/domain/bitfield.ts'
import { CHUNK_SIZE_BYTES, chunkCount } from '../../../src/domain/chunk.ts'
import { ChiralError } from '../../../src/domain/errors.ts'
import { NOBODY, parseFileHash, peerIdText } from '../../../src/domain/ids.ts'
import type { TransferSession } from '../../../src/domain/transfer.ts'
import type { FreeDownload } from '../../../src/node/download/free-sources.ts'
import type { Source } from '../../../src/node/download/source.ts'
import { openStranger, strangerTerms } from '../../../src/node/download/stranger.ts'
import { createTransferClient } from '../../../src/node/download/transfer-client.ts'
import {
  ASK_AGAIN_MS,
  IDLE_MS,
  LEAST_MISSING_CHUNKS,
  MAX_AT_ONCE,
  RETRY_MS,
} from '../../../src/node/free-sources/limits.ts'
import { type PoolParts, StrangerPool } from '../../../src/node/free-sources/pool.ts'
import type { SwarmsToAsk } from '../../../src/node/free-sources/search.ts'
import { nameSeeder } from '../../../src/public-protocols/bittorrent/webrtc/webtorrent-endpoint.ts'
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
    webtorrent: {
      magnet: nameSeeder(`magnet:?xt=urn:btih:${INFOHASH}`, { peerId: 'a0'.repeat(20), fingerprint: 'f0'.repeat(32) }),
      trackers: [],
    },
    ed2k: { link: LINK, address: '192.0.2.1:4662' },
  },
}

const TRACKER = 'wss://tracker.example/'
const placeName = (place: number): string => `webtorrent:${INFOHASH.slice(0, 8)}@tracker.example/${place}`

/** Of somebody who has everything and is asked for nothing. */
function sessionOf(
  protocol: TransferSession['protocol'],
  ended: TransferSession['ended'] = new Promise(() => {}),
): TransferSession {
  return {
    ...{ protocol, ended, have: Bitfield.full(chunkCount(FILE.sizeBytes)) },
    request: async () => Promise.reject(new Error('nothing is asked for')),
    async close() {},
  }
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
    options: {
      held?: number
      answers?: readonly string[]
      parts?: Partial<PoolParts>
      seeders?: FreeDownload['file']['seeders']
    } = {},
  ): Run {
    const clock = new FakeClock()
    const { held = 0, answers = [], parts, seeders = [SELLER] } = options
    const [dialed, sources, fatal]: [string[], Source[], unknown[]] = [[], [], []]
    const over = new AbortController()
    const flow: FreeDownload['flow'] = {
      ...{ ...FILE, window: 8, maxPrice: undefined, bid: undefined, clock, log: silentLogger },
      count: chunkCount(FILE.sizeBytes),
      held,
      addSource: (source) => void sources.push(source),
      dropSource: (source) => void sources.splice(sources.indexOf(source), 1),
      async connect({ terms }, signal) {
        dialed.push(terms.peerId)
        if (terms.meet !== undefined) return openStranger(terms, {}, FILE, signal)
        if (!answers.includes(terms.peerId)) throw new ChiralError('TRANSFER_FAILED', 'Nobody is there.')
        return createTransferClient(sessionOf('bittorrent'), FILE, NOBODY)
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
        ask: { torrents: [], signalling: [], kad: undefined, ...ask },
        meet: () => Promise.reject(new Error('nobody is to be met')),
        ...parts,
      },
      { job: { downloadId: 'one' }, file: { manifest: FILE, seeders }, flow, signal: over.signal },
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

  it('gives each place at a tracker on a WebSocket to somebody else, to no seller, and not again to who lied', async () => {
    const [seller, one, liar] = ['a0', 'b1', 'c2'].map((byte) => byte.repeat(20)) as [string, string, string] // as many as were mapped
    const gone = new Map<string, (reason: Error) => void>()
    const refused: string[] = []
    // Who answers next, whatever the place.
    const answers = [seller, one, one]
    const meet: PoolParts['meet'] = async ({ infohash, tracker, judge }) => {
      expect([infohash, tracker]).to.deep.equal([INFOHASH, TRACKER])
      const peerId = answers.shift()
      const verdict = peerId === undefined ? 'leave' : judge(peerId)
      if (peerId === undefined || verdict !== 'take') {
        if (peerId !== undefined) refused.push(`${verdict} ${peerId}`)
        throw new ChiralError('TRANSFER_FAILED', 'Nobody who is wanted answers.')
      }
      const ended = Promise.withResolvers<Error>()
      gone.set(peerId, ended.resolve)
      return sessionOf('webtorrent', ended.promise)
    }
    const { bittorrent, webtorrent } = SELLER.publicly
    const seeders = [{ ...SELLER, publicly: { bittorrent, webtorrent } }]
    const { pool, sources, clock, fatal } = start({ signalling: [TRACKER] }, { parts: { meet }, seeders })
    const used = (): string[] => sources.map(({ key }) => key)
    await clock.advance(0)
    expect(used()).to.deep.equal([placeName(2)])
    expect(refused).to.deep.equal([`another ${seller}`, `leave ${one}`])

    answers.push(liar, one)
    await clock.advance(RETRY_MS)
    expect(used()).to.deep.equal([placeName(2), placeName(1)])
    expect(refused.splice(2)).to.deep.equal([`leave ${one}`])

    sources.find(({ key }) => key === placeName(1))?.banned('It sent a wrong chunk.')
    gone.get(one)?.(new Error('It is gone.'))
    await clock.advance(0)
    expect(used()).to.deep.equal([])

    answers.push(liar, one)
    await clock.advance(RETRY_MS)
    expect(refused.splice(2)).to.deep.equal([`leave ${liar}`])
    expect(used(), 'who left may come back').to.have.length(1)
    await pool.stop()
    expect(fatal).to.deep.equal([])
  })
})
