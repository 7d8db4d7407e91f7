import type { ConnectionGater } from '@libp2p/interface'
import type { Clock } from '../system/clock.ts'
import { scopeAllows } from './addresses.ts'
import { MAX_BLOCKED_PEERS } from './limits.ts'
import type { NetworkScope } from './network.ts'

/** Who may not connect, in either direction, and which addresses are never dialled. */
export interface PeerGate {
  readonly gater: ConnectionGater
  block(peerId: string, until: number): void
  isBlocked(peerId: string): boolean
  /** An address the user gave is dialled even outside the scope: the user knows it, a stranger's record might aim it. */
  trust(address: string): void
  /** Nobody gets in any more: the node stops. */
  shut(): void
}

export function createPeerGate({ clock, scope }: { clock: Clock; scope: NetworkScope }): PeerGate {
  const blockedUntil = new Map<string, number>()
  const trusted = new Set<string>()
  let isShut = false

  function isBlocked(peerId: string): boolean {
    const until = blockedUntil.get(peerId)
    if (until === undefined) return false
    if (until > clock.now()) return true
    blockedUntil.delete(peerId)
    return false
  }

  return {
    isBlocked,
    block(peerId, until) {
      blockedUntil.set(peerId, until)
      if (blockedUntil.size <= MAX_BLOCKED_PEERS) return
      let soonest = peerId
      for (const [other, end] of blockedUntil) if (end < (blockedUntil.get(soonest) ?? 0)) soonest = other
      blockedUntil.delete(soonest)
    },
    trust: (address) => {
      trusted.add(address)
    },
    shut: () => {
      isShut = true
    },
    gater: {
      denyInboundConnection: () => isShut,
      denyDialPeer: (peer) => isBlocked(peer.toString()),
      denyInboundEncryptedConnection: (peer) => isBlocked(peer.toString()),
      denyOutboundEncryptedConnection: (peer) => isBlocked(peer.toString()),
      denyDialMultiaddr: (address) => !scopeAllows(scope, address) && !trusted.has(address.toString()),
    },
  }
}
