import { join } from 'node:path'
import { deployPaymentChannel } from '../../../src/chain/deploy.ts'
import { createEscrowLocation, type EscrowLocation } from '../../../src/chain/escrow-location.ts'
import { createPaymentChannelContract } from '../../../src/chain/payment-channel-contract.ts'
import { createTransactionQueue, type TransactionQueue } from '../../../src/chain/transaction-queue.ts'
import type { EscrowSite } from '../../../src/channel/escrow/escrow-chain.ts'
import { createEscrowPayer, type EscrowPayer } from '../../../src/channel/escrow/escrow-payer.ts'
import { withEscrows } from '../../../src/channel/escrow/with-escrows.ts'
import { createPayee, type Payee, type PayeeOptions } from '../../../src/channel/payee.ts'
import type { ChannelPayeeAccount } from '../../../src/channel/payee-account.ts'
import { createPayer, type Payer } from '../../../src/channel/payer.ts'
import type { ChannelPayerAccount } from '../../../src/channel/payer-account.ts'
import { createReceipts, type Receipts } from '../../../src/channel/receipts/receipts.ts'
import { createWatcher, type Watcher } from '../../../src/channel/watcher.ts'
import { type Wei, wei } from '../../../src/domain/amount.ts'
import { type Address, fileHashOf, peerIdText } from '../../../src/domain/ids.ts'
import { createEscrowPapers } from '../../../src/node/escrow-papers.ts'
import { createEscrowSite } from '../../../src/node/escrow-site.ts'
import { systemClock } from '../../../src/system/clock.ts'
import { type Database, openDatabase } from '../../../src/system/database.ts'
import { noFailPoints } from '../../../src/system/fail-points.ts'
import { silentLogger } from '../../../src/system/logger.ts'
import { systemRandom } from '../../../src/system/random.ts'
import type { Signer } from '../../../src/system/signer.ts'
import { mine, type TestChain, wellKnownSigner } from '../../chain/support/test-chain.ts'

export const PRICE = wei(10n ** 15n)
export const FILE = fileHashOf(new Uint8Array(32).fill(7))
export const CHUNKS = 40
export const DOWNLOAD = 'd'
export const NEVER = new AbortController().signal
const LOG = silentLogger

/** One wallet on the real contracts, that buys or sells; stopping it keeps its database. */
export interface Trader {
  readonly signer: Signer
  readonly database: Database
  readonly queue: TransactionQueue
  readonly location: EscrowLocation
  readonly site: EscrowSite
  readonly payer: Payer
  readonly escrows: EscrowPayer
  readonly payee: Payee
  readonly watcher: Watcher
  readonly receipts: Receipts
  stop(): Promise<void>
}

export async function startTrader(
  test: TestChain,
  index: number,
  database = openDatabase(':memory:'),
  options: Pick<PayeeOptions, 'acceptEscrows'> = {},
): Promise<Trader> {
  const signer = wellKnownSigner(index)
  const shared = { clock: systemClock, random: systemRandom, log: LOG, failPoints: noFailPoints }
  const { client } = test
  const queue = createTransactionQueue({ ...shared, database, client, signer })
  const { address, blockNumber } = await deployPaymentChannel({ client, queue, log: LOG }, { folder: test.directory })
  const location = createEscrowLocation(
    { client, queue, log: LOG },
    { named: undefined, own: join(test.directory, 'deployments'), records: [] },
  )
  const site = createEscrowSite({ client, queue, signer, escrow: location })
  const channels = createPaymentChannelContract({ client, queue }, { address, deployedAt: blockNumber })
  const contract = withEscrows(channels, site, database)
  const parts = { ...shared, database, signer, contract }
  const payer = createPayer(parts)
  const payee = createPayee({ ...parts, escrows: site }, { confirmations: 1, redeemFeePercent: 100, ...options })
  const escrows = createEscrowPayer({ ...parts, site, observe: payer.observer.observe })
  const observers = [payer.observer, payee.observer]
  const papersOf = (escrow: Address) => createEscrowPapers(contract.chainId, escrow, signer)
  const receipts = createReceipts({ ...parts, papersOf }, { genesisHash: client.identity.genesisHash })
  const watcher = createWatcher({ database, contract, log: LOG, observers, receipts }, { startBlock: blockNumber })
  await watcher.start()
  await escrows.start()
  return {
    signer,
    database,
    queue,
    location,
    site,
    payer,
    escrows,
    payee,
    watcher,
    receipts,
    async stop() {
      await escrows.stop()
      await watcher.stop()
      payee.stop()
      await queue.stop()
    },
  }
}

/** Both ends of a stream that is paid from an escrow. */
export interface Ends {
  readonly buying: ChannelPayerAccount
  readonly selling: ChannelPayeeAccount
}

export function challenge() {
  return {
    payerPeerId: peerIdText('a'),
    payeePeerId: peerIdText('b'),
    nonce: systemRandom.bytes(32),
  } as const
}

/** Locks for these sellers together, and waits until it counts. */
export async function lockFor(
  test: TestChain,
  buyer: Trader,
  sellers: readonly Trader[],
  {
    deposit = wei(PRICE * 20n),
    topUp = false,
    chunks = CHUNKS,
  }: { deposit?: Wei; topUp?: boolean; chunks?: number } = {},
): Promise<void> {
  const together = sellers.map(({ signer }) => ({ payee: signer.address, deposit, confirmations: 1 }))
  const ensured = await Promise.all(
    together.map((seeder) =>
      buyer.escrows.ensureAllocation({
        ...seeder,
        together,
        fileHash: FILE,
        chunks,
        downloadId: DOWNLOAD,
        topUp,
        signal: NEVER,
      }),
    ),
  )
  await mine(test.client, 2)
  await Promise.all(ensured.map(({ confirmed }) => confirmed))
}

export async function connect(buyer: Trader, seller: Trader): Promise<Ends> {
  const escrow = buyer.escrows.source(seller.signer.address, DOWNLOAD)
  const buying = buyer.payer.account(seller.signer.address, DOWNLOAD, { escrow })
  const hello = challenge()
  await buyer.escrows.comesBy({ payee: seller.signer.address, downloadId: DOWNLOAD }, 'bitswap')
  return { buying, selling: await seller.payee.authenticate(await buying.prove(hello), hello) }
}

/** Buys a chunk as the protocol does. */
export async function buy(
  buyer: Trader,
  seller: Trader,
  { buying, selling }: Ends,
  chunkIndex: number,
): Promise<string> {
  const { committed, credit } = selling.status()
  const required = wei(committed + PRICE > credit ? committed + PRICE - credit : 0n)
  const said = await buying.authorize({ price: PRICE, required })
  if (said.kind === 'refused') return said.code
  const voucher = said.kind === 'voucher' ? said.voucher : undefined
  const chunk = { fileHash: FILE, chunkIndex }
  const result = await selling.commit({ ...chunk, price: PRICE, voucher })
  if (result.kind === 'rejected') return result.code
  const delivery = { payee: seller.signer.address, downloadId: DOWNLOAD, chunk, price: PRICE }
  await buyer.database.write((connection) => buyer.payer.recordVerified(connection, delivery))
  return 'bought'
}

/** Pays all that is owed, and has the seller release what it will not earn. */
export async function settleAndRelease({ buying, selling }: Ends): Promise<void> {
  const receipt = await buying.settle()
  if (receipt !== undefined) await selling.pay(receipt)
  const release = await selling.close(buying.agreeToClose())
  if (typeof release === 'string') throw new Error('a release was expected, not a transaction')
  await buying.takeRelease?.(release)
}

/** Lets the chain's time pass, and mines blocks. */
export async function pass(test: TestChain, seconds: number, blocks = 1): Promise<void> {
  await test.client.request('evm_increaseTime', [seconds])
  await mine(test.client, blocks)
}
