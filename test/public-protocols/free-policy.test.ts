import { expect } from 'chai'
import { wei } from '../../src/domain/amount.ts'
import { parseFileHash } from '../../src/domain/ids.ts'
import { addressKey } from '../../src/public-protocols/address-key.ts'
import { createFreePolicy } from '../../src/public-protocols/free-policy.ts'
import type { Admission, Gate } from '../../src/public-protocols/gate.ts'
import { FakeClock } from '../support/fake-clock.ts'

const FREE = parseFileHash('11'.repeat(32))
const PRICED = parseFileHash('22'.repeat(32))
const LENGTH = 1_000

function policy(clock: FakeClock, bytesPerSecond: number, bytesPerSecondEach: number): Gate {
  return createFreePolicy({
    clock,
    bytesPerSecond,
    bytesPerSecondEach,
    chunk(fileHash, chunkIndex) {
      if ((fileHash !== FREE && fileHash !== PRICED) || chunkIndex > 99) return undefined
      const quote = { quoteId: 1, pricePerMiB: wei(fileHash === FREE ? 0n : 5n), expiresAt: 9 }
      return { lengthBytes: LENGTH, quote }
    },
  })
}

const chunk = { fileHash: FREE, chunkIndex: 0 }

describe('public-protocols/free-policy', () => {
  /** How many of `count` requests made at once are admitted within so many milliseconds. */
  async function admittedIn(ms: number, clock: FakeClock, gate: Gate, count: number, addresses: readonly string[]) {
    const admitted: Admission[] = []
    const refused: Admission[] = []
    for (let i = 0; i < count; i++)
      void gate
        .admit({ address: addresses[i % addresses.length] ?? '' }, chunk)
        .then((admission) => (admission.kind === 'admitted' ? admitted : refused).push(admission))
    await clock.advance(ms)
    return { admitted: admitted.length, refused: refused.length }
  }

  it('gives away what is free and nothing else', async () => {
    const gate = policy(new FakeClock(), 1e6, 1e6)
    expect((await gate.admit({ address: '192.0.2.1' }, chunk)).kind).to.equal('admitted')
    const priced = await gate.admit({ address: '192.0.2.1' }, { ...chunk, fileHash: PRICED })
    expect(priced).to.include({ kind: 'payment-required', code: 'PAYMENT_REQUIRED' })
    expect(priced).to.have.nested.property('quote.pricePerMiB', 5n)
    for (const unknown of [
      { ...chunk, chunkIndex: 100 },
      { fileHash: parseFileHash('33'.repeat(32)), chunkIndex: 0 },
    ])
      expect(await gate.admit({ address: '192.0.2.1' }, unknown)).to.deep.equal({ kind: 'refused', code: 'NOT_FOUND' })
  })

  it('keeps to the rate of one address and to that of all', async () => {
    for (const [inAll, each, addresses, expected] of [
      [1e9, 5_000, ['192.0.2.1'], 5 + 15],
      [1e9, 5_000, ['192.0.2.1', '192.0.2.2'], 2 * (5 + 15)],
      [8_000, 1e9, ['192.0.2.1', '192.0.2.2'], 8 + 24],
    ] as const) {
      const clock = new FakeClock()
      const { admitted, refused } = await admittedIn(3_000, clock, policy(clock, inAll, each), 45, addresses)
      expect(admitted, `${addresses.length} at ${inAll} and ${each}`).to.equal(expected)
      expect(refused).to.equal(0)
    }
  })

  it('tells whoever would wait long to come back, and does not count that', async () => {
    const clock = new FakeClock()
    const gate = policy(clock, 1e9, 1_000)
    const { refused } = await admittedIn(0, clock, gate, 20, ['192.0.2.1'])
    expect(refused).to.equal(20 - 1 - 10)
    const late = await gate.admit({ address: '192.0.2.1' }, chunk)
    expect(late).to.include({ kind: 'refused', code: 'RATE_LIMITED' })
    expect(late.kind === 'refused' ? late.retryAfterMs : 0).to.be.within(10_000, 12_000)
    await clock.advance(12_000)
    expect((await gate.admit({ address: '192.0.2.1' }, chunk)).kind).to.equal('admitted')
  })

  it('does not count what did not leave', async () => {
    const clock = new FakeClock()
    const gate = policy(clock, 1e9, 1_000)
    for (let i = 0; i < 50; i++) {
      const admission = await gate.admit({ address: '192.0.2.1' }, chunk)
      if (admission.kind !== 'admitted') throw new Error('it was to be admitted')
      await admission.finished(false)
    }
  })

  it('counts an IPv6 network as one, and an IPv4 address in IPv6 notation as itself', () => {
    expect(addressKey('::ffff:192.0.2.7')).to.equal('192.0.2.7')
    expect(addressKey('192.0.2.7')).to.equal('192.0.2.7')
    expect(addressKey('2001:db8:1:2:3:4:5:6')).to.equal(addressKey('2001:db8:1:2::9'))
    expect(addressKey('2001:db8:1:2::9')).not.to.equal(addressKey('2001:db8:1:3::9'))
    expect(addressKey('2001:db8::1')).to.equal(addressKey('2001:0db8:0::2'))
    expect(addressKey('fe80::1%eth0')).to.equal(addressKey('fe80::2'))
    expect(addressKey('::1')).to.equal('0:0:0:0::/64')
  })
})
