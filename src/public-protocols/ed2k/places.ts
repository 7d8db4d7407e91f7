import { addressKey } from '../address-key.ts'
import type { Callee } from './callee.ts'
import { MAX_KEPT_PLACES, MAX_KEPT_PLACES_PER_ADDRESS, PLACE_LIFETIME_MS } from './limits.ts'

/** Who wants to be sent to, on one connection. Its identity is its object. */
export interface Uploadee {
  readonly address: string
  /** It pays, and so waits behind nobody who does not. */
  readonly pays: boolean
  /** The client, over its connections; `undefined` for one of ours: it has one connection a file. */
  readonly client: string | undefined
  /** How to call the client once it is gone; `undefined`: it cannot be called, and its place ends with the connection. */
  readonly callee: Callee | undefined
  /** Its turn has come. */
  granted(): void
  /** The client has its slot, or its place, on another connection now; this one gives nothing back. */
  displaced(): void
}

/** One that waits, on a connection or away. */
export interface Place {
  readonly client: string | undefined
  /** On this connection; `undefined`: away. */
  peer: Uploadee | undefined
  /** Whom to call: only while it is away. */
  callee: Callee | undefined
  /** As limits count its address. */
  readonly addressKey: string
  /** A slot is kept for it while it is called. */
  isCalled: boolean
  /** It is remembered so long after it asked, on the monotonic clock. */
  lastsUntil: number
}

/** Who waits for a slot, in the order in which they came, those who pay first. A client has one place at most. */
export class Places {
  #places: Place[] = []

  /** Places of those who are connected, and of those who are away. */
  get counts(): { readonly connected: number; readonly away: number } {
    const connected = this.#places.filter(({ peer }) => peer !== undefined).length
    return { connected, away: this.#places.length - connected }
  }

  /** In the order in which slots are given. */
  inOrder(): Place[] {
    const pays = ({ peer }: Place): boolean => peer?.pays ?? false
    return [...this.#places.filter(pays), ...this.#places.filter((place) => !pays(place))]
  }

  /** From 1. */
  rankOf(place: Place): number {
    return this.inOrder().indexOf(place) + 1
  }

  ofPeer(peer: Uploadee): Place | undefined {
    return this.#places.find((place) => place.peer === peer)
  }

  ofClient(client: string | undefined): Place | undefined {
    return client === undefined ? undefined : this.#places.find((place) => place.client === client)
  }

  add(peer: Uploadee, now: number): Place {
    const { client, address } = peer
    const place = { client, peer, callee: undefined, addressKey: addressKey(address), isCalled: false }
    const added: Place = { ...place, lastsUntil: now + PLACE_LIFETIME_MS }
    this.#places.push(added)
    return added
  }

  /** It asked again. */
  refresh(place: Place, now: number): void {
    place.lastsUntil = now + PLACE_LIFETIME_MS
  }

  remove(place: Place): void {
    this.#places = this.#places.filter((other) => other !== place)
  }

  /** Its connection is over. False: the place is not kept. */
  keep(place: Place, callee: Callee | undefined): boolean {
    const away = this.#places.filter(({ peer }) => peer === undefined)
    const ofAddress = away.filter(({ addressKey: key }) => key === place.addressKey)
    if (callee === undefined || away.length >= MAX_KEPT_PLACES || ofAddress.length >= MAX_KEPT_PLACES_PER_ADDRESS) {
      this.remove(place)
      return false
    }
    place.peer = undefined
    place.callee = callee
    return true
  }

  /** Forgets those who are away and did not ask again. Who is being called is on its way. */
  expire(now: number): void {
    this.#places = this.#places.filter(
      ({ peer, isCalled, lastsUntil }) => peer !== undefined || isCalled || now < lastsUntil,
    )
  }
}
