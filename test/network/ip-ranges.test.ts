import { BlockList } from 'node:net'
import { expect } from 'chai'
import fc from 'fast-check'
import { ipRanges } from '../../src/network/ip-ranges.ts'

describe('network/ip-ranges', () => {
  const ranges = ipRanges(['10.0.0.0/8', '172.16.0.0/12', '::1/128', 'fe80::/10'])

  it('knows what is in a network', () => {
    for (const address of ['10.0.0.0', '10.255.255.255', '172.31.0.1', '::1', '0:0:0:0:0:0:0:1', 'fe80::1', 'febf::'])
      expect(ranges.has(address), address).to.equal(true)
    for (const address of ['9.255.255.255', '11.0.0.0', '172.32.0.0', '::2', '::', 'fec0::1', '1::1'])
      expect(ranges.has(address), address).to.equal(false)
  })

  it('takes an IPv4 address in IPv6 notation for the IPv4 address', () => {
    for (const address of ['::ffff:10.1.2.3', '::ffff:a01:203']) expect(ranges.has(address), address).to.equal(true)
    expect(ranges.has('::ffff:11.1.2.3')).to.equal(false)
    expect(ranges.has('::10.1.2.3')).to.equal(false)
  })

  it('has nothing that is no address', () => {
    for (const text of [
      '',
      ':',
      ':::',
      '10.0.0',
      '10.0.0.256',
      '10.0.0.0.0',
      '1:2:3:4:5:6:7',
      '::1::',
      'localhost',
      'g::',
    ])
      expect(ranges.has(text), text).to.equal(false)
  })

  it('refuses a network that is none', () => {
    expect(() => ipRanges(['10.0.0/8'])).to.throw(RangeError)
  })

  it('says what the list of Node says', () => {
    const prefix = (bits: number) => fc.integer({ min: 1, max: bits })
    const family = fc.oneof(
      fc.tuple(fc.constant('ipv4' as const), fc.ipV4(), prefix(32), fc.ipV4()),
      fc.tuple(fc.constant('ipv6' as const), fc.ipV6(), prefix(128), fc.ipV6()),
    )
    fc.assert(
      fc.property(family, ([kind, network, bits, address]) => {
        const list = new BlockList()
        list.addSubnet(network, bits, kind)
        for (const tested of [address, network])
          expect(ipRanges([`${network}/${bits}`]).has(tested), `${tested} in ${network}/${bits}`).to.equal(
            list.check(tested, kind),
          )
      }),
    )
  })
})
