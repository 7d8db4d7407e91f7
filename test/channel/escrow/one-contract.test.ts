import { expect } from 'chai'
import { AbiCoder, concat } from 'ethers'
import { escrowCreationBytecode } from '../../../src/chain/abi/escrow.ts'
import type { ChainClient } from '../../../src/chain/client.ts'
import { createCoinTransfers } from '../../../src/chain/coin-transfers.ts'
import { readEscrowIncome } from '../../../src/chain/escrow-income.ts'
import { createEscrowLocation } from '../../../src/chain/escrow-location.ts'
import { createEscrowPayments } from '../../../src/chain/escrow-payments.ts'
import { type Wei, wei } from '../../../src/domain/amount.ts'
import { codeOf } from '../../../src/domain/errors.ts'
import type { Address } from '../../../src/domain/ids.ts'
import { silentLogger } from '../../../src/system/logger.ts'
import { startTestChain, type TestChain } from '../../chain/support/test-chain.ts'
import {
  buy,
  connect,
  DOWNLOAD,
  FILE,
  lockFor,
  PRICE,
  pass,
  settleAndRelease,
  startTrader,
  type Trader,
} from './escrow-world.ts'

const chunks = (count: number): Wei => wei(PRICE * BigInt(count))

describe('channel: one Escrow contract, for receipts and for batches', function () {
  this.timeout(60_000)
  let test: TestChain
  let buyer: Trader
  let seller: Trader

  before(async () => {
    test = await startTestChain()
    buyer = await startTrader(test, 0)
    seller = await startTrader(test, 1)
  })
  after(async () => {
    for (const trader of [buyer, seller]) await trader.stop()
    await test.stop()
  })

  it('tells what was redeemed from what a batch paid, to the same seller for the same file', async () => {
    await buyer.payer.beginDownload({ downloadId: DOWNLOAD, maxTotal: wei(10n ** 18n) })
    await lockFor(test, buyer, [seller], { deposit: chunks(4) })
    const ends = await connect(buyer, seller)
    for (const index of [0, 1]) expect(await buy(buyer, seller, ends, index)).to.equal('bought')
    await settleAndRelease(ends)
    await seller.payee.redeemDue({ all: true })
    const payment = { payee: seller.signer.address, amount: chunks(3), fileHash: FILE }
    const { client } = test
    const { queue, location: escrow } = buyer
    const named = { ...payment, chunksHash: new Uint8Array(32), protocol: 'http' }
    const batch = await createEscrowPayments({ client, queue, escrow }).payBatch({ payments: [named], key: 'batch' })
    const { hash } = await batch.wait(0)
    await pass(test, 1)

    const transfers = createCoinTransfers({ client, queue, escrow })
    const payer = buyer.signer.address
    expect((await transfers.find(hash))?.paid).to.deep.equal([{ payer, ...payment }])
    const redemption = seller.queue.history().find(({ purpose }) => purpose.startsWith('redeem'))
    expect((await transfers.find(redemption?.attempts[0]?.hash ?? ''))?.paid).to.deep.equal([])

    const { address, blockNumber: deployedAt } = await escrow.ensure()
    const { number: toBlock } = await client.head()
    const came = await readEscrowIncome(client, { address, deployedAt }, { account: payment.payee, toBlock })
    expect(came.map(({ kind, amount }) => ({ kind, amount }))).to.deep.equal([{ kind: 'redeemed', amount: chunks(2) }])
  })

  it('is not put on the chain by the question what it would cost to pay from it', async () => {
    const empty = await startTestChain()
    const trader = await startTrader(empty, 0)
    try {
      expect(await trader.escrows.feeCeiling(3)).to.be.greaterThan(0)
      expect(await trader.location.find()).to.equal(undefined)
    } finally {
      await trader.stop()
      await empty.stop()
    }
  })

  it('says that there is none where the coin is worth something, and where it is not, that it can be had', async () => {
    const empty = await startTestChain()
    const trader = await startTrader(empty, 0)
    try {
      const worth: ChainClient = { ...empty.client, parameters: { ...empty.client.parameters, testCoin: false } }
      const whyNone = (client: ChainClient): Promise<string | undefined> =>
        createEscrowLocation(
          { client, queue: trader.queue, log: silentLogger },
          { named: undefined, own: empty.directory, records: [] },
        )
          .whyNone()
          .then((lack) => lack?.code)
      expect(await whyNone(worth)).to.equal('CONTRACT_UNKNOWN')
      expect(await whyNone(empty.client)).to.equal(undefined)
      expect(await trader.location.find(), 'nothing was deployed to tell that').to.equal(undefined)
      expect(await trader.escrows.whyNone()).to.equal(undefined)
      await trader.location.ensure()
      expect(await whyNone(worth), 'now there is one').to.equal(undefined)
    } finally {
      await trader.stop()
      await empty.stop()
    }
  })

  it('uses none whose grace period is too short, where the coin is worth something', async () => {
    const realMoney: ChainClient = { ...test.client, parameters: { ...test.client.parameters, testCoin: false } }
    const short = await create(60, 4)
    const found = (client: ChainClient, named: Address): Promise<unknown> =>
      createEscrowLocation(
        { client, queue: buyer.queue, log: silentLogger },
        { named, own: test.directory, records: [] },
      )
        .find()
        .then((contract) => contract?.address, codeOf)
    expect(await found(test.client, short)).to.equal(short)
    expect(await found(realMoney, short)).to.equal('CONTRACT_MISMATCH')
    const long = await create(7200, 480)
    expect(await found(realMoney, long)).to.equal(long)
  })

  async function create(seconds: number, blocks: number): Promise<Address> {
    const args = AbiCoder.defaultAbiCoder().encode(['uint32', 'uint16'], [seconds, blocks])
    const data = concat([escrowCreationBytecode, args])
    const sent = await buyer.queue.send({ key: `create:${seconds}`, purpose: 'deploy', data })
    const { contractAddress } = await sent.wait(0)
    if (contractAddress === undefined) throw new Error('no contract was made')
    return contractAddress
  }
})
