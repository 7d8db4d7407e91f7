import type { Clock } from '../../system/clock.ts'
import { addressKey } from '../address-key.ts'
import type { Callee } from './callee.ts'
import { MAX_CALLS_AT_ONCE, MAX_QUEUE, MAX_SLOTS, MAX_SLOTS_PER_ADDRESS } from './limits.ts'
import { type Place, Places, type Uploadee } from './places.ts'

export interface UploadSlotsParts {
  readonly clock: Clock
  /**
   * Connects to a client whose turn has come. Whoever answers calls {@link UploadSlots.take}; otherwise {@link UploadSlots.unreached} is
   * called, but never before this returned.
   */
  call(callee: Callee): void
}

/** So many peers are sent to at once. Others wait, and keep their place when they disconnect: when their turn has come, they are called. */
export class UploadSlots {
  readonly #parts: UploadSlotsParts
  readonly #active = new Set<Uploadee>()
  readonly #ofAddress = new Map<string, number>()
  readonly #places = new Places()
  #called = 0

  constructor(parts: UploadSlotsParts) {
    this.#parts = parts
  }

  get activeCount(): number {
    return this.#active.size
  }

  /** Who waits. */
  get waiting(): Places['counts'] {
    this.#places.expire(this.#parts.clock.monotonic())
    return this.#places.counts
  }

  /** Somebody could use the slot of another. */
  get isContended(): boolean {
    const { connected, away } = this.#places.counts
    return connected + away > this.#called
  }

  has(peer: Uploadee): boolean {
    return this.#active.has(peer)
  }

  /** It is being called, and did not come by itself meanwhile. */
  expects({ client }: Callee): boolean {
    return this.#places.ofClient(client)?.isCalled ?? false
  }

  /** Its place in the queue, from 1; 0 when it has a slot; `undefined` when the queue is full. */
  take(peer: Uploadee): number | undefined {
    if (this.#active.has(peer)) return 0
    if (this.#takeOver(peer)) return 0
    const now = this.#parts.clock.monotonic()
    this.#places.expire(now)
    const place = this.#places.ofPeer(peer) ?? this.#places.ofClient(peer.client)
    if (place !== undefined) {
      this.#places.refresh(place, now)
      this.#seat(place, peer)
    }
    if (this.#mayHave(addressKey(peer.address), peer.pays)) {
      this.#activate(peer, place)
      return 0
    }
    if (place !== undefined) return this.#places.rankOf(place)
    if (this.#places.counts.connected >= MAX_QUEUE) return undefined
    return this.#places.rankOf(this.#places.add(peer, now))
  }

  /** A client said who it is. One that was away has its place again, and is not called any more. */
  arrived(peer: Uploadee): void {
    this.#places.expire(this.#parts.clock.monotonic())
    const place = this.#places.ofClient(peer.client)
    if (place === undefined || place.peer !== undefined) return
    this.#seat(place, peer)
    this.#fill()
  }

  /** Gives a slot or a place back, and the slot to whoever is next. */
  leave(peer: Uploadee): void {
    const place = this.#places.ofPeer(peer)
    if (place !== undefined) this.#places.remove(place)
    this.#deactivate(peer)
    this.#fill()
  }

  /** Its connection is over: a slot goes to whoever is next, a place may be kept. True when it is. */
  away(peer: Uploadee): boolean {
    const place = this.#places.ofPeer(peer)
    const isKept = place !== undefined && this.#places.keep(place, peer.callee)
    this.#deactivate(peer)
    this.#fill()
    return isKept
  }

  /** Nobody answered the call, or somebody else: the place is lost, and whoever is next is called. */
  unreached({ client }: Callee): void {
    const place = this.#places.ofClient(client)
    if (place === undefined || !place.isCalled) return
    this.#uncall(place)
    this.#places.remove(place)
    this.#fill()
  }

  /** The client has a slot on another connection, which it may not know to be dead. */
  #takeOver(peer: Uploadee): boolean {
    const other = [...this.#active].find(({ client }) => client !== undefined && client === peer.client)
    if (other === undefined) return false
    this.#deactivate(other)
    this.#activate(peer, this.#places.ofPeer(peer))
    other.displaced()
    return true
  }

  /** From now on it waits on this connection. */
  #seat(place: Place, peer: Uploadee): void {
    const before = place.peer
    place.peer = peer
    place.callee = undefined
    this.#uncall(place)
    if (before !== undefined && before !== peer) before.displaced()
  }

  #uncall(place: Place): void {
    if (place.isCalled) this.#called--
    place.isCalled = false
  }

  #fill(): void {
    if (this.#active.size >= MAX_SLOTS) return
    this.#places.expire(this.#parts.clock.monotonic())
    for (const place of this.#places.inOrder()) {
      const { peer, callee } = place
      if (place.isCalled || !this.#mayHave(place.addressKey, peer?.pays ?? false)) continue
      if (peer !== undefined) {
        this.#activate(peer, place)
        peer.granted()
      } else if (callee !== undefined && this.#called < MAX_CALLS_AT_ONCE) {
        place.isCalled = true
        this.#called++
        this.#parts.call(callee)
      }
    }
  }

  /** Slots that are kept for those who are called go to nobody else but who pays. */
  #mayHave(key: string, pays: boolean): boolean {
    const taken = this.#active.size + (pays ? 0 : this.#called)
    return taken < MAX_SLOTS && (this.#ofAddress.get(key) ?? 0) < MAX_SLOTS_PER_ADDRESS
  }

  #activate(peer: Uploadee, place: Place | undefined): void {
    if (place !== undefined) this.#places.remove(place)
    const key = addressKey(peer.address)
    this.#active.add(peer)
    this.#ofAddress.set(key, (this.#ofAddress.get(key) ?? 0) + 1)
  }

  #deactivate(peer: Uploadee): void {
    if (!this.#active.delete(peer)) return
    const key = addressKey(peer.address)
    const left = (this.#ofAddress.get(key) ?? 1) - 1
    if (left === 0) this.#ofAddress.delete(key)
    else this.#ofAddress.set(key, left)
  }
}
