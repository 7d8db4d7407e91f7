import { noise } from '@chainsafe/libp2p-noise'
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { webRTC, webRTCDirect } from '@libp2p/webrtc'
import { webSockets } from '@libp2p/websockets'
import type { Libp2pOptions } from 'libp2p'
import { createMuxer } from '../../network/muxer.ts'
import type { StackOptions, TransportName } from '../../network/transports.ts'

/** Those of `network/transports.ts` that a page can dial with. */
export const ALL_TRANSPORTS: readonly TransportName[] = ['ws', 'webrtc-direct', 'webrtc']

/** A browser has no TCP and no TLS of its own to give: over WebSocket, noise encrypts and proves who the other is. */
export async function createStack({
  names,
  iceServers,
}: StackOptions): Promise<Pick<Libp2pOptions, 'transports' | 'connectionEncrypters' | 'streamMuxers'>> {
  const rtcConfiguration = { iceServers: iceServers.map((urls) => ({ urls })) }
  return {
    transports: [
      ...(names.includes('ws') ? [webSockets()] : []),
      ...(names.includes('webrtc-direct') ? [webRTCDirect()] : []),
      ...(names.includes('webrtc') ? [webRTC({ rtcConfiguration }), circuitRelayTransport()] : []),
    ],
    connectionEncrypters: [noise()],
    streamMuxers: [createMuxer()],
  }
}
