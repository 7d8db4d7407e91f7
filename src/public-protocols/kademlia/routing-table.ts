import type { Contact } from './contact.ts'
import { MAX_CONTACTS, MAX_SILENCES } from './limits.ts'
import { closestTo, sharedBits } from './place.ts'

/** A node that proved to be where it is. */
export type Known<C extends Contact> = C & {
  /** Monotonic milliseconds of its last answer. */
  readonly seenAt: number
  /** Questions in a row that it left unanswered. */
  readonly silences: number
}

export interface TableOptions {
  /** Contacts at one distance. */
  readonly k: number
  /** Contacts one address may have. */
  readonly perAddress: number
}

/**
 * The nodes this one knows: many near its own place, few far away. What is in it stays while it answers, so that whoever sends many
 * greetings does not push out those that were there before.
 */
export class RoutingTable<C extends Contact> {
  readonly #own: C['id']
  readonly #options: TableOptions
  readonly #contacts = new Map<C['id'], Known<C>>()

  constructor(own: C['id'], options: TableOptions) {
    this.#own = own
    this.#options = options
  }

  get size(): number {
    return this.#contacts.size
  }

  get(id: C['id']): Known<C> | undefined {
    return this.#contacts.get(id)
  }

  all(): MapIterator<Known<C>> {
    return this.#contacts.values()
  }

  /** A node answered from this very place; true when it is new and there was room. */
  seen(contact: C, now: number): boolean {
    if (contact.id === this.#own) return false
    const known = this.#contacts.get(contact.id)
    // An id belongs to where it was seen first, as long as somebody answers there.
    if (known !== undefined && !isSamePlace(known, contact)) return false
    if (known === undefined && !this.#makeRoom(contact)) return false
    this.#contacts.set(contact.id, { ...contact, seenAt: now, silences: 0 })
    return known === undefined
  }

  /** A node did not answer. */
  silent(id: C['id']): void {
    const known = this.#contacts.get(id)
    if (known === undefined) return
    if (known.silences + 1 >= MAX_SILENCES) this.#contacts.delete(id)
    else this.#contacts.set(id, { ...known, silences: known.silences + 1 })
  }

  closest(target: C['id'], count: number): Known<C>[] {
    return closestTo(target, this.#contacts.values(), count)
  }

  /** Would it be kept if it answered? False for those that are known. */
  hasRoom(contact: C): boolean {
    return contact.id !== this.#own && !this.#contacts.has(contact.id) && this.#placeFor(contact) !== undefined
  }

  /** A contact that fell silent gives way. */
  #makeRoom(contact: C): boolean {
    const place = this.#placeFor(contact)
    if (place !== undefined && place !== 'free') this.#contacts.delete(place.id)
    return place !== undefined
  }

  /** A free place, or the contact whose place it may have. */
  #placeFor(contact: C): 'free' | Known<C> | undefined {
    const shared = sharedBits(this.#own, contact.id)
    const bucket: Known<C>[] = []
    let ofAddress = 0
    for (const known of this.#contacts.values()) {
      if (sharedBits(this.#own, known.id) === shared) bucket.push(known)
      if (known.address === contact.address) ofAddress++
    }
    const { k, perAddress } = this.#options
    if (ofAddress >= perAddress) return undefined
    if (bucket.length < k && this.#contacts.size < MAX_CONTACTS) return 'free'
    return bucket.find(({ silences }) => silences > 0)
  }
}

function isSamePlace(a: Contact, b: Contact): boolean {
  return a.address === b.address && a.udpPort === b.udpPort
}
