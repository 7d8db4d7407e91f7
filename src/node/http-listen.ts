import { isIPv6 } from 'node:net'
import { ChiralError } from '../domain/errors.ts'
import type { HttpConfig, HttpListen, NetworkConfig } from './node-config.ts'
import { ipsOf, reachedAt } from './reached-at.ts'
import type { RouterPorts } from './router-ports.ts'

/** The port that people who serve files expect. */
const DEFAULT_PORT = 8080

export interface HttpPlan extends HttpListen {
  readonly tls: boolean
  /** Another port will do when this one is taken: nobody chose it. */
  readonly anyPort: boolean
}

/**
 * Where files are served over HTTP, if anywhere: where the user says, else on this machine in scope loopback, in a LAN, and with an address
 * that others reach. `addresses` are the multiaddrs that this node announces.
 * @throws ChiralError `CONFIG_INVALID`
 */
export function planHttp(
  { listen, tls, announceUrl }: HttpConfig,
  scope: NetworkConfig['scope'],
  addresses: readonly string[],
): HttpPlan | undefined {
  const chosen = listen ?? defaultListen(scope, addresses, DEFAULT_PORT)
  if (chosen === 'off') return undefined
  const plan = { ...chosen, tls: tls ?? scope !== 'loopback', anyPort: listen === undefined }
  const isPlain = announceUrl === undefined ? !plan.tls : announceUrl.startsWith('http:')
  if (scope === 'public' && isPlain)
    throw new ChiralError(
      'CONFIG_INVALID',
      'http.tls: without it, files are served on the Internet only behind a proxy that has TLS: give its https:// address as http.announce_url.',
    )
  return plan
}

/** What serves files listens here unless the user says otherwise. */
export function defaultListen(
  scope: NetworkConfig['scope'],
  addresses: readonly string[],
  port: number,
): HttpListen | 'off' {
  if (scope === 'loopback') return { host: '127.0.0.1', port: 0 }
  const own = ipsOf(addresses)
  const host = own.some((ip) => !isIPv6(ip)) || scope === 'lan' ? '0.0.0.0' : '::'
  // Of an address nobody outside can reach there is nothing to announce.
  return scope === 'public' && own.length === 0 ? 'off' : { host, port }
}

/** Where others reach a server on this host and port; `undefined` while no address of this node is known. */
export function announcedUrl(
  { host, port, tls }: HttpListen & { readonly tls: boolean },
  addresses: readonly string[],
  ports?: RouterPorts,
): string | undefined {
  const [at] = reachedAt({ host, port }, addresses, ports)
  if (at === undefined) return undefined
  return `${tls ? 'https' : 'http'}://${isIPv6(at.host) ? `[${at.host}]` : at.host}:${at.port}/`
}
