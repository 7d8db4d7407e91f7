import { expect } from 'chai'
import type { Callee } from '../../../src/public-protocols/ed2k/callee.ts'
import {
  MAX_CALLS_AT_ONCE,
  MAX_KEPT_PLACES,
  MAX_KEPT_PLACES_PER_ADDRESS,
  MAX_QUEUE,
  MAX_SLOTS,
  MAX_SLOTS_PER_ADDRESS,
  PLACE_LIFETIME_MS,
} from '../../../src/public-protocols/ed2k/limits.ts'
import type { UploadSlots } from '../../../src/public-protocols/ed2k/upload-slots.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { type Peer, peerOf, slotsAt } from './uploadee.ts'

interface Full {
  readonly clock: FakeClock
  readonly slots: UploadSlots
  readonly calls: Callee[]
  /** Gives a slot back that was taken at first. */
  free(): void
}

/** Slots that are all taken, each by an address of its own. */
function full(): Full {
  const clock = new FakeClock()
  const { slots, calls } = slotsAt(clock)
  const active = Array.from({ length: MAX_SLOTS }, (_, index) => peerOf(`192.0.2.${index}`))
  for (const peer of active) expect(slots.take(peer)).to.equal(0)
  return {
    ...{ clock, slots, calls },
    free() {
      const peer = active.shift()
      if (peer !== undefined) slots.leave(peer)
    },
  }
}

/** A client that asked, and went away. */
function awayAt(slots: UploadSlots, address: string, user: number): Peer {
  const peer = peerOf(address, { user })
  expect(slots.take(peer)).to.be.greaterThan(0)
  slots.away(peer)
  return peer
}

describe('public-protocols/ed2k: upload slots', () => {
  it('gives the slot that is given back to who waits longest, those who pay first', () => {
    const { slots, free } = full()
    const waiting = [peerOf('198.51.100.1'), peerOf('198.51.100.2'), peerOf('198.51.100.3', { pays: true })]
    expect(waiting.map((peer) => slots.take(peer))).to.deep.equal([1, 2, 1])
    expect(waiting.map((peer) => slots.take(peer))).to.deep.equal([2, 3, 1])
    for (const turn of [2, 0, 1]) {
      free()
      expect(waiting.map((peer) => peer.hasTurn)[turn]).to.equal(true)
    }
    expect(slots.activeCount).to.equal(MAX_SLOTS)
  })

  it('gives an address no more than its share', () => {
    const { slots } = slotsAt(new FakeClock())
    const peers = Array.from({ length: MAX_SLOTS_PER_ADDRESS + 2 }, () => peerOf('192.0.2.1'))
    const ranks = peers.map((peer) => slots.take(peer))
    expect(ranks.slice(-3)).to.deep.equal([0, 1, 2])
    expect(slots.take(peerOf('192.0.2.2'))).to.equal(0)
  })

  it('has a queue of so many, and forgets who leaves it', () => {
    const { slots, free } = full()
    const waiting = Array.from({ length: MAX_QUEUE }, () => peerOf('198.51.100.1'))
    for (const peer of waiting) slots.take(peer)
    const late = peerOf('198.51.100.9')
    expect(slots.take(late)).to.equal(undefined)
    for (const peer of waiting) slots.leave(peer)
    expect(slots.isContended).to.equal(false)
    free()
    expect(waiting.some(({ hasTurn }) => hasTurn)).to.equal(false)
    expect(slots.take(late)).to.equal(0)
  })

  it('keeps the place of a client that is gone, calls it in its turn, and keeps the slot for it meanwhile', () => {
    const { slots, calls, free } = full()
    const gone = awayAt(slots, '198.51.100.1', 1)
    const later = peerOf('198.51.100.2')
    expect(slots.take(later)).to.equal(2)
    expect(slots.waiting).to.deep.equal({ connected: 1, away: 1 })
    free()
    expect(calls).to.deep.equal([gone.callee])
    expect(later.hasTurn).to.equal(false)
    expect(slots.take(peerOf('198.51.100.3'))).to.equal(3)
    expect(slots.take(peerOf('198.51.100.1', { user: 1 }))).to.equal(0)
    expect(slots.waiting).to.deep.equal({ connected: 2, away: 0 })
    free()
    expect(later.hasTurn).to.equal(true)
  })

  it('gives a client that comes back its place, once, and nobody of another address', () => {
    const { slots, calls, free } = full()
    awayAt(slots, '198.51.100.1', 1)
    const second = peerOf('198.51.100.2', { user: 2 })
    slots.take(second)
    expect(slots.take(peerOf('203.0.113.1', { user: 1 }))).to.equal(3)
    const back = peerOf('198.51.100.1', { user: 1, port: 5_000 })
    slots.arrived(back)
    expect(slots.take(back)).to.equal(1)
    const again = peerOf('198.51.100.1', { user: 1 })
    expect(slots.take(again)).to.equal(1)
    expect(back.isDisplaced).to.equal(true)
    expect(slots.waiting).to.deep.equal({ connected: 3, away: 0 })
    free()
    expect([back.hasTurn, again.hasTurn, second.hasTurn, calls.length]).to.deep.equal([false, true, false, 0])
  })

  it('gives a client that has said hello again its turn, and calls it no more', () => {
    const { slots, calls, free } = full()
    awayAt(slots, '198.51.100.1', 1)
    const back = peerOf('198.51.100.1', { user: 1 })
    free()
    const [call] = calls
    if (call === undefined) throw new Error('nobody was called')
    expect(slots.expects(call)).to.equal(true)
    slots.arrived(back)
    expect(back.hasTurn).to.equal(true)
    expect(slots.expects(call)).to.equal(false)
    slots.unreached(call)
    expect(slots.has(back)).to.equal(true)
  })

  it('moves a slot to the connection that its client asked on last', () => {
    const { slots } = slotsAt(new FakeClock())
    const [dead, alive] = [peerOf('192.0.2.1', { user: 1 }), peerOf('192.0.2.1', { user: 1 })]
    expect([slots.take(dead), slots.take(alive)]).to.deep.equal([0, 0])
    expect([dead.isDisplaced, slots.has(dead), slots.has(alive), slots.activeCount]).to.deep.equal([
      true,
      false,
      true,
      1,
    ])
    slots.away(dead)
    expect(slots.has(alive)).to.equal(true)
  })

  it('forgets who does not answer, calls whoever is next, and so many at once; others get the slots beyond those', () => {
    const { slots, calls, free } = full()
    const gone = Array.from({ length: MAX_CALLS_AT_ONCE + 2 }, (_, index) =>
      awayAt(slots, `198.51.100.${index}`, index),
    )
    const here = [peerOf('203.0.113.1'), peerOf('203.0.113.2')]
    for (const peer of here) slots.take(peer)
    for (let slot = 0; slot <= MAX_CALLS_AT_ONCE; slot++) free()
    expect(calls).to.deep.equal(gone.slice(0, MAX_CALLS_AT_ONCE).map(({ callee }) => callee))
    expect(here.map(({ hasTurn }) => hasTurn)).to.deep.equal([true, false])
    const [first] = calls
    if (first !== undefined) slots.unreached(first)
    expect(calls.slice(MAX_CALLS_AT_ONCE)).to.deep.equal([gone[MAX_CALLS_AT_ONCE]?.callee])
    // Its place is lost: it begins anew, behind the two that wait.
    expect(slots.take(peerOf('198.51.100.0', { user: 0 }))).to.equal(MAX_CALLS_AT_ONCE + 3)
  })

  it('gives a slot that is kept for somebody to who pays', () => {
    const { slots, calls, free } = full()
    awayAt(slots, '198.51.100.1', 1)
    free()
    expect(calls.length).to.equal(1)
    expect(slots.take(peerOf('203.0.113.1'))).to.equal(2)
    expect(slots.take(peerOf('203.0.113.2', { pays: true }))).to.equal(0)
    const answering = peerOf('198.51.100.1', { user: 1 })
    expect(slots.take(answering)).to.equal(1)
    expect(slots.activeCount).to.equal(MAX_SLOTS)
    free()
    expect(answering.hasTurn).to.equal(true)
  })

  it('remembers a client for an hour after it asked last, however often it connected', async () => {
    const { clock, slots, calls, free } = full()
    awayAt(slots, '198.51.100.1', 1)
    awayAt(slots, '198.51.100.2', 2)
    await clock.advance(PLACE_LIFETIME_MS / 2)
    const [asks, greets] = [peerOf('198.51.100.2', { user: 2 }), peerOf('198.51.100.1', { user: 1 })]
    expect(slots.take(asks)).to.equal(2)
    slots.arrived(greets)
    slots.away(asks)
    slots.away(greets)
    await clock.advance(PLACE_LIFETIME_MS / 2)
    expect(slots.waiting).to.deep.equal({ connected: 0, away: 1 })
    free()
    expect(calls).to.deep.equal([asks.callee])
  })

  it('keeps few places of one address or network of it, so many in all, and admits who is connected beside them', () => {
    const { slots } = full()
    const flood = (address: (index: number) => string, count: number, from: number): void => {
      for (let index = 0; index < count; index++) awayAt(slots, address(index), from + index)
    }
    flood(() => '198.51.100.1', 100, 0)
    expect(slots.waiting.away).to.equal(MAX_KEPT_PLACES_PER_ADDRESS)
    flood((index) => `2001:db8::${index.toString(16)}`, 100, 1_000)
    expect(slots.waiting.away).to.equal(2 * MAX_KEPT_PLACES_PER_ADDRESS)
    flood((index) => `10.0.${index >> 8}.${index & 255}`, MAX_KEPT_PLACES, 2_000)
    expect(slots.waiting.away).to.equal(MAX_KEPT_PLACES)
    // The first of them all is still the first.
    expect(slots.take(peerOf('198.51.100.1', { user: 0 }))).to.equal(1)
    expect(slots.take(peerOf('203.0.113.1', { pays: true }))).to.equal(1)
    expect(slots.take(peerOf('203.0.113.2'))).to.equal(MAX_KEPT_PLACES + 2)
  })

  it('keeps no place of who cannot be called', () => {
    const { slots } = full()
    const own = peerOf('198.51.100.1')
    slots.take(own)
    slots.away(own)
    expect(slots.waiting).to.deep.equal({ connected: 0, away: 0 })
  })
})
