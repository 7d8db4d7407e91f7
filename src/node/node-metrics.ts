import type { ContentStore } from '../content/content-store.ts'
import type { Tiers } from '../content/tiers.ts'
import type { Clock } from '../system/clock.ts'
import type { Metrics, Sample } from '../system/metrics.ts'
import type { StorageConfig } from './node-config.ts'
import type { PaymentStack } from './payment-stack.ts'

const PREFIX = 'chiral_node_'

/** What a node measures of its chain, read when Prometheus asks. The counters of the protocols name themselves. */
export function measureChain(
  metrics: Metrics,
  { split, chainHealth }: Pick<PaymentStack, 'split' | 'chainHealth'>,
  clock: Clock,
): void {
  const gauge = (what: string, help: string, read: () => readonly Sample[]): void =>
    metrics.gauge({ name: PREFIX + what, help, read })
  gauge('chain_up', '1 when the node of the chain answered the last look.', () => [
    { value: split.health() === undefined ? 0 : 1 },
  ])
  gauge('chain_height', 'Number of the newest block.', () => [{ value: split.head().number }])
  gauge('chain_head_age_seconds', 'Seconds since the newest block.', () => [
    { value: Math.floor(clock.now() / 1000) - split.head().timestamp },
  ])
  gauge('chain_peers', 'Nodes that the node of the chain is connected with, where it tells.', () =>
    known(split.health()?.peers),
  )
  gauge('chain_warning', 'Present while "chiral status" warns of the chain.', () =>
    chainHealth().warnings.map(({ code }) => ({ value: 1, labels: { code } })),
  )
  gauge('chain_split_suspected', '1 while the chain may be split: no credit, and no new deposit is counted.', () => [
    { value: split.suspicion() === undefined ? 0 : 1 },
  ])
  gauge('chain_split_sign', 'Present for each sign of the split that is suspected.', () =>
    (split.suspicion()?.signs ?? []).map((sign) => ({ value: 1, labels: { sign } })),
  )
  const splits = metrics.counter({
    name: `${PREFIX}chain_splits_total`,
    help: 'How often a split was suspected since the node started.',
  })
  if (split.suspicion() !== undefined) splits.inc()
  split.onChange((suspicion, before) => {
    if (suspicion !== undefined && before === undefined) splits.inc()
  })
}

/** What the files of a node take, and how much they may; the store names its counters itself. */
export function measureStorage(
  metrics: Metrics,
  { content, tiers }: { readonly content: ContentStore; readonly tiers: Tiers | undefined },
  { capacityBytes, memoryBytes, tiers: options }: StorageConfig,
): void {
  const gauge = (what: string, help: string, read: () => number | undefined): void =>
    metrics.gauge({ name: `chiral_content_${what}_bytes`, help, read: () => known(read()) })
  gauge('memory', 'Chunks in memory.', () => content.memoryUsedBytes)
  gauge('memory_limit', 'The most that chunks in memory may take.', () => memoryBytes)
  gauge('downloads', 'Disk that downloads take, finished or not.', () => content.usedBytes)
  gauge('fast', 'Downloads in the fast folder.', () => tiers?.usedBytes('fast'))
  gauge('fast_limit', 'The most that downloads in the fast folder may take.', () => options?.fast.limitBytes)
  gauge('large', 'Downloads in the large folder.', () => tiers?.usedBytes('large'))
  gauge('downloads_limit', 'The most that downloads may take.', () => capacityBytes)
}

function known(value: number | undefined): Sample[] {
  return value === undefined ? [] : [{ value }]
}
