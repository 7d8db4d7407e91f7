import type { Address } from '../domain/ids.ts'
import { type Rpc, RpcAnswerError, type RpcOptions } from './rpc.ts'
import { isRangeTooLarge } from './rpc-error.ts'
import { type ChainLog, decodeLogs } from './rpc-values.ts'

export interface LogFilter {
  readonly address?: Address
  /** Position by position; `null` matches everything. */
  readonly topics?: readonly (string | readonly string[] | null)[]
  /** Both included. */
  readonly fromBlock: number
  readonly toBlock: number
}

/** The widest range public nodes commonly answer, and a bounded amount of memory for one answer. */
export const MAX_LOG_RANGE_BLOCKS = 2_000

/** Logs in chain order, asked for in ranges; a range the node finds too large is halved. */
export async function readLogs(rpc: Rpc, filter: LogFilter, options?: RpcOptions): Promise<ChainLog[]> {
  const logs: ChainLog[] = []
  let size = MAX_LOG_RANGE_BLOCKS
  for (let from = filter.fromBlock; from <= filter.toBlock; ) {
    const to = Math.min(filter.toBlock, from + size - 1)
    try {
      logs.push(...(await readRange(rpc, filter, from, to, options)))
      from = to + 1
    } catch (error) {
      if (!(error instanceof RpcAnswerError) || !isRangeTooLarge(error.answer) || from === to) throw error
      size = Math.max(1, Math.floor((to - from + 1) / 2))
    }
  }
  return logs
}

async function readRange(
  rpc: Rpc,
  filter: LogFilter,
  from: number,
  to: number,
  options: RpcOptions | undefined,
): Promise<ChainLog[]> {
  const parameters = {
    fromBlock: `0x${from.toString(16)}`,
    toBlock: `0x${to.toString(16)}`,
    ...(filter.address === undefined ? {} : { address: filter.address }),
    ...(filter.topics === undefined ? {} : { topics: filter.topics }),
  }
  return decodeLogs(await rpc.request('eth_getLogs', [parameters], options))
}
