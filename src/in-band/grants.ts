import { toHex } from '../domain/bytes.ts'
import type { FileHash } from '../domain/ids.ts'
import type { Random } from '../system/random.ts'
import { sha256 } from '../system/sha256.ts'
import type { PayeeAccount } from './payments.ts'

/** Chunks of one file, at the price of one quote, over whichever public protocol of the payee's offer. */
export interface GrantTerms {
  readonly fileHash: FileHash
  readonly quoteId: number
}

/** What a payee remembers of a grant. */
export interface Grant extends GrantTerms {
  readonly account: PayeeAccount
}

/** Long enough that nobody guesses one: who has it spends another's credit. */
export const TOKEN_BYTES = 32
/** Files for which one stream may hold grants at once: a batch works on fewer. */
const MAX_GRANTS_PER_STREAM = 64

/**
 * Which payer a token stands for, as long as the stream lives on which it was proved. The stream carries the payments, so where it ends there is
 * nothing to serve for: the protocols that carry bytes need no payments of their own.
 */
export class GrantBook {
  readonly #random: Random
  readonly #grants = new Map<string, Grant>()
  /** Tokens by their ids. */
  readonly #ids = new Map<string, string>()

  constructor(random: Random) {
    this.#random = random
  }

  get size(): number {
    return this.#grants.size
  }

  find(token: string): Grant | undefined {
    return this.#grants.get(token)
  }

  /** SPEC 03 §5.4: "The id of a grant is the SHA-256 of its token's text": for protocols that prove a token and do not show it. */
  tokenWithId(grantId: Uint8Array): string | undefined {
    return this.#ids.get(toHex(grantId))
  }

  /** The grants of one stream. */
  open(): StreamGrants {
    const ids = this.#ids
    const grants = this.#grants
    const book = {
      set(token: string, grant: Grant): void {
        grants.set(token, grant)
        ids.set(idOf(token), token)
      },
      delete(token: string): void {
        grants.delete(token)
        ids.delete(idOf(token))
      },
    }
    return new StreamGrants(book, this.#random)
  }
}

function idOf(token: string): string {
  return toHex(sha256(new TextEncoder().encode(token)))
}

interface Granted {
  set(token: string, grant: Grant): void
  delete(token: string): void
}

/** What was granted on one stream; ends with it. */
export class StreamGrants {
  readonly #book: Granted
  readonly #random: Random
  readonly #tokens = new Map<FileHash, string>()
  #closed = false

  constructor(book: Granted, random: Random) {
    this.#book = book
    this.#random = random
  }

  /** One token a file: asked for again it is the same, under the quote that was named last. `undefined` where the stream holds too many. */
  grant(grant: Grant): string | undefined {
    if (this.#closed) return undefined
    const known = this.#tokens.get(grant.fileHash)
    if (known === undefined && this.#tokens.size >= MAX_GRANTS_PER_STREAM) return undefined
    const token = known ?? toHex(this.#random.bytes(TOKEN_BYTES))
    this.#tokens.set(grant.fileHash, token)
    this.#book.set(token, grant)
    return token
  }

  close(): void {
    this.#closed = true
    for (const token of this.#tokens.values()) this.#book.delete(token)
    this.#tokens.clear()
  }
}
