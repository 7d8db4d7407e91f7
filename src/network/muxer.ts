import { yamux } from '@chainsafe/libp2p-yamux'
import type { Libp2pOptions } from 'libp2p'
import {
  INITIAL_STREAM_WINDOW_BYTES,
  MAX_READ_BUFFER_BYTES,
  MAX_STREAMS_PER_CONNECTION,
  STREAM_WINDOW_BYTES,
} from './limits.ts'

/** Many streams over one connection, for transports that have no streams of their own. */
export function createMuxer(): NonNullable<Libp2pOptions['streamMuxers']>[number] {
  return yamux({
    maxInboundStreams: MAX_STREAMS_PER_CONNECTION,
    maxOutboundStreams: MAX_STREAMS_PER_CONNECTION,
    streamOptions: {
      initialStreamWindowSize: INITIAL_STREAM_WINDOW_BYTES,
      maxStreamWindowSize: STREAM_WINDOW_BYTES,
      maxReadBufferLength: MAX_READ_BUFFER_BYTES,
    },
  })
}
