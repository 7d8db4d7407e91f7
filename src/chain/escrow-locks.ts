import { type Address, type FileHash, parseAddress, parseFileHash } from '../domain/ids.ts'
import type { ChainClient } from './client.ts'
import { escrowInterface as abi } from './escrow-interface.ts'

/** An escrow as its events tell of it, whatever became of it. */
export interface EscrowLock {
  readonly fileHash: FileHash
  readonly salt: bigint
  /** Unix seconds. */
  readonly deadline: number
  /** To whom anything was ever allocated, each once. */
  readonly seeders: readonly Address[]
}

/** What an account ever locked, by the contract's events alone, up to `toBlock`. @throws ChiralError `CHAIN_UNREACHABLE` */
export async function readEscrowLocks(
  client: Pick<ChainClient, 'logs'>,
  contract: { readonly address: Address; readonly deployedAt: number },
  { account, toBlock }: { readonly account: Address; readonly toBlock: number },
): Promise<EscrowLock[]> {
  const { address, deployedAt: fromBlock } = contract
  const own = `0x${account.slice(2).toLowerCase().padStart(64, '0')}`
  const locked = await client.logs({
    address,
    fromBlock,
    toBlock,
    topics: [abi.getEvent('Locked').topicHash, null, own],
  })
  const locks: EscrowLock[] = []
  // Almost always there is none, and seldom more than one that matters: one question for each.
  for (const { topics, data } of locked) {
    const { args } = abi.parseLog({ topics: [...topics], data }) ?? {}
    const escrowId = topics[1]
    if (args === undefined || escrowId === undefined) continue
    const allocated = await client.logs({
      address,
      fromBlock,
      toBlock,
      topics: [abi.getEvent('Allocated').topicHash, escrowId],
    })
    const seeders = allocated.flatMap((log) => {
      const event = abi.parseLog({ topics: [...log.topics], data: log.data })
      return event === null ? [] : [parseAddress(String(event.args.getValue('seeder')))]
    })
    locks.push({
      fileHash: parseFileHash(String(args.getValue('fileHash'))),
      salt: BigInt(args.getValue('salt')),
      deadline: Number(args.getValue('deadline')),
      seeders: [...new Set(seeders)],
    })
  }
  return locks
}
