import { AbiCoder, concat, getCreate2Address, keccak256, ZeroHash } from 'ethers'
import { ChiralError, codeOf } from '../domain/errors.ts'
import { type Address, parseAddress } from '../domain/ids.ts'
import type { Logger } from '../system/logger.ts'
import { escrowCreationBytecode } from './abi/escrow.ts'
import { paymentChannelCreationBytecode } from './abi/payment-channel.ts'
import type { ChainClient } from './client.ts'
import { DEFAULT_DISPUTE_WINDOW, type DisputeWindow, verifyContract, verifyEscrow } from './contract-identity.ts'
import { DEPLOYMENT_FACTORY } from './deployment-factory.ts'
import { type ContractName, type DeployedContract, readDeployment, writeDeployment } from './deployments.ts'
import type { TransactionQueue } from './transaction-queue.ts'

const FACTORY_SALT = ZeroHash

/** A contract of ours: how it is created, and told from all others. */
interface Creation {
  readonly name: ContractName
  /** Creation bytecode with the constructor's arguments behind it. */
  readonly code: string
  /** @throws ChiralError `CONTRACT_MISMATCH` */
  verify(client: ChainClient, address: Address): Promise<unknown>
}

interface DeployDependencies {
  readonly client: ChainClient
  readonly queue: TransactionQueue
  readonly log: Logger
}

/**
 * Finds the PaymentChannel of a chain: in the records of `folders`, in this order, else where the factory would have put it.
 *
 * @returns `undefined` when it has not been deployed, as far as can be known
 * @throws ChiralError `CONTRACT_MISMATCH` when a record names something else, and as `readDeployment`
 */
export function findPaymentChannel(
  client: ChainClient,
  folders: readonly string[],
  window: DisputeWindow = DEFAULT_DISPUTE_WINDOW,
): Promise<DeployedContract | undefined> {
  return find(client, folders, paymentChannel(window))
}

/** The same for the Escrow. */
export function findEscrow(client: ChainClient, folders: readonly string[]): Promise<DeployedContract | undefined> {
  return find(client, folders, escrow())
}

/**
 * Deploys the PaymentChannel unless it stands already, and records it in `folder`. The wallet of `queue` pays; it has no part in the
 * contract afterwards. Two that deploy at once end with the same contract where the chain has the factory.
 *
 * @throws ChiralError `DEPLOYMENT_FAILED`, `INSUFFICIENT_FUNDS`, and as `findPaymentChannel`
 */
export function deployPaymentChannel(
  dependencies: DeployDependencies,
  options: { readonly folder: string; readonly window?: DisputeWindow; readonly signal?: AbortSignal },
): Promise<DeployedContract> {
  const { window = DEFAULT_DISPUTE_WINDOW, ...rest } = options
  return ensureDeployed(dependencies, paymentChannel(window), rest)
}

/** The same for the Escrow. */
export function deployEscrow(
  dependencies: DeployDependencies,
  options: { readonly folder: string; readonly signal?: AbortSignal },
): Promise<DeployedContract> {
  return ensureDeployed(dependencies, escrow(), options)
}

async function find(
  client: ChainClient,
  folders: readonly string[],
  creation: Creation,
): Promise<DeployedContract | undefined> {
  for (const folder of folders) {
    const recorded = await readDeployment(folder, client.identity, creation.name)
    if (recorded === undefined || (await wasLost(client, recorded))) continue
    await creation.verify(client, recorded.address)
    return recorded
  }
  const address = factoryAddress(creation)
  return (await isOurs(client, address, creation)) ? { address, blockNumber: 0 } : undefined
}

async function ensureDeployed(
  dependencies: DeployDependencies,
  creation: Creation,
  { folder, signal }: { readonly folder: string; readonly signal?: AbortSignal },
): Promise<DeployedContract> {
  const { client, log } = dependencies
  const found = await find(client, [folder], creation)
  const contract = found ?? (await deploy(dependencies, creation, signal))
  await creation.verify(client, contract.address)
  const codeHash = keccak256(await client.code(contract.address))
  await writeDeployment(folder, client.identity, { ...contract, codeHash }, creation.name)
  if (found === undefined) log.info({ contract: creation.name, address: contract.address }, 'contract deployed')
  return { ...contract, codeHash }
}

async function deploy(
  { client, queue }: { readonly client: ChainClient; readonly queue: TransactionQueue },
  creation: Creation,
  signal: AbortSignal | undefined,
): Promise<DeployedContract> {
  const initCode = creation.code
  const viaFactory = (await client.code(DEPLOYMENT_FACTORY)).byteLength > 0
  const purpose = `deploy the ${creation.name} contract`
  // Named by the code: a new version of the contract is a new intention.
  const key = `deploy:${viaFactory ? 'factory:' : ''}${keccak256(initCode)}`
  const request = viaFactory ? { to: DEPLOYMENT_FACTORY, data: concat([FACTORY_SALT, initCode]) } : { data: initCode }
  try {
    const sent = await queue.send({ key, purpose, ...request }, { ...(signal === undefined ? {} : { signal }) })
    // A test chain may mine on demand, and then nothing comes to lie on the contract.
    const mined = await sent.wait(client.parameters.testCoin ? 0 : client.parameters.confirmations, signal)
    const address = viaFactory ? factoryAddress(creation) : mined.contractAddress
    if (address !== undefined && (await isOurs(client, address, creation)))
      return { address, blockNumber: mined.blockNumber, transactionHash: mined.hash }
  } catch (error) {
    if (codeOf(error) !== 'TRANSACTION_REVERTED') throw error
    // The factory refuses a second contract at an address: somebody else was faster.
    const address = factoryAddress(creation)
    if (viaFactory && (await isOurs(client, address, creation))) return { address, blockNumber: 0 }
  }
  throw new ChiralError(
    'DEPLOYMENT_FAILED',
    `The contract could not be deployed to chain ${client.identity.chainId}: the transaction was mined and left no contract. Look at it with "chiral wallet history".`,
    { details: { chainId: client.identity.chainId } },
  )
}

/** A development chain killed before it wrote its state has forgotten the contract: it is deployed again. */
async function wasLost(client: ChainClient, contract: DeployedContract): Promise<boolean> {
  return client.parameters.testCoin && (await client.code(contract.address)).byteLength === 0
}

async function isOurs(client: ChainClient, address: Address, { verify }: Creation): Promise<boolean> {
  if ((await client.code(address)).byteLength === 0) return false
  await verify(client, address)
  return true
}

function paymentChannel(window: DisputeWindow): Creation {
  return {
    name: 'PaymentChannel',
    code: withArguments(paymentChannelCreationBytecode, window),
    verify: verifyContract,
  }
}

/** Its grace period is as long as a dispute window, for the same reason. */
function escrow(): Creation {
  return { name: 'Escrow', code: withArguments(escrowCreationBytecode, DEFAULT_DISPUTE_WINDOW), verify: verifyEscrow }
}

function withArguments(bytecode: string, { seconds, blocks }: DisputeWindow): string {
  return concat([bytecode, AbiCoder.defaultAbiCoder().encode(['uint32', 'uint16'], [seconds, blocks])])
}

function factoryAddress({ code }: Creation): Address {
  return parseAddress(getCreate2Address(DEPLOYMENT_FACTORY, FACTORY_SALT, keccak256(code)))
}
