import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { chainParameters } from '../domain/chains.ts'
import { ChiralError, codeOf } from '../domain/errors.ts'
import { type Address, parseAddress } from '../domain/ids.ts'
import { writeFileAtomic } from '../system/atomic-file.ts'
import type { ChainIdentity } from './client.ts'

/** The records that are part of this program: `deployments/` of the repository. */
export const COMMITTED_DEPLOYMENTS = fileURLToPath(new URL('../../deployments', import.meta.url))

const hash = z.string().regex(/^0x[0-9a-f]{64}$/i)
const contractSchema = z.object({
  address: z.string().transform((text) => parseAddress(text)),
  /** No event of the contract is in an older block. */
  blockNumber: z.int().nonnegative(),
  transactionHash: hash.optional(),
  codeHash: hash.optional(),
})
const recordSchema = z.object({
  chainId: z.int().positive(),
  genesisHash: hash.transform((text) => text.toLowerCase()),
  // Loose: others may stand there, and nobody who writes down one forgets them.
  contracts: z.looseObject({ PaymentChannel: contractSchema.optional(), Escrow: contractSchema.optional() }),
})

/** The contracts of ours that a record may name. */
export type ContractName = 'PaymentChannel' | 'Escrow'

/** Where a contract stands on one chain. */
export interface DeployedContract {
  readonly address: Address
  readonly blockNumber: number
  readonly transactionHash?: string | undefined
  readonly codeHash?: string | undefined
}

/**
 * The contract recorded in `<folder>/chain-<id>/chiral.json` for this very chain.
 *
 * @returns `undefined` when there is no record, or, where the coin is test coin, only one of an earlier chain with the same id
 * @throws ChiralError `CHAIN_MISMATCH` when the record is of another chain, `DEPLOYMENT_INVALID` when it cannot be read
 */
export async function readDeployment(
  folder: string,
  identity: ChainIdentity,
  name: ContractName = 'PaymentChannel',
): Promise<DeployedContract | undefined> {
  return (await readContracts(folder, identity))?.[name]
}

/** Records where the contract stands; a record of an earlier test chain with the same id is replaced. @throws as `readDeployment` */
export async function writeDeployment(
  folder: string,
  identity: ChainIdentity,
  contract: DeployedContract,
  name: ContractName = 'PaymentChannel',
): Promise<void> {
  const earlier = await readContracts(folder, identity)
  await mkdir(join(folder, `chain-${identity.chainId}`), { recursive: true })
  const record = { ...identity, contracts: { ...earlier, [name]: contract } }
  await writeFileAtomic(recordPath(folder, identity), `${JSON.stringify(record, null, 2)}\n`, 0o644)
}

type Contracts = z.infer<typeof recordSchema>['contracts']

/** What stands on this very chain. */
async function readContracts(folder: string, identity: ChainIdentity): Promise<Contracts | undefined> {
  const path = recordPath(folder, identity)
  const record = await readRecord(path)
  if (record === undefined) return undefined
  if (record.chainId === identity.chainId && record.genesisHash === identity.genesisHash) return record.contracts
  if (chainParameters(identity.chainId).testCoin) return undefined
  throw new ChiralError(
    'CHAIN_MISMATCH',
    `${path} belongs to another chain ${record.chainId} (its first block differs): correct --rpc, or move the file away.`,
    { details: { path, expected: record.genesisHash, actual: identity.genesisHash } },
  )
}

function recordPath(folder: string, { chainId }: ChainIdentity): string {
  return join(folder, `chain-${chainId}`, 'chiral.json')
}

async function readRecord(path: string): Promise<z.infer<typeof recordSchema> | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
  try {
    return recordSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw new ChiralError(
      'DEPLOYMENT_INVALID',
      `${path} is damaged: restore it, or delete it to deploy or look again.`,
      {
        details: { path },
        cause,
      },
    )
  }
}
