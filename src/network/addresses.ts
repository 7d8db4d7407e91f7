import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { DecodeError, messageOf } from '../domain/errors.ts'
import { type IpRanges, ipRanges } from './ip-ranges.ts'
import type { NetworkScope } from './network.ts'

export const LOOPBACK = ipRanges(['127.0.0.0/8', '::1/128'])

/** Not reachable from the Internet: RFC 6890 and RFC 6598. */
const PRIVATE = ipRanges([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
  '::/127',
  'fc00::/7',
  'fe80::/10',
  'ff00::/8',
  '2001:db8::/32',
])

/** @throws DecodeError with a sentence that shows what an address looks like */
export function parseMultiaddr(text: string): Multiaddr {
  try {
    return multiaddr(text)
  } catch (error) {
    throw new DecodeError(
      `"${text.slice(0, 120)}" is not a peer address: give one like /ip4/192.0.2.7/tcp/4001/p2p/12D3Koo… (${messageOf(error)}).`,
    )
  }
}

/** The peer id an address ends in; of a relayed address the destination's, not the relay's. */
export function peerIdOf(address: Multiaddr): string | undefined {
  return address.getComponents().findLast((component) => component.name === 'p2p')?.value
}

/** May a node of this scope dial or announce this address? Names (`/dns…`) are for public nodes and LANs. */
export function scopeAllows(scope: NetworkScope, address: Multiaddr): boolean {
  switch (scope) {
    case 'loopback':
      return hostIsIn(LOOPBACK, address)
    case 'lan':
      return true
    case 'public':
      return !hostIsIn(PRIVATE, address)
  }
}

/** The same of an IP address, as text. */
export function scopeAllowsIp(scope: NetworkScope, ip: string): boolean {
  switch (scope) {
    case 'loopback':
      return LOOPBACK.has(ip)
    case 'lan':
      return true
    case 'public':
      return !PRIVATE.has(ip)
  }
}

/** What of our own addresses others get to know: on a LAN a loopback address is of no use unless there is no other. */
export function announceable(scope: NetworkScope, addresses: Multiaddr[]): Multiaddr[] {
  if (scope !== 'lan') return addresses.filter((address) => scopeAllows(scope, address))
  const outward = addresses.filter((address) => !hostIsIn(LOOPBACK, address))
  return outward.length > 0 ? outward : addresses
}

function hostIsIn(list: IpRanges, address: Multiaddr): boolean {
  const host = address.getComponents().find((component) => component.name === 'ip4' || component.name === 'ip6')
  return host?.value !== undefined && list.has(host.value)
}
