import { type Counter, type CounterFactory, NO_COUNTERS } from '../../../system/metrics.ts'

/** What is counted of the tracker. */
export interface TrackerMetrics {
  readonly announces: Counter
  /** Offers and answers of WebRTC that were passed on. */
  readonly signalsPassed: Counter
  /** Times that somebody was told their outer address. */
  readonly stunAnswers: Counter
  /** Requests that were malformed, too many or found no room. */
  readonly requestsRefused: Counter
  readonly connectionsRefused: Counter
}

export function createTrackerMetrics(counter: CounterFactory = NO_COUNTERS): TrackerMetrics {
  const make = (what: string, help: string): Counter => counter({ name: `chiral_tracker_${what}_total`, help })
  return {
    announces: make('announces', 'Announces that the tracker took, over HTTP, UDP and WebSocket.'),
    signalsPassed: make('signals_passed', 'WebRTC offers and answers that the tracker passed on.'),
    stunAnswers: make('stun_answers', 'Answers to STUN requests for the outer address of whoever asks.'),
    requestsRefused: make(
      'requests_refused',
      'Requests to the tracker that were malformed, too many or found no room.',
    ),
    connectionsRefused: make('connections_refused', 'Connections to the tracker over the limit of their address.'),
  }
}
