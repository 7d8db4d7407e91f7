import { join } from 'node:path'
import { bindDatabase } from '../chain/binding.ts'
import { type ChainClient, connectChain } from '../chain/client.ts'
import { verifyContract } from '../chain/contract-identity.ts'
import { deployPaymentChannel, findPaymentChannel } from '../chain/deploy.ts'
import { COMMITTED_DEPLOYMENTS, type DeployedContract, writeDeployment } from '../chain/deployments.ts'
import { startDevChain } from '../chain/dev-chain.ts'
import { createEscrowLocation, type EscrowLocation } from '../chain/escrow-location.ts'
import { fundAccount } from '../chain/faucet.ts'
import { createIncomingLedger, type IncomingLedger } from '../chain/incoming.ts'
import { createPaymentChannelContract, type PaymentChannelContract } from '../chain/payment-channel-contract.ts'
import { createTransactionQueue, type TransactionQueue } from '../chain/transaction-queue.ts'
import type { OfferChain } from '../discovery/offer.ts'
import { formatCoins, parseCoins, type Wei } from '../domain/amount.ts'
import { ChiralError } from '../domain/errors.ts'
import { type Database, openDatabase } from '../system/database.ts'
import type { Signer } from '../system/signer.ts'
import type { NodeConfig } from './node-config.ts'
import type { NodeSystem } from './node-system.ts'
import { blameRememberedRpc, devChainDirectory, rememberRpc } from './remembered-rpc.ts'
import { openWallet } from './wallet.ts'

/** Test coin that an empty wallet gets by itself: enough for thousands of files at any price one would try. */
const FIRST_TEST_COIN = parseCoins('100')
/** Below this a wallet on a test chain is filled up: it could not pay for its transactions. */
const LOW_TEST_COIN = parseCoins('0.01')

/** Everything of a node that speaks to the chain, over one database that belongs to it. */
export interface ChainStack {
  readonly client: ChainClient
  readonly database: Database
  readonly signer: Signer
  readonly queue: TransactionQueue
  readonly contract: PaymentChannelContract
  /** Where the contract stands that pays many at once. */
  readonly escrow: EscrowLocation
  /** No event of the contract is in an older block. */
  readonly contractBlock: number
  readonly incoming: IncomingLedger
  readonly offerChain: OfferChain
  readonly rpcUrl: string
  /** Sends test coin to the wallet. @throws ChiralError `FUND_REFUSED` */
  fund(amount: Wei): Promise<void>
  stop(): Promise<void>
}

export async function openChainStack(
  config: NodeConfig,
  system: NodeSystem,
  notice: (message: string) => void,
): Promise<ChainStack> {
  const { clock, log, failPoints } = system
  const stack = new AsyncDisposableStack()
  const blame = (error: unknown): never => {
    throw config.chain.rpcRemembered === true ? blameRememberedRpc(error, config.dataDirectory) : error
  }
  try {
    const rpcUrl = config.chain.rpcUrl ?? (await embeddedChain(config, system, stack))
    const client = await connectChain({ rpcUrl, clock, log }).catch(blame)
    stack.defer(() => client.close())
    const { testCoin, name } = client.parameters
    if (!testCoin && config.walletPassword === '')
      throw new ChiralError(
        'WALLET_PASSWORD',
        `The coin of the chain "${name}" is worth something: protect the wallet with --password-file or CHIRAL_PASSWORD.`,
      )
    const { dataDirectory } = config
    const { signer } = await openWallet({ dataDirectory, password: config.walletPassword, create: testCoin })
    const database = openDatabase(join(dataDirectory, 'node.db'))
    stack.defer(() => database.close())
    await bindDatabase(database, client.identity).catch(blame)
    if (config.chain.rpcUrl !== undefined) await rememberRpc(dataDirectory, rpcUrl)

    const incoming = createIncomingLedger(database, signer.address)
    const fund = async (amount: Wei): Promise<void> => {
      const funding = await fundAccount({ client, clock }, { to: signer.address, amount })
      await incoming.record({ ...funding, purpose: 'test coin', receivedAt: clock.now() })
    }
    if (testCoin && (await client.balance(signer.address)) < LOW_TEST_COIN) {
      await fund(FIRST_TEST_COIN)
      notice(`The wallet ${signer.address} was empty and got ${formatCoins(FIRST_TEST_COIN)} test coin.`)
    }
    const queue = createTransactionQueue({ database, client, signer, clock, log, failPoints })
    await queue.start()
    stack.defer(() => queue.stop())
    const deployed = await contractOf(config, client, queue, system)
    const { address } = deployed
    const contract = createPaymentChannelContract({ client, queue }, { address, deployedAt: deployed.blockNumber })
    const escrow = createEscrowLocation(
      { client, queue, log },
      { named: config.chain.escrow, own: join(dataDirectory, 'deployments'), records: [COMMITTED_DEPLOYMENTS] },
    )
    const moved = stack.move()
    return {
      client,
      database,
      signer,
      queue,
      contract,
      escrow,
      contractBlock: deployed.blockNumber,
      incoming,
      offerChain: { ...client.identity, contract: address },
      rpcUrl,
      fund,
      stop: () => moved.disposeAsync(),
    }
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}

async function embeddedChain(config: NodeConfig, system: NodeSystem, stack: AsyncDisposableStack): Promise<string> {
  const { clock, log, random } = system
  const chain = await startDevChain({
    directory: devChainDirectory(config.dataDirectory),
    blockTimeSeconds: config.chain.blockTimeSeconds,
    clock,
    log,
    random,
  })
  stack.defer(() => chain.stop())
  return chain.rpcUrl
}

/** The contract the user named, or the recorded one, or the one everybody computes; on a test chain it is deployed when missing. */
async function contractOf(
  config: NodeConfig,
  client: ChainClient,
  queue: TransactionQueue,
  { log }: NodeSystem,
): Promise<DeployedContract> {
  const own = join(config.dataDirectory, 'deployments')
  const named = config.chain.contract
  if (named !== undefined) {
    await verifyContract(client, named)
    await writeDeployment(own, client.identity, { address: named, blockNumber: 0 })
    return { address: named, blockNumber: 0 }
  }
  const found = await findPaymentChannel(client, [own, COMMITTED_DEPLOYMENTS])
  if (found !== undefined) return found
  if (client.parameters.testCoin) return deployPaymentChannel({ client, queue, log }, { folder: own })
  throw new ChiralError(
    'CONTRACT_UNKNOWN',
    `No payment contract is known on chain ${client.identity.chainId}: name it in the configuration (chain.contract), or deploy it with scripts/deploy.ts.`,
  )
}
