import { createServer } from 'node:net'
import { expect } from 'chai'
import type { Ed2kHash } from '../../../src/public-protocols/ed2k/ed2k-hash.ts'
import { type Hello, userHashOf } from '../../../src/public-protocols/ed2k/hello.ts'
import {
  HELLO_TIMEOUT_MS,
  MAX_KEPT_PLACES_PER_ADDRESS,
  MAX_SLOTS,
  MAX_SLOTS_PER_ADDRESS,
  MESSAGE_BURST,
  SLOT_COST_MESSAGES,
} from '../../../src/public-protocols/ed2k/limits.ts'
import type { Message } from '../../../src/public-protocols/ed2k/messages.ts'
import { createSeederMetrics } from '../../../src/public-protocols/ed2k/metrics.ts'
import type { Ed2kSeeder } from '../../../src/public-protocols/ed2k/server.ts'
import { createMetrics, type Metrics } from '../../../src/system/metrics.ts'
import { type ScriptedListener, type ScriptedPeer, scriptedListener, stockClient } from '../../support/ed2k-peer.ts'
import { LEECHER, shelfOf, shelve, startTestSeeder } from '../../support/ed2k-seeder.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { listenOnLoopback } from '../../support/loopback.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const CONTENT = seededRandom('queue').bytes(20_000)
const random = seededRandom('users')

/** A client that is not ours, and listens at a port where the seeder finds it. */
function client(port: number): Omit<Hello, 'nonce'> {
  return { ...LEECHER, userHash: userHashOf(random.bytes(16)), port }
}

describe('public-protocols/ed2k: places over connections', () => {
  let clock: FakeClock
  let seeder: Ed2kSeeder
  let hash: Ed2kHash
  let measured: Metrics
  const peers: ScriptedPeer[] = []
  const listeners: ScriptedListener[] = []
  /** Those who have all slots. */
  let taking: ScriptedPeer[] = []
  let isOver = false

  beforeEach(async () => {
    isOver = false
    clock = new FakeClock()
    measured = createMetrics()
    const shelved = await shelve(CONTENT)
    hash = shelved.file.hash
    const metrics = createSeederMetrics((options) => measured.counter(options))
    seeder = await startTestSeeder(shelfOf(shelved), { clock, metrics })
    taking = await Promise.all(
      Array.from({ length: MAX_SLOTS }, (_, index) => {
        const address = `127.0.0.${2 + Math.floor(index / MAX_SLOTS_PER_ADDRESS)}`
        return asks(client(0), 'slot', address)
      }),
    )
  })
  afterEach(async () => {
    isOver = true
    for (const { socket } of peers.splice(0)) socket.destroy()
    await seeder.stop()
    for (const listener of listeners.splice(0)) await listener.stop()
  })

  /** The seeder tells nobody. A test that failed waits no longer. */
  async function until(isSo: () => boolean): Promise<void> {
    while (!isSo() && !isOver) await new Promise((resolve) => setImmediate(resolve))
  }

  async function asks(hello: Hello, gets: 'slot' | 'rank', address?: string): Promise<ScriptedPeer> {
    const peer = await stockClient(seeder.port, address, hello)
    peers.push(peer)
    peer.say({ kind: 'ask-slot', hash })
    await peer.heard(gets)
    return peer
  }

  /** Asks, is told that it waits, and goes; resolves when the seeder has seen that. */
  async function waitsAway(hello: Hello, address?: string): Promise<void> {
    const peer = await asks(hello, 'rank', address)
    const { connected } = seeder.waiting()
    peer.socket.destroy()
    await until(() => seeder.waiting().connected < connected)
  }

  async function listen(): Promise<ScriptedListener> {
    const listener = await scriptedListener()
    listeners.push(listener)
    return listener
  }

  function free(): void {
    taking.pop()?.say({ kind: 'cancel' })
  }

  /** Calls made, answered, and failed. */
  function calls(): number[] {
    return ['made', 'answered', 'failed'].map((what) =>
      Number(new RegExp(`^chiral_ed2k_calls_${what}_total (\\d+)$`, 'm').exec(measured.render())?.[1]),
    )
  }

  it('calls a client that waited and went away when its turn has come, and sends it what it asks for', async () => {
    const home = await listen()
    const self = client(home.port)
    await waitsAway(self)
    expect(seeder.waiting()).to.deep.equal({ connected: 0, away: 1 })
    expect(calls()).to.deep.equal([0, 0, 0])
    free()
    const peer = await home.next()
    const [hello] = await peer.heard('hello')
    expect(hello?.hello.port).to.equal(seeder.port)
    // Its slot is kept for it.
    await asks(client(0), 'rank')
    peer.say({ kind: 'hello-answer', hello: self })
    await peer.heard('slot')
    peer.say({ kind: 'ask-ranges', hash, ranges: [{ start: 0, end: 10_000 }] })
    expect((await peer.heard('data'))[0]?.data).to.deep.equal(CONTENT.subarray(0, 10_000))
    expect(calls()).to.deep.equal([1, 1, 0])
    expect(seeder.waiting()).to.deep.equal({ connected: 1, away: 0 })
  })

  it('gives a client that comes back its place, and its turn on that connection', async () => {
    const home = await listen()
    const first = client(home.port)
    await waitsAway(first)
    const second = await asks(client(0), 'rank')
    expect(second.messages.at(-1)).to.deep.equal({ kind: 'rank', rank: 2 })
    // The same user hash at another address is somebody else.
    const thief = await asks(first, 'rank', '127.0.0.9')
    expect(thief.messages.at(-1)).to.deep.equal({ kind: 'rank', rank: 3 })
    const back = await asks(first, 'rank')
    expect(back.messages.at(-1)).to.deep.equal({ kind: 'rank', rank: 1 })
    free()
    await back.heard('slot')
    free()
    await second.heard('slot')
    expect(calls()).to.deep.equal([0, 0, 0])
  })

  it('calls whoever is next when nobody is there, somebody else is, or who takes the call does not answer', async () => {
    const silent = await listen()
    const other = await listen()
    const last = await listen()
    const gone = await listenOnLoopback(createServer())
    await gone.stop()
    const self = client(last.port)
    await waitsAway(client(gone.port), '127.0.0.11')
    await waitsAway(client(other.port))
    await waitsAway(client(silent.port))
    await waitsAway(self)
    free()
    const stranger = await other.next()
    await stranger.heard('hello')
    stranger.say({ kind: 'hello-answer', hello: client(other.port) })
    await stranger.closed
    const slow = await silent.next()
    await slow.heard('hello')
    await clock.advance(HELLO_TIMEOUT_MS - 1)
    slow.say(Uint8Array.of(0xe3)) // the first byte of an answer
    // It is read before this, which was sent after it on the same machine.
    const [here] = taking
    here?.say({ kind: 'ask-name', hash })
    await here?.heard('name')
    expect(seeder.waiting().away).to.equal(2)
    await clock.advance(1)
    await slow.closed
    const peer = await last.next()
    await peer.heard('hello')
    peer.say({ kind: 'hello-answer', hello: self })
    await peer.heard('slot')
    expect(calls()).to.deep.equal([4, 1, 3])
    expect(seeder.waiting()).to.deep.equal({ connected: 0, away: 0 })
  })

  it('keeps no slot for who answers the call as one of ours, whom nobody calls', async () => {
    const [first, second] = [await listen(), await listen()]
    const [tricky, honest] = [client(first.port), client(second.port)]
    const nonce = new Uint8Array(16)
    await waitsAway(tricky)
    await waitsAway(tricky)
    await waitsAway(honest)
    free()
    const trick = await first.next()
    await trick.heard('hello')
    trick.say({ kind: 'hello', hello: { ...tricky, nonce } }, { kind: 'hello-answer', hello: tricky })
    await trick.closed
    const peer = await second.next()
    await peer.heard('hello')
    peer.say({ kind: 'hello-answer', hello: { ...honest, nonce } })
    await peer.closed
    expect(seeder.waiting()).to.deep.equal({ connected: 0, away: 0 })
    await asks(client(0), 'slot')
  })

  it('keeps no slot and no place for who is gone, whatever was said in calls', async () => {
    const any = seededRandom('answers')
    const pick = <T>(...of: readonly T[]): T | undefined => of[(any.bytes(1)[0] ?? 0) % of.length]
    for (let round = 0; round < 10; round++) {
      const homes = await Promise.all(Array.from({ length: MAX_KEPT_PLACES_PER_ADDRESS }, listen))
      const selves = homes.map(({ port }) => client(port))
      for (const self of selves) await waitsAway(self)
      for (const _ of homes) free()
      for (const [index, home] of homes.entries()) {
        const self = selves[index] ?? client(0)
        const peer = await home.next()
        for (let said = 0; said < 4; said++) {
          const hello: Hello = pick<Hello>(self, self, client(0), { ...self, nonce: any.bytes(16) }) ?? self
          const next = pick<Message | Uint8Array>(
            { kind: 'hello', hello },
            { kind: 'hello-answer', hello },
            { kind: 'hello-answer', hello },
            { kind: 'ask-slot', hash },
            { kind: 'ask-ranges', hash, ranges: [{ start: 0, end: 20_000 }] },
            { kind: 'cancel' },
            any.bytes(20),
          )
          if (next !== undefined) peer.say(next)
        }
        peer.socket.end()
      }
      await until(() => seeder.waiting().away + seeder.waiting().connected === 0)
      // All slots that became free are there for others.
      for (const _ of homes) await asks(client(0), 'slot', '127.0.0.9')
    }
  })

  it('remembers nobody that has no port to call, is one of ours, or cancelled', async () => {
    const home = await listen()
    await waitsAway(client(80))
    await waitsAway({ ...client(home.port), nonce: new Uint8Array(16) })
    const cancels = await asks(client(home.port), 'rank')
    cancels.say({ kind: 'cancel' }, { kind: 'ask-name', hash })
    await cancels.heard('name')
    expect(seeder.waiting()).to.deep.equal({ connected: 0, away: 0 })
  })

  it('remembers few of the clients that one address invents, and calls those of others', async () => {
    const home = await listen()
    const self = client(home.port)
    for (let user = 0; user < 50; user++) await waitsAway(client(home.port), '127.0.0.9')
    expect(seeder.waiting()).to.deep.equal({ connected: 0, away: MAX_KEPT_PLACES_PER_ADDRESS })
    await waitsAway(self)
    for (let slot = 0; slot <= MAX_KEPT_PLACES_PER_ADDRESS; slot++) free()
    const peer = await home.next()
    await peer.heard('hello')
    peer.say({ kind: 'hello-answer', hello: self })
    await peer.heard('slot')
    // At the other address nobody listens.
    await until(() => seeder.waiting().away === 0)
    expect(calls()).to.deep.equal([MAX_KEPT_PLACES_PER_ADDRESS + 1, 1, MAX_KEPT_PLACES_PER_ADDRESS])
  })

  it('ends connections whose client becomes another one, or asks for its place all the time', async () => {
    const changes = await asks(client(0), 'rank')
    changes.say({ kind: 'hello', hello: client(0) })
    await changes.closed
    const eager = await asks(client(0), 'rank')
    for (let asked = 1; asked <= MESSAGE_BURST / SLOT_COST_MESSAGES; asked++) eager.say({ kind: 'ask-slot', hash })
    await eager.closed
  })

  it('moves the slot of a client to the connection that it asked on last', async () => {
    const self = client(0)
    free()
    const dead = await asks(self, 'slot')
    const alive = await asks(self, 'slot')
    await dead.heard('no-slot')
    dead.socket.destroy()
    alive.say({ kind: 'ask-ranges', hash, ranges: [{ start: 0, end: 10 }] })
    await alive.heard('data')
  })

  it('calls nobody once it stopped', async () => {
    const home = await listen()
    await waitsAway(client(home.port))
    await seeder.stop()
    expect(calls()).to.deep.equal([0, 0, 0])
    expect(clock.timers).to.equal(0)
  })
})
