import { connect as connectTcp } from 'node:net'
import { expect } from 'chai'
import { cidOf } from '../../src/domain/cid.ts'
import { codeOf } from '../../src/domain/errors.ts'
import { peerIdText } from '../../src/domain/ids.ts'
import { BOOTSTRAP_FIRST_REDIAL_MS, BOOTSTRAP_REDIAL_MS } from '../../src/network/limits.ts'
import type { Network } from '../../src/network/network.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { createNodes, echo, NEVER, readAll, until } from './nodes.ts'

const GHOST = peerIdText('12D3KooWJWoaqZhDaoEFshF7Rh1bpY9ohihFhzcW6d69Lr2NASuq')
const CID = cidOf('ab'.repeat(32))

async function codeOfRejection(promise: Promise<unknown>): Promise<string | undefined> {
  try {
    await promise
  } catch (error) {
    return codeOf(error) ?? String(error)
  }
  return 'nothing was thrown'
}

function portOf(network: Network): number {
  return Number(/\/tcp\/(\d+)/.exec(network.addresses()[0] ?? '')?.[1])
}

describe('network/libp2p-network', () => {
  const nodes = createNodes()
  afterEach(() => nodes.stop())

  it('tells dialable addresses that end in its own peer id', async () => {
    const node = await nodes.start()
    expect(node.addresses()).to.have.length(1)
    expect(node.addresses()[0]).to.match(new RegExp(`^/ip4/127\\.0\\.0\\.1/tcp/[1-9]\\d*/p2p/${node.peerId}$`))
  })

  it('announces the address it was given, and no other', async () => {
    const announced = '/ip4/127.0.0.1/tcp/4001'
    const node = await nodes.start({ announce: [announced] })
    expect(node.addresses()).to.deep.equal([`${announced}/p2p/${node.peerId}`])
  })

  it('keeps its peer id over a restart with the same key', async () => {
    const privateKeySeed = new Uint8Array(32).fill(77)
    const [first, second] = await Promise.all([nodes.create({ privateKeySeed }), nodes.create({ privateKeySeed })])
    expect(first?.peerId).to.equal(second?.peerId)
  })

  it('connects by address, over TLS, and tells both sides', async () => {
    const [a, b] = await Promise.all([nodes.start(), nodes.start()])
    const seen: string[] = []
    const unsubscribe = b.onConnect((peerId) => seen.push(peerId))
    expect(await a.connect({ addresses: a === b ? [] : b.addresses() }, NEVER)).to.equal(b.peerId)
    await until(() => seen.length === 1)
    expect(seen).to.deep.equal([a.peerId])
    expect(a.connections()).to.have.length(1)
    expect(a.connections()[0]).to.include({ peerId: b.peerId, direction: 'outbound', encrypter: '/tls/1.0.0' })
    // at the same time, as the health check of the connection pings whenever it likes
    for (const time of await Promise.all([1, 2, 3].map(() => a.ping(b.peerId, NEVER)))) expect(time).to.be.at.least(0)
    unsubscribe()
    const gone = new Promise<string>((resolve) => b.onDisconnect(resolve))
    await a.disconnect(b.peerId)
    expect(await gone).to.equal(a.peerId)
    expect(a.isConnected(b.peerId)).to.equal(false)
  })

  it('connects to the named peer or to nobody', async () => {
    const [a, b] = await Promise.all([nodes.start(), nodes.start()])
    const bare = b.addresses().map((address) => address.replace(/\/p2p\/.*/, ''))
    expect(await codeOfRejection(a.connect({ peerId: GHOST, addresses: bare }, NEVER))).to.equal('PEER_UNREACHABLE')
    expect(await codeOfRejection(a.connect({ peerId: GHOST, addresses: b.addresses() }, NEVER))).to.equal(
      'PEER_UNREACHABLE',
    )
    expect(await a.connect({ peerId: b.peerId, addresses: bare }, NEVER)).to.equal(b.peerId)
  })

  it('carries streams both ways with half-close', async () => {
    const [a, b] = await Promise.all([nodes.start(), nodes.start()])
    await b.handle('/test/echo/1', echo, { maxInboundStreams: 4 })
    await a.connect({ addresses: b.addresses() }, NEVER)
    const stream = await a.openStream(b.peerId, '/test/echo/1', NEVER)
    await stream.send(new TextEncoder().encode('hello '))
    await stream.send(new TextEncoder().encode('there'))
    await stream.close()
    await stream.close()
    expect(new TextDecoder().decode(await readAll(stream))).to.equal('hello there')
    expect(await codeOfRejection(stream.send(new Uint8Array(1)))).to.equal('STREAM_CLOSED')
  })

  it('says which protocol a peer does not speak', async () => {
    const [a, b] = await Promise.all([nodes.start(), nodes.start()])
    await a.connect({ addresses: b.addresses() }, NEVER)
    expect(await codeOfRejection(a.openStream(b.peerId, '/test/nobody/1', NEVER))).to.equal('PROTOCOL_UNSUPPORTED')
  })

  it('resets the stream of a handler that fails, and nothing else', async () => {
    const [a, b] = await Promise.all([nodes.start(), nodes.start()])
    await b.handle('/test/fail/1', async () => Promise.reject(new Error('no')), { maxInboundStreams: 4 })
    await a.connect({ addresses: b.addresses() }, NEVER)
    const stream = await a.openStream(b.peerId, '/test/fail/1', NEVER)
    expect(await codeOfRejection(readAll(stream))).to.equal('STREAM_RESET')
    expect(a.isConnected(b.peerId)).to.equal(true)
  })

  it('refuses a blocked peer in both directions', async () => {
    const [a, b] = await Promise.all([nodes.start(), nodes.start()])
    await a.connect({ addresses: b.addresses() }, NEVER)
    await b.blockPeer(a.peerId, Number.MAX_SAFE_INTEGER)
    await until(() => !a.isConnected(b.peerId))
    expect(await codeOfRejection(b.connect({ addresses: a.addresses() }, NEVER))).to.equal('PEER_BLOCKED')
    // the dialler may see a moment of connection before the refusal; a stream it never gets
    await a.connect({ addresses: b.addresses() }, NEVER).catch(() => undefined)
    expect(await codeOfRejection(a.ping(b.peerId, NEVER))).to.equal('PEER_UNREACHABLE')
    await until(() => !a.isConnected(b.peerId))
  })

  it('does not dial private addresses in public, but those its user gave', async () => {
    const b = await nodes.start()
    const stranger = await nodes.start({ scope: 'public', listen: [] })
    expect(await codeOfRejection(stranger.connect({ addresses: b.addresses() }, NEVER))).to.equal('PEER_UNREACHABLE')
    const friend = await nodes.start({ scope: 'public', listen: [], bootstrap: b.addresses() })
    await until(() => friend.isConnected(b.peerId))
  })

  it('survives whatever a stranger writes to its port', async () => {
    const [a, b] = await Promise.all([nodes.start(), nodes.start()])
    for (const bytes of [Buffer.alloc(100_000, 0xff), Buffer.from('GET / HTTP/1.1\r\n\r\n'), Buffer.alloc(0)]) {
      const socket = connectTcp(portOf(b), '127.0.0.1').on('error', () => undefined)
      await new Promise((resolve) => socket.once('connect', resolve))
      await new Promise((resolve) => socket.end(bytes, () => resolve(undefined)))
      socket.destroy()
    }
    expect(await a.connect({ addresses: b.addresses() }, NEVER)).to.equal(b.peerId)
  })

  it('takes many peers of one address at once', async () => {
    const hub = await nodes.start()
    const peers = await Promise.all(Array.from({ length: 12 }, () => nodes.start()))
    await Promise.all(peers.map((peer) => peer.connect({ addresses: hub.addresses() }, NEVER)))
    await until(() => hub.connections().length === 12)
  })
})

describe('network/dht', () => {
  const nodes = createNodes()
  afterEach(() => nodes.stop())

  it('finds providers that joined through a bootstrap peer', async () => {
    const bootstrap = (await nodes.start()).addresses()
    const [a, b, c] = await Promise.all([1, 2, 3].map(() => nodes.start({ bootstrap })))
    if (!a || !b || !c) throw new Error('three nodes were started')
    await Promise.all([a.ready(NEVER), b.ready(NEVER), c.ready(NEVER)])
    expect(await a.provide(CID, NEVER)).to.be.at.least(1)
    expect(await b.provide(CID, NEVER)).to.be.at.least(1)
    const found = await Array.fromAsync(c.findProviders(CID, NEVER))
    expect(found.map(({ peerId }) => peerId).sort()).to.deep.equal([a.peerId, b.peerId].sort())
    for (const { addresses } of found) expect(new Set(addresses).size).to.equal(addresses.length)
    expect(await c.connect(found[0] ?? { addresses: [] }, NEVER)).to.equal(found[0]?.peerId)
    expect(await Array.fromAsync(a.findProviders(CID, NEVER)), 'never itself').to.have.length(1)
  })

  it('answers at once when it is alone', async () => {
    const node = await nodes.start()
    await node.ready(NEVER)
    expect(await node.provide(CID, NEVER)).to.equal(0)
    expect(await Array.fromAsync(node.findProviders(CID, NEVER))).to.deep.equal([])
  })

  it('runs without its bootstrap peer and says that it cannot be reached', async () => {
    const gone = await nodes.start()
    const bootstrap = gone.addresses()
    await gone.stop()
    const [a, b] = await Promise.all([nodes.start({ bootstrap }), nodes.start()])
    expect(await codeOfRejection(a.ready(AbortSignal.timeout(300)))).to.equal('BOOTSTRAP_UNREACHABLE')
    expect(await a.connect({ addresses: b.addresses() }, NEVER)).to.equal(b.peerId)
  })

  it('says that a bootstrap peer serves another chain', async () => {
    const bootstrap = (await nodes.start({ dhtPrefix: '/chiral/1/ffffffff/kad/1' })).addresses()
    const node = await nodes.start({ bootstrap })
    await until(() => node.connections().length === 1)
    expect(await codeOfRejection(node.ready(AbortSignal.timeout(300)))).to.equal('BOOTSTRAP_OTHER_CHAIN')
  })

  it('dials a bootstrap peer again that was away', async () => {
    const privateKeySeed = new Uint8Array(32).fill(99)
    const first = await nodes.start({ privateKeySeed })
    const bootstrap = first.addresses()
    await first.stop()
    const clock = new FakeClock()
    const node = await nodes.start({ bootstrap, clock })
    await clock.advance(BOOTSTRAP_REDIAL_MS)
    const listen = bootstrap.map((address) => address.replace(/\/p2p\/.*/, ''))
    await nodes.start({ privateKeySeed, listen })
    while (node.connections().length === 0) {
      await clock.advance(BOOTSTRAP_REDIAL_MS)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    const ready = node.ready(NEVER)
    await until(() => node.routingTableSize() > 0)
    await clock.advance(100)
    await ready
  })

  it('dials one again soon that was not there yet', async () => {
    const privateKeySeed = new Uint8Array(32).fill(98)
    const early = await nodes.start({ privateKeySeed })
    const bootstrap = early.addresses()
    await early.stop()
    const clock = new FakeClock()
    const node = await nodes.start({ bootstrap, clock })
    await nodes.start({ privateKeySeed, listen: bootstrap.map((address) => address.replace(/\/p2p\/.*/, '')) })
    let waitedMs = 0
    while (node.connections().length === 0 && waitedMs < BOOTSTRAP_REDIAL_MS) {
      await clock.advance(BOOTSTRAP_FIRST_REDIAL_MS)
      waitedMs += BOOTSTRAP_FIRST_REDIAL_MS
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    expect(node.connections()).to.have.length(1)
    expect(waitedMs).to.be.below(BOOTSTRAP_REDIAL_MS)
  })

  it('refuses to start on a port that is taken, in one sentence', async () => {
    const taken = await nodes.start()
    const node = await nodes.create({ listen: [`/ip4/127.0.0.1/tcp/${portOf(taken)}`] })
    expect(await codeOfRejection(node.start())).to.equal('LISTEN_FAILED')
  })
})
