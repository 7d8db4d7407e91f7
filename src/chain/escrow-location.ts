import { ChiralError } from '../domain/errors.ts'
import type { Address } from '../domain/ids.ts'
import type { Logger } from '../system/logger.ts'
import type { ChainClient } from './client.ts'
import { verifyEscrow } from './contract-identity.ts'
import { deployEscrow, findEscrow } from './deploy.ts'
import type { DeployedContract } from './deployments.ts'
import type { TransactionQueue } from './transaction-queue.ts'

/** Where the Escrow of the chain stands. It is looked for when it is first needed, and again until it is there: a node works without one. */
export interface EscrowLocation {
  /** @throws ChiralError `CONTRACT_MISMATCH`, `CHAIN_UNREACHABLE` */
  find(): Promise<DeployedContract | undefined>
  /** On a test chain it is deployed when it is missing. @throws ChiralError `CONTRACT_UNKNOWN`, and as `find` and `deployEscrow` */
  ensure(): Promise<DeployedContract>
  /** What `ensure` would reject with; `undefined` where it has one to give. Nothing is deployed. @throws ChiralError as `find` */
  whyNone(): Promise<ChiralError | undefined>
}

export function createEscrowLocation(
  deps: { readonly client: ChainClient; readonly queue: TransactionQueue; readonly log: Logger },
  /** `named` by the user comes before all records; what is deployed is recorded in `own`. */
  options: { readonly named: Address | undefined; readonly own: string; readonly records: readonly string[] },
): EscrowLocation {
  const { client } = deps
  const { named, own, records } = options
  let known: DeployedContract | undefined
  let deploying: Promise<DeployedContract> | undefined

  async function look(): Promise<DeployedContract | undefined> {
    if (named === undefined) return findEscrow(client, [own, ...records])
    await verifyEscrow(client, named)
    return { address: named, blockNumber: 0 }
  }

  async function find(): Promise<DeployedContract | undefined> {
    known ??= await look()
    return known
  }

  async function whyNone(): Promise<ChiralError | undefined> {
    if (client.parameters.testCoin || (await find()) !== undefined) return undefined
    const { chainId } = client.identity
    return new ChiralError(
      'CONTRACT_UNKNOWN',
      `No Escrow contract is known on chain ${chainId}: name it in the configuration (chain.escrow), or deploy it with scripts/deploy.ts.`,
      { details: { chainId } },
    )
  }

  async function deploy(): Promise<DeployedContract> {
    const lack = await whyNone()
    if (lack !== undefined) throw lack
    known = await deployEscrow(deps, { folder: own })
    return known
  }

  return {
    find,
    whyNone,
    async ensure() {
      const found = await find()
      if (found !== undefined) return found
      deploying ??= deploy().finally(() => {
        deploying = undefined
      })
      return deploying
    },
  }
}
