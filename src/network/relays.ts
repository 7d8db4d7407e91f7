import type { Libp2p } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import { messageOf } from '../domain/errors.ts'
import { type Clock, deadline, delay } from '../system/clock.ts'
import type { Logger } from '../system/logger.ts'
import { peerIdOf } from './addresses.ts'
import { CONNECT_TIMEOUT_MS, RELAY_FIRST_RETRY_MS, RELAY_RETRY_MS } from './limits.ts'

/** Keeps a place at relays, where peers that cannot dial this node meet it, for as long as the node runs. */
export interface Relays {
  /** Resolves when each was tried once; who does not answer is tried again behind the scenes. */
  start(): Promise<void>
  stop(): Promise<void>
}

export function createRelays({
  node,
  listen,
  addresses,
  clock,
  log,
}: {
  node: Pick<Libp2p, 'dial' | 'getMultiaddrs'>
  /** Begins to listen at one more address. */
  listen: (address: Multiaddr) => Promise<void>
  addresses: readonly Multiaddr[]
  clock: Clock
  log: Logger
}): Relays {
  const stopped = new AbortController()
  let running: Promise<unknown> = Promise.resolve()

  async function keep(address: Multiaddr, triedOnce: () => void): Promise<void> {
    const text = address.toString()
    let peer = peerIdOf(address)
    let misses = 0
    while (!stopped.signal.aborted) {
      const limit = deadline(clock, CONNECT_TIMEOUT_MS, new Error('no answer'), stopped.signal)
      try {
        if (peer === undefined || !isMetAt(peer)) {
          // Dialled first: a listener that fails stays with libp2p until the node stops.
          const { remotePeer } = await node.dial(address, { signal: limit.signal })
          peer = remotePeer.toString()
          if (!isMetAt(peer)) await listen(address.encapsulate('/p2p-circuit'))
          if (misses > 0) log.info({ address: text }, `Peers meet this node at the relay ${text} now.`)
        }
        misses = 0
      } catch (error) {
        if (stopped.signal.aborted) break
        if (misses === 0) log.warn({ address: text }, unreachableSentence(text))
        log.debug({ address: text, reason: messageOf(error) }, 'no place at the relay')
        misses++
      } finally {
        limit.done()
        triedOnce()
      }
      await delay(clock, retryMs(misses), stopped.signal).catch(() => undefined)
    }
  }

  function isMetAt(peer: string): boolean {
    return node.getMultiaddrs().some((address) => address.toString().includes(`/p2p/${peer}/p2p-circuit`))
  }

  return {
    async start() {
      const first = addresses.map(() => Promise.withResolvers<void>())
      running = Promise.all(addresses.map((address, index) => keep(address, () => first[index]?.resolve())))
      await Promise.all(first.map(({ promise }) => promise))
    },
    async stop() {
      stopped.abort()
      await running
    },
  }
}

/** How long until the next look at a relay that gave no place so many times in a row. */
function retryMs(misses: number): number {
  return misses === 0 ? RELAY_RETRY_MS : Math.min(RELAY_FIRST_RETRY_MS * 2 ** (misses - 1), RELAY_RETRY_MS)
}

function unreachableSentence(address: string): string {
  return `The relay ${address} gives no place to meet at: see that it runs and serves as relay; it is tried again every ${RELAY_RETRY_MS / 1000} s.`
}
