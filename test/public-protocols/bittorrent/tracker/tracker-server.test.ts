import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { Client } from 'bittorrent-tracker'
import { expect } from 'chai'
import { PeerConnection } from 'node-datachannel'
import { WebSocket } from 'ws'
import { type BencodedDict, decodeBencode } from '../../../../src/public-protocols/bittorrent/bencode.ts'
import { binary } from '../../../../src/public-protocols/bittorrent/signal-messages.ts'
import { REQUEST_BURST } from '../../../../src/public-protocols/bittorrent/tracker/limits.ts'
import { createTrackerMetrics } from '../../../../src/public-protocols/bittorrent/tracker/metrics.ts'
import { startTracker, type Tracker } from '../../../../src/public-protocols/bittorrent/tracker/tracker-server.ts'
import { silentLogger } from '../../../../src/system/logger.ts'
import { systemRandom } from '../../../../src/system/random.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { fieldsOf } from '../../../support/json.ts'

const HOST = '127.0.0.1'
const INFOHASH = 'ab'.repeat(20)

function id(number: number): string {
  return number.toString(16).padStart(40, '0')
}

function escaped(hex: string): string {
  return hex.replace(/../g, '%$&')
}

describe('bittorrent/tracker/tracker-server', () => {
  let clock: FakeClock
  let tracker: Tracker
  const open: { destroy(done?: () => void): void }[] = []
  const counts = new Map<string, number>()
  let onRefused = (): void => {}

  beforeEach(async () => {
    clock = new FakeClock()
    counts.clear()
    const counter = ({ name }: { readonly name: string }) => ({
      inc: () => {
        counts.set(name, (counts.get(name) ?? 0) + 1)
        if (name === 'chiral_tracker_requests_refused_total') onRefused()
      },
    })
    const parts = { clock, random: systemRandom, log: silentLogger, metrics: createTrackerMetrics(counter) }
    tracker = await startTracker(parts, { host: HOST, port: 0 })
  })

  afterEach(async () => {
    for (const each of open.splice(0)) each.destroy()
    await tracker.stop()
  })

  /** A stock client; `port` is where it says it listens. */
  function stockClient(url: string, number: number): Client {
    const client = new Client({
      infoHash: INFOHASH,
      peerId: id(number),
      port: 7_000 + number,
      announce: [url],
      wrtc: false,
    })
    client.on('warning', () => {})
    open.push(client)
    return client
  }

  async function announced(client: Client, left: number): Promise<Readonly<Record<string, unknown>>> {
    const updated = once(client, 'update')
    client.start({ left })
    const [update] = await updated
    return fieldsOf(update)
  }

  for (const scheme of ['http', 'udp'])
    it(`brings stock clients together over ${scheme}`, async () => {
      const url = `${scheme}://${HOST}:${tracker.port}/announce`
      expect(await announced(stockClient(url, 1), 0)).to.include({ complete: 1, incomplete: 0 })
      const leecher = stockClient(url, 2)
      const found = once(leecher, 'peer')
      expect(await announced(leecher, 1_000)).to.include({ complete: 1, incomplete: 1 })
      expect((await found)[0]).to.equal(`${HOST}:7001`)
      const scraped = once(leecher, 'scrape')
      leecher.scrape()
      expect(fieldsOf((await scraped)[0])).to.include({ complete: 1, incomplete: 1 })
    })

  it('forgets a stock client that stops', async () => {
    const url = `http://${HOST}:${tracker.port}/announce`
    const client = stockClient(url, 1)
    await announced(client, 0)
    const stopped = once(client, 'update')
    client.stop()
    expect(fieldsOf((await stopped)[0])).to.include({ complete: 0 })
    expect(tracker.peers()).to.equal(0)
  })

  describe('over HTTP', () => {
    async function get(target: string): Promise<BencodedDict> {
      const response = await fetch(`http://${HOST}:${tracker.port}${target}`)
      const value = decodeBencode(new Uint8Array(await response.arrayBuffer()))
      if (!(value instanceof Map)) throw new Error('the answer is no dictionary')
      return value
    }

    it('refuses what is no announce with a reason', async () => {
      for (const target of [
        '/announce',
        `/announce?info_hash=abc&peer_id=${escaped(id(1))}&port=1`,
        `/announce?info_hash=${escaped(INFOHASH)}&peer_id=${escaped(id(1))}&port=0`,
        `/announce?info_hash=${escaped(INFOHASH)}&peer_id=${escaped(id(1))}&port=65536`,
        '/scrape',
      ])
        expect([...(await get(target)).keys()], target).to.deep.equal(['failure reason'])
      expect(tracker.peers()).to.equal(0)
    })

    it('shows no other page', async () => {
      for (const path of ['/stats', '/stats.json', '/'])
        expect((await fetch(`http://${HOST}:${tracker.port}${path}`)).status, path).to.equal(404)
      expect((await fetch(`http://${HOST}:${tracker.port}/announce`, { method: 'POST', body: 'x' })).status).to.equal(
        405,
      )
    })

    it('refuses an address that asks too often, until time has passed', async () => {
      const target = `/scrape?info_hash=${escaped(INFOHASH)}`
      for (let asked = 0; asked < REQUEST_BURST; asked++) await get(target)
      expect([...(await get(target)).keys()]).to.deep.equal(['failure reason'])
      await clock.advance(1_000)
      expect([...(await get(target)).keys()]).to.deep.equal(['files'])
    })
  })

  describe('by STUN', () => {
    const stunAnswers = (): number => counts.get('chiral_tracker_stun_answers_total') ?? 0

    it('tells an unmodified libdatachannel its address', async () => {
      const connection = new PeerConnection('asks', { iceServers: [`stun:${HOST}:${tracker.port}`] })
      try {
        const gathered = new Promise<void>((resolve) =>
          connection.onGatheringStateChange((state) => {
            if (state === 'complete') resolve()
          }),
        )
        connection.createDataChannel('any')
        await gathered
        expect(stunAnswers()).to.be.above(0)
      } finally {
        connection.close()
      }
    })

    it('tells whoever asks, and an address that asks too often nothing until time has passed', async () => {
      const socket = createSocket('udp4')
      open.push({ destroy: () => socket.close() })
      const request = Buffer.from(`000100002112a442${'7c'.repeat(12)}`, 'hex')
      const ask = async (): Promise<string> => {
        const answered = once(socket, 'message')
        socket.send(request, tracker.port, HOST)
        return (await answered)[0].toString('hex')
      }
      const answer = await ask()
      const port = (socket.address().port ^ 0x2112).toString(16).padStart(4, '0')
      expect(answer).to.equal(`0101000c2112a442${'7c'.repeat(12)}002000080001${port}5e12a443`)
      for (let asked = 1; asked < REQUEST_BURST; asked++) await ask()
      const refused = new Promise<void>((resolve) => {
        onRefused = resolve
      })
      socket.send(request, tracker.port, HOST)
      await refused
      await clock.advance(1_000)
      expect(await ask()).to.equal(answer)
      expect(stunAnswers()).to.equal(REQUEST_BURST + 1)
    })
  })

  describe('over UDP', () => {
    async function ask(...packets: readonly Uint8Array[]): Promise<Buffer> {
      const socket = createSocket('udp4')
      try {
        const answered = once(socket, 'message')
        for (const packet of packets) socket.send(packet, tracker.port, HOST)
        return (await answered)[0]
      } finally {
        socket.close()
      }
    }

    function request(connectionId: bigint, action: number, transaction: number, rest = Buffer.alloc(0)): Buffer {
      const head = Buffer.alloc(16)
      head.writeBigUInt64BE(connectionId, 0)
      head.writeUInt32BE(action, 8)
      head.writeUInt32BE(transaction, 12)
      return Buffer.concat([head, rest])
    }

    const PROTOCOL_ID = 0x41727101980n

    it('answers nobody who does not hold an id of its own, nor rubbish', async () => {
      // The first packet that gets an answer is the last one.
      const answer = await ask(
        Buffer.from('rubbish'),
        Buffer.alloc(2_000, 255),
        request(PROTOCOL_ID, 2, 1, Buffer.alloc(20)),
        request(0n, 0, 2),
        request(PROTOCOL_ID, 0, 3),
      )
      expect(answer.readUInt32BE(4)).to.equal(3)
    })

    it('takes the address an announce came from, not the one it names', async () => {
      const connectionId = (await ask(request(PROTOCOL_ID, 0, 1))).readBigUInt64BE(8)
      const body = Buffer.alloc(82)
      Buffer.from(INFOHASH, 'hex').copy(body)
      body.writeUInt32BE(0xc6336401, 68) // 198.51.100.1
      body.writeInt32BE(-1, 76)
      body.writeUInt16BE(7_001, 80)
      await ask(request(connectionId, 1, 2, body))
      const found = once(stockClientThatStarts(), 'peer')
      expect((await found)[0]).to.equal(`${HOST}:7001`)
    })

    function stockClientThatStarts(): Client {
      const client = stockClient(`udp://${HOST}:${tracker.port}`, 2)
      client.start({ left: 1 })
      return client
    }

    it('lets an id end', async () => {
      const connectionId = (await ask(request(PROTOCOL_ID, 0, 1))).readBigUInt64BE(8)
      const scrape = request(connectionId, 2, 2, Buffer.from(INFOHASH, 'hex'))
      expect((await ask(scrape)).readUInt32BE(0)).to.equal(2)
      await clock.advance(121_000)
      expect((await ask(scrape, request(PROTOCOL_ID, 0, 9))).readUInt32BE(4)).to.equal(9)
    })
  })

  describe('over WebSockets', () => {
    async function line(autoPong = true): Promise<WebSocket> {
      const url = `ws://${HOST}:${tracker.port}`
      const socket = new WebSocket(url, { maxPayload: 100_000, perMessageDeflate: false, autoPong })
      open.push({ destroy: () => socket.terminate() })
      await once(socket, 'open')
      return socket
    }

    async function heard(socket: WebSocket): Promise<Readonly<Record<string, unknown>>> {
      const [data] = await once(socket, 'message')
      return fieldsOf(JSON.parse(String(data)))
    }

    function say(socket: WebSocket, number: number, more: Readonly<Record<string, unknown>> = {}): void {
      const head = { action: 'announce', info_hash: binary(INFOHASH), peer_id: binary(id(number)), left: 1 }
      socket.send(JSON.stringify({ ...head, ...more }))
    }

    async function joined(number: number, autoPong?: boolean): Promise<WebSocket> {
      const socket = await line(autoPong)
      const answered = heard(socket)
      say(socket, number)
      expect(await answered).to.include({ action: 'announce' })
      return socket
    }

    /** Asks until so many peers are left: what a client sees of an end, the tracker sees a little later. */
    async function leaves(peers: number): Promise<void> {
      while (tracker.peers() !== peers) await fetch(`http://${HOST}:${tracker.port}/`)
    }

    const offer = (sdp: string, number: number) => ({ offer: { type: 'offer', sdp }, offer_id: binary(id(number)) })

    it('passes an offer to another peer and its answer back', async () => {
      const [a, b] = [await joined(1), await joined(2)]
      const passed = heard(b)
      const answered = heard(a)
      say(a, 1, { offers: [offer('the offer', 77)] })
      expect(await passed).to.deep.include({
        peer_id: binary(id(1)),
        offer: { type: 'offer', sdp: 'the offer' },
        offer_id: binary(id(77)),
      })
      expect(await answered).to.have.property('interval')
      const back = heard(a)
      const answer = { type: 'answer', sdp: 'the answer' }
      say(b, 2, { answer, offer_id: binary(id(77)), to_peer_id: binary(id(1)) })
      expect(await back).to.deep.include({ peer_id: binary(id(2)), answer })
    })

    it('passes an offer that is meant for one peer to that one', async () => {
      const asker = await joined(1)
      const others = await Promise.all([2, 3, 4, 5].map((number) => joined(number)))
      const misled = others.slice(1).map((socket) => once(socket, 'message').then(() => 'misled'))
      const meant = others[0]
      if (meant === undefined) throw new Error('nobody joined')
      const passed = once(meant, 'message').then(() => 'meant')
      say(asker, 1, { offers: [offer('for two', 9)], to_peer_id: binary(id(2)) })
      expect(await Promise.race([passed, ...misled])).to.equal('meant')
    })

    it('survives rubbish, tells why, and goes on', async () => {
      const [a, b] = [await joined(1), await joined(2)]
      for (const rubbish of [
        'no json',
        'null',
        '[]',
        '{"action":"announce"}',
        JSON.stringify({ action: 'announce', info_hash: binary(INFOHASH), peer_id: binary(id(1)), offers: [null] }),
        JSON.stringify({ action: 'announce', info_hash: '\u0100'.repeat(20), peer_id: binary(id(1)) }),
        JSON.stringify({
          action: 'announce',
          info_hash: binary(INFOHASH),
          peer_id: binary(id(1)),
          offers: Array(11).fill(offer('x', 1)),
        }),
      ]) {
        const told = heard(a)
        a.send(rubbish)
        expect(await told, rubbish.slice(0, 60))
          .to.have.property('failure reason')
          .that.is.a('string')
      }
      const passed = heard(b)
      say(a, 1, { offers: [offer('still here', 3)] })
      expect(await passed).to.have.property('offer')
    })

    it('ends a connection that sends too much at once', async () => {
      const socket = await joined(1)
      socket.on('error', () => {})
      const closed = once(socket, 'close')
      socket.send('x'.repeat(70_000))
      await closed
      await leaves(0)
    })

    it('forgets who leaves, and who does not answer a ping', async () => {
      const [a, mute] = [await joined(1), await joined(2, false)]
      const ended = once(mute, 'close')
      const closed = once(a, 'close')
      a.close()
      await closed
      await leaves(1)
      const pinged = once(mute, 'ping')
      await clock.advance(60_000)
      await pinged
      await clock.advance(60_000)
      await ended
      await leaves(0)
    })
  })

  it('counts what it takes, passes and refuses', async () => {
    await announced(stockClient(`http://${HOST}:${tracker.port}/announce`, 1), 0)
    await fetch(`http://${HOST}:${tracker.port}/announce`)
    expect(Object.fromEntries(counts)).to.deep.equal({
      chiral_tracker_announces_total: 1,
      chiral_tracker_requests_refused_total: 1,
    })
  })

  it('says when its port is taken', async () => {
    const parts = { clock, random: systemRandom, log: silentLogger, metrics: createTrackerMetrics() }
    const error = await startTracker(parts, { host: HOST, port: tracker.port }).catch((reason: unknown) => reason)
    expect(error).to.have.property('code', 'LISTEN_FAILED')
  })
})
