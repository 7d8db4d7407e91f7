import { type Wei, wei } from '../domain/amount.ts'
import { type ChainParameters, chainParameters, DEVELOPMENT_CHAIN_ID } from '../domain/chains.ts'
import { ChiralError } from '../domain/errors.ts'
import type { Address } from '../domain/ids.ts'
import type { Clock } from '../system/clock.ts'
import type { Logger } from '../system/logger.ts'
import { chooseFees, type GasFees } from './fees.ts'
import { createHeadFeed } from './head-feed.ts'
import type { Head } from './head-tracker.ts'
import { type LogFilter, readLogs } from './log-ranges.ts'
import { transactionReverted } from './revert-reason.ts'
import { createRpc, RpcAnswerError, type RpcOptions } from './rpc.ts'
import { broadcastRefusalOf } from './rpc-error.ts'
import {
  type ChainBlock,
  type ChainLog,
  type ChainReceipt,
  decodeBlock,
  decodeBytes,
  decodeHash,
  decodeNumber,
  decodeQuantity,
  decodeReceipt,
  decodeText,
} from './rpc-values.ts'

/** What tells one chain from every other: two chains can share an id, never a first block. */
export interface ChainIdentity {
  readonly chainId: number
  /** `0x` and 64 hex digits: hash of block 0. */
  readonly genesisHash: string
}

export type BlockTag = number | 'latest' | 'pending'

/** A message call; amounts in wei, data as `0x…`. */
export interface CallRequest {
  readonly from?: Address | undefined
  /** Absent: creates a contract. */
  readonly to?: Address | undefined
  readonly data?: string
  readonly value?: Wei
  /** Most gas that may be used, what the call costs before it begins included; default: what the node allows. */
  readonly gas?: bigint
}

/**
 * One chain, through one JSON-RPC node. Everything that reads asks again for ten seconds while the node is away, then rejects with
 * `CHAIN_UNREACHABLE`; `signal` ends the wait earlier.
 */
export interface ChainClient {
  readonly identity: ChainIdentity
  readonly parameters: ChainParameters
  /** Scheme, host and port, without credentials. */
  readonly shownUrl: string
  head(options?: RpcOptions): Promise<Head>
  /** Calls `listener` on each new head; `reorgedFrom` tells where it left the chain seen before. */
  onHead(listener: (head: Head) => void): () => void
  /** `undefined` when the chain has no such block (yet). */
  block(block: BlockTag, options?: RpcOptions): Promise<ChainBlock | undefined>
  balance(account: Address, block?: BlockTag, options?: RpcOptions): Promise<Wei>
  code(account: Address, block?: BlockTag, options?: RpcOptions): Promise<Uint8Array>
  /** Transactions the account has sent, so the nonce of its next one. */
  transactionCount(account: Address, block: BlockTag, options?: RpcOptions): Promise<number>
  /** @returns the `0x…` data returned. @throws ChiralError `TRANSACTION_REVERTED` with the custom error's name and arguments */
  call(request: CallRequest, block?: BlockTag, options?: RpcOptions): Promise<string>
  /** @throws ChiralError `TRANSACTION_REVERTED` */
  estimateGas(request: CallRequest & { readonly from: Address }, options?: RpcOptions): Promise<bigint>
  logs(filter: LogFilter, options?: RpcOptions): Promise<ChainLog[]>
  fees(options?: RpcOptions): Promise<GasFees>
  receipt(transactionHash: string, options?: RpcOptions): Promise<ChainReceipt | undefined>
  /**
   * Hands signed bytes to the node. A transaction the node has already is fine.
   * @throws ChiralError `NONCE_TOO_LOW`, `FEE_TOO_LOW`, `INSUFFICIENT_FUNDS`, `TRANSACTION_REFUSED`, `CHAIN_UNREACHABLE`
   */
  broadcast(rawTransaction: string, options?: RpcOptions): Promise<void>
  /** Any method: for development chains' own ones. */
  request(method: string, params: readonly unknown[], options?: RpcOptions): Promise<unknown>
  close(): void
}

/**
 * Connects to a chain of chains.json and checks that it is the expected one.
 *
 * @throws ChiralError `CHAIN_URL_INVALID`, `CHAIN_UNREACHABLE` (after one try), `CHAIN_UNKNOWN`, `CHAIN_MISMATCH`
 */
export async function connectChain(options: {
  readonly rpcUrl: string
  readonly clock: Clock
  readonly log: Logger
  readonly expected?: Partial<ChainIdentity> | undefined
  readonly signal?: AbortSignal | undefined
}): Promise<ChainClient> {
  const rpc = createRpc(options, options)
  try {
    const once = { retry: false, signal: options.signal }
    const [chainId, genesis] = await Promise.all([
      rpc.request('eth_chainId', [], once),
      rpc.request('eth_getBlockByNumber', ['0x0', false], once),
    ])
    const identity = { chainId: decodeNumber(chainId), genesisHash: decodeBlock(genesis).hash }
    const parameters = chainParameters(identity.chainId)
    requireIdentity(identity, options.expected ?? {}, rpc.shownUrl)
    return createClient(rpc, identity, parameters, options)
  } catch (error) {
    rpc.close()
    throw error
  }
}

/** @throws ChiralError `CHAIN_MISMATCH` */
function requireIdentity(actual: ChainIdentity, expected: Partial<ChainIdentity>, shownUrl: string): void {
  const matches =
    (expected.chainId ?? actual.chainId) === actual.chainId &&
    (expected.genesisHash ?? actual.genesisHash).toLowerCase() === actual.genesisHash
  if (matches) return
  const isOther =
    expected.chainId !== undefined && expected.chainId !== actual.chainId
      ? `chain ${actual.chainId}, not ${expected.chainId}`
      : `another chain ${actual.chainId} than the one used here before (its first block differs)`
  throw new ChiralError(
    'CHAIN_MISMATCH',
    `${shownUrl} is ${isOther}: correct --rpc, or use another data directory for this chain.`,
    { details: { expected, actual } },
  )
}

function createClient(
  rpc: ReturnType<typeof createRpc>,
  identity: ChainIdentity,
  parameters: ChainParameters,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): ChainClient {
  const block = async (tag: BlockTag, options?: RpcOptions): Promise<ChainBlock | undefined> => {
    const answer = await rpc.request('eth_getBlockByNumber', [blockParameter(tag), false], options)
    return answer === null ? undefined : decodeBlock(answer)
  }
  const latest = async (options?: RpcOptions): Promise<ChainBlock> => {
    const found = await block('latest', options)
    if (found === undefined)
      throw new ChiralError('CHAIN_REFUSED', `${rpc.shownUrl} has no blocks: is it still starting?`)
    return found
  }
  const feed = createHeadFeed(
    { clock, log },
    {
      latest,
      blockHash: async (number) => (await block(number))?.hash,
      minesOnDemand: identity.chainId === DEVELOPMENT_CHAIN_ID,
    },
  )

  return {
    identity,
    parameters,
    shownUrl: rpc.shownUrl,
    block,
    async head(options) {
      const { number, hash, timestamp } = await latest(options)
      return { number, hash, timestamp }
    },
    onHead: (listener) => feed.subscribe(listener),
    async balance(account, tag = 'latest', options) {
      return wei(decodeQuantity(await rpc.request('eth_getBalance', [account, blockParameter(tag)], options)))
    },
    async code(account, tag = 'latest', options) {
      return decodeBytes(await rpc.request('eth_getCode', [account, blockParameter(tag)], options))
    },
    async transactionCount(account, tag, options) {
      return decodeNumber(await rpc.request('eth_getTransactionCount', [account, blockParameter(tag)], options))
    },
    async call(request, tag = 'latest', options) {
      return decodeText(
        await revertable(() => rpc.request('eth_call', [callParameter(request), blockParameter(tag)], options)),
      )
    },
    async estimateGas(request, options) {
      const params = [callParameter(request), 'pending']
      return decodeQuantity(await revertable(() => rpc.request('eth_estimateGas', params, options)))
    },
    logs: (filter, options) => readLogs(rpc, filter, options),
    async fees(options) {
      const [{ baseFeePerGas }, gasPrice, tip] = await Promise.all([
        latest(options),
        rpc.request('eth_gasPrice', [], options),
        rpc.request('eth_maxPriorityFeePerGas', [], options).catch((error: unknown) => {
          if (error instanceof RpcAnswerError) return undefined // a node from before London
          throw error
        }),
      ])
      const suggestedTip = tip === undefined ? undefined : decodeQuantity(tip)
      return chooseFees({ baseFeePerGas, suggestedTip, gasPrice: decodeQuantity(gasPrice) })
    },
    async receipt(transactionHash, options) {
      return decodeReceipt(await rpc.request('eth_getTransactionReceipt', [transactionHash], options))
    },
    async broadcast(rawTransaction, options) {
      try {
        decodeHash(await rpc.request('eth_sendRawTransaction', [rawTransaction], options))
      } catch (error) {
        if (error instanceof RpcAnswerError) throwUnlessKnown(error)
        else throw error
      }
    },
    request: (method, params, options) => rpc.request(method, params, options),
    close() {
      feed.close()
      rpc.close()
    },
  }
}

async function revertable(ask: () => Promise<unknown>): Promise<unknown> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof RpcAnswerError && (error.data !== undefined || /revert/i.test(error.answer)))
      throw transactionReverted(error.data, error)
    throw error
  }
}

function throwUnlessKnown(error: RpcAnswerError): void {
  const codes = {
    'nonce-too-low': 'NONCE_TOO_LOW',
    underpriced: 'FEE_TOO_LOW',
    'insufficient-funds': 'INSUFFICIENT_FUNDS',
    other: 'TRANSACTION_REFUSED',
  }
  const refusal = broadcastRefusalOf(error.answer)
  if (refusal === 'known') return
  throw new ChiralError(codes[refusal], `The chain's node refused the transaction: ${error.answer}.`, { cause: error })
}

function blockParameter(tag: BlockTag): string {
  return typeof tag === 'number' ? `0x${tag.toString(16)}` : tag
}

function callParameter(request: CallRequest): Record<string, string> {
  return {
    ...(request.from === undefined ? {} : { from: request.from }),
    ...(request.to === undefined ? {} : { to: request.to }),
    ...(request.data === undefined ? {} : { data: request.data }),
    ...(request.gas === undefined ? {} : { gas: `0x${request.gas.toString(16)}` }),
    ...(request.value === undefined ? {} : { value: `0x${request.value.toString(16)}` }),
  }
}
