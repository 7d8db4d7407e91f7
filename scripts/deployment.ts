/** Deploys the contracts to one chain, once, and records where they stand. */
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { HardhatEthers } from '@nomicfoundation/hardhat-ethers/types'
import { getBytes, hexlify, keccak256 } from 'ethers'
import type { NetworkConnection } from 'hardhat/types/network'
import { z } from 'zod'
import chiralModule from '../modules/chiral.ts'
import { escrowImmutableReferences, escrowRuntimeBytecode } from '../src/chain/abi/escrow.ts'
import { paymentChannelImmutableReferences, paymentChannelRuntimeBytecode } from '../src/chain/abi/payment-channel.ts'
import { whenIndexed } from '../src/chain/when-indexed.ts'
import { ChiralError } from '../src/domain/errors.ts'
import { systemClock } from '../src/system/clock.ts'
import { readIfPresent } from './read-if-present.ts'

const RECORD_FILE = 'chiral.json'
const NO_TRANSACTION = `0x${'0'.repeat(64)}`

/** This build's code of a contract, and its name in Ignition's journal. */
interface Build {
  readonly futureId: string
  readonly runtimeBytecode: string
  readonly immutableReferences: readonly { readonly start: number; readonly length: number }[]
}

const BUILDS = {
  PaymentChannel: {
    futureId: 'PaymentChannel#PaymentChannel',
    runtimeBytecode: paymentChannelRuntimeBytecode,
    immutableReferences: paymentChannelImmutableReferences,
  },
  Escrow: {
    futureId: 'Escrow#Escrow',
    runtimeBytecode: escrowRuntimeBytecode,
    immutableReferences: escrowImmutableReferences,
  },
} as const satisfies Record<string, Build>

interface ContractRecord {
  readonly address: string
  readonly blockNumber: number
  readonly transactionHash: string
  /** keccak256 of the code on chain, constructor constants included. */
  readonly codeHash: string
}

/** `deployments/chain-<id>/chiral.json`: what the program needs to find the contracts of one very chain. */
export interface DeploymentRecord {
  readonly chainId: number
  readonly genesisHash: string
  readonly contracts: Readonly<Record<keyof typeof BUILDS, ContractRecord>>
}

const hash = z.string().regex(/^0x[0-9a-f]{64}$/)
/** All of an earlier record that decides anything; which contracts stand, Ignition's journal knows. */
const earlierRecordSchema = z.object({ genesisHash: hash })
const confirmSchema = z.object({
  type: z.literal('TRANSACTION_CONFIRM'),
  futureId: z.string(),
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
  if (recorded) {
    await refuseOtherChain(ethers, folder, genesisHash)
    // Ignition asks for receipts, and takes it for the end that geth has none to give before its first block.
    await whenIndexed(systemClock, () => ethers.provider.send('eth_getTransactionReceipt', [NO_TRANSACTION]))
  }

  const { paymentChannel, escrow } = await ignition.deploy(chiralModule, { deploymentId: `chain-${chainId}` })
  const recordOf = async (name: keyof typeof BUILDS, address: string): Promise<ContractRecord> => {
    const code = await ethers.provider.getCode(address)
    refuseOtherCode(BUILDS[name], code, `The code at ${address} is not this build's ${name}`, folder)
    const sent = recorded
      ? await readTransaction(folder, BUILDS[name].futureId)
      : { transactionHash: NO_TRANSACTION, blockNumber: await ethers.provider.getBlockNumber() }
    return { address, ...sent, codeHash: keccak256(code) }
  }
  const record: DeploymentRecord = {
    chainId: Number(chainId),
    genesisHash,
    contracts: {
      PaymentChannel: await recordOf('PaymentChannel', await paymentChannel.getAddress()),
      Escrow: await recordOf('Escrow', await escrow.getAddress()),
    },
  }
  if (recorded) await writeRecord(folder, record)
  return { record, recorded }
}

/**
 * The id alone does not name a chain: a development chain that was started anew has the same one. Nor may Ignition's journal be
 * trusted then, since it would report contracts that are not there.
 */
async function refuseOtherChain(ethers: HardhatEthers, folder: string, genesisHash: string): Promise<void> {
  const recorded = await readGenesisHash(folder)
  if (recorded === undefined) {
    for (const address of await readJournalAddresses(folder))
      if ((await ethers.provider.getCode(address)) === '0x')
        throw new ChiralError(
          'CHAIN_MISMATCH',
          `${folder} tells of a contract at ${address} that this chain does not have: move the folder away.`,
        )
  } else if (recorded !== genesisHash)
    throw new ChiralError(
      'CHAIN_MISMATCH',
      `${folder} belongs to a chain with genesis ${recorded}, and this one has ${genesisHash}: connect to the right chain, or move the folder away.`,
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

/** Compares with zeros where the constructor put constants. */
function refuseOtherCode(build: Build, code: string, sentence: string, folder: string): void {
  const bytes = getBytes(code)
  for (const { start, length } of build.immutableReferences) bytes.fill(0, start, start + length)
  if (hexlify(bytes) === build.runtimeBytecode) return
  throw new ChiralError(
    'CONTRACT_CODE_UNKNOWN',
    `${sentence}: build from the commit it was deployed from, or move ${folder} away to deploy anew.`,
  )
}

async function readTransaction(folder: string, futureId: string) {
  const journal = await readFile(join(folder, 'journal.jsonl'), 'utf8')
  for (const line of journal.split('\n').filter((text) => text.trim() !== '')) {
    const { success, data } = confirmSchema.safeParse(JSON.parse(line))
    if (success && data.futureId === futureId)
      return { transactionHash: data.hash, blockNumber: data.receipt.blockNumber }
  }
  throw new ChiralError(
    'DEPLOYMENT_INCOMPLETE',
    `${folder}/journal.jsonl has no confirmed transaction of ${futureId}: move the folder away and deploy anew.`,
  )
}

async function readJournalAddresses(folder: string): Promise<string[]> {
  const text = await readIfPresent(join(folder, 'deployed_addresses.json'))
  return text === undefined ? [] : Object.values(z.record(z.string(), z.string()).parse(JSON.parse(text)))
}

async function readGenesisHash(folder: string): Promise<string | undefined> {
  const text = await readIfPresent(join(folder, RECORD_FILE))
  return text === undefined ? undefined : earlierRecordSchema.parse(JSON.parse(text)).genesisHash
}

/** Whole or not at all: a half-written record would stop every node that reads it. */
async function writeRecord(folder: string, record: DeploymentRecord): Promise<void> {
  const path = join(folder, RECORD_FILE)
  await writeFile(`${path}.new`, `${JSON.stringify(record, null, 2)}\n`)
  await rename(`${path}.new`, path)
}
