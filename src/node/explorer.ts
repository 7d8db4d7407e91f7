import {
  type ExplorerAccount,
  type ExplorerBlock,
  type ExplorerTransaction,
  readAccount,
  readBlock,
  readBlocks,
  readTransaction,
} from '../chain/explorer.ts'
import { channelOfEvents, type PaymentChannelEvent } from '../chain/payment-channel-events.ts'
import { type Wei, ZERO_WEI } from '../domain/amount.ts'
import type { Address, ChannelId } from '../domain/ids.ts'
import type { ChainStack } from './chain-stack.ts'

/** How far back channels are looked for: about two days, and five questions to the node. */
const CHANNEL_BLOCKS = 10_000
/** Channels of one list, the newest. */
export const MAX_LISTED_CHANNELS = 100

export interface ExplorerChannel {
  readonly channelId: ChannelId
  readonly payer: Address
  readonly payee: Address
  readonly phase: 'open' | 'closing' | 'closed'
  readonly openedIn: number
  readonly deposit: Wei
  readonly settled: Wei
}

/** The chain as anybody sees it: nothing here is of this node, and nothing changes anything. */
export interface Explorer {
  blocks(): Promise<ExplorerBlock[]>
  block(id: string): Promise<ExplorerBlock>
  transaction(hash: string): Promise<ExplorerTransaction>
  account(address: Address): Promise<ExplorerAccount>
  /** Those opened in the last `CHANNEL_BLOCKS` blocks, newest first. */
  channels(): Promise<ExplorerChannel[]>
}

export function createExplorer({
  client,
  contract,
  contractBlock,
}: Pick<ChainStack, 'client' | 'contract' | 'contractBlock'>): Explorer {
  return {
    blocks: () => readBlocks(client),
    block: (id) => readBlock(client, id),
    transaction: (hash) => readTransaction(client, hash),
    account: (address) => readAccount(client, address),
    async channels() {
      const { number: toBlock } = await client.head()
      const fromBlock = Math.max(contractBlock, toBlock - CHANNEL_BLOCKS + 1)
      return channelsOf(await contract.events({ fromBlock, toBlock }))
    },
  }
}

function channelsOf(events: readonly PaymentChannelEvent[]): ExplorerChannel[] {
  const byId = Map.groupBy(events, ({ channelId }) => channelId)
  const opened = events.filter((event) => event.kind === 'opened').slice(-MAX_LISTED_CHANNELS)
  return opened.reverse().map((event) => {
    const { channelId, payer, payee, blockNumber, deposit } = event
    const own = byId.get(channelId) ?? [event]
    const closed = own.find((other) => other.kind === 'closed')
    const state = channelOfEvents(own)
    return {
      channelId,
      payer,
      payee,
      phase: closed !== undefined ? 'closed' : state?.closeAt === 0 ? 'open' : 'closing',
      openedIn: blockNumber,
      deposit: state?.deposit ?? deposit,
      settled: closed?.settled ?? state?.settled ?? ZERO_WEI,
    }
  })
}
