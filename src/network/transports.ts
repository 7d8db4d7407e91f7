import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { tcp } from '@libp2p/tcp'
import type { Libp2pOptions } from 'libp2p'
import type { Clock } from '../system/clock.ts'
import { fastTls } from './fast-tls.ts'
import { closingLate } from './late-close.ts'
import {
  INITIAL_STREAM_WINDOW_BYTES,
  MAX_READ_BUFFER_BYTES,
  MAX_STREAMS_PER_CONNECTION,
  STREAM_WINDOW_BYTES,
} from './limits.ts'

export type TransportName = 'tcp' | 'webrtc-direct'

/**
 * The stack of docs/specs/06-provider-record.md §2: TCP with TLS 1.3 first (half again as fast as noise here), noise for
 * peers without it, yamux; WebRTC-direct for browsers and peers behind a UDP-only firewall.
 */
export async function createStack(
  names: readonly TransportName[],
  clock: Clock,
): Promise<Pick<Libp2pOptions, 'transports' | 'connectionEncrypters' | 'streamMuxers'>> {
  const transports: NonNullable<Libp2pOptions['transports']> = []
  if (names.includes('tcp')) transports.push(tcp())
  if (names.includes('webrtc-direct')) {
    // a native module that takes a quarter of a second to load: only for those who use it
    const { webRTCDirect } = await import('@libp2p/webrtc')
    transports.push(closingLate(webRTCDirect(), clock))
  }
  return {
    transports,
    connectionEncrypters: [fastTls(), noise()],
    streamMuxers: [
      yamux({
        maxInboundStreams: MAX_STREAMS_PER_CONNECTION,
        maxOutboundStreams: MAX_STREAMS_PER_CONNECTION,
        streamOptions: {
          initialStreamWindowSize: INITIAL_STREAM_WINDOW_BYTES,
          maxStreamWindowSize: STREAM_WINDOW_BYTES,
          maxReadBufferLength: MAX_READ_BUFFER_BYTES,
        },
      }),
    ],
  }
}
