import { AbiCoder, concat, getCreate2Address, keccak256, ZeroHash } from 'ethers'
import { ChiralError, codeOf } from '../domain/errors.ts'
import { type Address, parseAddress } from '../domain/ids.ts'
import type { Logger } from '../system/logger.ts'
import { paymentChannelCreationBytecode } from './abi/payment-channel.ts'
import type { ChainClient } from './client.ts'
import { DEFAULT_DISPUTE_WINDOW, type DisputeWindow, verifyContract } from './contract-identity.ts'
import { DEPLOYMENT_FACTORY } from './deployment-factory.ts'
import { type DeployedContract, readDeployment, writeDeployment } from './deployments.ts'
import type { TransactionQueue } from './transaction-queue.ts'

const FACTORY_SALT = ZeroHash

/**
 * Finds the PaymentChannel of a chain: in the records of `folders`, in this order, else where the factory would have put it.
 *
 * @returns `undefined` when it has not been deployed, as far as can be known
 * @throws ChiralError `CONTRACT_MISMATCH` when a record names something else, and as `readDeployment`
 */
export async function findPaymentChannel(
  client: ChainClient,
  folders: readonly string[],
  window: DisputeWindow = DEFAULT_DISPUTE_WINDOW,
): Promise<DeployedContract | undefined> {
  for (const folder of folders) {
    const recorded = await readDeployment(folder, client.identity)
    if (recorded === undefined || (await wasLost(client, recorded))) continue
    await verifyContract(client, recorded.address)
    return recorded
  }
  const address = factoryAddress(window)
  return (await isOurs(client, address)) ? { address, blockNumber: 0 } : undefined
}

/**
 * Deploys the PaymentChannel unless it stands already, and records it in `folder`. The wallet of `queue` pays; it has no part in the
 * contract afterwards. Two that deploy at once end with the same contract where the chain has the factory.
 *
 * @throws ChiralError `DEPLOYMENT_FAILED`, `INSUFFICIENT_FUNDS`, and as `findPaymentChannel`
 */
export async function deployPaymentChannel(
  dependencies: { readonly client: ChainClient; readonly queue: TransactionQueue; readonly log: Logger },
  options: { readonly folder: string; readonly window?: DisputeWindow; readonly signal?: AbortSignal },
): Promise<DeployedContract> {
  const { client, log } = dependencies
  const { folder, window = DEFAULT_DISPUTE_WINDOW } = options
  const found = await findPaymentChannel(client, [folder], window)
  const contract = found ?? (await deploy(dependencies, window, options.signal))
  await verifyContract(client, contract.address)
  const codeHash = keccak256(await client.code(contract.address))
  await writeDeployment(folder, client.identity, { ...contract, codeHash })
  if (found === undefined) log.info({ address: contract.address }, 'contract deployed')
  return { ...contract, codeHash }
}

async function deploy(
  { client, queue }: { readonly client: ChainClient; readonly queue: TransactionQueue },
  window: DisputeWindow,
  signal: AbortSignal | undefined,
): Promise<DeployedContract> {
  const initCode = creationCode(window)
  const viaFactory = (await client.code(DEPLOYMENT_FACTORY)).byteLength > 0
  const purpose = 'deploy the PaymentChannel contract'
  // Named by the code: a new version of the contract is a new intention.
  const key = `deploy:${viaFactory ? 'factory:' : ''}${keccak256(initCode)}`
  const request = viaFactory ? { to: DEPLOYMENT_FACTORY, data: concat([FACTORY_SALT, initCode]) } : { data: initCode }
  try {
    const sent = await queue.send({ key, purpose, ...request }, { ...(signal === undefined ? {} : { signal }) })
    // A test chain may mine on demand, and then nothing comes to lie on the contract.
    const mined = await sent.wait(client.parameters.testCoin ? 0 : client.parameters.confirmations, signal)
    const address = viaFactory ? factoryAddress(window) : mined.contractAddress
    if (address !== undefined && (await isOurs(client, address)))
      return { address, blockNumber: mined.blockNumber, transactionHash: mined.hash }
  } catch (error) {
    if (codeOf(error) !== 'TRANSACTION_REVERTED') throw error
    // The factory refuses a second contract at an address: somebody else was faster.
    if (viaFactory && (await isOurs(client, factoryAddress(window))))
      return { address: factoryAddress(window), blockNumber: 0 }
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

async function isOurs(client: ChainClient, address: Address): Promise<boolean> {
  if ((await client.code(address)).byteLength === 0) return false
  await verifyContract(client, address)
  return true
}

function creationCode(window: DisputeWindow): string {
  const args = AbiCoder.defaultAbiCoder().encode(['uint32', 'uint16'], [window.seconds, window.blocks])
  return concat([paymentChannelCreationBytecode, args])
}

function factoryAddress(window: DisputeWindow): Address {
  return parseAddress(getCreate2Address(DEPLOYMENT_FACTORY, FACTORY_SALT, keccak256(creationCode(window))))
}
