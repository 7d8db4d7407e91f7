import { once } from 'node:events'
import { connect } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { expect } from 'chai'
import { announceTo } from '../../../../src/public-protocols/bittorrent/announce/announcer.ts'
import { parseTrackerUrl } from '../../../../src/public-protocols/bittorrent/announce/tracker-url.ts'
import { binary, type SignalNotice } from '../../../../src/public-protocols/bittorrent/signal-messages.ts'
import {
  MAX_CONNECTIONS_PER_ADDRESS,
  REQUEST_TIMEOUT_MS,
} from '../../../../src/public-protocols/bittorrent/tracker/limits.ts'
import { createTrackerMetrics } from '../../../../src/public-protocols/bittorrent/tracker/metrics.ts'
import { startTracker, type Tracker } from '../../../../src/public-protocols/bittorrent/tracker/tracker-server.ts'
import {
  openSignalSocket,
  type SignalSocket,
} from '../../../../src/public-protocols/bittorrent/webrtc/signal-socket.ts'
import { systemClock } from '../../../../src/system/clock.ts'
import { silentLogger } from '../../../../src/system/logger.ts'
import { systemRandom } from '../../../../src/system/random.ts'
import { TestCertificate } from '../../../support/test-certificate.ts'
import { LOOPBACK_REACH } from '../../../support/webtorrent-seeder.ts'

const HOST = '127.0.0.1'
const INFOHASH = 'ab'.repeat(20)
const PARTS = { clock: systemClock, random: systemRandom, log: silentLogger }

function id(number: number): string {
  return number.toString(16).padStart(40, '0')
}

describe('bittorrent/tracker with TLS', () => {
  const certificate = new TestCertificate()
  const trusted = getCACertificates('default')
  let tls: { certificate: string; key: string }
  let tracker: Tracker
  const sockets: SignalSocket[] = []

  before(async () => {
    tls = await certificate.make()
  })

  after(() => certificate.remove())

  beforeEach(async () => {
    setDefaultCACertificates([...trusted, tls.certificate])
    tracker = await startTracker({ ...PARTS, metrics: createTrackerMetrics() }, { host: HOST, port: 0, tls })
  })

  afterEach(async () => {
    setDefaultCACertificates(trusted)
    for (const socket of sockets.splice(0)) socket.close()
    await tracker.stop()
  })

  const announce = (number: number, scheme = 'https') =>
    announceTo(parseTrackerUrl(`${scheme}://${HOST}:${tracker.port}/announce`), { ...PARTS, reach: LOOPBACK_REACH })({
      ...{ infohash: INFOHASH, peerId: id(number), port: 7_000 + number, left: 0, event: 'started', wanted: 50 },
    })

  /** A peer of the torrent, by our own client: what it hears, and a way to speak. */
  async function join(
    number: number,
  ): Promise<{ say(more: Readonly<Record<string, unknown>>): void; heard: AsyncIterator<SignalNotice> }> {
    const notices = new ReadableStream<SignalNotice>({
      async start(controller) {
        const socket = await openSignalSocket(`wss://localhost:${tracker.port}/`, {
          ...{ clock: systemClock, reach: LOOPBACK_REACH },
          heard: (notice) => controller.enqueue(notice),
          nonsense: (error) => controller.error(error),
        })
        sockets.push(socket)
        socket.send({ ...head(number), left: 1 })
      },
    })
    const heard = notices.values()
    expect((await heard.next()).value).to.have.property('interval')
    const socket = sockets.at(-1)
    return { heard, say: (more) => socket?.send({ ...head(number), ...more }) }
  }

  const head = (number: number) => ({
    action: 'announce',
    info_hash: binary(INFOHASH),
    peer_id: binary(id(number)),
  })

  it('is announced to over HTTPS by our own client', async () => {
    await announce(1)
    expect((await announce(2)).peers).to.deep.equal([{ address: HOST, port: 7_001 }])
  })

  it('answers over UDP on the same port', async () => {
    await announce(1)
    expect((await announce(2, 'udp')).peers).to.deep.equal([{ address: HOST, port: 7_001 }])
  })

  it('passes an offer and its answer over WSS between our own clients', async () => {
    const [a, b] = [await join(1), await join(2)]
    a.say({ left: 1, offers: [{ offer: { type: 'offer', sdp: 'the offer' }, offer_id: binary(id(7)) }] })
    const offered = (await b.heard.next()).value
    expect(offered).to.deep.include({ peer_id: id(1), offer: { type: 'offer', sdp: 'the offer' }, offer_id: id(7) })
    expect((await a.heard.next()).value).to.have.property('interval')
    const answer = { type: 'answer', sdp: 'the answer' }
    b.say({ answer, offer_id: binary(id(7)), to_peer_id: binary(id(1)) })
    expect((await a.heard.next()).value).to.deep.include({ peer_id: id(2), answer })
  })

  it('is not believed by clients that do not know who gave out its certificate', async () => {
    setDefaultCACertificates(trusted)
    const overHttps = await announce(1).catch((error: unknown) => error)
    expect(overHttps).to.have.property('code', 'TRACKER_FAILED')
    const overWss = await join(2).catch((error: unknown) => error)
    expect(overWss).to.have.property('code', 'TRACKER_FAILED')
    expect(tracker.peers()).to.equal(0)
  })

  it('speaks nothing without TLS', async () => {
    const plain = await announce(1, 'http').catch((error: unknown) => error)
    expect(plain).to.have.property('code', 'TRACKER_FAILED')
    expect(tracker.peers()).to.equal(0)
  })

  it('counts the connections of an address that never shakes hands', async () => {
    const silent = await Promise.all(
      Array.from({ length: MAX_CONNECTIONS_PER_ADDRESS }, async () => {
        const socket = connect(tracker.port, HOST)
        await once(socket, 'connect')
        return socket
      }),
    )
    const [first] = silent
    try {
      expect(await announce(1).catch((error: unknown) => error)).to.have.property('code', 'TRACKER_FAILED')
      first?.destroy()
      await eventually(() => announce(1))
    } finally {
      for (const socket of silent) socket.destroy()
    }
  })

  it('stops at once, whoever is in the midst of a handshake', async function () {
    this.timeout(REQUEST_TIMEOUT_MS - 1_000) // then the tracker would end the handshake in any case
    const silent = connect(tracker.port, HOST)
    await once(silent, 'connect')
    await announce(1) // the silent one came first, so the tracker has it
    const ended = once(silent, 'close')
    silent.resume()
    await tracker.stop()
    await ended
  })
})

/** Until it does not fail: the other side hears of an end a little later. */
async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt()
    } catch {
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
}
