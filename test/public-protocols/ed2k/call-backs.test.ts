import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect } from 'chai'
import type { Hello } from '../../../src/public-protocols/ed2k/hello.ts'
import {
  CALL_BACK_AFTER_MS,
  IDLE_TIMEOUT_MS,
  MAX_VAIN_CALLS,
  STOCK_DATA_BYTES,
  STOCK_PAUSE_MS,
} from '../../../src/public-protocols/ed2k/limits.ts'
import type { Ed2kSeeder } from '../../../src/public-protocols/ed2k/server.ts'
import { ScriptedPeer, stockClient } from '../../support/ed2k-peer.ts'
import { LEECHER, shelfOf, shelve, startTestSeeder } from '../../support/ed2k-seeder.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { type LoopbackServer, listenOnLoopback } from '../../support/loopback.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const CONTENT = seededRandom('call back').bytes(300_000)
const RANGE = { start: 0, end: STOCK_DATA_BYTES }

describe('public-protocols/ed2k: calling back', () => {
  let clock: FakeClock
  const called: ScriptedPeer[] = []
  const peers: ScriptedPeer[] = []
  let seeder: Ed2kSeeder
  let listener: LoopbackServer
  let hash: Awaited<ReturnType<typeof shelve>>['file']['hash']
  let callTaken = Promise.withResolvers<ScriptedPeer>()

  beforeEach(async () => {
    clock = new FakeClock()
    const shelved = await shelve(CONTENT)
    hash = shelved.file.hash
    seeder = await startTestSeeder(shelfOf(shelved), { clock })
    callTaken = Promise.withResolvers()
    listener = await listenOnLoopback(
      createServer((socket) => {
        const peer = new ScriptedPeer(socket)
        called.push(peer)
        callTaken.resolve(peer)
      }),
    )
  })
  afterEach(async () => {
    for (const { socket } of [...peers.splice(0), ...called.splice(0)]) socket.destroy()
    await seeder.stop()
    await listener.stop()
  })

  /** A client that listens, has a slot, and got some bytes. */
  async function served(over: Partial<Hello> = {}): Promise<ScriptedPeer> {
    const peer = await stockClient(seeder.port, '127.0.0.1', { ...LEECHER, port: listener.port, ...over })
    peers.push(peer)
    peer.say({ kind: 'ask-slot', hash })
    await peer.heard('slot')
    peer.say({ kind: 'ask-ranges', hash, ranges: [RANGE] })
    await peer.heard('data')
    return peer
  }

  /** As long as it takes to notice the silence, and to call. */
  async function silence(peer: ScriptedPeer): Promise<void> {
    await clock.advance(IDLE_TIMEOUT_MS)
    await peer.closed
    await clock.advance(CALL_BACK_AFTER_MS)
  }

  /** Whoever is called is called before this one is answered: both are on this machine, and the call went first. */
  async function calls(): Promise<number> {
    const socket = (await stockClient(seeder.port)).socket
    const closed = once(socket, 'close')
    socket.destroy()
    await closed
    return called.length
  }

  it('gives a slot to a client that fell silent while it was sent to, and goes on', async () => {
    await silence(await served())
    const peer = await callTaken.promise
    const [hello] = await peer.heard('hello')
    expect(hello?.hello.port).to.equal(seeder.port)
    expect(hello?.hello.nonce).to.equal(undefined)
    peer.say({ kind: 'hello-answer', hello: { ...LEECHER, port: listener.port } })
    await peer.heard('slot')
    peer.say({ kind: 'ask-ranges', hash, ranges: [{ ...RANGE, end: 2 * STOCK_DATA_BYTES }] })
    const [data] = await peer.heard('data')
    expect(data?.data).to.deep.equal(CONTENT.subarray(RANGE.start, RANGE.end))
    // It gets what follows more slowly than before. Whoever answers has begun to wait, and has sent what it had to.
    peer.say({ kind: 'ask-name', hash })
    await peer.heard('name')
    await clock.advance(2 * STOCK_PAUSE_MS - 1)
    peer.say({ kind: 'ask-name', hash })
    await peer.heard('name', 2)
    expect(peer.messages.filter(({ kind }) => kind === 'data').length).to.equal(1)
    await clock.advance(1)
    await peer.heard('data', 2)
  })

  it('calls three times who answers and asks for nothing, and nobody who cancels then', async () => {
    await silence(await served())
    for (let call = 1; call <= MAX_VAIN_CALLS; call++) {
      const peer = await callTaken.promise
      callTaken = Promise.withResolvers()
      peer.say({ kind: 'hello-answer', hello: { ...LEECHER, port: listener.port } })
      await peer.heard('slot')
      await silence(peer)
    }
    expect(await calls()).to.equal(MAX_VAIN_CALLS)
    await silence(await served())
    const peer = await callTaken.promise
    peer.say({ kind: 'hello-answer', hello: { ...LEECHER, port: listener.port } })
    await peer.heard('slot')
    peer.say({ kind: 'cancel' }, { kind: 'ask-name', hash })
    await peer.heard('name')
    await silence(peer)
    expect(await calls()).to.equal(MAX_VAIN_CALLS + 1)
  })

  it('ends the call when somebody else answers', async () => {
    await silence(await served())
    const peer = await callTaken.promise
    const userHash = LEECHER.userHash.map((byte) => byte ^ 1)
    peer.say({ kind: 'hello-answer', hello: { ...LEECHER, userHash } })
    await peer.closed
    expect(peer.messages.map(({ kind }) => kind)).to.deep.equal(['hello'])
  })

  it('calls nobody that ended it, has no port to call, is one of ours, or came back', async () => {
    const before = clock.timers
    const ended = await served()
    ended.socket.destroy()
    // The seeder waits for nothing of it any more.
    while (clock.timers > before) await new Promise((resolve) => setImmediate(resolve))
    await silence(ended)
    const cancelled = await served()
    cancelled.say({ kind: 'cancel' }, { kind: 'ask-name', hash })
    await cancelled.heard('name')
    await silence(cancelled)
    await silence(await served({ port: 0 }))
    await silence(await served({ port: 80 }))
    await silence(await served({ nonce: new Uint8Array(16) }))
    expect(await calls()).to.equal(0)
    const silent = await served()
    await clock.advance(IDLE_TIMEOUT_MS)
    await silent.closed
    await served()
    await clock.advance(CALL_BACK_AFTER_MS - 1_000)
    peers.at(-1)?.say({ kind: 'ask-name', hash }) // it is heard, and not idle
    await peers.at(-1)?.heard('name')
    await clock.advance(1_000)
    expect(await calls()).to.equal(0)
  })

  it('calls nobody once it stopped', async () => {
    const peer = await served()
    await clock.advance(IDLE_TIMEOUT_MS)
    await peer.closed
    const timers = clock.timers
    expect(timers).to.be.greaterThan(0)
    await seeder.stop()
    expect(clock.timers).to.be.lessThan(timers)
    await clock.advance(CALL_BACK_AFTER_MS)
    expect(called).to.deep.equal([])
  })
})
