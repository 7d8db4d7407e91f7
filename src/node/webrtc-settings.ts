import { scopeAllowsIp } from '../network/addresses.ts'
import type { RtcSettings } from '../public-protocols/bittorrent/webrtc/rtc-connection.ts'
import type { Clock } from '../system/clock.ts'
import type { NetworkConfig } from './node-config.ts'

/** How WebTorrent connects: in scope loopback within this machine alone, and anywhere only to addresses of the scope. */
export function webrtcSettings(
  { scope, iceServers = [] }: Pick<NetworkConfig, 'scope' | 'iceServers'>,
  clock: Clock,
): RtcSettings {
  return {
    clock,
    iceServers,
    bindAddress: scope === 'loopback' ? '127.0.0.1' : undefined,
    allows: (address) => scopeAllowsIp(scope, address),
  }
}
