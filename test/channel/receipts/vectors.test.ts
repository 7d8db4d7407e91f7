import { expect } from 'chai'
import { decodeReceipts, encodeReceipts } from '../../../src/channel/receipts/document.ts'
import { ESCROW_COLUMNS, QUOTE_COLUMNS, RECEIPT_COLUMNS } from '../../../src/channel/receipts/entry.ts'
import file from '../../vectors/receipts-log.json' with { type: 'json' }
import { verify } from './verify.ts'

describe('channel/receipts vectors', () => {
  it('has the columns of the specification', () => {
    expect(RECEIPT_COLUMNS).to.deep.equal(file.columns)
    expect(QUOTE_COLUMNS).to.deep.equal(file.quoteColumns)
    expect(ESCROW_COLUMNS).to.deep.equal(file.escrowColumns)
  })

  for (const { name, badEntry, document } of file.vectors)
    it(`${badEntry === null ? 'accepts' : 'refuses'}: ${name}`, () => {
      const json = decodeReceipts(JSON.stringify(document))
      for (const decoded of [json, decodeReceipts(encodeReceipts(json, 'csv'))]) {
        const result = verify(decoded)
        if (badEntry === null) expect(result.kind).to.equal('valid')
        else if (result.kind === 'valid') expect.fail('it was accepted')
        else expect(result.sequence ?? 'statement').to.equal(badEntry)
      }
    })
})
