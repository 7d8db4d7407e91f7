import { expect } from 'chai'
import { MAX_QUEUE, MAX_SLOTS, MAX_SLOTS_PER_ADDRESS } from '../../../src/public-protocols/ed2k/limits.ts'
import { type Uploadee, UploadSlots } from '../../../src/public-protocols/ed2k/upload-slots.ts'

interface Peer extends Uploadee {
  hasTurn: boolean
}

function peerOf(address: string, pays = false): Peer {
  const peer: Peer = {
    address,
    pays,
    hasTurn: false,
    granted() {
      peer.hasTurn = true
    },
  }
  return peer
}

/** Slots that are all taken, each by an address of its own. */
function full(): { readonly slots: UploadSlots; readonly active: readonly Peer[] } {
  const slots = new UploadSlots()
  const active = Array.from({ length: MAX_SLOTS }, (_, index) => peerOf(`192.0.2.${index}`))
  for (const peer of active) expect(slots.take(peer)).to.equal(0)
  return { slots, active }
}

describe('public-protocols/ed2k: upload slots', () => {
  it('gives the slot that is given back to who waits longest, those who pay first', () => {
    const { slots, active } = full()
    const waiting = [peerOf('198.51.100.1'), peerOf('198.51.100.2'), peerOf('198.51.100.3', true)]
    expect(waiting.map((peer) => slots.take(peer))).to.deep.equal([1, 2, 1])
    expect(waiting.map((peer) => slots.take(peer))).to.deep.equal([2, 3, 1])
    for (const turn of [2, 0, 1]) {
      const [leaving] = active.filter((peer) => slots.has(peer))
      if (leaving !== undefined) slots.leave(leaving)
      expect(waiting.map((peer) => peer.hasTurn)[turn]).to.equal(true)
    }
    expect(slots.activeCount).to.equal(MAX_SLOTS)
  })

  it('gives an address no more than its share', () => {
    const slots = new UploadSlots()
    const peers = Array.from({ length: MAX_SLOTS_PER_ADDRESS + 2 }, () => peerOf('192.0.2.1'))
    const ranks = peers.map((peer) => slots.take(peer))
    expect(ranks.slice(-3)).to.deep.equal([0, 1, 2])
    expect(slots.take(peerOf('192.0.2.2'))).to.equal(0)
  })

  it('has a queue of so many, and forgets who leaves it', () => {
    const { slots, active } = full()
    const waiting = Array.from({ length: MAX_QUEUE }, () => peerOf('198.51.100.1'))
    for (const peer of waiting) slots.take(peer)
    const late = peerOf('198.51.100.9')
    expect(slots.take(late)).to.equal(undefined)
    for (const peer of waiting) slots.leave(peer)
    expect(slots.isContended).to.equal(false)
    const [leaving] = active
    if (leaving !== undefined) slots.leave(leaving)
    expect(waiting.some(({ hasTurn }) => hasTurn)).to.equal(false)
    expect(slots.take(late)).to.equal(0)
  })
})
