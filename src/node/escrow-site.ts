import type { ChainClient } from '../chain/client.ts'
import type { DeployedContract } from '../chain/deployments.ts'
import { createEscrowContract, escrowFeeCeiling } from '../chain/escrow-contract.ts'
import { type EscrowIncome, readEscrowIncome } from '../chain/escrow-income.ts'
import type { EscrowLocation } from '../chain/escrow-location.ts'
import { readEscrowLocks } from '../chain/escrow-locks.ts'
import type { TransactionQueue } from '../chain/transaction-queue.ts'
import type { Escrow, EscrowSite } from '../channel/escrow/escrow-chain.ts'
import type { Signer } from '../system/signer.ts'
import { createEscrowPapers } from './escrow-papers.ts'

export interface NodeEscrowSite extends EscrowSite {
  /** What came to this wallet from escrows. @throws ChiralError `CHAIN_UNREACHABLE` */
  income(toBlock: number): Promise<EscrowIncome[]>
}

/** The Escrow contract of a chain, for payment from locked coin. */
export function createEscrowSite({
  client,
  queue,
  signer,
  escrow,
}: {
  readonly client: ChainClient
  readonly queue: TransactionQueue
  readonly signer: Signer
  readonly escrow: EscrowLocation
}): NodeEscrowSite {
  let known: (Escrow & { readonly deployed: DeployedContract }) | undefined
  let looking: Promise<typeof known> | undefined
  /** The head at the last look: anybody who says HELLO with an escrow makes a payee look no more than once a block. */
  let lookedAt: string | undefined

  const at = (deployed: DeployedContract): NonNullable<typeof known> => ({
    deployed,
    chain: createEscrowContract({ client, queue }, deployed.address),
    papers: createEscrowPapers(client.identity.chainId, deployed.address, signer),
  })
  const look = async (): Promise<typeof known> => {
    const { hash } = await client.head()
    if (hash === lookedAt) return undefined
    const found = await escrow.find()
    lookedAt = hash
    known = found && at(found)
    return known
  }
  const find = async (): Promise<typeof known> => {
    if (known !== undefined) return known
    looking ??= look().finally(() => {
      looking = undefined
    })
    return looking
  }
  return {
    feeCeiling: (kind, seeders) => escrowFeeCeiling(queue, kind, seeders),
    known: () => known,
    find,
    whyNone: () => escrow.whyNone(),
    async income(toBlock) {
      const { deployed } = (await find()) ?? {}
      if (deployed === undefined) return []
      const { address, blockNumber: deployedAt } = deployed
      return readEscrowIncome(client, { address, deployedAt }, { account: signer.address, toBlock })
    },
    async locks(toBlock) {
      const { deployed } = (await find()) ?? {}
      if (deployed === undefined) return []
      const { address, blockNumber: deployedAt } = deployed
      return readEscrowLocks(client, { address, deployedAt }, { account: signer.address, toBlock })
    },
    async require() {
      known ??= at(await escrow.ensure())
      return known
    },
  }
}
