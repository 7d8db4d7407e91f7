import { expect } from 'chai'
import fc from 'fast-check'
import { MAX_CALLS_AT_ONCE, MAX_SLOTS, PLACE_LIFETIME_MS } from '../../../src/public-protocols/ed2k/limits.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { type Peer, peerOf, slotsAt } from './uploadee.ts'

const USERS = 24
const user = fc.nat(USERS - 1)
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('ask' as const), user }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('hello' as const), user }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('disconnect' as const), user }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), user }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('answer' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('no answer' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('free' as const), count: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('time' as const), ms: fc.nat(PLACE_LIFETIME_MS) }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** Each user has an address of its own. Every sixth pays, and is one of ours: it cannot be called. */
function connect(number: number): Peer {
  const pays = number % 6 === 0
  return peerOf(`198.51.100.${number}`, pays ? { pays } : { user: number })
}

/** Takes steps, and knows by itself who waits. */
class Model {
  readonly #clock = new FakeClock()
  readonly #slots
  readonly #calls
  readonly #fillers = Array.from({ length: MAX_SLOTS }, (_, index) => peerOf(`192.0.2.${index}`))
  readonly #connections = new Map<number, Peer>()
  /** Users in the order in which they came, and when they asked last. */
  readonly #waiting = new Map<number, number>()

  constructor() {
    const { slots, calls } = slotsAt(this.#clock)
    this.#slots = slots
    this.#calls = calls
    for (const filler of this.#fillers) slots.take(filler)
  }

  async take(next: Step): Promise<void> {
    await this.#do(next)
    const inOrder = this.#connectedInOrder()
    const granted = inOrder.filter((number) => this.#connections.get(number)?.hasTurn === true)
    // Who was given a slot was before all others that were connected.
    expect(inOrder.slice(0, granted.length), next.kind).to.deep.equal(granted)
    for (const number of granted) this.#hasTurn(number)
    this.#expire()
    this.#check(next)
  }

  async #do(next: Step): Promise<void> {
    switch (next.kind) {
      case 'ask':
        return this.#ask(next.user, this.#connections.get(next.user) ?? connect(next.user))
      case 'hello': {
        if (this.#connections.has(next.user)) return
        const peer = connect(next.user)
        this.#connections.set(next.user, peer)
        return void this.#slots.arrived(peer)
      }
      case 'disconnect':
        return this.#gone(next.user, (peer) => {
          if (!this.#slots.away(peer)) this.#waiting.delete(next.user)
        })
      case 'cancel':
        return this.#gone(next.user, (peer) => {
          this.#waiting.delete(next.user)
          this.#slots.leave(peer)
        })
      case 'answer': {
        const number = numberOf(this.#calls.find((call) => this.#slots.expects(call))?.host)
        return number === undefined ? undefined : this.#ask(number, connect(number))
      }
      case 'no answer': {
        const call = this.#calls.find((each) => this.#slots.expects(each))
        if (call === undefined) return
        this.#waiting.delete(numberOf(call.host) ?? -1)
        return void this.#slots.unreached(call)
      }
      case 'free':
        for (const filler of this.#fillers.splice(0, next.count)) this.#slots.leave(filler)
        return
      case 'time':
        return this.#clock.advance(next.ms)
    }
  }

  #ask(number: number, peer: Peer): void {
    this.#connections.set(number, peer)
    const before = [...this.#waiting.keys()]
    const rank = this.#slots.take(peer)
    if (rank === 0) {
      this.#hasTurn(number)
      return
    }
    // Its place is the one it had, or the last.
    if (!this.#waiting.has(number)) before.push(number)
    const pays = (other: number): boolean => this.#connections.get(other)?.pays ?? false
    const order = [...before.filter(pays), ...before.filter((other) => !pays(other))]
    expect(rank).to.equal(order.indexOf(number) + 1)
    this.#waiting.set(number, this.#clock.monotonic())
  }

  #gone(number: number, how: (peer: Peer) => void): void {
    const peer = this.#connections.get(number)
    if (peer === undefined) return
    this.#connections.delete(number)
    how(peer)
  }

  #hasTurn(number: number): void {
    this.#waiting.delete(number)
    const peer = this.#connections.get(number)
    if (peer !== undefined) peer.hasTurn = false
  }

  #connectedInOrder(): number[] {
    const connected = [...this.#waiting.keys()].filter((number) => this.#connections.has(number))
    const pays = (number: number): boolean => this.#connections.get(number)?.pays ?? false
    return [...connected.filter(pays), ...connected.filter((number) => !pays(number))]
  }

  #expire(): void {
    const called = this.#calls.filter((call) => this.#slots.expects(call)).map(({ host }) => numberOf(host))
    for (const [number, askedAt] of this.#waiting)
      if (!this.#connections.has(number) && !called.includes(number))
        if (this.#clock.monotonic() >= askedAt + PLACE_LIFETIME_MS) this.#waiting.delete(number)
  }

  #check(next: Step): void {
    const { kind } = next
    const called = new Set(this.#calls.filter((call) => this.#slots.expects(call)).map(({ client }) => client)).size
    const { connected, away } = this.#slots.waiting
    expect(this.#slots.activeCount, kind).to.be.at.most(MAX_SLOTS)
    expect(called, kind).to.be.at.most(MAX_CALLS_AT_ONCE)
    // Nobody but who pays has a slot that is kept for who is called.
    const paying = [...this.#connections.values()].filter((peer) => peer.pays && this.#slots.has(peer)).length
    expect(this.#slots.activeCount + called - paying, kind).to.be.at.most(MAX_SLOTS)
    expect(connected, kind).to.equal(this.#connectedInOrder().length)
    expect(connected + away, kind).to.equal(this.#waiting.size)
    for (const number of this.#waiting.keys()) {
      const peer = this.#connections.get(number)
      expect(peer !== undefined && this.#slots.has(peer), `${kind}: ${number} waits, and has a slot`).to.equal(false)
    }
    // No slot is idle while somebody could have it.
    if (this.#slots.activeCount + called >= MAX_SLOTS) return
    expect(connected, `${kind}: connected`).to.equal(0)
    expect(away === called || called === MAX_CALLS_AT_ONCE, `${kind}: ${away} away, ${called} called`).to.equal(true)
  }
}

function numberOf(address: string | undefined): number | undefined {
  return address === undefined ? undefined : Number(address.split('.').at(-1))
}

describe('public-protocols/ed2k: the queue', () => {
  it('gives no more slots than there are, to each client once and in order, and leaves none idle', async () => {
    const steps = fc.array(step, { minLength: 20, maxLength: 200 })
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const model = new Model()
        for (const next of all) await model.take(next)
      }),
      { numRuns: 200 },
    )
  })
})
