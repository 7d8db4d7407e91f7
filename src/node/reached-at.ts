import { isIPv6 } from 'node:net'
import type { HttpListen } from './node-config.ts'
import { NO_ROUTER, type RouterPorts } from './router-ports.ts'

export const WILDCARDS = new Set(['0.0.0.0', '::'])

/**
 * Where others reach a server that listens there, best first; nowhere while no address of this node is known. At the address of a router only a port that it
 * forwards is ours, under the number that it gave it.
 *
 * @param addresses the multiaddrs that this node announces
 */
export function reachedAt(
  { host, port }: HttpListen,
  addresses: readonly string[],
  ports: RouterPorts = NO_ROUTER,
  protocol: 'tcp' | 'udp' = 'tcp',
): readonly HttpListen[] {
  const forwarded = ports.at({ port, protocol })
  const through = forwarded === undefined ? [] : [forwarded]
  if (!WILDCARDS.has(host)) return through.length > 0 ? through : [{ host, port }]
  const own = ipsOf(ports.own(addresses)).filter((ip) => host === '::' || !isIPv6(ip))
  return [...through, ...[...new Set(own)].map((ip) => ({ host: ip, port }))]
}

/** The IP addresses in multiaddrs of TCP. */
export function ipsOf(addresses: readonly string[]): string[] {
  return addresses.flatMap((address) => /^\/ip[46]\/([^/]+)\/tcp\//.exec(address)?.[1] ?? [])
}
