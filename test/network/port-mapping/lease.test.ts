import { expect } from 'chai'
import { afterFailure, judgeAddress, judgeGrant } from '../../../src/network/port-mapping/lease.ts'
import { LOST_RETRY_MS, MIN_RETRY_MS } from '../../../src/network/port-mapping/limits.ts'

const NOW = 1_000
const HOUR_MS = 3_600_000
const LEASE = { host: '45.32.7.1', port: 4001, endsAt: NOW + HOUR_MS }

describe('network/port-mapping/lease', () => {
  it('takes a public address of a router, and no other', () => {
    expect(judgeAddress('45.32.7.1')).to.equal(undefined)
    for (const address of ['192.168.1.1', '10.0.0.1', '100.64.3.4', '0.0.0.0', '127.0.0.1'])
      expect(judgeAddress(address), address).to.contain('behind another one')
    for (const address of ['', 'router', '2001:db8::1', '1.2.3'])
      expect(judgeAddress(address)).to.contain('does not say')
  })

  it('renews at half of what was granted, and believes in an hour at most', () => {
    const judged = (leaseSeconds: number) => judgeGrant(LEASE.host, { externalPort: 4001, leaseSeconds }, NOW)
    expect(judged(3_600)).to.deep.equal({ lease: LEASE, retryAt: NOW + HOUR_MS / 2 })
    expect(judged(4_000_000_000)).to.deep.equal(judged(3_600))
    expect(judged(600)).to.deep.equal({ lease: { ...LEASE, endsAt: NOW + 600_000 }, retryAt: NOW + 300_000 })
    expect(judged(5)).to.contain('5 s only')
  })

  it('takes the port that was given, when it is one', () => {
    const judged = (externalPort: number) => judgeGrant(LEASE.host, { externalPort, leaseSeconds: 3_600 }, NOW)
    expect(judged(5001)).to.deep.include({ lease: { ...LEASE, port: 5001 } })
    for (const port of [0, 65_536]) expect(judged(port)).to.contain('none')
  })

  it('tries again, more often towards the end, and now and then after it', () => {
    const at = (leftMs: number) => afterFailure(LEASE, LEASE.endsAt - leftMs)
    expect(at(1_800_000)).to.deep.equal({ lease: LEASE, retryAt: LEASE.endsAt - 900_000 })
    expect(at(40_000)).to.deep.equal({ lease: LEASE, retryAt: LEASE.endsAt - 40_000 + MIN_RETRY_MS })
    expect(at(10_000)).to.deep.equal({ lease: LEASE, retryAt: LEASE.endsAt })
    expect(at(0)).to.deep.equal({ lease: undefined, retryAt: LEASE.endsAt + LOST_RETRY_MS })
    expect(afterFailure(undefined, NOW)).to.deep.equal({ lease: undefined, retryAt: NOW + LOST_RETRY_MS })
  })
})
