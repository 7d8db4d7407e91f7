import { expect } from 'chai'
import type { ReceiptsDocument } from '../../../src/channel/receipts/document.ts'
import { NO_CHANNEL, NO_ENTRY, type ReceiptEntry, sealEntry } from '../../../src/channel/receipts/entry.ts'
import { digestOf, signStatement, statementDomain, totalsOf } from '../../../src/channel/receipts/statement.ts'
import { wei } from '../../../src/domain/amount.ts'
import { parseFileHash } from '../../../src/domain/ids.ts'
import { CHAIN_ID, CONTRACT_ADDRESS } from '../fake-contract.ts'
import { GENESIS_HASH, payeeSigner, payerSigner } from '../fixture.ts'
import { verify } from './verify.ts'

const FILE = parseFileHash('cd'.repeat(32))

function transferred(over: Partial<ReceiptEntry> = {}): ReceiptEntry {
  return sealEntry({
    sequence: 1,
    previous: NO_ENTRY,
    at: 5,
    chainId: CHAIN_ID,
    genesisHash: GENESIS_HASH,
    contract: CONTRACT_ADDRESS,
    wallet: payerSigner.address,
    kind: 'transferred',
    role: 'payer',
    peer: payeeSigner.address,
    channelId: NO_CHANNEL,
    salt: 0n,
    amount: wei(7n),
    files: [{ fileHash: FILE, amount: wei(7n) }],
    transactionHash: `0x${'7a'.repeat(32)}`,
    ...over,
  })
}

function exported(entries: readonly ReceiptEntry[]): ReceiptsDocument {
  const { length } = entries
  const terms = { entries: length, length, digest: digestOf(entries), filter: '', at: 6, ...totalsOf(entries) }
  return { entries, statement: signStatement(statementDomain(CHAIN_ID, CONTRACT_ADDRESS), payerSigner, terms) }
}

describe('channel/receipts: payments without a channel', () => {
  it('are summed as what was signed, or received and earned', () => {
    const result = verify(exported([transferred()]))
    expect(result).to.have.property('kind', 'valid')
    expect(totalsOf([transferred()])).to.include({ signed: 7n, received: 0n, deposited: 0n, earned: 0n })
    expect(totalsOf([transferred({ role: 'payee' })])).to.include({ signed: 0n, received: 7n, earned: 7n })
  })

  const wrong: Readonly<Record<string, Partial<ReceiptEntry>>> = {
    'a channel': { salt: 1n },
    'no transaction': { transactionHash: undefined as never }, // as an entry without that field is read
    'a block': { blockNumber: 3 },
    'no amount': { amount: wei(0n), files: [] },
    'a total': { cumulativeAmount: wei(7n) },
    'files that cost more': { files: [{ fileHash: FILE, amount: wei(8n) }] },
  }
  for (const [name, over] of Object.entries(wrong))
    it(`are refused with ${name}`, () => {
      expect(verify(exported([transferred(over)]))).to.include({ kind: 'invalid', sequence: 1 })
    })
})
