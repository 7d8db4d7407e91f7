import { expect } from 'chai'
import { TypedDataEncoder } from 'ethers'
import { signingDomain } from '../../src/channel/eip712.ts'
import { isQuoteSigned, quoteDigest, signQuote } from '../../src/channel/quote-promise.ts'
import { createQuoteTaker } from '../../src/channel/quotes.ts'
import { takeQuoteFacts } from '../../src/channel/receipts/quote-facts.ts'
import { wei } from '../../src/domain/amount.ts'
import { toHex } from '../../src/domain/bytes.ts'
import { codeOf } from '../../src/domain/errors.ts'
import { parseFileHash } from '../../src/domain/ids.ts'
import type { QuotePromise, SignedQuote } from '../../src/domain/quote.ts'
import { type Database, openDatabase } from '../../src/system/database.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { CHAIN_ID, CONTRACT_ADDRESS } from './fake-contract.ts'
import { payeeSigner, payerSigner } from './fixture.ts'

const FILE = parseFileHash('cd'.repeat(32))
const OTHER = parseFileHash('ab'.repeat(32))
const DOMAIN = signingDomain(CHAIN_ID, CONTRACT_ADDRESS)
const DAY_MS = 24 * 3_600_000

describe('channel/quotes', () => {
  let clock: FakeClock
  let database: Database
  let take: ReturnType<typeof createQuoteTaker>
  let expiresAt: number

  beforeEach(() => {
    clock = new FakeClock()
    database = openDatabase(':memory:')
    take = createQuoteTaker({ database, domain: DOMAIN, signer: payerSigner, clock })
    expiresAt = Math.floor(clock.now() / 1000) + 3_600
  })

  function promise(over: Partial<QuotePromise> = {}): QuotePromise {
    return { fileHash: FILE, payer: payerSigner.address, pricePerMiB: wei(1_048_576n), quoteId: 7, expiresAt, ...over }
  }
  function signed(over: Partial<QuotePromise> = {}): SignedQuote {
    const terms = promise(over)
    return { ...terms, payee: payeeSigner.address, signature: signQuote(DOMAIN, payeeSigner, terms) }
  }
  const logged = (...files: (typeof FILE)[]): Promise<number[]> =>
    database.write((connection) =>
      takeQuoteFacts(connection, payeeSigner.address, files).map(({ quoteId = 0 }) => quoteId),
    )

  it('hashes what a wallet would show', () => {
    const { fileHash, ...terms } = promise()
    const domain = {
      name: 'ChiralPaymentChannel',
      version: '1',
      chainId: CHAIN_ID,
      verifyingContract: CONTRACT_ADDRESS,
    }
    const types = {
      Quote: [
        { name: 'fileHash', type: 'bytes32' },
        { name: 'payer', type: 'address' },
        { name: 'pricePerMiB', type: 'uint96' },
        { name: 'quoteId', type: 'uint32' },
        { name: 'expiresAt', type: 'uint64' },
      ],
    }
    expect(`0x${toHex(quoteDigest(DOMAIN, promise()))}`).to.equal(
      TypedDataEncoder.hash(domain, types, { ...terms, fileHash: `0x${fileHash}` }),
    )
  })

  it('is signed by its payee over every field, and by nobody else', () => {
    expect(isQuoteSigned(DOMAIN, signed())).to.equal(true)
    const changes: Partial<SignedQuote>[] = [
      { fileHash: OTHER },
      { payer: payeeSigner.address },
      { pricePerMiB: wei(1n) },
      { quoteId: 8 },
      { expiresAt: expiresAt + 1 },
      { payee: payerSigner.address },
      { signature: new Uint8Array(64).fill(1) },
    ]
    for (const change of changes) expect(isQuoteSigned(DOMAIN, { ...signed(), ...change })).to.equal(false)
    expect(isQuoteSigned(signingDomain(CHAIN_ID + 1, CONTRACT_ADDRESS), signed())).to.equal(false)
  })

  it('is refused when one of several was not signed for this wallet, and then none is kept', async () => {
    const forOther = signed({ payer: payeeSigner.address })
    expect(await take([signed(), forOther]).then(() => undefined, codeOf)).to.equal('QUOTE_INVALID')
    expect(await logged(FILE)).to.deep.equal([])
  })

  it('goes into the log once, with those of the same file that came before it', async () => {
    await take([signed(), signed({ fileHash: OTHER, quoteId: 9 })])
    await take([signed({ quoteId: 8, pricePerMiB: wei(7n) }), signed()])
    expect(await logged(FILE)).to.deep.equal([7, 8])
    await take([signed()])
    expect(await logged(FILE), 'it is in the log').to.deep.equal([])
    expect(await logged(OTHER)).to.deep.equal([9])
  })

  it('is forgotten a day after its end when nothing was bought', async () => {
    await take([signed()])
    await clock.advance(DAY_MS + 3_600_000 + 2_000)
    await take([signed({ fileHash: OTHER, quoteId: 9, expiresAt: Math.floor(clock.now() / 1000) + 60 })])
    expect(await logged(FILE, OTHER)).to.deep.equal([9])
  })
})
