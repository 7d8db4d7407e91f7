/** Deploys the contracts to one chain, once, and records where they stand. */
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { HardhatEthers } from '@nomicfoundation/hardhat-ethers/types'
import { getBytes, hexlify, keccak256 } from 'ethers'
import type { NetworkConnection } from 'hardhat/types/network'
import { z } from 'zod'
import paymentChannelModule from '../modules/payment-channel.ts'
import { paymentChannelImmutableReferences, paymentChannelRuntimeBytecode } from '../src/chain/abi/payment-channel.ts'
import { ChiralError } from '../src/domain/errors.ts'
import { readIfPresent } from './read-if-present.ts'

const FUTURE_ID = 'PaymentChannel#PaymentChannel'
const RECORD_FILE = 'chiral.json'

const hash = z.string().regex(/^0x[0-9a-f]{64}$/)
const recordSchema = z.object({
  chainId: z.int().positive(),
  genesisHash: hash,
  contracts: z.object({
    PaymentChannel: z.object({
      address: z.string(),
      blockNumber: z.int().min(0),
      transactionHash: hash,
      /** keccak256 of the code on chain, constructor constants included. */
      codeHash: hash,
    }),
  }),
})

/** `deployments/chain-<id>/chiral.json`: what the program needs to find the contracts of one very chain. */
export type DeploymentRecord = z.infer<typeof recordSchema>

const confirmSchema = z.object({
  type: z.literal('TRANSACTION_CONFIRM'),
  futureId: z.literal(FUTURE_ID),
  hash,
  receipt: z.object({ blockNumber: z.int(), status: z.literal('SUCCESS') }),
})

/**
 * Deploys what is not deployed yet and writes the record; a second run changes nothing.
 * @param deploymentsFolder Where Ignition of this project keeps its `chain-<id>` folders.
 * @returns The record, and whether it was written (a chain simulated in this process ends with it and gets none).
 * @throws ChiralError `CHAIN_MISMATCH` when the folder belongs to another chain of the same id, `CONTRACT_CODE_UNKNOWN` when the code on
 * chain is not this build's, `GENESIS_UNKNOWN`, `DEPLOYMENT_INCOMPLETE`.
 */
export async function deployContracts(
  connection: NetworkConnection,
  deploymentsFolder: string,
): Promise<{ record: DeploymentRecord; recorded: boolean }> {
  const { ethers, ignition } = connection
  const { chainId } = await ethers.provider.getNetwork()
  const folder = join(deploymentsFolder, `chain-${chainId}`)
  const genesisHash = await genesisHashOf(ethers)
  const recorded = connection.networkConfig.type !== 'edr-simulated'
  if (recorded) await refuseOtherChain(ethers, folder, genesisHash)

  const { paymentChannel } = await ignition.deploy(paymentChannelModule, { deploymentId: `chain-${chainId}` })
  const address = await paymentChannel.getAddress()
  const code = await ethers.provider.getCode(address)
  if (maskImmutables(code) !== paymentChannelRuntimeBytecode)
    throw new ChiralError(
      'CONTRACT_CODE_UNKNOWN',
      `The code at ${address} is not this build's PaymentChannel: build from the commit it was deployed from, or move ${folder} away to deploy anew.`,
    )
  const sent = recorded
    ? await readTransaction(folder)
    : { transactionHash: `0x${'0'.repeat(64)}`, blockNumber: await ethers.provider.getBlockNumber() }
  const record = {
    chainId: Number(chainId),
    genesisHash,
    contracts: { PaymentChannel: { address, ...sent, codeHash: keccak256(code) } },
  }
  if (recorded) await writeRecord(folder, record)
  return { record, recorded }
}

/**
 * The id alone does not name a chain: a development chain that was started anew has the same one. Nor may Ignition's journal be
 * trusted then, since it would report contracts that are not there.
 */
async function refuseOtherChain(ethers: HardhatEthers, folder: string, genesisHash: string): Promise<void> {
  const record = await readRecord(folder)
  if (record === undefined) {
    const address = await readJournalAddress(folder)
    if (address !== undefined && (await ethers.provider.getCode(address)) === '0x')
      throw new ChiralError(
        'CHAIN_MISMATCH',
        `${folder} tells of a contract at ${address} that this chain does not have: move the folder away.`,
      )
  } else if (record.genesisHash !== genesisHash)
    throw new ChiralError(
      'CHAIN_MISMATCH',
      `${folder} belongs to a chain with genesis ${record.genesisHash}, and this one has ${genesisHash}: connect to the right chain, or move the folder away.`,
    )
}

async function genesisHashOf(ethers: HardhatEthers): Promise<string> {
  const genesis = await ethers.provider.getBlock(0)
  if (genesis?.hash == null)
    throw new ChiralError(
      'GENESIS_UNKNOWN',
      'The chain does not show its first block: use a node that keeps all headers.',
    )
  return genesis.hash
}

function maskImmutables(code: string): string {
  const bytes = getBytes(code)
  for (const { start, length } of paymentChannelImmutableReferences) bytes.fill(0, start, start + length)
  return hexlify(bytes)
}

async function readTransaction(folder: string) {
  const journal = await readFile(join(folder, 'journal.jsonl'), 'utf8')
  for (const line of journal.split('\n').filter((text) => text.trim() !== '')) {
    const { success, data } = confirmSchema.safeParse(JSON.parse(line))
    if (success) return { transactionHash: data.hash, blockNumber: data.receipt.blockNumber }
  }
  throw new ChiralError(
    'DEPLOYMENT_INCOMPLETE',
    `${folder}/journal.jsonl has no confirmed transaction of ${FUTURE_ID}: move the folder away and deploy anew.`,
  )
}

async function readJournalAddress(folder: string): Promise<string | undefined> {
  const text = await readIfPresent(join(folder, 'deployed_addresses.json'))
  return text === undefined ? undefined : z.record(z.string(), z.string()).parse(JSON.parse(text))[FUTURE_ID]
}

async function readRecord(folder: string): Promise<DeploymentRecord | undefined> {
  const text = await readIfPresent(join(folder, RECORD_FILE))
  return text === undefined ? undefined : recordSchema.parse(JSON.parse(text))
}

/** Whole or not at all: a half-written record would stop every node that reads it. */
async function writeRecord(folder: string, record: DeploymentRecord): Promise<void> {
  const path = join(folder, RECORD_FILE)
  await writeFile(`${path}.new`, `${JSON.stringify(record, null, 2)}\n`)
  await rename(`${path}.new`, path)
}
