import { expect } from 'chai'
import {
  decodeBindingRequest,
  encodeBindingResponse,
} from '../../../../src/public-protocols/bittorrent/tracker/stun.ts'

/** RFC 5769 §2: the same in every sample. */
const TRANSACTION_ID = Buffer.from('b7e7a701bc34d686fa87dfae', 'hex')
/** RFC 5769 §2.1. */
const REQUEST = Buffer.from(
  '000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff80290008932ff9b151263b360006000' +
    '96576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf',
  'hex',
)

describe('bittorrent/tracker/stun', () => {
  it('reads the sample request of RFC 5769', () => {
    expect(Buffer.from(decodeBindingRequest(REQUEST) ?? [])).to.deep.equal(TRANSACTION_ID)
  })

  it('tells addresses as the samples of RFC 5769 do', () => {
    const ipv4 = encodeBindingResponse(TRANSACTION_ID, { address: '192.0.2.1', port: 32_853 })
    expect(Buffer.from(ipv4).toString('hex')).to.equal(
      `0101000c2112a442${TRANSACTION_ID.toString('hex')}002000080001a147e112a643`,
    )
    const ipv6 = encodeBindingResponse(TRANSACTION_ID, {
      address: '2001:db8:1234:5678:11:2233:4455:6677',
      port: 32_853,
    })
    expect(Buffer.from(ipv6).toString('hex')).to.equal(
      `010100182112a442${TRANSACTION_ID.toString('hex')}002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9`,
    )
  })

  it('takes nothing else for a request', () => {
    const bare = Buffer.concat([Buffer.from('000100002112a442', 'hex'), TRANSACTION_ID])
    expect(decodeBindingRequest(bare)).not.to.equal(undefined)
    const others = {
      short: bare.subarray(0, 19),
      longer: Buffer.concat([bare, Buffer.alloc(4)]),
      'with an odd length': Buffer.concat([Buffer.from('000100032112a442', 'hex'), TRANSACTION_ID, Buffer.alloc(3)]),
      'of another protocol': Buffer.from(bare.toString('hex').replace('2112a442', '2112a443'), 'hex'),
      'an answer': Buffer.from(encodeBindingResponse(TRANSACTION_ID, { address: '192.0.2.1', port: 1 })),
      'a connect of BEP 15': Buffer.from('000004172710198000000000123456780000000000', 'hex'),
    }
    for (const [name, packet] of Object.entries(others)) expect(decodeBindingRequest(packet), name).to.equal(undefined)
  })
})
