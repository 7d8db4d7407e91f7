import { expect } from 'chai'
import { deployPaymentChannel } from '../../src/chain/deploy.ts'
import { createPaymentChannelContract } from '../../src/chain/payment-channel-contract.ts'
import { paymentChannelInterface } from '../../src/chain/payment-channel-interface.ts'
import { createTransactionQueue, type TransactionQueue } from '../../src/chain/transaction-queue.ts'
import { channelIdOf } from '../../src/channel/channel-id.ts'
import { createPayee } from '../../src/channel/payee.ts'
import { createPayer } from '../../src/channel/payer.ts'
import { createWatcher, type Watcher } from '../../src/channel/watcher.ts'
import { wei } from '../../src/domain/amount.ts'
import { fileHashOf, parseAddress, peerIdText } from '../../src/domain/ids.ts'
import { systemClock } from '../../src/system/clock.ts'
import { type Database, openDatabase } from '../../src/system/database.ts'
import { noFailPoints } from '../../src/system/fail-points.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { systemRandom } from '../../src/system/random.ts'
import type { Signer } from '../../src/system/signer.ts'
import { mine, startTestChain, type TestChain, wellKnownSigner } from '../chain/support/test-chain.ts'

const DEPOSIT = wei(10n ** 15n)
const PRICE = wei(10n ** 12n)
const CHUNKS = 20
/** Runtime code: answers every call with ERC-1271's magic value, or reverts. */
const TRUSTING_WALLET = '0x631626ba7e60e01b60005260206000f3'
const REFUSING_WALLET = '0x60006000fd'

describe('channel: on the real contract', () => {
  let test: TestChain
  const queues: TransactionQueue[] = []
  const watchers: Watcher[] = []

  function queueOf(signer: Signer, database: Database): TransactionQueue {
    const queue = createTransactionQueue({
      database,
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
  })

  after(async () => {
    for (const watcher of watchers) await watcher.stop()
    for (const queue of queues) await queue.stop()
    await test.stop()
  })

  it('pays the payee exactly what was verified, and the payer the rest', async () => {
    const [payerSigner, payeeSigner] = [wellKnownSigner(0), wellKnownSigner(1)]
    const databases = { payer: openDatabase(':memory:'), payee: openDatabase(':memory:') }
    const payerQueue = queueOf(payerSigner, databases.payer)
    const deployed = await deployPaymentChannel(
      { client: test.client, queue: payerQueue, log: silentLogger },
      { folder: test.directory },
    )
    const at = { address: deployed.address, deployedAt: deployed.blockNumber }
    const shared = { clock: systemClock, random: systemRandom, log: silentLogger, failPoints: noFailPoints }
    const payerContract = createPaymentChannelContract({ client: test.client, queue: payerQueue }, at)
    const payeeContract = createPaymentChannelContract(
      { client: test.client, queue: queueOf(payeeSigner, databases.payee) },
      at,
    )
    const payer = createPayer({ ...shared, database: databases.payer, signer: payerSigner, contract: payerContract })
    const payee = createPayee(
      { ...shared, database: databases.payee, signer: payeeSigner, contract: payeeContract },
      { confirmations: 1 },
    )
    for (const role of ['payer', 'payee'] as const) {
      const [database, contract] = [databases[role], role === 'payer' ? payerContract : payeeContract]
      const observers = [role === 'payer' ? payer.observer : payee.observer]
      const watcher = createWatcher({ database, contract, log: silentLogger, observers }, { startBlock: at.deployedAt })
      await watcher.start()
      watchers.push(watcher)
    }

    await payer.beginDownload({ downloadId: 'd', maxTotal: wei(10n ** 18n) })
    const handle = await payer.ensureChannel({
      payee: payeeSigner.address,
      deposit: DEPOSIT,
      confirmations: 1,
      downloadId: 'd',
    })
    await mine(test.client, 2)
    await handle.confirmed

    const challenge = {
      payerPeerId: peerIdText('a'),
      payeePeerId: peerIdText('b'),
      nonce: systemRandom.bytes(32),
    }
    const buying = payer.account(payeeSigner.address, 'd')
    const selling = await payee.authenticate(await buying.prove(challenge), challenge)
    const fileHash = fileHashOf(new Uint8Array(32).fill(7))
    for (let chunkIndex = 0; chunkIndex < CHUNKS; chunkIndex++) {
      const { committed, credit } = selling.status()
      const required = wei(committed + PRICE > credit ? committed + PRICE - credit : 0n)
      const said = await buying.authorize({ price: PRICE, required })
      const voucher = said.kind === 'voucher' ? said.voucher : undefined
      expect((await selling.commit({ fileHash, chunkIndex, price: PRICE, voucher })).kind).to.equal('committed')
      await databases.payer.write((connection) =>
        payer.recordVerified(connection, {
          payee: payeeSigner.address,
          downloadId: 'd',
          chunk: { fileHash, chunkIndex },
          price: PRICE,
        }),
      )
    }
    const last = await buying.settle()
    if (last !== undefined) await selling.pay(last)

    const closed = payer.closed(handle.channelId, AbortSignal.timeout(10_000))
    await selling.close()
    await mine(test.client, 1)
    await closed
    const events = await payeeContract.events({
      fromBlock: at.deployedAt,
      toBlock: (await payeeContract.head()).number,
    })
    const end = events.find((event) => event.kind === 'closed')
    const paid = BigInt(CHUNKS) * PRICE
    expect(end).to.include({ channelId: handle.channelId, settled: paid, refund: DEPOSIT - paid })
  })

  it('redeems the voucher of a contract wallet, and lives with one that is revoked', async () => {
    const { client } = test
    const payeeSigner = wellKnownSigner(2)
    const deployer = queueOf(wellKnownSigner(3), openDatabase(':memory:'))
    const deployed = await deployPaymentChannel(
      { client, queue: deployer, log: silentLogger },
      { folder: test.directory },
    )
    const database = openDatabase(':memory:')
    const contract = createPaymentChannelContract(
      { client, queue: queueOf(payeeSigner, database) },
      { address: deployed.address, deployedAt: deployed.blockNumber },
    )
    const payee = createPayee(
      {
        clock: systemClock,
        random: systemRandom,
        log: silentLogger,
        failPoints: noFailPoints,
        database,
        signer: payeeSigner,
        contract,
      },
      { confirmations: 0, contractWallets: true },
    )
    const payer = parseAddress('0x00000000000000000000000000000000000000A1')
    await client.request('anvil_setCode', [payer, TRUSTING_WALLET])
    await client.request('anvil_setBalance', [payer, `0x${(10n ** 18n).toString(16)}`])
    await client.request('anvil_impersonateAccount', [payer])
    const channel = { payer, payee: payeeSigner.address, salt: 5n }
    const data = paymentChannelInterface.encodeFunctionData('open', [channel.payee, channel.salt])
    const call = { from: payer, to: contract.address, data, value: `0x${DEPOSIT.toString(16)}` }
    await client.request('eth_sendTransaction', [call])
    await mine(client, 1)

    const signature = new Uint8Array(65).fill(7)
    const challenge = { payerPeerId: peerIdText('a'), payeePeerId: peerIdText('b'), nonce: systemRandom.bytes(32) }
    const selling = await payee.authenticate({ channel, signature }, challenge)
    const channelId = channelIdOf(channel)
    expect(await selling.pay({ channelId, cumulativeAmount: PRICE, signature })).to.include({ kind: 'accepted' })
    await payee.redeemDue({ all: true })
    await mine(client, 1)
    expect((await contract.channel(channelId))?.settled).to.equal(PRICE)

    expect(await selling.pay({ channelId, cumulativeAmount: wei(PRICE * 2n), signature })).to.include({
      kind: 'accepted',
    })
    await client.request('anvil_setCode', [payer, REFUSING_WALLET])
    expect(await selling.pay({ channelId, cumulativeAmount: wei(PRICE * 3n), signature })).to.include({
      code: 'VOUCHER_INVALID',
    })
    const sent = await client.transactionCount(payeeSigner.address, 'latest')
    await payee.redeemDue({ all: true })
    await mine(client, 1)
    expect(await client.transactionCount(payeeSigner.address, 'latest')).to.equal(sent) // found to revert: no gas is spent
    expect((await contract.channel(channelId))?.settled).to.equal(PRICE)
    payee.stop()
  })
})
