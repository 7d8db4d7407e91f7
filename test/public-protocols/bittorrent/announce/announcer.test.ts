import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server as StockTracker } from 'bittorrent-tracker'
import { expect } from 'chai'
import {
  type AnnouncerParts,
  announceTo,
  createAnnouncer,
} from '../../../../src/public-protocols/bittorrent/announce/announcer.ts'
import {
  MAX_ANSWER_BYTES,
  MAX_INTERVAL_MS,
  MIN_INTERVAL_MS,
  RETRY_MS,
} from '../../../../src/public-protocols/bittorrent/announce/limits.ts'
import { trackerPeers } from '../../../../src/public-protocols/bittorrent/announce/tracker-peers.ts'
import { parseTrackerUrl } from '../../../../src/public-protocols/bittorrent/announce/tracker-url.ts'
import { encodeBencode } from '../../../../src/public-protocols/bittorrent/bencode.ts'
import { createTrackerMetrics } from '../../../../src/public-protocols/bittorrent/tracker/metrics.ts'
import { startTracker } from '../../../../src/public-protocols/bittorrent/tracker/tracker-server.ts'
import { type Clock, systemClock } from '../../../../src/system/clock.ts'
import { type Logger, silentLogger } from '../../../../src/system/logger.ts'
import { systemRandom } from '../../../../src/system/random.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { LOOPBACK_REACH } from '../../../support/webtorrent-seeder.ts'

const HOST = '127.0.0.1'

function id(number: number): string {
  return number.toString(16).padStart(40, '0')
}

const announcement = { infohash: id(1), peerId: id(2), port: 7_001, left: 0, event: 'started', wanted: 50 } as const

describe('bittorrent/announce', () => {
  const stack = new Map<string, () => Promise<void>>()

  afterEach(async () => {
    for (const stop of stack.values()) await stop()
    stack.clear()
  })

  function partsWith(clock: Clock = systemClock, log: Logger = silentLogger): AnnouncerParts {
    return { clock, random: systemRandom, log, reach: LOOPBACK_REACH }
  }

  /** A tracker that answers each request over HTTP as it is told. */
  async function httpTracker(answer: (response: ServerResponse, request: IncomingMessage) => void): Promise<string> {
    const server: Server = createServer((request, response) => answer(response, request))
    await new Promise<void>((done) => server.listen(0, HOST, done))
    stack.set('http', async () => {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    })
    return `http://${HOST}:${(server.address() as AddressInfo).port}/announce` // of TCP, so it has a port
  }

  /** A tracker that answers each packet over UDP as it is told. */
  async function udpTracker(answer: (packet: Buffer) => Uint8Array | undefined): Promise<string> {
    const socket: Socket = createSocket('udp4')
    socket.on('message', (packet, { port }) => {
      const bytes = answer(packet)
      if (bytes !== undefined) socket.send(bytes, port, HOST)
    })
    await new Promise<void>((done) => socket.bind(0, HOST, done))
    stack.set('udp', () => new Promise((done) => socket.close(done)))
    return `udp://${HOST}:${socket.address().port}`
  }

  async function codeAndText(promise: Promise<unknown>): Promise<string> {
    const error = await promise.then(
      () => new Error('nothing failed'),
      (reason: unknown) => reason,
    )
    expect(error).to.have.property('code', 'TRACKER_FAILED')
    return String(error)
  }

  describe('with a stock tracker', () => {
    let stock: StockTracker

    beforeEach(async () => {
      stock = new StockTracker({ http: true, udp: true, ws: false, stats: false })
      await new Promise<void>((done) => stock.listen(0, { http: HOST, udp: HOST, udp6: '::1' }, done))
      stack.set('stock', () => new Promise((done) => stock.close(done)))
    })

    for (const kind of ['http', 'udp'] as const)
      it(`announces over ${kind} and is told of others`, async () => {
        const port = (kind === 'http' ? stock.http : stock.udp4)?.address().port
        const tracker = parseTrackerUrl(`${kind}://${HOST}:${port}/announce`)
        const told = once(stock, 'start')
        await announceTo(tracker, partsWith())(announcement)
        expect((await told)[0]).to.equal(`${HOST}:7001`)
        const { peers, intervalMs } = await announceTo(
          tracker,
          partsWith(),
        )({ ...announcement, peerId: id(3), port: 7_002 })
        expect(peers).to.deep.include({ address: HOST, port: 7_001 })
        expect(intervalMs).to.equal(600_000)
      })
  })

  it('speaks with our own tracker', async () => {
    const parts = { clock: systemClock, random: systemRandom, log: silentLogger, metrics: createTrackerMetrics() }
    const own = await startTracker(parts, { host: HOST, port: 0 })
    stack.set('own', () => own.stop())
    for (const scheme of ['http', 'udp']) {
      const tracker = parseTrackerUrl(`${scheme}://${HOST}:${own.port}/announce`)
      await announceTo(tracker, partsWith())(announcement)
      const { peers } = await announceTo(tracker, partsWith())({ ...announcement, port: 7_002 })
      expect(peers, scheme).to.deep.equal([{ address: HOST, port: 7_001 }])
      await announceTo(tracker, partsWith())({ ...announcement, event: 'stopped' })
      await announceTo(tracker, partsWith())({ ...announcement, port: 7_002, event: 'stopped' })
      expect(own.peers()).to.equal(0)
    }
  })

  it('asks for peers, and signs off at once', async () => {
    const asked: (string | null)[] = []
    const url = await httpTracker((response, request) => {
      const query = new URL(request.url ?? '', 'http://tracker').searchParams
      asked.push(['event', 'left', 'port'].map((name) => query.get(name)).join(' '))
      response.end(encodeBencode({ interval: 60, peers: Uint8Array.of(192, 0, 2, 7, 0x1a, 0xe1) }))
    })
    const tracker = trackerPeers(parseTrackerUrl(url), { peerId: id(2), port: 9 }, partsWith())
    expect(await tracker.findPeers(id(1))).to.deep.equal([{ address: '192.0.2.7', port: 6_881 }])
    expect(asked).to.deep.equal(['started 1 9', 'stopped 1 9'])
    const stopped = AbortSignal.abort()
    const error = await tracker.findPeers(id(1), stopped).catch((reason: unknown) => reason)
    expect(error).to.have.property('code', 'CANCELLED')
  })

  it('gives the peers it was told of when the tracker does not hear that it is over', async () => {
    let requests = 0
    const url = await httpTracker((response) => {
      if (++requests > 1) return void response.destroy()
      response.end(encodeBencode({ interval: 60, peers: Uint8Array.of(192, 0, 2, 7, 0x1a, 0xe1) }))
    })
    const tracker = trackerPeers(parseTrackerUrl(url), { peerId: id(2), port: 9 }, partsWith())
    expect(await tracker.findPeers(id(1))).to.have.length(1)
    expect(requests).to.equal(2)
  })

  describe('with a tracker that answers rubbish', () => {
    const answers: readonly (readonly [what: string, body: Uint8Array])[] = [
      ['nothing', Buffer.alloc(0)],
      ['a web page', Buffer.from('<html>')],
      ['what makes a decoder loop', Buffer.from('l-3:')],
      ['no dictionary', Buffer.from('i1e')],
      ['lists without end', Buffer.from('l'.repeat(10_000))],
      ['peers that are cut off', encodeBencode({ interval: 1, peers: Buffer.alloc(7) })],
      ['too much', Buffer.alloc(MAX_ANSWER_BYTES + 1, 'x')],
      ['a reason', encodeBencode({ 'failure reason': 'go away\u001b[2J' })],
    ]

    for (const [what, body] of answers)
      it(`fails with a sentence: ${what}`, async () => {
        const url = await httpTracker((response) => response.end(body))
        const text = await codeAndText(announceTo(parseTrackerUrl(url), partsWith())(announcement))
        expect(text).to.match(/^[\x20-\x7e]*$/)
      })

    it('takes no host names, and keeps to its own idea of how often', async () => {
      const peers = [
        { ip: 'localhost', port: 1 },
        { ip: '198.51.100.1', port: 70_000 },
        { ip: '198.51.100.2', port: 7_003 },
      ]
      let interval = 1
      const url = await httpTracker((response) => response.end(encodeBencode({ interval, peers })))
      const first = await announceTo(parseTrackerUrl(url), partsWith())(announcement)
      expect(first).to.deep.equal({ intervalMs: MIN_INTERVAL_MS, peers: [{ address: '198.51.100.2', port: 7_003 }] })
      interval = 10 ** 9
      expect((await announceTo(parseTrackerUrl(url), partsWith())(announcement)).intervalMs).to.equal(MAX_INTERVAL_MS)
    })

    it('gives up when nothing comes over UDP, or only what it did not ask for', async () => {
      const clock = new FakeClock()
      let asked = 0
      const url = await udpTracker(() => {
        asked++
        return Buffer.alloc(16, 9)
      })
      let isOver = false
      const failed = codeAndText(announceTo(parseTrackerUrl(url), partsWith(clock))(announcement)).finally(() => {
        isOver = true
      })
      while (!isOver) await clock.advance(500)
      expect(await failed).to.contain('3 attempts')
      expect(asked).to.be.within(1, 3)
    })

    it('says what a tracker says over UDP', async () => {
      const url = await udpTracker((packet) =>
        Buffer.concat([Buffer.from([0, 0, 0, 3]), packet.subarray(12, 16), Buffer.from('no')]),
      )
      expect(await codeAndText(announceTo(parseTrackerUrl(url), partsWith())(announcement))).to.contain('it says "no"')
    })
  })

  describe('of what is shared', () => {
    const shared = (number: number) => ({ infohash: id(number), peerId: id(2), port: 7_001 })

    it('starts, goes on at the interval, and stops', async () => {
      const events: string[] = []
      const heard = new Set<() => void>()
      const url = await httpTracker((response, request) => {
        const query = new URLSearchParams(request.url?.split('?')[1])
        events.push(query.get('event') ?? 'again')
        for (const each of heard) each()
        response.end(encodeBencode({ interval: 100, peers: Buffer.alloc(0) }))
      })
      const count = (wanted: number): Promise<void> =>
        new Promise((resolve) => {
          const check = (): void => {
            if (events.length >= wanted) resolve()
          }
          heard.add(check)
          check()
        })
      const clock = new FakeClock()
      const announcer = createAnnouncer([parseTrackerUrl(url)], partsWith(clock))
      for (const number of [1, 2]) announcer.add(shared(number))
      while (events.length < 2) await clock.advance(1)
      await count(2)
      for (let waited = 0; waited < 100 || events.length < 4; waited++) await clock.advance(1_000)
      announcer.remove(id(1))
      await count(5)
      await announcer.stop()
      expect(events).to.deep.equal(['started', 'started', 'again', 'again', 'stopped', 'stopped'])
    })

    it('asks a tracker that fails less and less, and says so once', async () => {
      let asked = 0
      const url = await httpTracker((response) => {
        asked++
        response.end('rubbish')
      })
      const warnings: string[] = []
      const log: Logger = { ...silentLogger, warn: (_, message) => void warnings.push(message) }
      const clock = new FakeClock()
      const announcer = createAnnouncer([parseTrackerUrl(url)], partsWith(clock, log))
      stack.set('announcer', () => announcer.stop())
      for (let number = 0; number < 50; number++) announcer.add(shared(number))
      const begun = clock.monotonic()
      while (asked < 4) await clock.advance(1_000)
      // 15, 30 and 60 seconds lie between four attempts.
      expect(clock.monotonic() - begun).to.be.at.least(7 * RETRY_MS)
      expect(warnings).to.deep.equal(['A tracker cannot be told what is shared'])
    })
  })

  it('takes addresses of trackers and nothing else', () => {
    expect(parseTrackerUrl('wss://tracker.example')).to.include({ kind: 'websocket', port: 443 })
    expect(parseTrackerUrl('udp://[2001:db8::1]:6969/x')).to.include({
      kind: 'udp',
      hostname: '2001:db8::1',
      port: 6969,
    })
    for (const text of [
      '',
      'tracker.example',
      'ftp://192.0.2.1/',
      'udp://192.0.2.1',
      'http://a:b@192.0.2.1/',
      `http://192.0.2.1/${'x'.repeat(600)}`,
    ])
      expect(() => parseTrackerUrl(text), text)
        .to.throw()
        .with.property('code', 'DECODE_FAILED')
  })
})
