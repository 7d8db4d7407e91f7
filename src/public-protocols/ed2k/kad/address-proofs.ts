import { endpointKey } from '../../kademlia/contact.ts'
import { MAX_PROVED_ADDRESSES, MAX_UNPROVED_ADDRESSES, PROOF_MS, PROVE_WITHIN_MS } from './limits.ts'
import type { KadEndpoint, KadMessage } from './message.ts'

interface Waiting {
  readonly question: KadMessage
  readonly until: number
}

/**
 * Who receives what is sent to its address. The sender of a datagram can write any address on it; only who is there can answer what is
 * sent to it. What would be a long answer, or a change of what this node knows, waits until its asker has answered a ping.
 */
export class AddressProofs {
  /** Until when each is believed. */
  readonly #proved = new Map<string, number>()
  readonly #waiting = new Map<string, Waiting>()

  isProved(at: KadEndpoint, now: number): boolean {
    return (this.#proved.get(endpointKey(at)) ?? Number.NEGATIVE_INFINITY) > now
  }

  /** It answered something that was sent to it. Returns the question that waited for this. */
  prove(at: KadEndpoint, now: number): KadMessage | undefined {
    const key = endpointKey(at)
    this.#proved.delete(key) // a Map keeps the order of insertion: this one is the newest now
    this.#proved.set(key, now + PROOF_MS)
    dropOldest(this.#proved, MAX_PROVED_ADDRESSES)
    const waiting = this.#waiting.get(key)
    this.#waiting.delete(key)
    return waiting !== undefined && waiting.until > now ? waiting.question : undefined
  }

  /** Keeps a question until its asker has proved its address. True when it is to be pinged: not twice for one proof. */
  wait(at: KadEndpoint, question: KadMessage, now: number): boolean {
    const key = endpointKey(at)
    const before = this.#waiting.get(key)
    if (before !== undefined && before.until > now) {
      // The newest question is the one its asker still waits for.
      this.#waiting.set(key, { question, until: before.until })
      return false
    }
    this.#waiting.delete(key)
    this.#waiting.set(key, { question, until: now + PROVE_WITHIN_MS })
    dropOldest(this.#waiting, MAX_UNPROVED_ADDRESSES)
    return true
  }

  /** Was this address pinged, and may it still answer? */
  isWaiting(at: KadEndpoint, now: number): boolean {
    return (this.#waiting.get(endpointKey(at))?.until ?? Number.NEGATIVE_INFINITY) > now
  }
}

function dropOldest<V>(map: Map<string, V>, most: number): void {
  const [oldest] = map.keys()
  if (map.size > most && oldest !== undefined) map.delete(oldest)
}
