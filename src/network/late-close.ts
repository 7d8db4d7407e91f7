import type { Transport } from '@libp2p/interface'
import type { Clock } from '../system/clock.ts'
import { LISTENER_CLOSE_DELAY_MS } from './limits.ts'

/**
 * A transport whose listeners close a moment after they were asked to.
 *
 * node-datachannel frees a WebRTC listener at once, while the thread that reads its socket may be about to call it: one
 * packet of a peer that dials just then ends the whole process with SIGABRT, most often at the end of a download, since the
 * other side dials back when its connection ends. A process that stops its node exits before the delay is over, and the
 * memory stays whole until then. Until the listener closes, the peer gate refuses what comes in.
 */
export function closingLate<Components>(
  create: (components: Components) => Transport,
  clock: Clock,
): (components: Components) => Transport {
  return (components) => {
    const transport = create(components)
    const createListener = transport.createListener.bind(transport)
    transport.createListener = (options) => {
      const listener = createListener(options)
      const close = listener.close.bind(listener)
      listener.close = async () => {
        clock.schedule(LISTENER_CLOSE_DELAY_MS, () => void close().catch(() => {}))
      }
      return listener
    }
    return transport
  }
}
