import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import Wire from 'bittorrent-protocol'
import { expect } from 'chai'
import { Bitfield } from '../../../src/domain/bitfield.ts'
import { CHUNK_SIZE_BYTES } from '../../../src/domain/chunk.ts'
import { codeOf } from '../../../src/domain/errors.ts'
import { parseFileHash } from '../../../src/domain/ids.ts'
import type { TransferSession } from '../../../src/domain/transfer.ts'
import { openBittorrentTransfer } from '../../../src/public-protocols/bittorrent/bittorrent-transfer.ts'
import { HaveFeed } from '../../../src/public-protocols/bittorrent/have-feed.ts'
import { HAVE_EVERY_MS, MAX_HAVES_AT_ONCE } from '../../../src/public-protocols/bittorrent/limits.ts'
import type { HeldChunks } from '../../../src/public-protocols/bittorrent/served-torrents.ts'
import { createDownloaderMetrics } from '../../../src/public-protocols/downloader-metrics.ts'
import { systemClock } from '../../../src/system/clock.ts'
import { LOOPBACK_RULES, servePartsOf, startTestBittorrent, torrentsOf } from '../../support/bittorrent-seeder.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { INFOHASH, PEER_ID } from './by-hand.ts'

const CHUNKS = 3
const FILE = { fileHash: parseFileHash('22'.repeat(32)), sizeBytes: CHUNKS * CHUNK_SIZE_BYTES }
const GRANT = 'a grant of a payer'

describe('public-protocols/bittorrent/have-feed', () => {
  it('tells what came, once, so much at a time, until all is here', async () => {
    const clock = new FakeClock()
    const count = MAX_HAVES_AT_ONCE + 10
    let held: HeldChunks | undefined = new Bitfield(count)
    const told: (readonly number[])[] = []
    const feed = new HaveFeed({ clock, held: () => held, tell: (indexes) => told.push(indexes) })
    feed.begin(new Bitfield(count))
    await clock.advance(3 * HAVE_EVERY_MS)
    expect(told).to.deep.equal([])
    held = Bitfield.full(count)
    await clock.advance(5 * HAVE_EVERY_MS)
    expect(told.map(({ length }) => length)).to.deep.equal([MAX_HAVES_AT_ONCE, 10])
    expect(new Set(told.flat())).to.have.property('size', count)
    expect(clock.timers).to.equal(0)
  })

  it('ends when the file is not served any more, and when it is stopped', async () => {
    for (const end of ['gone', 'stopped'] as const) {
      const clock = new FakeClock()
      let held: HeldChunks | undefined = new Bitfield(2)
      const feed = new HaveFeed({ clock, held: () => held, tell: () => expect.fail('nothing is to be told') })
      feed.begin(new Bitfield(2))
      if (end === 'gone') held = undefined
      else feed.stop()
      await clock.advance(5 * HAVE_EVERY_MS)
      held = Bitfield.full(2)
      await clock.advance(5 * HAVE_EVERY_MS)
      expect(clock.timers).to.equal(0)
    }
  })

  describe('on a connection', function () {
    this.timeout(30_000)
    let held: Bitfield
    let seeder: Awaited<ReturnType<typeof startTestBittorrent>>
    const sockets = new Set<Socket>()
    const sessions = new Set<TransferSession>()

    async function start(isFree: boolean): Promise<void> {
      held = new Bitfield(CHUNKS)
      held.add(0)
      const torrent = { ...FILE, infohash: INFOHASH, isFree, held }
      const torrents = torrentsOf(torrent, async () => new Uint8Array(CHUNK_SIZE_BYTES), { grants: [GRANT] })
      seeder = await startTestBittorrent(servePartsOf(torrents, { clock: systemClock }))
    }

    afterEach(async () => {
      for (const session of sessions) await session.close()
      for (const socket of sockets) socket.destroy()
      sessions.clear()
      sockets.clear()
      await seeder.stop()
    })

    async function leech(grant?: string): Promise<TransferSession> {
      const session = await openBittorrentTransfer(
        { infohash: INFOHASH, addresses: [`127.0.0.1:${seeder.port}`] },
        FILE,
        {
          ...{ rules: LOOPBACK_RULES, clock: systemClock, random: seededRandom('leecher'), grant },
          metrics: createDownloaderMetrics('bittorrent'),
        },
      )
      sessions.add(session)
      return session
    }

    async function stockWire(): Promise<Wire> {
      const socket = connect({ host: '127.0.0.1', port: seeder.port })
      sockets.add(socket.on('error', () => {}))
      const wire = new Wire('tcpOutgoing')
      socket.pipe(wire).pipe(socket)
      wire.handshake(INFOHASH, Buffer.from(PEER_ID), { fast: true })
      await once(wire, 'bitfield')
      return wire
    }

    it('a stock client hears of a chunk that came', async () => {
      await start(true)
      const wire = await stockWire()
      expect(wire.peerPieces.get(1)).to.equal(false)
      const have = once(wire, 'have')
      held.add(1)
      expect((await have)[0]).to.equal(1)
    })

    for (const by of ['anybody', 'a payer'] as const)
      it(`${by} gets from us a chunk that came after the handshake`, async () => {
        await start(by === 'anybody')
        const session = await leech(by === 'anybody' ? undefined : GRANT)
        const ask = () => session.request({ chunkIndex: 2, lengthBytes: CHUNK_SIZE_BYTES })
        expect(await ask().catch((error: unknown) => codeOf(error))).to.equal('DONT_HAVE')
        held.add(2)
        // The session tells nobody that it heard: the timeout of the test ends this.
        while (session.have?.has(2) !== true) await new Promise((resolve) => setImmediate(resolve))
        expect(await ask()).to.have.length(CHUNK_SIZE_BYTES)
      })
  })
})
