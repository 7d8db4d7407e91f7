import { renderMetric, type Sample } from '../system/metrics.ts'
import type { NodeState } from './node-state.ts'

/** What only somebody with the node's data directory knows. */
export interface OwnNodeFacts {
  readonly diskFreeBytes: number
  /** Codes of `chiral chain status`. */
  readonly warnings: readonly string[]
}

interface Metric {
  readonly name: string
  readonly help: string
  readonly value: (state: NodeState, nowMs: number) => number | bigint | undefined
}

const METRICS: readonly Metric[] = [
  { name: 'height', help: 'Number of the newest block.', value: ({ height }) => height },
  {
    name: 'head_age_seconds',
    help: 'Seconds since the newest block.',
    value: ({ headTime }, nowMs) => Math.floor(nowMs / 1000) - headTime,
  },
  { name: 'peers', help: 'Connected nodes.', value: ({ peers }) => peers },
  { name: 'hash_rate', help: 'Hashes a second of this node.', value: ({ hashRate }) => hashRate },
  { name: 'mining', help: '1 while this node mines.', value: ({ mining }) => Number(mining) },
  { name: 'difficulty', help: 'Difficulty of the newest block.', value: ({ difficulty }) => difficulty },
  {
    name: 'block_seconds',
    help: 'Seconds from the block before to the newest one.',
    value: ({ blockSeconds }) => blockSeconds,
  },
  { name: 'uncles', help: 'Uncles of the newest block.', value: ({ uncles }) => uncles },
  { name: 'transactions', help: 'Transactions of the newest block.', value: ({ transactions }) => transactions },
  { name: 'gas_used', help: 'Gas used in the newest block.', value: ({ gasUsed }) => gasUsed },
  { name: 'gas_limit', help: 'Gas limit of the newest block.', value: ({ gasLimit }) => gasLimit },
  {
    name: 'blocks_behind',
    help: 'Blocks still missing while the node catches up.',
    value: ({ height, syncingTo }) => (syncingTo ?? height) - height,
  },
]

const PREFIX = 'chiral_chain_'
const WARNING = `${PREFIX}warning`
const DISK = `${PREFIX}disk_free_bytes`
const UP = `${PREFIX}up`

/** Every name that `renderMetrics` may write: dashboards and alerts are checked against it. */
export const METRIC_NAMES: readonly string[] = [...METRICS.map(({ name }) => PREFIX + name), WARNING, DISK, UP]

/** The text format of Prometheus. Without a state the node does not answer, and there is nothing else to tell of the chain. */
export function renderMetrics(state: NodeState | undefined, own: OwnNodeFacts | undefined, nowMs: number): string {
  const lines = gauge(UP, '1 when the node behind the proxy answers.', [{ value: state === undefined ? 0 : 1 }])
  if (state !== undefined)
    for (const { name, help, value } of METRICS) {
      const found = value(state, nowMs)
      if (found !== undefined) lines.push(...gauge(PREFIX + name, help, [{ value: found }]))
    }
  if (own !== undefined) {
    const warnings = own.warnings.map((code) => ({ value: 1, labels: { code } }))
    lines.push(...gauge(DISK, 'Bytes free for the chain.', [{ value: own.diskFreeBytes }]))
    lines.push(...gauge(WARNING, 'Present while "chiral chain status" warns.', warnings))
  }
  return `${lines.join('\n')}\n`
}

function gauge(name: string, help: string, samples: readonly Sample[]): string[] {
  return renderMetric({ name, help, type: 'gauge' }, samples)
}
