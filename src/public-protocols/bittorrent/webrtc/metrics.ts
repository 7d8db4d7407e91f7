import { type Counter, type CounterFactory, NO_COUNTERS } from '../../../system/metrics.ts'

/** What is counted of connections by WebRTC; what goes over them is counted as of any connection of BitTorrent. */
export interface WebrtcMetrics {
  readonly connectionsOpened: Counter
  /** Over the limits. */
  readonly connectionsRefused: Counter
  /** Not answered, since they came too fast. */
  readonly offersRefused: Counter
  /** Made no sense, or nobody came. */
  readonly offersFailed: Counter
}

export function createWebrtcMetrics(counter: CounterFactory = NO_COUNTERS): WebrtcMetrics {
  const make = (what: string, help: string): Counter => counter({ name: `chiral_webtorrent_${what}_total`, help })
  return {
    connectionsOpened: make('connections_opened', 'WebTorrent connections that were served.'),
    connectionsRefused: make('connections_refused', 'WebTorrent connections over the limits.'),
    offersRefused: make('offers_refused', 'WebTorrent offers that came too fast to be answered.'),
    offersFailed: make('offers_failed', 'WebTorrent offers that led to no connection.'),
  }
}
