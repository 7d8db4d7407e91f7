import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { LOOPBACK } from './addresses.ts'
import type { ForwardedAddress } from './network.ts'

/** What libp2p's has for addresses that it cannot know by itself. */
export interface AddressManager {
  addPublicAddressMapping(internalIp: string, internalPort: number, externalIp: string, externalPort: number): void
  removePublicAddressMapping(internalIp: string, internalPort: number, externalIp: string, externalPort: number): void
  confirmObservedAddr(address: Multiaddr, options: { type: 'ip-mapping' }): void
}

/** What the router said was judged before, and whoever dials the address finds out, so it counts as confirmed: the DHT may serve by it. */
export function announceForwarded(manager: AddressManager, { own, before, after }: ForwardedAddress): void {
  if (before !== undefined) manager.removePublicAddressMapping(own.host, own.port, before.host, before.port)
  if (after === undefined) return
  manager.addPublicAddressMapping(own.host, own.port, after.host, after.port)
  manager.confirmObservedAddr(multiaddr(`/ip4/${after.host}/tcp/${after.port}`), { type: 'ip-mapping' })
}

/** The port of the first address of TCP on IPv4, without more on top of it, that other machines reach. */
export function portForOthers(addresses: readonly Multiaddr[]): number | undefined {
  for (const address of addresses) {
    const [, host, port] = /^\/ip4\/([^/]+)\/tcp\/(\d+)$/.exec(address.toString()) ?? []
    if (host !== undefined && !LOOPBACK.has(host)) return Number(port)
  }
  return undefined
}
