import { type Counter, type CounterFactory, NO_COUNTERS } from '../../system/metrics.ts'

/** What is counted of taking part in a network of datagrams. */
export interface DatagramMetrics {
  readonly datagramsReceived: Counter
  readonly datagramsSent: Counter
  /** Those that came too fast or could not be read. */
  readonly datagramsRefused: Counter
}

/**
 * @param network its name in those of the counters, and for people
 * @param counter makes a counter of that name; `node/` passes the registry of the process
 */
export function createDatagramMetrics(
  network: { readonly key: string; readonly name: string },
  counter: CounterFactory = NO_COUNTERS,
): DatagramMetrics {
  const { key, name } = network
  const make = (what: string, help: string): Counter => counter({ name: `chiral_${key}_${what}_total`, help })
  return {
    datagramsReceived: make('datagrams_received', `Datagrams of ${name} that were read.`),
    datagramsSent: make('datagrams_sent', `Datagrams of ${name} that were sent.`),
    datagramsRefused: make(
      'datagrams_refused',
      `Datagrams to the port of ${name} that came too fast or cannot be read.`,
    ),
  }
}
