import { once } from 'node:events'
import { expect } from 'chai'
import { WebSocket } from 'ws'
import { CHUNK_SIZE_BYTES } from '../../../../src/domain/chunk.ts'
import { codeOf } from '../../../../src/domain/errors.ts'
import type { TransferSession } from '../../../../src/domain/transfer.ts'
import { binary } from '../../../../src/public-protocols/bittorrent/signal-messages.ts'
import { MAX_PENDING, OFFER_BURST } from '../../../../src/public-protocols/bittorrent/webrtc/limits.ts'
import { RtcConnection } from '../../../../src/public-protocols/bittorrent/webrtc/rtc-connection.ts'
import type { WebtorrentEndpoint } from '../../../../src/public-protocols/bittorrent/webrtc/webtorrent-endpoint.ts'
import { openWebtorrentTransfer } from '../../../../src/public-protocols/bittorrent/webrtc/webtorrent-transfer.ts'
import { createDownloaderMetrics } from '../../../../src/public-protocols/downloader-metrics.ts'
import type { Gate } from '../../../../src/public-protocols/gate.ts'
import { type Clock, systemClock } from '../../../../src/system/clock.ts'
import { systemRandom } from '../../../../src/system/random.ts'
import { servePartsOf } from '../../../support/bittorrent-seeder.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { seededRandom } from '../../../support/seeded-random.ts'
import { swarmFile } from '../../../support/swarm-file.ts'
import {
  LOOPBACK_REACH,
  loopbackRtc,
  startTestTracker,
  startTestWebtorrent,
} from '../../../support/webtorrent-seeder.ts'

const CONTENT = seededRandom('webrtc').bytes(3 * CHUNK_SIZE_BYTES)
const FILE = swarmFile('film.mkv', CONTENT)
const { infohash } = FILE.torrent

describe('bittorrent/webrtc', () => {
  let stack: AsyncDisposableStack
  let tracker: Awaited<ReturnType<typeof startTestTracker>>

  beforeEach(async () => {
    stack = new AsyncDisposableStack()
    tracker = await startTestTracker()
    stack.defer(() => tracker.stop())
  })
  afterEach(() => stack.disposeAsync())

  function seed(trackers: readonly string[] = [tracker.url], file = FILE, gate?: Gate) {
    const parts = servePartsOf(file.torrents, { clock: systemClock, ...(gate && { gate }) })
    const started = startTestWebtorrent(parts, { clock: systemClock, trackers, infohash: file.torrent.infohash })
    stack.defer(() => started.seeder.stop())
    return started
  }

  async function connect(
    endpoint: WebtorrentEndpoint,
    clock: Clock = systemClock,
    signal?: AbortSignal,
  ): Promise<TransferSession> {
    const metrics = createDownloaderMetrics('webtorrent')
    const deps = {
      rtc: loopbackRtc(clock),
      resolve: LOOPBACK_REACH.resolve,
      clock,
      random: systemRandom,
      metrics,
      signal,
    }
    const session = await openWebtorrentTransfer(endpoint, FILE.torrent, deps)
    stack.defer(() => session.close())
    return session
  }

  function codeFrom(promise: Promise<unknown>): Promise<string | undefined> {
    return promise.then(
      () => undefined,
      (error: unknown) => codeOf(error),
    )
  }

  it('brings a chunk through the second tracker when the first is dead', async () => {
    const dead = await startTestTracker()
    await dead.stop()
    const session = await connect(seed([dead.url, tracker.url]).endpoint)
    const bytes = await session.request({ chunkIndex: 1, lengthBytes: CHUNK_SIZE_BYTES })
    expect(Buffer.compare(bytes, CONTENT.subarray(CHUNK_SIZE_BYTES, 2 * CHUNK_SIZE_BYTES))).to.equal(0)
  })

  it('takes nobody who has another certificate, whatever the peer id', async () => {
    const { endpoint } = seed()
    const magnet = endpoint.magnet.replace(/x\.chiral\.cert=[0-9a-f]{64}/, `x.chiral.cert=${'ab'.repeat(32)}`)
    const error = await connect({ ...endpoint, magnet }).catch((reason: unknown) => reason)
    expect(error).to.have.property('code', 'TRANSFER_FAILED')
    expect(error).to.have.nested.property('cause.code', 'CERTIFICATE_MISMATCH')
  })

  it('does not use an offer that does not say who the seeder is, or has no tracker of the scope', async () => {
    const { endpoint } = seed()
    const { magnet, trackers } = endpoint
    for (const bad of [
      { magnet: `magnet:?xt=urn:btih:${infohash}`, trackers },
      { magnet: magnet.replace('urn:btih', 'urn:sha1'), trackers },
      { magnet: 'rubbish', trackers },
      { magnet, trackers: [] },
      { magnet, trackers: ['ws://192.0.2.77:1/', 'udp://127.0.0.1:1', 'http://127.0.0.1:1/', 'x'] },
    ])
      expect(await codeFrom(connect(bad)), JSON.stringify(bad)).to.equal('ENDPOINT_REFUSED')
  })

  it('gives up when the seeder is not at its tracker, and when it is told to', async () => {
    const { endpoint } = seed()
    const magnet = endpoint.magnet.replace(infohash, '77'.repeat(20))
    const clock = new FakeClock()
    let isOver = false
    const failed = codeFrom(connect({ ...endpoint, magnet }, clock)).finally(() => {
      isOver = true
    })
    while (!isOver) await clock.advance(500)
    expect(await failed).to.equal('TRANSFER_FAILED')
    expect(await codeFrom(connect({ ...endpoint, magnet }, new FakeClock(), AbortSignal.timeout(50)))).to.equal(
      'CANCELLED',
    )
  })

  it('sends nothing of a file with a price to who shows no grant', async () => {
    const priced = swarmFile('film.mkv', CONTENT, { isFree: false })
    const gate: Gate = {
      admit: async () => {
        throw new Error('nobody without a grant gets so far')
      },
    }
    const session = await connect(seed([tracker.url], priced, gate).endpoint)
    expect(await codeFrom(session.request({ chunkIndex: 0, lengthBytes: CHUNK_SIZE_BYTES }))).to.equal(
      'PAYMENT_REQUIRED',
    )
  })

  it('is found again when its tracker was away', async () => {
    const port = tracker.port
    const { endpoint } = seed()
    await (await connect(endpoint)).close()
    await tracker.stop()
    tracker = await startTestTracker({ port })
    stack.defer(() => tracker.stop())
    const session = await connect(endpoint)
    expect((await session.request({ chunkIndex: 0, lengthBytes: CHUNK_SIZE_BYTES })).byteLength).to.equal(
      CHUNK_SIZE_BYTES,
    )
  })

  describe('flooded with offers', () => {
    async function flood({ magnet }: WebtorrentEndpoint, offers: readonly string[]): Promise<void> {
      const seeder = binary(/x\.chiral\.peer=([0-9a-f]{40})/.exec(magnet)?.[1] ?? '')
      const socket = new WebSocket(tracker.url, { maxPayload: 100_000, perMessageDeflate: false })
      stack.defer(async () => socket.terminate())
      await once(socket, 'open')
      for (const [index, sdp] of offers.entries()) {
        const id = binary(index.toString(16).padStart(40, '0'))
        const head = {
          action: 'announce',
          info_hash: binary(infohash),
          peer_id: binary('ee'.repeat(20)),
          to_peer_id: seeder,
        }
        socket.send(JSON.stringify({ ...head, offers: [{ offer: { type: 'offer', sdp }, offer_id: id }] }))
      }
    }

    it('goes on serving after rubbish', async () => {
      const { endpoint, seeder } = seed()
      await (await connect(endpoint)).close()
      await flood(endpoint, [
        'x',
        'v=0',
        'v=0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n',
        '\u0000'.repeat(100),
        'a=candidate:1',
      ])
      const session = await connect(endpoint)
      expect((await session.request({ chunkIndex: 0, lengthBytes: CHUNK_SIZE_BYTES })).byteLength).to.equal(
        CHUNK_SIZE_BYTES,
      )
      expect(seeder.connections()).to.be.at.least(1)
    })

    it('answers so many and no more, and counts the others', async () => {
      const own = new RtcConnection(loopbackRtc(systemClock))
      stack.defer(async () => own.close())
      const { sdp } = await own.offer()
      const { endpoint, refused, seeder } = seed()
      await (await connect(endpoint)).close()
      await flood(
        endpoint,
        Array.from({ length: 2 * OFFER_BURST }, () => sdp),
      )
      while (refused() < OFFER_BURST) await fetch(tracker.url.replace('ws', 'http'))
      expect(seeder.connections()).to.be.at.most(MAX_PENDING)
    })
  })
})
