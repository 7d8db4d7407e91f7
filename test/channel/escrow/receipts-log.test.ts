import { expect } from 'chai'
import { encodeReceipts } from '../../../src/channel/receipts/document.ts'
import { wei } from '../../../src/domain/amount.ts'
import { Bitfield } from '../../../src/domain/bitfield.ts'
import { verifyReceipts } from '../../../src/node/receipts.ts'
import { startTestChain, type TestChain } from '../../chain/support/test-chain.ts'
import { buy, CHUNKS, connect, DOWNLOAD, FILE, lockFor, PRICE, startTrader, type Trader } from './escrow-world.ts'

describe('channel/receipts: what escrows paid, on the real contract', function () {
  this.timeout(60_000)
  let test: TestChain
  let traders: Trader[] = []

  beforeEach(async () => {
    test = await startTestChain()
    traders = []
  })
  afterEach(async () => {
    for (const trader of traders) await trader.stop()
    await test.stop()
  })

  async function trader(index: number, before?: Trader): Promise<Trader> {
    await before?.stop()
    traders = traders.filter((one) => one !== before)
    const started = await startTrader(test, index, before?.database)
    traders.push(started)
    return started
  }
  async function buyerAndSeller(): Promise<[Trader, Trader]> {
    const [buyer, seller] = [await trader(0), await trader(1)]
    await buyer.payer.beginDownload({ downloadId: DOWNLOAD, maxTotal: wei(10n ** 18n) })
    await lockFor(test, buyer, [seller])
    return [buyer, seller]
  }

  it('stand in both logs with chunks and protocol, and either export is proved by its signatures alone', async () => {
    const [buyer, seller] = await buyerAndSeller()
    const ends = await connect(buyer, seller)
    for (const index of [1, 2, 3]) await buy(buyer, seller, ends, index)
    const last = await ends.buying.settle()
    if (last !== undefined) await ends.selling.pay(last)
    const paid = wei(3n * PRICE)
    const { papers } = await buyer.site.require()
    const bought = new Bitfield(CHUNKS)
    for (const index of [1, 2, 3]) bought.add(index)
    const receipt = {
      kind: 'receipt',
      cumulativeAmount: paid,
      files: [{ fileHash: FILE, amount: paid }],
      escrowContract: papers.domain.contract,
      escrowFile: FILE,
      chunksHash: papers.chunksHashOf(bought),
      protocol: 'bitswap',
    }
    for (const [{ receipts }, sum] of [
      [buyer, 'signed'],
      [seller, 'received'],
    ] as const) {
      const document = await receipts.export({})
      expect(document.entries.at(-1)).to.deep.include(receipt)
      for (const format of ['csv', 'json'] as const)
        expect(verifyReceipts(encodeReceipts(document, format))).to.include({ [sum]: paid, unchecked: 0 })
    }
  })

  it('are written once, also when the process ended before the log had them', async () => {
    const [buyer, seller] = await buyerAndSeller()
    await buy(buyer, seller, await connect(buyer, seller), 0)
    const [buyerAgain, sellerAgain] = [await trader(0, buyer), await trader(1, seller)]
    for (const { receipts } of [buyerAgain, sellerAgain]) {
      const entries = (await receipts.list({})).filter(({ kind }) => kind === 'receipt')
      expect(entries.map(({ cumulativeAmount }) => cumulativeAmount)).to.deep.equal([PRICE])
    }
    const ends = await connect(buyerAgain, sellerAgain)
    await buy(buyerAgain, sellerAgain, ends, 1)
    await ends.buying.settle()
    const amounts = (await buyerAgain.receipts.list({})).map(({ amount, cumulativeAmount }) => [
      amount,
      cumulativeAmount,
    ])
    expect(amounts).to.deep.equal([
      [PRICE, PRICE],
      [PRICE, wei(2n * PRICE)],
    ])
  })
})
