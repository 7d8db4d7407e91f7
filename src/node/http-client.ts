import { scopeAllowsIp } from '../network/addresses.ts'
import { createDownloaderMetrics } from '../public-protocols/downloader-metrics.ts'
import { openHttpTransfer } from '../public-protocols/http/http-transfer.ts'
import type { Clock } from '../system/clock.ts'
import type { CounterFactory } from '../system/metrics.ts'
import { resolveHost } from '../system/resolve-host.ts'
import type { PublicConnectors } from './download/public-endpoints.ts'
import type { NetworkConfig } from './node-config.ts'

/** How a download gets a file over HTTP: from addresses of its scope alone, and on the Internet with TLS alone. */
export function httpConnector(parts: {
  readonly scope: NetworkConfig['scope']
  readonly clock: Clock
  readonly counter: CounterFactory
}): NonNullable<PublicConnectors['http']> {
  const { scope, clock } = parts
  const metrics = createDownloaderMetrics('http', parts.counter)
  const rules = {
    allows: (address: string) => scopeAllowsIp(scope, address),
    allowsPlain: scope !== 'public',
    resolve: resolveHost,
  }
  return (endpoint, file, { grant, signal }) =>
    openHttpTransfer(endpoint, file, { rules, clock, metrics, grant, signal })
}
