import { type Counter, type CounterFactory, NO_COUNTERS } from '../../../system/metrics.ts'

/** What is counted of taking part in Kad. */
export interface KadMetrics {
  readonly datagramsReceived: Counter
  readonly datagramsSent: Counter
  /** Those that came too fast or could not be read. */
  readonly datagramsRefused: Counter
}

/** @param counter makes a counter of that name; `node/` passes the registry of the process */
export function createKadMetrics(counter: CounterFactory = NO_COUNTERS): KadMetrics {
  const make = (what: string, help: string): Counter => counter({ name: `chiral_kad_${what}_total`, help })
  return {
    datagramsReceived: make('datagrams_received', 'Datagrams of Kad that were read.'),
    datagramsSent: make('datagrams_sent', 'Datagrams of Kad that were sent.'),
    datagramsRefused: make('datagrams_refused', 'Datagrams to the port of Kad that came too fast or cannot be read.'),
  }
}
