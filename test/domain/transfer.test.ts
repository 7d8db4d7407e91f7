import { expect } from 'chai'
import { parseTransferProtocols, TRANSFER_PROTOCOLS } from '../../src/domain/transfer.ts'

describe('domain/transfer', () => {
  it('reads names of transfer protocols, in their order and each once', () => {
    expect(parseTransferProtocols(['http', 'bitswap', 'http'])).to.deep.equal(['http', 'bitswap'])
    expect(parseTransferProtocols(TRANSFER_PROTOCOLS)).to.deep.equal(TRANSFER_PROTOCOLS)
  })

  for (const names of [[], [''], ['gopher'], ['http', 'HTTP'], ['mixed']])
    it(`takes no list ${JSON.stringify(names)}, and says what there is`, () => {
      expect(() => parseTransferProtocols(names)).to.throw(
        `is no transfer protocol: use ${TRANSFER_PROTOCOLS.join(', ')}`,
      )
    })
})
