import { noise } from '@chainsafe/libp2p-noise'
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { tcp } from '@libp2p/tcp'
import { webSockets } from '@libp2p/websockets'
import type { Libp2pOptions } from 'libp2p'
import type { Clock } from '../system/clock.ts'
import { fastTls } from './fast-tls.ts'
import { closingLate } from './late-close.ts'
import { createMuxer } from './muxer.ts'

/** As they stand in a multiaddr. */
export type TransportName = 'tcp' | 'ws' | 'webrtc-direct' | 'webrtc'

export const ALL_TRANSPORTS: readonly TransportName[] = ['tcp', 'ws', 'webrtc-direct', 'webrtc']

export interface StackOptions {
  readonly names: readonly TransportName[]
  /** STUN and TURN servers for WebRTC, as `stun:` and `turn:` addresses. Without any, peers meet by their own addresses alone. */
  readonly iceServers: readonly string[]
  readonly clock: Clock
}

/**
 * The stack of docs/specs/06-provider-record.md §2: TCP with TLS 1.3 first (half again as fast as noise here), noise for
 * peers without it, yamux; WebSocket for browsers; WebRTC-direct for browsers and peers behind a UDP-only firewall; and WebRTC between two
 * peers that nobody can dial, who exchange their addresses over a relay.
 */
export async function createStack({
  names,
  iceServers,
  clock,
}: StackOptions): Promise<Pick<Libp2pOptions, 'transports' | 'connectionEncrypters' | 'streamMuxers'>> {
  const transports: NonNullable<Libp2pOptions['transports']> = []
  if (names.includes('tcp')) transports.push(tcp())
  if (names.includes('ws')) transports.push(webSockets())
  if (names.includes('webrtc-direct') || names.includes('webrtc')) {
    // a native module that takes a quarter of a second to load: only for those who use it
    const { webRTC, webRTCDirect } = await import('@libp2p/webrtc')
    if (names.includes('webrtc-direct')) transports.push(closingLate(webRTCDirect(), clock))
    if (names.includes('webrtc')) {
      const rtcConfiguration = { iceServers: iceServers.map((urls) => ({ urls })) }
      transports.push(webRTC({ rtcConfiguration }), circuitRelayTransport())
    }
  }
  return {
    transports,
    connectionEncrypters: [fastTls(), noise()],
    streamMuxers: [createMuxer()],
  }
}
