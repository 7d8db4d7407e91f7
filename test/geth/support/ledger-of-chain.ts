import type { ChainClient } from '../../../src/chain/client.ts'
import { decodeChannelEvent } from '../../../src/chain/payment-channel-events.ts'
import type { ChannelEvent } from '../../../src/channel/channel-contract.ts'
import type { Address } from '../../../src/domain/ids.ts'
import { parseAddress } from '../../../src/domain/ids.ts'

/** What the blocks of one branch say, by themselves: nobody's books are asked. */
export interface ChainLedger {
  readonly events: readonly ChannelEvent[]
  /** What must be on each account: what came, less what was sent and burnt, and what the contract paid. */
  readonly expected: ReadonlyMap<Address, bigint>
  /** What must be in the contract: what was paid in, less what it paid out. */
  readonly inContract: bigint
}

interface ChainTransaction {
  readonly hash: string
  readonly from: string
  readonly to: string | null
  readonly value: string
}

/** Adds up all blocks up to `head`. No account here mines, so fees and what is sent are all that leaves one. */
export async function ledgerOf(client: ChainClient, contract: Address, head: number): Promise<ChainLedger> {
  const expected = new Map<Address, bigint>()
  let inContract = 0n
  const add = (account: Address, amount: bigint): void => {
    expected.set(account, (expected.get(account) ?? 0n) + amount)
  }
  for (let number = 0; number <= head; number++)
    for (const { hash, from, to, value } of await transactionsOf(client, number)) {
      const receipt = await client.receipt(hash)
      if (receipt === undefined) throw new Error(`${hash} is in block ${number} and has no receipt`)
      const moved = receipt.status === 'success' ? BigInt(value) : 0n
      add(parseAddress(from), -moved - receipt.gasUsed * receipt.effectiveGasPrice)
      if (to === null) continue
      if (parseAddress(to) === contract) inContract += moved
      else add(parseAddress(to), moved)
    }
  const logs = await client.logs({ address: contract, fromBlock: 0, toBlock: head })
  const events = logs.map(decodeChannelEvent).filter((event) => event !== undefined)
  const channels = new Map<string, { payer: Address; payee: Address; settled: bigint }>()
  for (const event of events) {
    if (event.kind === 'opened') channels.set(event.channelId, { payer: event.payer, payee: event.payee, settled: 0n })
    const channel = channels.get(event.channelId)
    if (channel === undefined || (event.kind !== 'redeemed' && event.kind !== 'closed')) continue
    const refund = event.kind === 'closed' ? event.refund : 0n
    const paid = event.settled - channel.settled
    add(channel.payee, paid)
    add(channel.payer, refund)
    inContract -= paid + refund
    channel.settled = event.settled
  }
  return { events, expected, inContract }
}

async function transactionsOf(client: ChainClient, number: number): Promise<readonly ChainTransaction[]> {
  const block = await client.request('eth_getBlockByNumber', [`0x${number.toString(16)}`, true])
  return (block as { readonly transactions: readonly ChainTransaction[] }).transactions // a geth of ours: a wrong form fails the test
}
