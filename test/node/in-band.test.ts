import { expect } from 'chai'
import { PROTOCOL_IDS, protocolsToTry, servedInBand } from '../../src/node/in-band.ts'

describe('node/in-band', () => {
  it('tries the wanted protocol first, and those that are not offered not at all', () => {
    expect(protocolsToTry('webrpc', ['bitswap', 'webrpc'])).to.deep.equal(['webrpc', 'bitswap'])
    expect(protocolsToTry('bitswap', ['bitswap', 'webrpc'])).to.deep.equal(['bitswap', 'webrpc'])
    expect(protocolsToTry('webrpc', ['bitswap'])).to.deep.equal(['bitswap'])
    expect(protocolsToTry('webrpc', [])).to.deep.equal([])
  })

  it('serves by what is wanted, and by what is paid on besides', () => {
    const { bitswap, webrpc } = PROTOCOL_IDS
    expect(servedInBand()).to.deep.equal({ bitswap, webrpc })
    expect(servedInBand(['webrpc'])).to.deep.equal({ webrpc })
    expect(servedInBand(['http'])).to.deep.equal({ bitswap })
    expect(servedInBand(['webrpc', 'http'])).to.deep.equal({ bitswap, webrpc })
  })

  it('tries all with a seeder whose offer is not at hand', () => {
    expect(protocolsToTry('webrpc', undefined)).to.deep.equal(['webrpc', 'bitswap'])
  })
})
