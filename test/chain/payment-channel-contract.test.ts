import { rm } from 'node:fs/promises'
import { expect } from 'chai'
import { deployPaymentChannel } from '../../src/chain/deploy.ts'
import { startDevChain } from '../../src/chain/dev-chain.ts'
import { createPaymentChannelContract, type PaymentChannelContract } from '../../src/chain/payment-channel-contract.ts'
import { channelIdOf } from '../../src/chain/payment-channel-interface.ts'
import { createTransactionQueue, type TransactionQueue } from '../../src/chain/transaction-queue.ts'
import type { ChannelContract } from '../../src/channel/channel-contract.ts'
import { channelIdOf as channelIdOfChannel } from '../../src/channel/channel-id.ts'
import { signingDomain } from '../../src/channel/eip712.ts'
import { signVoucher } from '../../src/channel/voucher.ts'
import { wei } from '../../src/domain/amount.ts'
import { systemClock } from '../../src/system/clock.ts'
import { openDatabase } from '../../src/system/database.ts'
import { noFailPoints } from '../../src/system/fail-points.ts'
import { silentLogger } from '../../src/system/logger.ts'
import {
  connectTo,
  mine,
  startTestChain,
  type TestChain,
  temporaryFolder,
  wellKnownSigner,
} from './support/test-chain.ts'

describe('chain/payment-channel-contract', () => {
  let test: TestChain
  let contract: PaymentChannelContract
  let payeeSide: PaymentChannelContract
  const queues: TransactionQueue[] = []
  const payer = wellKnownSigner(0)
  const payee = wellKnownSigner(1)

  function queueOf(signer: typeof payer): TransactionQueue {
    const queue = createTransactionQueue({
      database: openDatabase(':memory:'),
      client: test.client,
      signer,
      clock: systemClock,
      log: silentLogger,
      failPoints: noFailPoints,
    })
    queues.push(queue)
    return queue
  }

  before(async () => {
    test = await startTestChain()
    const { client } = test
    const queue = queueOf(payer)
    const { address, blockNumber } = await deployPaymentChannel(
      { client, queue, log: silentLogger },
      { folder: test.directory },
    )
    const options = { address, deployedAt: blockNumber }
    contract = createPaymentChannelContract({ client, queue }, options)
    payeeSide = createPaymentChannelContract({ client, queue: queueOf(payee) }, options)
  })

  after(async () => {
    for (const queue of queues) await queue.stop()
    await test.stop()
  })

  function voucher(salt: bigint, cumulativeAmount: bigint) {
    const channelId = channelIdOf({ payer: payer.address, payee: payee.address, salt })
    const domain = signingDomain(contract.chainId, contract.address)
    const { signature } = signVoucher(domain, payer, { channelId, cumulativeAmount: wei(cumulativeAmount) })
    return { payer: payer.address, salt, cumulativeAmount: wei(cumulativeAmount), signature }
  }

  it('is what payment channels need', () => {
    const needed: ChannelContract = contract
    expect(needed.address).to.equal(contract.address)
  })

  it('computes the channel id as the channel folder does', () => {
    const key = { payer: payer.address, payee: payee.address, salt: (1n << 96n) - 1n }
    expect(channelIdOf(key)).to.equal(channelIdOfChannel(key))
  })

  it('carries a channel from open to close, and tells it in events', async () => {
    const salt = 7n
    const channelId = channelIdOf({ payer: payer.address, payee: payee.address, salt })
    const fromBlock = (await contract.head()).number + 1
    expect(await contract.channel(channelId)).to.equal(undefined)
    const steps = [
      () => contract.open({ payee: payee.address, salt, deposit: wei(1_000n), key: 'open' }),
      () => contract.topUp({ payee: payee.address, salt, amount: wei(500n), key: 'topUp' }),
      () => payeeSide.redeem({ payee: payee.address, item: voucher(salt, 300n), key: 'redeem' }),
      () => payeeSide.redeemMany({ payee: payee.address, items: [voucher(salt, 450n), voucher(99n, 1n)], key: 'many' }),
    ]
    for (const step of steps) expect((await (await step()).wait(0)).status).to.equal('success')
    const open = await contract.channel(channelId)
    expect(open).to.deep.equal({ deposit: 1_500n, settled: 450n, closeAt: 0, closeBlock: 0 })
    const requested = await (await contract.requestClose({ payee: payee.address, salt, key: 'request' })).wait(0)
    const closing = await contract.channel(channelId)
    expect(closing?.closeAt).to.be.greaterThan(0)
    expect(closing?.closeBlock).to.be.at.least(requested.blockNumber + 240)
    await (await payeeSide.close({ item: voucher(salt, 700n), key: 'close' })).wait(0)
    expect(await contract.channel(channelId)).to.equal(undefined)
    const toBlock = (await contract.head()).number
    const events = await contract.events({ fromBlock, toBlock })
    expect(events.map((event) => event.kind)).to.deep.equal([
      'opened',
      'toppedUp',
      'redeemed',
      'redeemed',
      'closeRequested',
      'closed',
    ])
    expect(events[0]).to.include({ kind: 'opened', channelId, payer: payer.address, payee: payee.address, salt })
    expect(events[2]).to.include({ settled: 300n, amount: 300n })
    expect(events[5]).to.include({ settled: 700n, refund: 800n })
    expect(await contract.channel(channelId, requested.blockNumber)).to.deep.equal(closing)
    expect(await contract.channel(channelId, fromBlock)).to.include({ deposit: 1_000n })
  })

  it('sends a redeem again that a reorg took out: the payee is paid once', async () => {
    const salt = 11n
    const channelId = channelIdOf({ payer: payer.address, payee: payee.address, salt })
    await (await contract.open({ payee: payee.address, salt, deposit: wei(1_000n), key: 'open reorged' })).wait(0)
    const held = await test.client.balance(contract.address)
    const redeem = await payeeSide.redeem({ payee: payee.address, item: voucher(salt, 400n), key: 'redeem reorged' })
    await redeem.wait(0)
    const buried = redeem.wait(3)
    await mine(test.client, 1)
    await test.client.request('anvil_reorg', [2, []])
    expect(await contract.channel(channelId)).to.include({ settled: 0n })
    expect(await test.client.balance(contract.address)).to.equal(held)
    while ((await contract.channel(channelId))?.settled === 0n) await test.client.head()
    await mine(test.client, 3)
    expect((await buried).status).to.equal('success')
    expect(await contract.channel(channelId)).to.include({ deposit: 1_000n, settled: 400n })
    expect(await test.client.balance(contract.address)).to.equal(held - 400n)
  })

  it('says why the contract refuses, by name, and sends nothing', async () => {
    const key = 'unknown'
    const sent = contract.topUp({ payee: payee.address, salt: 12_345n, amount: wei(1n), key })
    const error = await sent.then(
      () => undefined,
      (reason) => reason,
    )
    expect(error).to.include({ code: 'TRANSACTION_REVERTED' })
    expect(error.details).to.include({ error: 'PaymentChannel_Unknown' })
    expect(queues[0]?.find(key)).to.equal(undefined)
  })

  it('never costs more than the ceiling it gives', async () => {
    const salt = 8n
    const kinds = ['open', 'topUp', 'redeem', 'requestClose', 'close'] as const
    const ceilings = await Promise.all(kinds.map((kind) => contract.feeCeiling(kind)))
    const sent = [
      await contract.open({ payee: payee.address, salt, deposit: wei(9n), key: 'c1' }),
      await contract.topUp({ payee: payee.address, salt, amount: wei(9n), key: 'c2' }),
      await payeeSide.redeem({ payee: payee.address, item: voucher(salt, 3n), key: 'c3' }),
      await contract.requestClose({ payee: payee.address, salt, key: 'c4' }),
      await payeeSide.close({ item: voucher(salt, 4n), key: 'c5' }),
    ]
    for (const [index, transaction] of sent.entries())
      expect((await transaction.wait(0)).fee <= (ceilings[index] ?? 0n), kinds[index]).to.equal(true)
  })

  it('knows contracts from wallets', async () => {
    expect(await contract.hasCode(contract.address)).to.equal(true)
    expect(await contract.hasCode(payer.address)).to.equal(false)
  })

  it('reads an old state from the events when the node has dropped it', async () => {
    const directory = await temporaryFolder()
    const options = { directory, log: silentLogger }
    const first = await startDevChain(options)
    const client = await connectTo(first.rpcUrl)
    const queue = createTransactionQueue({
      database: openDatabase(':memory:'),
      client,
      signer: payer,
      clock: systemClock,
      log: silentLogger,
      failPoints: noFailPoints,
    })
    const { address } = await deployPaymentChannel({ client, queue, log: silentLogger }, { folder: directory })
    const own = createPaymentChannelContract({ client, queue }, { address, deployedAt: 0 })
    const channelId = channelIdOf({ payer: payer.address, payee: payee.address, salt: 1n })
    const opened = await (await own.open({ payee: payee.address, salt: 1n, deposit: wei(5n), key: 'open' })).wait(0)
    await (await own.topUp({ payee: payee.address, salt: 1n, amount: wei(6n), key: 'topUp' })).wait(0)
    await mine(client, 2)
    await first.stop()
    const second = await startDevChain(options)
    expect(await own.channel(channelId, opened.blockNumber)).to.include({ deposit: 5n })
    expect(await own.channel(channelId, opened.blockNumber + 1)).to.include({ deposit: 11n })
    expect(await own.channel(channelId, 0)).to.equal(undefined)
    await queue.stop()
    client.close()
    await second.stop()
    await rm(directory, { recursive: true, force: true })
  })
})
