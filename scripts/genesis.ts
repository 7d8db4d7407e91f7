/** Makes geth's genesis from chains.json and genesis-alloc.json: genesis.json for the network, others on demand. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { getAddress, toQuantity } from 'ethers'
import { z } from 'zod'
import { composeGenesis } from '../src/chain/geth/genesis.ts'
import { type GeneratedFile, repositoryRoot, runGenerator } from './generated-files.ts'
import { isMain } from './is-main.ts'

const NETWORK_CHAIN_ID = 98765

const hex = z.string().regex(/^0x[0-9a-f]*$/, 'must be lower-case hexadecimal with 0x')
/** geth refuses more in a header. */
const MAX_EXTRA_DATA_BYTES = 32

const chainSchema = z.object({
  name: z.string().min(1),
  role: z.enum(['network', 'side', 'development', 'test']),
  testCoin: z.boolean(),
  confirmations: z.int().min(0),
  consensus: z.enum(['ethash', 'none']),
  difficulty: hex,
  gasLimit: hex,
  extraData: hex.max(2 + 2 * MAX_EXTRA_DATA_BYTES),
  allocFile: z.string().optional(),
})

const allocSchema = z.object({
  accounts: z.array(
    z.object({
      purpose: z.string().min(1),
      /** getAddress refuses a wrong checksum. */
      address: z.string().transform((text) => getAddress(text)),
      balanceWei: z.string().regex(/^[1-9][0-9]*$/, 'must be a whole number of wei'),
    }),
  ),
})

export type GenesisAccount = { readonly address: string; readonly balanceWei: string }

/**
 * The genesis of one chain of chains.json, as `geth init` reads it.
 * @param accounts Who holds coin from the start; by default the chain's own list (none, where it has none).
 * @throws when the chain is not in chains.json or is not geth's (98767 is anvil's), or an account is listed twice.
 */
export async function makeGenesis(chainId: number, accounts?: readonly GenesisAccount[]) {
  const chain = (await readChains())[String(chainId)]
  if (chain === undefined) throw new Error(`Chain ${chainId} is not in chains.json: add it there.`)
  if (chain.consensus !== 'ethash')
    throw new Error(`Chain ${chainId} (${chain.name}) has no geth genesis: it is the development chain.`)
  return composeGenesis({ chainId, ...chain }, allocOf(accounts ?? (await readAccounts(chain.allocFile))))
}

/** For scripts/generate.ts. */
export async function generateGenesis(): Promise<GeneratedFile[]> {
  return [{ path: 'genesis.json', content: `${JSON.stringify(await makeGenesis(NETWORK_CHAIN_ID), null, 2)}\n` }]
}

function allocOf(accounts: readonly GenesisAccount[]): Record<string, { balance: string }> {
  const alloc: Record<string, { balance: string }> = {}
  for (const { address, balanceWei } of accounts) {
    if (alloc[address] !== undefined) throw new Error(`${address} is listed twice: merge the two entries.`)
    alloc[address] = { balance: toQuantity(balanceWei) }
  }
  return alloc
}

async function readChains() {
  return z.record(z.string().regex(/^[1-9][0-9]*$/), chainSchema).parse(await readJson('chains.json'))
}

async function readAccounts(file: string | undefined): Promise<readonly GenesisAccount[]> {
  return file === undefined ? [] : allocSchema.parse(await readJson(file)).accounts
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(join(repositoryRoot, path), 'utf8'))
}

if (isMain(import.meta.filename)) await runGenerator('scripts/genesis.ts', generateGenesis)
