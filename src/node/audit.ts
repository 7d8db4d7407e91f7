import { connectChain } from '../chain/client.ts'
import { decodeChannelEvent } from '../chain/payment-channel-events.ts'
import { type Wei, wei, ZERO_WEI } from '../domain/amount.ts'
import { type Address, parseAddress } from '../domain/ids.ts'
import { systemClock } from '../system/clock.ts'
import { silentLogger } from '../system/logger.ts'

/** What the chain says one account got, and whether its balance agrees. */
export interface AuditedAccount {
  readonly address: Address
  /** Σ payouts to it in the contract's events. */
  readonly received: Wei
  readonly balanceBefore: Wei
  readonly balanceAfter: Wei
  /** What its own transactions cost: gas, and value sent. */
  readonly costs: Wei
  /** balanceAfter − balanceBefore = received − costs, to the wei. */
  readonly agrees: boolean
}

/**
 * Reads from the chain alone, trusting no node's books: payouts from events, balances at two blocks, and gas from every
 * transaction that the accounts sent in between.
 *
 * @param fromBlock state after this block is "before"
 */
export async function auditAccounts(options: {
  rpcUrl: string
  contract: Address
  accounts: readonly Address[]
  fromBlock: number
}): Promise<AuditedAccount[]> {
  const client = await connectChain({ rpcUrl: options.rpcUrl, clock: systemClock, log: silentLogger })
  try {
    const { number: toBlock } = await client.head()
    const logs = await client.logs({ address: options.contract, fromBlock: 0, toBlock })
    const events = logs.map(decodeChannelEvent).filter((event) => event !== undefined)
    const payees = new Map<string, Address>()
    const settled = new Map<string, bigint>()
    const received = new Map<Address, bigint>()
    for (const event of events) {
      if (event.kind === 'opened') {
        payees.set(event.channelId, event.payee)
        settled.set(event.channelId, 0n)
      }
      if (event.kind !== 'redeemed' && event.kind !== 'closed') continue
      const amount = event.settled - (settled.get(event.channelId) ?? 0n)
      settled.set(event.channelId, event.settled)
      const payee = payees.get(event.channelId)
      if (payee !== undefined && event.blockNumber > options.fromBlock)
        received.set(payee, (received.get(payee) ?? 0n) + amount)
    }
    const costs = await costsBetween(client, options.accounts, { from: options.fromBlock + 1, to: toBlock })
    return await Promise.all(
      options.accounts.map(async (address) => {
        const [before, after] = await Promise.all([
          client.balance(address, options.fromBlock),
          client.balance(address, toBlock),
        ])
        const got = received.get(address) ?? 0n
        const spent = costs.get(address) ?? 0n
        return {
          address,
          received: wei(got),
          balanceBefore: before,
          balanceAfter: after,
          costs: wei(spent),
          agrees: after - before === got - spent,
        }
      }),
    )
  } finally {
    client.close()
  }
}

async function costsBetween(
  client: Awaited<ReturnType<typeof connectChain>>,
  accounts: readonly Address[],
  range: { from: number; to: number },
): Promise<Map<Address, Wei>> {
  const costs = new Map<Address, Wei>()
  for (let number = range.from; number <= range.to; number++) {
    const block = await client.request('eth_getBlockByNumber', [`0x${number.toString(16)}`, true])
    for (const { from, hash, value } of transactionsOf(block)) {
      const sender = parseAddress(from)
      if (!accounts.includes(sender)) continue
      const receipt = await client.receipt(hash)
      if (receipt === undefined) continue
      const sent = receipt.status === 'success' ? BigInt(value) : 0n
      const fee = receipt.gasUsed * receipt.effectiveGasPrice
      costs.set(sender, wei((costs.get(sender) ?? ZERO_WEI) + fee + sent))
    }
  }
  return costs
}

function transactionsOf(block: unknown): { from: string; hash: string; value: string }[] {
  if (typeof block !== 'object' || block === null || !('transactions' in block)) return []
  return Array.isArray(block.transactions) ? block.transactions : []
}
