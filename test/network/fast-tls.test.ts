import { createServer } from 'node:net'
import { TLSSocket } from 'node:tls'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import type { Libp2p } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { multiaddr } from '@multiformats/multiaddr'
import { expect } from 'chai'
import { createLibp2p, type Libp2pOptions } from 'libp2p'
import { Uint8ArrayList } from 'uint8arraylist'
import { toDuplexStream } from '../../src/network/duplex.ts'
import { fastTls } from '../../src/network/fast-tls.ts'
import { systemClock } from '../../src/system/clock.ts'
import { echo, readAll } from './nodes.ts'

type Encrypter = () => NonNullable<Libp2pOptions['connectionEncrypters']>[number]
const PROTOCOL = '/test/echo/1'
/** Of yamux: https://github.com/hashicorp/yamux/blob/master/spec.md */
const DATA_FRAME = 0
const DATA_FRAME_HEAD_BYTES = 12
/** What TLS 1.3 puts into one record: RFC 8446 §5.1 */
const RECORD_BYTES = 16_384

describe('network/fast-tls', () => {
  const nodes: Libp2p[] = []
  afterEach(async () => {
    await Promise.all(nodes.splice(0).map((node) => node.stop()))
  })

  async function start(encrypters: Encrypter[]): Promise<Libp2p> {
    const node = await createLibp2p({
      addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
      transports: [tcp()],
      connectionEncrypters: encrypters.map((encrypter) => encrypter()),
      streamMuxers: [yamux()],
      connectionManager: { inboundConnectionThreshold: 1_000 },
    })
    nodes.push(node)
    await node.handle(PROTOCOL, (stream) => echo(toDuplexStream(stream, systemClock)))
    return node
  }

  /** The stock encrypter under a connection whose fields are not what they were. */
  const blind: Encrypter = () => (components) => {
    const fast = fastTls()(components)
    const hide = <T extends object>(connection: T): T =>
      new Proxy(connection, {
        has: (target, key) => key !== 'socket' && Reflect.has(target, key),
        get: (target, key) => {
          const value: unknown = Reflect.get(target, key)
          return typeof value === 'function' && key !== 'log' ? value.bind(target) : value
        },
      })
    return {
      protocol: fast.protocol,
      secureInbound: (connection, options) => fast.secureInbound(hide(connection), options),
      secureOutbound: (connection, options) => fast.secureOutbound(hide(connection), options),
    }
  }

  const pairs: [string, Encrypter[], Encrypter[]][] = [
    ['fast to fast', [fastTls], [fastTls]],
    ['fast to stock', [fastTls], [tls]],
    ['stock to fast', [tls], [fastTls]],
    ['fallen back to fast', [blind], [fastTls]],
    ['fast to fallen back', [fastTls], [blind]],
    ['fast among noise', [fastTls, () => noise()], [() => noise(), fastTls]],
  ]
  for (const [name, dialing, listening] of pairs)
    it(`carries 16 MiB each way: ${name}`, async () => {
      const [dialer, listener] = await Promise.all([start(dialing), start(listening)])
      const connection = await dialer.dial(listener.getMultiaddrs())
      expect(connection.encryption).to.equal('/tls/1.0.0')
      expect(connection.remotePeer.equals(listener.peerId)).to.equal(true)
      const stream = toDuplexStream(await connection.newStream(PROTOCOL), systemClock)
      const sent = new Uint8Array(16 * 1024 * 1024).map((_, i) => (i * 31 + (i >> 9)) & 255)
      const received = readAll(stream)
      for (let i = 0; i < sent.byteLength; i += 262_144) await stream.send(sent.subarray(i, i + 262_144))
      await stream.close()
      expect(Buffer.compare(await received, sent)).to.equal(0)
    })

  it('sends no head of a frame alone', async () => {
    const [dialer, listener] = await Promise.all([start([fastTls]), start([fastTls])])
    const stream = toDuplexStream(await (await dialer.dial(listener.getMultiaddrs())).newStream(PROTOCOL), systemClock)
    const received = readAll(stream)
    const write = TLSSocket.prototype._write
    let heads = 0
    TLSSocket.prototype._write = function (chunk: Uint8Array, encoding, callback) {
      if (chunk.byteLength === DATA_FRAME_HEAD_BYTES && chunk[1] === DATA_FRAME) heads++
      return write.call(this, chunk, encoding, callback)
    }
    try {
      for (let sent = 0; sent < 10; sent++) {
        await stream.send(new Uint8ArrayList(new Uint8Array(9), new Uint8Array(8_000)))
        await new Promise((resolve) => setImmediate(resolve)) // the line is idle
      }
      await stream.close()
      expect(await received).to.have.length(10 * 8_009)
      expect(heads).to.equal(0)
    } finally {
      TLSSocket.prototype._write = write
    }
  })

  it('hands the records of one turn to the muxer together', async () => {
    const [dialer, listener] = await Promise.all([start([fastTls]), start([fastTls])])
    const stream = toDuplexStream(await (await dialer.dial(listener.getMultiaddrs())).newStream(PROTOCOL), systemClock)
    const received = readAll(stream)
    const { dispatchEvent } = EventTarget.prototype
    let messages = 0
    EventTarget.prototype.dispatchEvent = function (event) {
      if (event.type === 'message' && 'socket' in this && this.socket instanceof TLSSocket) messages++
      return dispatchEvent.call(this, event)
    }
    try {
      for (let sent = 0; sent < 8; sent++) await stream.send(new Uint8Array(16 * RECORD_BYTES))
      await stream.close()
      expect(await received).to.have.length(8 * 16 * RECORD_BYTES)
    } finally {
      EventTarget.prototype.dispatchEvent = dispatchEvent
    }
    // there and back again
    expect(messages).to.be.within(1, 2 * 8 * 16 - 1)
  })

  it('knows each of many peers by its own certificate', async () => {
    const listener = await start([fastTls])
    const dialers = await Promise.all(Array.from({ length: 4 }, () => start([fastTls])))
    for (const dialer of [...dialers, ...dialers]) {
      const opened = new Promise<string>((resolve) => {
        listener.addEventListener('connection:open', ({ detail }) => resolve(detail.remotePeer.toString()), {
          once: true,
        })
      })
      const connection = await dialer.dial(listener.getMultiaddrs())
      expect(connection.remotePeer.toString()).to.equal(listener.peerId.toString())
      expect(await opened).to.equal(dialer.peerId.toString())
      await connection.close()
    }
  })

  it('lets in nobody but the peer that was dialled', async () => {
    const [dialer, listener, other] = await Promise.all([start([fastTls]), start([fastTls]), start([fastTls])])
    const [address] = listener.getMultiaddrs()
    const wrong = address?.decapsulate('/p2p').encapsulate(`/p2p/${other.peerId}`)
    const dial = dialer.dial(wrong ?? [])
    expect(await dial.then(() => 'connected').catch(() => 'refused')).to.equal('refused')
    expect(dialer.getConnections()).to.have.length(0)
  })

  it('tells both ends when either closes, aborts or stops', async () => {
    for (const end of ['close', 'abort', 'stop']) {
      const [dialer, listener] = await Promise.all([start([fastTls]), start([fastTls])])
      const gone = new Promise((resolve) => listener.addEventListener('peer:disconnect', resolve, { once: true }))
      const goneHere = new Promise((resolve) => dialer.addEventListener('peer:disconnect', resolve, { once: true }))
      const connection = await dialer.dial(listener.getMultiaddrs())
      await toDuplexStream(await connection.newStream(PROTOCOL), systemClock).send(new Uint8Array(9))
      if (end === 'close') await connection.close()
      if (end === 'abort') connection.abort(new Error('enough'))
      if (end === 'stop') await dialer.stop()
      await gone
      if (end !== 'stop') await goneHere
      expect(listener.getConnections(), end).to.have.length(0)
    }
  })

  it('survives connections that are cut at any moment', async () => {
    const listener = await start([fastTls])
    // between the handshake and the muxer, where a blocked peer is sent away
    const refusing = await createLibp2p({
      addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
      transports: [tcp()],
      connectionEncrypters: [fastTls()],
      streamMuxers: [yamux()],
      connectionManager: { inboundConnectionThreshold: 1_000 },
      connectionGater: { denyInboundEncryptedConnection: () => true },
    })
    nodes.push(refusing)
    const dialer = await start([fastTls])
    for (let i = 0; i < 40; i++) {
      await dialer.dial(refusing.getMultiaddrs()).catch(() => undefined)
      const connection = await dialer.dial(listener.getMultiaddrs())
      const stream = toDuplexStream(await connection.newStream(PROTOCOL), systemClock)
      const sending = stream.send(new Uint8Array(300_000)).catch(() => undefined)
      if (i % 2 === 0) await new Promise((resolve) => setImmediate(resolve))
      const [inbound] = listener.getConnections()
      if (i % 4 < 2) connection.abort(new Error('cut here'))
      else inbound?.abort(new Error('cut there'))
      await sending
      await Promise.all([connection.close(), inbound?.close()])
    }
    expect(await dialer.dial(listener.getMultiaddrs())).to.have.property('status', 'open')
  })

  it('gives up a handshake that the other end does not answer', async () => {
    const silent = createServer(() => undefined)
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const address = silent.address()
    if (address === null || typeof address === 'string') throw new Error('the server listens on a port')
    const dialer = await start([fastTls])
    const dial = dialer.dial(multiaddr(`/ip4/127.0.0.1/tcp/${address.port}`), { signal: AbortSignal.timeout(200) })
    expect(await dial.then(() => 'connected').catch(() => 'refused')).to.equal('refused')
    silent.close()
  })
})
