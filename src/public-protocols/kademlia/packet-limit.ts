import { TokenBucket } from '../../system/token-bucket.ts'
import { MAX_COUNTED_ADDRESSES, PACKET_BURST, PACKETS_PER_SECOND } from './limits.ts'

/** How many datagrams of an address are read, whatever is in them. */
export class PacketLimit {
  readonly #buckets = new Map<string, TokenBucket>()

  /** @param now monotonic milliseconds */
  allows(address: string, now: number): boolean {
    const known = this.#buckets.get(address)
    const bucket = known ?? new TokenBucket({ burst: PACKET_BURST, perSecond: PACKETS_PER_SECOND }, now)
    this.#buckets.delete(address) // a Map keeps the order of insertion: this one is the newest now
    this.#buckets.set(address, bucket)
    const [oldest] = this.#buckets.keys()
    if (this.#buckets.size > MAX_COUNTED_ADDRESSES && oldest !== undefined) this.#buckets.delete(oldest)
    return bucket.take(1, now)
  }
}
