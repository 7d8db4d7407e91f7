import type { CounterFactory } from '../../../system/metrics.ts'
import { createDatagramMetrics, type DatagramMetrics } from '../../kademlia/metrics.ts'

/** What is counted of taking part in Kad. @param counter as `createDatagramMetrics` takes it */
export function createKadMetrics(counter?: CounterFactory): DatagramMetrics {
  return createDatagramMetrics({ key: 'kad', name: 'Kad' }, counter)
}
