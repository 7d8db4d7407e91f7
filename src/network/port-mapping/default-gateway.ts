import { readFile } from 'node:fs/promises'
import { platform } from 'node:os'

const FLAG_UP = 1
const FLAG_GATEWAY = 2

/** How this machine gets to the Internet. `unknown`: its system does not tell. */
export type DefaultGateway = { readonly kind: 'router'; readonly host: string } | { readonly kind: 'none' | 'unknown' }

/** The router of this machine's default route. Linux alone has it in a file; elsewhere it stays unknown, and UPnP, which needs no address, is all there is. */
export async function defaultGateway(): Promise<DefaultGateway> {
  if (platform() !== 'linux') return { kind: 'unknown' }
  const table = await readFile('/proc/net/route', 'latin1').catch(() => undefined)
  if (table === undefined) return { kind: 'unknown' }
  const host = gatewayIn(table)
  return host === undefined ? { kind: 'none' } : { kind: 'router', host }
}

/**
 * Of a table as in /proc/net/route: the IPv4 address of the default route with the lowest metric. Addresses stand there as the 32 bits of a machine that
 * is little-endian, as all are on which this program runs.
 */
export function gatewayIn(table: string): string | undefined {
  const routes = table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .flatMap(([, destination, gateway = '', flags = '', , , metric = '', mask]) => {
      const isDefault = destination === '00000000' && mask === '00000000'
      const isUp = (Number.parseInt(flags, 16) & (FLAG_UP | FLAG_GATEWAY)) === (FLAG_UP | FLAG_GATEWAY)
      return isDefault && isUp && /^[0-9A-F]{8}$/i.test(gateway) ? [{ gateway, metric: Number(metric) }] : []
    })
    .toSorted((a, b) => a.metric - b.metric)
  const best = routes[0]?.gateway
  return best && [6, 4, 2, 0].map((at) => Number.parseInt(best.slice(at, at + 2), 16)).join('.')
}
