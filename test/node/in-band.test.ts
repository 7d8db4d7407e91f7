import { expect } from 'chai'
import { protocolsToTry } from '../../src/node/in-band.ts'

describe('node/in-band', () => {
  it('tries the wanted protocol first, and those that are not offered not at all', () => {
    expect(protocolsToTry('webrpc', ['bitswap', 'webrpc'])).to.deep.equal(['webrpc', 'bitswap'])
    expect(protocolsToTry('bitswap', ['bitswap', 'webrpc'])).to.deep.equal(['bitswap', 'webrpc'])
    expect(protocolsToTry('webrpc', ['bitswap'])).to.deep.equal(['bitswap'])
    expect(protocolsToTry('webrpc', [])).to.deep.equal([])
  })

  it('tries all with a seeder whose offer is not at hand', () => {
    expect(protocolsToTry('webrpc', undefined)).to.deep.equal(['webrpc', 'bitswap'])
  })
})
