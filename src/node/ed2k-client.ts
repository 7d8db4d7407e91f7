import { scopeAllowsIp } from '../network/addresses.ts'
import { createDownloaderMetrics } from '../public-protocols/downloader-metrics.ts'
import { openEd2kTransfer } from '../public-protocols/ed2k/ed2k-transfer.ts'
import type { Hello } from '../public-protocols/ed2k/hello.ts'
import type { Clock } from '../system/clock.ts'
import type { Logger } from '../system/logger.ts'
import type { CounterFactory } from '../system/metrics.ts'
import type { Random } from '../system/random.ts'
import type { PublicConnectors } from './download/public-endpoints.ts'
import type { NetworkConfig } from './node-config.ts'

/** How a download gets a file over ed2k: from addresses of its scope alone. */
export function ed2kConnector(parts: {
  readonly scope: NetworkConfig['scope']
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly counter: CounterFactory
  /** As seeders see this node. */
  readonly ed2kSelf: Omit<Hello, 'nonce'>
}): NonNullable<PublicConnectors['ed2k']> {
  const { scope, clock, random, log, ed2kSelf: self } = parts
  const metrics = createDownloaderMetrics('ed2k', parts.counter)
  const rules = { allows: (address: string) => scopeAllowsIp(scope, address) }
  return (endpoint, file, { grant, signal }) =>
    openEd2kTransfer(endpoint, file, { rules, clock, random, log, metrics, self, grant, signal })
}
