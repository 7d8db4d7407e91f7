import { messageOf } from '../domain/errors.ts'
import type { Clock } from '../system/clock.ts'
import type { Database } from '../system/database.ts'
import type { Logger } from '../system/logger.ts'
import type { PeerIdentity } from './outcome.ts'
import { type Assessment, assess } from './score.ts'
import type { Standing } from './state.ts'
import { type PeerEvent, step } from './step.ts'
import { createStandingStore, type KnownPeer } from './store.ts'

/** What a crash may forget: a second of good news is no loss, and a write for each chunk would be one. */
const FLUSH_AFTER_MS = 1_000

export interface ReputationParts {
  readonly database: Database
  readonly clock: Clock
  readonly log: Logger
  /** Does this account owe us, and has not paid in time? From the books. */
  isInDefault(account: string): boolean
}

/** What this node has seen of its peers, and what it makes of it. Nothing that peers say of themselves or of others is in it. */
export class Reputation {
  readonly #parts: ReputationParts
  readonly #store: ReturnType<typeof createStandingStore>
  /** Not written yet. */
  readonly #unwritten = new Map<string, KnownPeer>()
  #cancelFlush: (() => void) | undefined

  constructor(parts: ReputationParts) {
    this.#parts = parts
    this.#store = createStandingStore(parts.database)
  }

  /** Notes what came of dealing with a peer; it counts at once, and is written within a second. */
  note(peer: PeerIdentity, event: PeerEvent): Standing {
    const { clock } = this.#parts
    const standing = step(this.standingOf(peer), event, clock.now())
    this.#unwritten.set(keyOf(peer), { peer: { account: peer.account, peerId: peer.peerId }, standing })
    this.#cancelFlush ??= clock.schedule(FLUSH_AFTER_MS, () => void this.flush())
    return standing
  }

  standingOf(peer: PeerIdentity): Standing | undefined {
    return this.#unwritten.get(keyOf(peer))?.standing ?? this.#store.load(peer)
  }

  /** Score, reasons, and how often it could be reached. */
  assess(peer: PeerIdentity): Assessment {
    return this.#assess(peer.account, this.standingOf(peer))
  }

  /** The peers with this peer id or account, best known first. */
  find(name: string): (KnownPeer & { readonly assessment: Assessment })[] {
    const found = new Map(this.#store.find(name).map((known) => [keyOf(known.peer), known]))
    for (const [key, known] of this.#unwritten)
      if (known.peer.peerId === name || known.peer.account.toLowerCase() === name.toLowerCase()) found.set(key, known)
    return [...found.values()].map((known) => ({
      ...known,
      assessment: this.#assess(known.peer.account, known.standing),
    }))
  }

  /** Resolves when all that was noted is durable, or could not be written. */
  async flush(): Promise<void> {
    this.#cancelFlush?.()
    this.#cancelFlush = undefined
    const written = [...this.#unwritten.values()]
    if (written.length === 0) return
    try {
      await this.#store.save(written)
      for (const known of written)
        if (this.#unwritten.get(keyOf(known.peer)) === known) this.#unwritten.delete(keyOf(known.peer))
    } catch (error) {
      // A node that cannot write stops for better reasons than this.
      this.#parts.log.warn({ reason: messageOf(error) }, 'What was seen of peers could not be written down')
    }
  }

  #assess(account: string, standing: Standing | undefined): Assessment {
    const { clock, isInDefault } = this.#parts
    return assess(standing, { now: clock.now(), inDefault: isInDefault(account) })
  }
}

function keyOf({ account, peerId }: PeerIdentity): string {
  return `${account} ${peerId}`
}
