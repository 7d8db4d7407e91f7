import { closestTo, type KadId, sharedBits } from './kad-id.ts'
import { BUCKET_CONTACTS, MAX_CONTACTS, MAX_SILENCES } from './limits.ts'
import type { KadContact } from './message.ts'

/** A node that proved to be where it is. */
export interface KnownContact extends KadContact {
  /** Monotonic milliseconds of its last answer. */
  readonly seenAt: number
  /** Greetings in a row that it left unanswered. */
  readonly silences: number
}

/**
 * The nodes this one knows: many near its own place, few far away. What is in it stays while it answers, so that whoever sends many
 * greetings does not push out those that were there before.
 */
export class RoutingTable {
  readonly #own: KadId
  readonly #perAddress: number
  readonly #contacts = new Map<KadId, KnownContact>()

  /** @param perAddress contacts one address may have */
  constructor(own: KadId, perAddress: number) {
    this.#own = own
    this.#perAddress = perAddress
  }

  get size(): number {
    return this.#contacts.size
  }

  get(id: KadId): KnownContact | undefined {
    return this.#contacts.get(id)
  }

  all(): MapIterator<KnownContact> {
    return this.#contacts.values()
  }

  /** A node answered from this very place; true when it is new and there was room. */
  seen(contact: KadContact, now: number): boolean {
    if (contact.id === this.#own) return false
    const known = this.#contacts.get(contact.id)
    // An id belongs to where it was seen first, as long as somebody answers there.
    if (known !== undefined && !isSamePlace(known, contact)) return false
    if (known === undefined && !this.#makeRoom(contact)) return false
    this.#contacts.set(contact.id, { ...contact, seenAt: now, silences: 0 })
    return known === undefined
  }

  /** A node did not answer. */
  silent(id: KadId): void {
    const known = this.#contacts.get(id)
    if (known === undefined) return
    if (known.silences + 1 >= MAX_SILENCES) this.#contacts.delete(id)
    else this.#contacts.set(id, { ...known, silences: known.silences + 1 })
  }

  closest(target: KadId, count: number): KnownContact[] {
    return closestTo(target, this.#contacts.values(), count)
  }

  /** Is there room for it? A contact that fell silent gives way. */
  #makeRoom(contact: KadContact): boolean {
    const shared = sharedBits(this.#own, contact.id)
    const bucket: KnownContact[] = []
    let ofAddress = 0
    for (const known of this.#contacts.values()) {
      if (sharedBits(this.#own, known.id) === shared) bucket.push(known)
      if (known.address === contact.address) ofAddress++
    }
    if (ofAddress >= this.#perAddress) return false
    if (bucket.length < BUCKET_CONTACTS && this.#contacts.size < MAX_CONTACTS) return true
    const gone = bucket.find(({ silences }) => silences > 0)
    if (gone !== undefined) this.#contacts.delete(gone.id)
    return gone !== undefined
  }
}

function isSamePlace(a: KadContact, b: KadContact): boolean {
  return a.address === b.address && a.udpPort === b.udpPort
}
