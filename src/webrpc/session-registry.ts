import { toHex } from '../domain/bytes.ts'
import { ChiralError } from '../domain/errors.ts'
import type { Random } from '../system/random.ts'
import { MAX_SESSIONS, MAX_SESSIONS_PER_PAYER, SESSION_ID_BYTES } from './protocol.ts'

/** A stream that holds a session. */
export interface SessionHolder {
  /** The session goes on elsewhere: ends the stream. Resolves when the books know what did not leave on it. */
  giveUp(): Promise<void>
}

export interface Claim {
  readonly sessionId: string
  /** Another stream had held it. */
  readonly resumed: boolean
  /** The stream is over. */
  release(): void
}

/** Which stream holds which session, over all streams of a node. Keeps nothing of a session whose stream is over. */
export class SessionRegistry {
  readonly #random: Random
  /** By owner, then by session id: an id means nothing beside its owner. */
  readonly #holders = new Map<string, Map<string, SessionHolder>>()
  #count = 0

  constructor(random: Random) {
    this.#random = random
  }

  /**
   * Takes a session for a stream, a new one when no id is named.
   * @throws ChiralError `TOO_MANY_SESSIONS`
   */
  async claim(owner: string, sessionId: string | undefined, holder: SessionHolder): Promise<Claim> {
    const sessions = this.#holders.get(owner) ?? new Map<string, SessionHolder>()
    const id = sessionId ?? toHex(this.#random.bytes(SESSION_ID_BYTES))
    const former = sessions.get(id)
    if (former === undefined && (sessions.size >= MAX_SESSIONS_PER_PAYER || this.#count >= MAX_SESSIONS))
      throw new ChiralError('TOO_MANY_SESSIONS', 'The payer holds too many sessions: close one, or come back later.')
    if (former === undefined) this.#count++
    sessions.set(id, holder)
    this.#holders.set(owner, sessions)
    // SPEC 07 §5.2: "the payee MUST end that stream with `SESSION_MOVED` and take out of D every chunk that has not
    // begun to leave on it, before it answers"
    await former?.giveUp()
    return { sessionId: id, resumed: former !== undefined, release: () => this.#release(owner, id, holder) }
  }

  #release(owner: string, sessionId: string, holder: SessionHolder): void {
    const sessions = this.#holders.get(owner)
    if (sessions?.get(sessionId) !== holder) return // another stream holds it now
    sessions.delete(sessionId)
    this.#count--
    if (sessions.size === 0) this.#holders.delete(owner)
  }
}
