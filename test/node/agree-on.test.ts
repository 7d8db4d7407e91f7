import { expect } from 'chai'
import { type Wei, wei, ZERO_WEI } from '../../src/domain/amount.ts'
import { Bitfield } from '../../src/domain/bitfield.ts'
import { ChiralError } from '../../src/domain/errors.ts'
import { parseFileHash } from '../../src/domain/ids.ts'
import type { Bid } from '../../src/domain/quote.ts'
import type { ChunkClient, QuotedFile } from '../../src/in-band/chunk-client.ts'
import { agreeOn } from '../../src/node/download/agree-on.ts'
import { rejection } from '../in-band/shelf.ts'

const FILE = parseFileHash('ab'.repeat(32))
const ASKED = wei(40n)
const STATUS = { vouchered: ZERO_WEI, committed: ZERO_WEI, credit: ZERO_WEI, spendable: ZERO_WEI, recent: [] }

function quoted(quoteId: number, pricePerMiB: Wei): QuotedFile {
  return { quote: { quoteId, pricePerMiB, expiresAt: 1 }, have: Bitfield.full(4) }
}

describe('node/download/agree-on', () => {
  /** A seeder that asks 40 and answers a bid so. */
  function seeder(answer: () => QuotedFile, isPaid = true) {
    const bids: Bid[] = []
    const client: Pick<ChunkClient, 'quote' | 'bid' | 'status'> = {
      status: isPaid ? STATUS : undefined,
      quote: async () => quoted(7, ASKED),
      async bid(_fileHash, bid) {
        bids.push(bid)
        return answer()
      },
    }
    const agree = async (bid?: bigint, maxPrice?: bigint): Promise<Wei> => {
      const limits = { bid: bid === undefined ? undefined : wei(bid), maxPrice: maxPrice && wei(maxPrice) }
      const wanted = { fileHash: FILE, ...limits, maxPrice: limits.maxPrice || undefined }
      return (await agreeOn(client, wanted, new AbortController().signal)).quote.pricePerMiB
    }
    return { bids, agree }
  }

  it('bids once, and buys at what the seeder answers', async () => {
    for (const price of [30n, 35n, 40n]) {
      const { bids, agree } = seeder(() => quoted(8, wei(price)))
      expect(await agree(30n)).to.equal(price)
      expect(bids).to.deep.equal([{ quoteId: 7, pricePerMiB: 30n }])
    }
  })

  it('makes no bid that is not below what is asked, without the user’s word, or where nothing is paid', async () => {
    const { bids, agree } = seeder(() => quoted(8, wei(30n)))
    expect([await agree(40n), await agree(41n), await agree()]).to.deep.equal([40n, 40n, 40n])
    const free = seeder(() => quoted(8, wei(30n)), false)
    expect(await free.agree(30n)).to.equal(40n)
    expect([...bids, ...free.bids]).to.deep.equal([])
  })

  it('leaves a seeder that asks more after the bid', async () => {
    const { agree } = seeder(() => quoted(8, wei(41n)))
    expect((await rejection(agree(30n))).code).to.equal('QUOTE_RAISED')
  })

  it('buys at the asked price when it was countered before, and passes other failures on', async () => {
    const fail = (code: string) => (): never => {
      throw new ChiralError(code, 'no')
    }
    expect(await seeder(fail('BID_REPEATED')).agree(30n)).to.equal(ASKED)
    expect((await rejection(seeder(fail('STREAM_CLOSED')).agree(30n))).code).to.equal('STREAM_CLOSED')
  })

  it('holds the limit per MiB against what is agreed', async () => {
    expect(await seeder(() => quoted(8, wei(30n))).agree(30n, 35n)).to.equal(30n)
    expect((await rejection(seeder(() => quoted(7, ASKED)).agree(30n, 35n))).code).to.equal('PRICE_TOO_HIGH')
  })
})
