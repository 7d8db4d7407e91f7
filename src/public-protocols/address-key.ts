import { isIPv6 } from 'node:net'

/** An IPv4 address in IPv6 notation, as a socket that listens on `::` shows it. */
const MAPPED_IPV4 = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i
/** Whoever has one IPv6 address has a network of 64 bits of them: limits count that as one. */
const NETWORK_GROUPS = 4

/** What limits count an address as: an IPv4 address itself, of an IPv6 address its network. */
export function addressKey(address: string): string {
  const mapped = MAPPED_IPV4.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  if (!isIPv6(address)) return address
  const [front = '', back] = (address.split('%')[0] ?? '').split('::')
  const groups = front === '' ? [] : front.split(':')
  const after = back === undefined || back === '' ? [] : back.split(':')
  // A dotted end stands for two groups; it is never among the first four but in addresses that begin with zeros.
  while (back !== undefined && groups.length + after.length < 8) groups.push('0')
  const network = [...groups, ...after].slice(0, NETWORK_GROUPS)
  return `${network.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}
