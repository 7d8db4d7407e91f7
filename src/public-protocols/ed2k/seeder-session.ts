import { equalBytes } from '../../domain/bytes.ts'
import { DecodeError } from '../../domain/errors.ts'
import type { Random } from '../../system/random.ts'
import { TokenBucket } from '../../system/token-bucket.ts'
import { isGrantProved } from '../grant-proof.ts'
import { type AskedChunk, askedChunks, RecentRanges } from './asked-chunks.ts'
import type { Ed2kHash } from './ed2k-hash.ts'
import { type Hello, NONCE_BYTES } from './hello.ts'
import {
  HASHES_COST_MESSAGES,
  LOWEST_CALLED_PORT,
  MAX_CHUNKS_ASKED,
  MAX_CHUNKS_AT_ONCE,
  MAX_STOCK_PAUSE_MS,
  MAX_VAIN_CALLS,
  MAX_WAITING_BYTES,
  MESSAGE_BURST,
  MESSAGES_PER_SECOND,
  STOCK_PAUSE_MS,
} from './limits.ts'
import type { Message } from './messages.ts'
import { type ByteSpan, PART_BYTES } from './parts.ts'
import { proofContext } from './proof-context.ts'
import { type NotSent, type SendingParts, sendChunk } from './send-chunk.ts'
import { heldParts, type ServedFile } from './served-files.ts'
import type { Uploadee, UploadSlots } from './upload-slots.ts'
import type { Wire } from './wire.ts'

export interface SeederParts extends SendingParts {
  readonly slots: UploadSlots
  readonly random: Random
  /** As others see this node. */
  readonly self: Omit<Hello, 'nonce'>
  /** The grant that an id names, of those that are good now. */
  grantOf(id: Uint8Array): string | undefined
}

/** A client that is called back: where it listens, and who answers there. */
export interface Callee {
  readonly host: string
  readonly port: number
  readonly userHash: Uint8Array
  /** Between two messages with data from now on. */
  readonly pauseMs: number
  /** Calls before this one after which it asked for nothing. */
  readonly vainCalls: number
}

interface Job {
  readonly file: ServedFile
  readonly asked: AskedChunk
}

/** One peer that asks for files. */
export class SeederSession implements Uploadee {
  readonly address: string
  readonly #parts: SeederParts
  readonly #wire: Wire
  readonly #messages: TokenBucket
  readonly #recent = new RecentRanges()
  readonly #nonce: Uint8Array
  #peer: Hello | undefined
  /** What was proved here. */
  #grant: { readonly hash: Ed2kHash; readonly token: string } | undefined
  readonly #asked: Job[] = []
  #sending = 0
  #sentInSlot = 0
  /** Aborts when the slot is given up. */
  #slot = new AbortController()
  /** It asked for ranges in its slot, or was called to, and did not say that it wants no more. */
  #isServed = false
  #hasAsked = false
  readonly #callee: Callee | undefined

  /** @param callee whom this end called; absent: the peer did */
  constructor(parts: SeederParts, wire: Wire, address: string, callee?: Callee) {
    this.#parts = parts
    this.#wire = wire
    this.#callee = callee
    this.address = address
    this.#nonce = parts.random.bytes(NONCE_BYTES)
    const limit = { burst: MESSAGE_BURST, perSecond: MESSAGES_PER_SECOND }
    this.#messages = new TokenBucket(limit, parts.clock.monotonic())
    wire.listen((message) => this.#take(message))
    void wire.ended.then(() => this.#leave())
    if (callee !== undefined) wire.send({ kind: 'hello', hello: parts.self })
  }

  /** Whom to call back once the connection is over: a client that fell silent while it was sent to. Ours come back by themselves. */
  get abandoned(): Callee | undefined {
    if (!this.#wire.wasSilent || !this.#isServed || this.#peer === undefined || this.#isOwn) return undefined
    const { port, userHash } = this.#peer
    const vainCalls = this.#hasAsked ? 0 : (this.#callee?.vainCalls ?? 0) + 1
    if (vainCalls === MAX_VAIN_CALLS) return undefined
    const pauseMs = Math.min(2 * this.#pauseMs, MAX_STOCK_PAUSE_MS)
    return port < LOWEST_CALLED_PORT ? undefined : { host: this.address, port, userHash, pauseMs, vainCalls }
  }

  get pays(): boolean {
    return this.#grant !== undefined
  }

  /** The peer said that it is this client. */
  isOf(userHash: Uint8Array): boolean {
    return this.#peer !== undefined && equalBytes(this.#peer.userHash, userHash)
  }

  granted(): void {
    this.#sentInSlot = 0
    this.#wire.send({ kind: 'slot' })
  }

  #take(message: Message): void {
    const cost = message.kind === 'ask-hashes' ? HASHES_COST_MESSAGES : 1
    if (!this.#messages.take(cost, this.#parts.clock.monotonic())) throw new DecodeError('It sends too many messages.')
    if (this.#wire.waitingBytes > MAX_WAITING_BYTES) throw new DecodeError('It asks for more, and takes nothing.')
    if (message.kind === 'hello') return void this.#greet(message.hello)
    if (message.kind === 'hello-answer' && this.#callee !== undefined)
      return void this.#meet(message.hello, this.#callee)
    if (this.#peer === undefined) throw new DecodeError('It does not say hello first.')
    switch (message.kind) {
      case 'ask-name':
        return void this.#answer(message.hash, ({ name, hash }) => ({ kind: 'name', hash, name }))
      case 'ask-status':
        return void this.#answer(message.hash, (file) => ({ kind: 'status', hash: file.hash, parts: heldParts(file) }))
      case 'ask-hashes':
        return void this.#answer(message.hash, (file) => this.#hashesOf(file))
      case 'ask-slot':
        return void this.#answer(message.hash, () => this.#takeSlot())
      case 'grant':
        return void this.#takeProof(message, this.#peer)
      case 'ask-ranges':
        return void this.#takeRanges(message)
      case 'cancel':
      case 'end':
        this.#isServed = false
        return void this.#leave()
      default: // what only seeders say
    }
  }

  #greet(peer: Hello): void {
    this.#peer = peer
    const { self } = this.#parts
    // Others never see what is only for ours.
    const hello = peer.nonce === undefined ? self : { ...self, nonce: this.#nonce }
    this.#wire.send({ kind: 'hello-answer', hello })
  }

  /** Who was called answered: its turn has come, or it waits for it as others do. */
  #meet(peer: Hello, { userHash }: Callee): void {
    this.#peer = peer
    // SPEC 14 §5: "and MUST end the call when another user hash answers"
    if (!this.isOf(userHash)) throw new DecodeError('It is not who was called.')
    this.#isServed = true
    this.#wire.send(this.#takeSlot())
  }

  #answer(hash: Ed2kHash, make: (file: ServedFile) => Message | undefined): void {
    const file = this.#parts.files.file(hash)
    const answer = file === undefined ? ({ kind: 'no-file', hash } as const) : make(file)
    if (answer !== undefined) this.#wire.send(answer)
  }

  #hashesOf({ hash, fileHash }: ServedFile): Message {
    const partHashes = this.#parts.files.partHashes(fileHash)
    return partHashes === undefined ? { kind: 'no-file', hash } : { kind: 'hashes', hash, partHashes }
  }

  #takeSlot(): Message {
    const rank = this.#parts.slots.take(this)
    if (rank === undefined) throw new DecodeError('The queue is full.')
    if (rank > 0) return { kind: 'rank', rank }
    this.#sentInSlot = 0
    return { kind: 'slot' }
  }

  /** A proof of a grant that is not good, or not any more, is no offence: what is asked for is refused then. */
  #takeProof(message: Extract<Message, { kind: 'grant' }>, peer: Hello): void {
    const { hash, id, proof } = message
    const token = this.#parts.grantOf(id)
    if (token === undefined) return
    const seeder = this.#parts.self.userHash
    const about = proofContext({ hash, nonce: this.#nonce, leecher: peer.userHash, seeder })
    if (isGrantProved(token, about, proof)) this.#grant = { hash, token }
  }

  #takeRanges({ hash, ranges }: { readonly hash: Ed2kHash; readonly ranges: readonly ByteSpan[] }): void {
    const file = this.#parts.files.file(hash)
    if (file === undefined) return void this.#wire.send({ kind: 'no-file', hash })
    if (!this.#parts.slots.has(this)) return void this.#wire.send({ kind: 'no-slot' })
    this.#isServed = true
    this.#hasAsked = true
    const wanted = this.#isOwn ? ranges : this.#recent.fresh(ranges)
    for (const asked of askedChunks(wanted, file.sizeBytes)) this.#asked.push({ file, asked })
    if (this.#asked.length + this.#sending > MAX_CHUNKS_ASKED) throw new DecodeError('It asks for too much at once.')
    this.#sendMore()
  }

  get #pauseMs(): number {
    return this.#callee?.pauseMs ?? STOCK_PAUSE_MS
  }

  get #isOwn(): boolean {
    return this.#peer?.nonce !== undefined
  }

  /** Others get one chunk after another, in the order in which they asked. */
  #sendMore(): void {
    const most = this.#isOwn ? MAX_CHUNKS_AT_ONCE : 1
    while (this.#sending < most) {
      const job = this.#asked.shift()
      if (job === undefined) return
      this.#sending++
      void this.#send(job).finally(() => {
        this.#sending--
        this.#sendMore()
      })
    }
  }

  async #send({ file, asked }: Job): Promise<void> {
    const { signal } = this.#slot
    const grant = this.#grant?.hash === file.hash ? { grant: this.#grant.token } : {}
    const what = { file, asked, asker: { address: this.address, ...grant } }
    try {
      const notSent = await sendChunk(this.#parts, what, {
        wire: this.#wire,
        isOwn: this.#isOwn,
        pauseMs: this.#pauseMs,
        signal,
      })
      if (signal.aborted) return
      if (notSent !== undefined) return void this.#refuse(file, asked, notSent)
      this.#sentInSlot += asked.spans.reduce((sum, { start, end }) => sum + end - start, 0)
      if (this.#sentInSlot >= PART_BYTES && !this.pays && this.#parts.slots.isContended) this.#makeRoom()
    } catch (error) {
      // The books could not be written: nobody is served before they can.
      this.#parts.log.error(
        { err: error, file_hash: file.fileHash },
        'a chunk asked for over ed2k could not be decided on',
      )
      this.#wire.end(new DecodeError('The seeder cannot go on.'))
    }
  }

  #refuse({ hash }: ServedFile, { chunkIndex }: AskedChunk, { code, detail }: NotSent): void {
    this.#parts.metrics.requestsRefused.inc()
    if (this.#isOwn) return void this.#wire.send({ kind: 'refused', hash, chunkIndex, code, detail })
    // SPEC 14 §5: "Others are told with OUTOFPARTREQS, and lose the slot."
    this.#isServed = false
    this.#leave()
    this.#wire.send({ kind: 'no-slot' })
  }

  /** Others wait, and this one had a part of what costs nothing: it goes to the end of the queue. */
  #makeRoom(): void {
    this.#leave()
    this.#wire.send({ kind: 'no-slot' })
    const rank = this.#parts.slots.take(this)
    if (rank === 0) this.granted()
    else if (rank !== undefined) this.#wire.send({ kind: 'rank', rank })
  }

  #leave(): void {
    this.#asked.length = 0
    this.#recent.clear()
    this.#slot.abort()
    this.#slot = new AbortController()
    this.#parts.slots.leave(this)
  }
}
