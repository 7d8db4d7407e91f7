import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import Wire from 'bittorrent-protocol'
import { expect } from 'chai'
import { Bitfield } from '../../../src/domain/bitfield.ts'
import { CHUNK_SIZE_BYTES, chunkLength } from '../../../src/domain/chunk.ts'
import { codeOf } from '../../../src/domain/errors.ts'
import { parseFileHash } from '../../../src/domain/ids.ts'
import { openBittorrentTransfer } from '../../../src/public-protocols/bittorrent/bittorrent-transfer.ts'
import { MAX_CONNECTIONS_PER_ADDRESS } from '../../../src/public-protocols/bittorrent/limits.ts'
import { createSeederMetrics } from '../../../src/public-protocols/bittorrent/metrics.ts'
import { startBittorrentSeeder } from '../../../src/public-protocols/bittorrent/server.ts'
import { createDownloaderMetrics } from '../../../src/public-protocols/downloader-metrics.ts'
import { systemClock } from '../../../src/system/clock.ts'
import { LOOPBACK_RULES, servePartsOf, startTestBittorrent, torrentsOf } from '../../support/bittorrent-seeder.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { INFOHASH, PEER_ID } from './by-hand.ts'

const CHUNKS = 4
const SIZE_BYTES = CHUNKS * CHUNK_SIZE_BYTES - 5
const CONTENT = seededRandom('server').bytes(SIZE_BYTES)
const FILE = { fileHash: parseFileHash('22'.repeat(32)), sizeBytes: SIZE_BYTES }

function contentOf(chunkIndex: number): Uint8Array {
  const start = chunkIndex * CHUNK_SIZE_BYTES
  return CONTENT.subarray(start, start + chunkLength(SIZE_BYTES, chunkIndex))
}

describe('public-protocols/bittorrent/server', () => {
  let seeder: Awaited<ReturnType<typeof startTestBittorrent>>
  let refused: number
  let reading: number
  let mostRead: number
  const sockets = new Set<Socket>()

  beforeEach(async () => {
    refused = 0
    reading = 0
    mostRead = 0
    const torrent = { ...FILE, infohash: INFOHASH, isFree: true, held: Bitfield.full(CHUNKS) }
    const torrents = torrentsOf(torrent, async (chunkIndex) => {
      reading++
      mostRead = Math.max(mostRead, reading)
      await new Promise((resolve) => setImmediate(resolve))
      reading--
      return contentOf(chunkIndex)
    })
    const metrics = { ...createSeederMetrics(), connectionsRefused: { inc: () => void refused++ } }
    seeder = await startTestBittorrent(servePartsOf(torrents, { clock: systemClock, metrics }))
  })
  afterEach(async () => {
    for (const socket of sockets) socket.destroy()
    sockets.clear()
    await seeder.stop()
  })

  async function dial(): Promise<Socket> {
    const socket = connect({ host: '127.0.0.1', port: seeder.port })
    sockets.add(socket.on('error', () => {}))
    await once(socket, 'connect')
    return socket
  }

  const endpoint = () => ({ infohash: INFOHASH, addresses: [`127.0.0.1:${seeder.port}`] })
  const deps = {
    rules: LOOPBACK_RULES,
    clock: systemClock,
    random: seededRandom('leecher'),
    metrics: createDownloaderMetrics('bittorrent'),
  }

  it('serves a client made of another implementation of the protocol, with and without extensions', async () => {
    for (const fast of [false, true]) {
      const socket = await dial()
      const wire = new Wire('tcpOutgoing')
      socket.pipe(wire).pipe(socket)
      wire.handshake(INFOHASH, Buffer.from(PEER_ID), { fast })
      wire.interested()
      await once(wire, 'unchoke')
      expect(wire.peerPieces.get(CHUNKS - 1)).to.equal(true)
      for (let chunkIndex = 0; chunkIndex < CHUNKS; chunkIndex++) {
        const length = chunkLength(SIZE_BYTES, chunkIndex)
        const blocks = Array.from({ length: Math.ceil(length / 16_384) }, (_, index) => {
          const size = Math.min(16_384, length - index * 16_384)
          return new Promise<Uint8Array>((resolve, reject) => {
            wire.request(chunkIndex, index * 16_384, size, (error, bytes) => (error ? reject(error) : resolve(bytes)))
          })
        })
        expect(Buffer.compare(Buffer.concat(await Promise.all(blocks)), contentOf(chunkIndex))).to.equal(0)
      }
      socket.destroy()
    }
  })

  it('is not worn down by fifty free riders: each gets the file, and few chunks are in memory', async () => {
    const riders = Array.from({ length: 50 }, async () => {
      const session = await openBittorrentTransfer(endpoint(), FILE, deps).catch((error: unknown) => codeOf(error))
      if (session === undefined || typeof session === 'string') return session
      const chunks = Array.from({ length: CHUNKS }, (_, chunkIndex) =>
        session.request({ chunkIndex, lengthBytes: chunkLength(SIZE_BYTES, chunkIndex) }),
      )
      const content = Buffer.concat(await Promise.all(chunks))
      await session.close()
      return Buffer.compare(content, CONTENT) === 0 ? 'whole' : 'wrong'
    })
    const outcomes = await Promise.all(riders)
    // All come from one address at once: those beyond its share are turned away, and may come back.
    expect(outcomes.filter((outcome) => outcome === 'whole').length).to.be.at.least(MAX_CONNECTIONS_PER_ADDRESS)
    expect(new Set(outcomes)).to.have.property('size').that.is.at.most(2)
    expect(outcomes).not.to.include('wrong')
    expect(mostRead).to.be.at.most(2 * MAX_CONNECTIONS_PER_ADDRESS)
  })

  it('ends connections of an address that has as many as it may, and takes others when they are gone', async () => {
    const first = await Promise.all(Array.from({ length: MAX_CONNECTIONS_PER_ADDRESS }, () => dial()))
    const over = await dial()
    await once(over, 'close')
    expect(refused).to.equal(1)
    first[0]?.destroy()
    for (;;) {
      const session = await openBittorrentTransfer(endpoint(), FILE, deps).catch(() => undefined)
      if (session === undefined) continue
      expect((await session.request({ chunkIndex: 0, lengthBytes: CHUNK_SIZE_BYTES })).byteLength).to.equal(
        CHUNK_SIZE_BYTES,
      )
      await session.close()
      break
    }
  })

  it('goes to addresses of its scope alone, and to the next where one does not answer', async () => {
    const open = (addresses: readonly string[]) => openBittorrentTransfer({ infohash: INFOHASH, addresses }, FILE, deps)
    for (const addresses of [
      [],
      ['10.0.0.1:6881'],
      ['localhost:6881'],
      ['127.0.0.1'],
      ['127.0.0.1:0'],
      ['127.0.0.1:99999'],
    ])
      expect(await open(addresses).catch(codeOf), `${addresses}`).to.equal('ENDPOINT_REFUSED')
    const gone = await startBittorrentSeeder(
      servePartsOf(
        torrentsOf({ ...FILE, infohash: INFOHASH, isFree: true, held: Bitfield.full(CHUNKS) }, async () =>
          contentOf(0),
        ),
        { clock: systemClock },
      ),
      { host: '127.0.0.1', port: 0 },
    )
    await gone.stop()
    const dead = `127.0.0.1:${gone.port}`
    expect(await open([dead]).catch(codeOf)).to.equal('TRANSFER_FAILED')
    const session = await open([dead, ...endpoint().addresses])
    await session.close()
  })

  it('says where it cannot listen', async () => {
    const parts = servePartsOf(
      torrentsOf({ ...FILE, infohash: INFOHASH, isFree: true, held: Bitfield.full(CHUNKS) }, async () => contentOf(0)),
      { clock: systemClock },
    )
    const taken = await startBittorrentSeeder(parts, { host: '127.0.0.1', port: seeder.port }).catch(codeOf)
    expect(taken).to.equal('LISTEN_FAILED')
  })
})
