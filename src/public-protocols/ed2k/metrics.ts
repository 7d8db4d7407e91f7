import { type Counter, type CounterFactory, NO_COUNTERS } from '../../system/metrics.ts'

/** What is counted of serving over ed2k. */
export interface SeederMetrics {
  readonly chunksSent: Counter
  readonly bytesSent: Counter
  /** Chunks that were asked for and not admitted, or not held. */
  readonly requestsRefused: Counter
  readonly connectionsRefused: Counter
  /** Clients that were called: one whose turn had come, or that fell silent. */
  readonly callsMade: Counter
  /** Calls that the client answered. */
  readonly callsAnswered: Counter
  /** Calls that nobody answered, or somebody else. The rest came by itself meanwhile. */
  readonly callsFailed: Counter
}

export function createSeederMetrics(counter: CounterFactory = NO_COUNTERS): SeederMetrics {
  const make = (what: string, help: string): Counter => counter({ name: `chiral_ed2k_${what}_total`, help })
  return {
    chunksSent: make('chunks_sent', 'Chunks sent over ed2k, whole or in part.'),
    bytesSent: make('chunk_sent_bytes', 'Bytes of the chunks sent over ed2k.'),
    requestsRefused: make('requests_refused', 'Chunks asked for over ed2k that were not granted.'),
    connectionsRefused: make('connections_refused', 'ed2k connections over the limit of their address.'),
    callsMade: make('calls_made', 'Clients called back over ed2k.'),
    callsAnswered: make('calls_answered', 'Clients called back over ed2k that answered.'),
    callsFailed: make(
      'calls_failed',
      'Clients called back over ed2k that could not be reached, or were somebody else.',
    ),
  }
}
