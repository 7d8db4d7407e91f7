import { expect } from 'chai'
import { parseMultiaddr } from '../../src/network/addresses.ts'
import { MAX_BLOCKED_PEERS } from '../../src/network/limits.ts'
import { createPeerGate } from '../../src/network/peer-gate.ts'
import { FakeClock } from '../support/fake-clock.ts'

describe('network/peer-gate', () => {
  it('blocks a peer until the time is over', async () => {
    const clock = new FakeClock()
    const gate = createPeerGate({ clock, scope: 'loopback' })
    gate.block('a', clock.now() + 1_000)
    expect(gate.isBlocked('a')).to.equal(true)
    expect(gate.isBlocked('b')).to.equal(false)
    await clock.advance(1_000)
    expect(gate.isBlocked('a')).to.equal(false)
  })

  it('keeps a bounded number of blocks, the longest ones', () => {
    const clock = new FakeClock()
    const gate = createPeerGate({ clock, scope: 'loopback' })
    for (let i = 0; i <= MAX_BLOCKED_PEERS; i++) gate.block(`peer ${i}`, clock.now() + 1_000 + i)
    expect(gate.isBlocked('peer 0')).to.equal(false)
    expect(gate.isBlocked('peer 1')).to.equal(true)
    expect(gate.isBlocked(`peer ${MAX_BLOCKED_PEERS}`)).to.equal(true)
  })

  it('dials outside the scope only what the user named', () => {
    const gate = createPeerGate({ clock: new FakeClock(), scope: 'public' })
    const address = parseMultiaddr('/ip4/192.168.1.2/tcp/1')
    expect(gate.gater.denyDialMultiaddr?.(address)).to.equal(true)
    gate.trust(address.toString())
    expect(gate.gater.denyDialMultiaddr?.(address)).to.equal(false)
  })

  it('lets nobody in once it is shut', async () => {
    const gate = createPeerGate({ clock: new FakeClock(), scope: 'loopback' })
    // what the gate is asked about does not matter here
    const connection = {} as Parameters<NonNullable<typeof gate.gater.denyInboundConnection>>[0]
    expect(gate.gater.denyInboundConnection?.(connection)).to.equal(false)
    gate.shut()
    expect(gate.gater.denyInboundConnection?.(connection)).to.equal(true)
  })
})
