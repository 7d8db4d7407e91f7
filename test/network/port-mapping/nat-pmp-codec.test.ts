import { expect } from 'chai'
import { fromHex, toHex } from '../../../src/domain/bytes.ts'
import { DecodeError } from '../../../src/domain/errors.ts'
import {
  decodeAddressAnswer,
  decodeMapAnswer,
  encodeAddressRequest,
  encodeMapRequest,
} from '../../../src/network/port-mapping/nat-pmp-codec.ts'

const TCP = { port: 4001, protocol: 'tcp' } as const

describe('network/port-mapping/nat-pmp-codec', () => {
  it('asks as RFC 6886 has it: the lease in seconds, and no external port for what is taken back', () => {
    expect(toHex(encodeAddressRequest())).to.equal('0000')
    const request = { ...TCP, externalPort: 5001, leaseSeconds: 3_600 }
    expect(toHex(encodeMapRequest(request))).to.equal('000200000fa1138900000e10')
    expect(toHex(encodeMapRequest({ ...request, protocol: 'udp', leaseSeconds: 0 }))).to.equal(
      '000100000fa1000000000000',
    )
  })

  it('reads what a router grants', () => {
    expect(decodeAddressAnswer(fromHex('00800000000000012d200701'))).to.equal('45.32.7.1')
    const grant = { externalPort: 5001, leaseSeconds: 1_800 }
    expect(decodeMapAnswer(fromHex('00820000000000010fa1138900000708'), TCP)).to.deep.equal(grant)
  })

  it('waits on after an answer to something else', () => {
    for (const other of ['', '00', '00800000000000012d200701', '00820000000000010fa2138900000708'])
      expect(decodeMapAnswer(fromHex(other), TCP), other).to.equal(undefined)
    expect(decodeAddressAnswer(fromHex('00820000000000010fa1138900000708'))).to.equal(undefined)
  })

  it('tells why a router refuses, and what is no answer', () => {
    for (const [bytes, reason] of [
      ['008200020000000100000000', 'not allowed'],
      ['00820004', 'no port left'],
      ['00820063', 'reason 99'],
      ['01820000000000010fa1138900000708', 'no NAT-PMP'],
      ['0082000000000001', 'no NAT-PMP'],
    ] as const)
      expect(() => decodeMapAnswer(fromHex(bytes), TCP), bytes).to.throw(DecodeError, reason)
  })
})
