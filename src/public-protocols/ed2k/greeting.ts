import { Bitfield } from '../../domain/bitfield.ts'
import { CHUNK_SIZE_BYTES, chunkCount, chunkLength } from '../../domain/chunk.ts'
import { ChiralError, DecodeError } from '../../domain/errors.ts'
import { abortable } from '../../system/abortable.ts'
import { type Clock, within } from '../../system/clock.ts'
import { grantIdOf, proveGrant } from '../grant-proof.ts'
import type { Hello } from './hello.ts'
import { ANSWER_TIMEOUT_MS, QUEUE_TIMEOUT_MS } from './limits.ts'
import type { Ed2kLink } from './link.ts'
import type { Message } from './messages.ts'
import { hashsetLength, PART_BYTES, partCount, rootOf } from './parts.ts'
import { proofContext } from './proof-context.ts'
import type { Wire } from './wire.ts'

/** What is known of a seeder before anything is asked for. */
export interface Greeted {
  /** It is one of ours: it serves chunks side by side, and says of each why it does not come. */
  readonly isOwn: boolean
  /** What it holds; `undefined` where it may be asked for anything. */
  readonly have: Bitfield | undefined
  /** Of all parts; a file shorter than one has the file's own. */
  readonly partHashes: readonly Uint8Array[]
}

/** All that a leecher says before it asks for bytes, and what it is answered. */
export class Greeting {
  readonly #wire: Wire
  readonly #clock: Clock
  readonly #link: Ed2kLink
  #hello: Hello | undefined
  #status: { readonly parts: readonly boolean[] | undefined } | undefined
  #hashes: readonly Uint8Array[] | undefined
  #hasSlot = false
  #rank: number | undefined
  #failure: ChiralError | undefined
  #changed = (): void => {}

  constructor(wire: Wire, clock: Clock, link: Ed2kLink) {
    this.#wire = wire
    this.#clock = clock
    this.#link = link
    void wire.ended.then((reason) => this.#fail(failed('the connection ended', reason)))
  }

  /** A message that came meanwhile. */
  take(message: Message): void {
    switch (message.kind) {
      case 'hello-answer':
        this.#hello = message.hello
        break
      case 'status':
        this.#status = { parts: this.#checked(message.parts) }
        break
      case 'hashes':
        this.#hashes = this.#proved(message.partHashes)
        break
      case 'slot':
        this.#hasSlot = true
        break
      case 'rank':
        this.#rank = message.rank
        break
      case 'no-file':
        return void this.#fail(failed('the seeder does not have the file'))
      default:
        return
    }
    this.#changed()
  }

  /**
   * Says who this is and what it wants, and waits for its turn.
   * @throws ChiralError `TRANSFER_FAILED`, `CANCELLED`
   */
  async run(self: Hello, grant: string | undefined, signal: AbortSignal | undefined): Promise<Greeted> {
    const { hash, sizeBytes } = this.#link
    this.#wire.send({ kind: 'hello', hello: self })
    await this.#until(() => this.#hello !== undefined, ANSWER_TIMEOUT_MS, signal)
    const nonce = this.#hello?.nonce
    if (grant !== undefined) this.#prove(self, grant)
    this.#wire.send({ kind: 'ask-name', hash })
    this.#wire.send({ kind: 'ask-status', hash })
    if (hashsetLength(sizeBytes) > 0) this.#wire.send({ kind: 'ask-hashes', hash })
    else this.#hashes = []
    await this.#until(() => this.#status !== undefined && this.#hashes !== undefined, ANSWER_TIMEOUT_MS, signal)
    this.#wire.send({ kind: 'ask-slot', hash })
    await this.#until(() => this.#hasSlot || this.#rank !== undefined, ANSWER_TIMEOUT_MS, signal)
    await this.#until(() => this.#hasSlot, QUEUE_TIMEOUT_MS, signal)
    const isOwn = nonce !== undefined
    // One of ours tells of each chunk: parts are too coarse for what it may hold.
    const have = isOwn ? undefined : this.#have()
    return { isOwn, have, partHashes: this.#hashes ?? [] }
  }

  /** SPEC 14 §6: "The leecher MUST NOT send the grant itself." */
  #prove({ userHash }: Hello, grant: string): void {
    const { nonce, userHash: seeder } = this.#hello ?? {}
    if (nonce === undefined || seeder === undefined) throw failed('the seeder does not know what names a payer')
    const { hash } = this.#link
    const proof = proveGrant(grant, proofContext({ hash, nonce, leecher: userHash, seeder }))
    this.#wire.send({ kind: 'grant', hash, id: grantIdOf(grant), proof })
  }

  #have(): Bitfield | undefined {
    const parts = this.#status?.parts
    const { sizeBytes } = this.#link
    if (parts === undefined) return undefined
    const have = new Bitfield(chunkCount(sizeBytes))
    const isHeld = (byte: number): boolean => parts[Math.floor(byte / PART_BYTES)] === true
    for (let chunk = 0; chunk < have.length; chunk++) {
      const start = chunk * CHUNK_SIZE_BYTES
      if (isHeld(start) && isHeld(start + chunkLength(sizeBytes, chunk) - 1)) have.add(chunk)
    }
    return have
  }

  #checked(parts: readonly boolean[] | undefined): readonly boolean[] | undefined {
    const expected = partCount(this.#link.sizeBytes)
    if (parts !== undefined && parts.length !== expected)
      throw new DecodeError(`A file of ${expected} parts is said to have ${parts.length}.`)
    return parts
  }

  /** SPEC 14 §7: "The leecher MUST NOT use hashes of parts that do not make the hash of the link." */
  #proved(partHashes: readonly Uint8Array[]): readonly Uint8Array[] {
    const { hash, sizeBytes } = this.#link
    if (partHashes.length !== hashsetLength(sizeBytes) || rootOf(partHashes) !== hash)
      throw new DecodeError('The hashes of the parts are not those of the file.')
    return partHashes.map((partHash) => partHash.slice())
  }

  async #until(isSo: () => boolean, timeoutMs: number, signal: AbortSignal | undefined): Promise<void> {
    const reached = new Promise<void>((resolve, reject) => {
      this.#changed = () => {
        if (this.#failure !== undefined) reject(this.#failure)
        else if (isSo()) resolve()
      }
      this.#changed()
    })
    const late = (): Error =>
      failed(this.#rank === undefined ? 'it does not answer' : `its queue has ${this.#rank} before`)
    const waiting = within(this.#clock, timeoutMs, late, reached)
    try {
      await (signal === undefined ? waiting : abortable(waiting, signal))
    } catch (error) {
      if (signal?.aborted === true) throw new ChiralError('CANCELLED', 'The transfer over ed2k is not needed any more.')
      throw error
    }
  }

  #fail(failure: ChiralError): void {
    this.#failure ??= failure
    this.#changed()
  }
}

function failed(why: string, cause?: unknown): ChiralError {
  return new ChiralError(
    'TRANSFER_FAILED',
    `A transfer over ed2k could not begin: ${why}.`,
    cause === undefined ? {} : { cause },
  )
}
