import { equalBytes } from '../../domain/bytes.ts'
import { DecodeError } from '../../domain/errors.ts'
import type { Random } from '../../system/random.ts'
import { TokenBucket } from '../../system/token-bucket.ts'
import type { Asker } from '../gate.ts'
import { isGrantProved } from '../grant-proof.ts'
import { askedChunks, RecentRanges } from './asked-chunks.ts'
import { type Callee, clientKey } from './callee.ts'
import type { Ed2kHash } from './ed2k-hash.ts'
import { type Hello, NONCE_BYTES } from './hello.ts'
import {
  HASHES_COST_MESSAGES,
  HELLO_TIMEOUT_MS,
  LOWEST_CALLED_PORT,
  MAX_STOCK_PAUSE_MS,
  MAX_VAIN_CALLS,
  MAX_WAITING_BYTES,
  MESSAGE_BURST,
  MESSAGES_PER_SECOND,
  SLOT_COST_MESSAGES,
  STOCK_PAUSE_MS,
} from './limits.ts'
import type { Message } from './messages.ts'
import { type Job, Outgoing, type Recipient } from './outgoing.ts'
import { type ByteSpan, PART_BYTES } from './parts.ts'
import type { Uploadee } from './places.ts'
import { proofContext } from './proof-context.ts'
import type { NotSent, SendingParts } from './send-chunk.ts'
import { heldParts, type ServedFile } from './served-files.ts'
import type { UploadSlots } from './upload-slots.ts'
import type { Wire } from './wire.ts'

export interface SeederParts extends SendingParts {
  readonly slots: UploadSlots
  readonly random: Random
  /** As others see this node. */
  readonly self: Omit<Hello, 'nonce'>
  /** The grant that an id names, of those that are good now. */
  grantOf(id: Uint8Array): string | undefined
}

/** One peer that asks for files. */
export class SeederSession implements Uploadee, Recipient {
  readonly address: string
  readonly wire: Wire
  readonly #parts: SeederParts
  readonly #messages: TokenBucket
  readonly #recent = new RecentRanges()
  readonly #nonce: Uint8Array
  #peer: Hello | undefined
  #client: string | undefined
  /** What was proved here. */
  #grant: { readonly hash: Ed2kHash; readonly token: string } | undefined
  readonly #outgoing: Outgoing
  #sentInSlot = 0
  /** It asked for ranges in its slot, or was called to, and did not say that it wants no more. */
  #isServed = false
  #hasAsked = false
  /** Whom this end called. */
  readonly #called: Callee | undefined
  #hasAnswered = false
  #cancelAnswer = (): void => {}
  /** Its place outlasts the connection. */
  #isKept = false

  /** @param called whom this end called; absent: the peer did */
  constructor(parts: SeederParts, wire: Wire, address: string, called?: Callee) {
    this.#parts = parts
    this.wire = wire
    this.#called = called
    this.#outgoing = new Outgoing(parts, this)
    this.address = address
    this.#nonce = parts.random.bytes(NONCE_BYTES)
    const limit = { burst: MESSAGE_BURST, perSecond: MESSAGES_PER_SECOND }
    this.#messages = new TokenBucket(limit, parts.clock.monotonic())
    wire.listen((message) => this.#take(message))
    void wire.ended.then(() => this.#end())
    if (called === undefined) return
    wire.send({ kind: 'hello', hello: parts.self })
    // A slot may be kept for it meanwhile: bytes that are no answer do not prolong that.
    const late = (): void => wire.end(new DecodeError('It does not answer.'))
    this.#cancelAnswer = parts.clock.schedule(HELLO_TIMEOUT_MS, late)
  }

  get client(): string | undefined {
    return this.#client
  }

  get callee(): Callee | undefined {
    const client = this.#client
    // SPEC 14 §5: "It MUST NOT call ports below 1,024, one of ours, or a client that came back"
    if (client === undefined || this.#peer === undefined || this.#peer.port < LOWEST_CALLED_PORT) return undefined
    const { port, userHash } = this.#peer
    const vainCalls = this.#hasAsked ? 0 : (this.#called?.vainCalls ?? 0)
    return { client, host: this.address, port, userHash, pauseMs: this.pauseMs, vainCalls }
  }

  /** Whom to call back once the connection is over: a client that fell silent while it was sent to, and has no place to be called for. */
  get abandoned(): Callee | undefined {
    const { callee } = this
    if (callee === undefined || !this.wire.wasSilent || !this.#isServed || this.#isKept) return undefined
    const vainCalls = this.#hasAsked ? 0 : callee.vainCalls + 1
    if (vainCalls === MAX_VAIN_CALLS) return undefined
    return { ...callee, pauseMs: Math.min(2 * callee.pauseMs, MAX_STOCK_PAUSE_MS), vainCalls }
  }

  get pays(): boolean {
    return this.#grant !== undefined
  }

  granted(): void {
    this.#sentInSlot = 0
    this.wire.send({ kind: 'slot' })
  }

  displaced(): void {
    this.#isServed = false
    this.#dropAsked()
    this.wire.send({ kind: 'no-slot' })
  }

  #take(message: Message): void {
    if (!this.#messages.take(costOf(message), this.#parts.clock.monotonic()))
      throw new DecodeError('It sends too many messages.')
    if (this.wire.waitingBytes > MAX_WAITING_BYTES) throw new DecodeError('It asks for more, and takes nothing.')
    if (message.kind === 'hello') return void this.#greet(message.hello)
    if (message.kind === 'hello-answer' && this.#called !== undefined && !this.#hasAnswered)
      return void this.#meet(message.hello, this.#called)
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
    this.#know(peer)
    const { self, slots } = this.#parts
    // Others never see what is only for ours.
    const hello = this.isOwn ? { ...self, nonce: this.#nonce } : self
    this.wire.send({ kind: 'hello-answer', hello })
    slots.arrived(this)
  }

  /** Who was called answered: its turn has come, or it waits for it as others do. */
  #meet(peer: Hello, { client }: Callee): void {
    this.#know(peer)
    // SPEC 14 §5: "and MUST end the call when another user hash answers"
    if (this.#client !== client) throw new DecodeError('It is not who was called.')
    this.#hasAnswered = true
    this.#cancelAnswer()
    this.#parts.metrics.callsAnswered.inc()
    this.#isServed = true
    this.wire.send(this.#takeSlot())
  }

  /** What it has here is that of a client, so it stays the client that it said it is. */
  #know(peer: Hello): void {
    this.#peer ??= peer
    if (!equalBytes(peer.userHash, this.#peer.userHash)) throw new DecodeError('It says that it is somebody else now.')
    this.#client = this.isOwn ? undefined : clientKey(peer.userHash, this.address)
  }

  #answer(hash: Ed2kHash, make: (file: ServedFile) => Message | undefined): void {
    const file = this.#parts.files.file(hash)
    const answer = file === undefined ? ({ kind: 'no-file', hash } as const) : make(file)
    if (answer !== undefined) this.wire.send(answer)
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
    if (file === undefined) return void this.wire.send({ kind: 'no-file', hash })
    if (!this.#parts.slots.has(this)) return void this.wire.send({ kind: 'no-slot' })
    this.#isServed = true
    this.#hasAsked = true
    const wanted = this.isOwn ? ranges : this.#recent.fresh(ranges)
    this.#outgoing.add(askedChunks(wanted, file.sizeBytes).map((asked) => ({ file, asked })))
  }

  get pauseMs(): number {
    return this.#called?.pauseMs ?? STOCK_PAUSE_MS
  }

  get isOwn(): boolean {
    return this.#peer?.nonce !== undefined
  }

  asker({ hash }: ServedFile): Asker {
    return { address: this.address, ...(this.#grant?.hash === hash ? { grant: this.#grant.token } : {}) }
  }

  sent(bytes: number): void {
    this.#sentInSlot += bytes
    if (this.#sentInSlot >= PART_BYTES && !this.pays && this.#parts.slots.isContended) this.#makeRoom()
  }

  refused({ file: { hash }, asked: { chunkIndex } }: Job, { code, detail }: NotSent): void {
    this.#parts.metrics.requestsRefused.inc()
    if (this.isOwn) return void this.wire.send({ kind: 'refused', hash, chunkIndex, code, detail })
    // SPEC 14 §5: "Others are told with OUTOFPARTREQS, and lose the slot."
    this.#isServed = false
    this.#leave()
    this.wire.send({ kind: 'no-slot' })
  }

  /** Others wait, and this one had a part of what costs nothing: it goes to the end of the queue. */
  #makeRoom(): void {
    this.#leave()
    this.wire.send({ kind: 'no-slot' })
    const rank = this.#parts.slots.take(this)
    if (rank === 0) this.granted()
    else if (rank !== undefined) this.wire.send({ kind: 'rank', rank })
  }

  #leave(): void {
    this.#dropAsked()
    this.#parts.slots.leave(this)
  }

  #dropAsked(): void {
    this.#recent.clear()
    this.#outgoing.drop()
  }

  #end(): void {
    const { slots, metrics } = this.#parts
    this.#cancelAnswer()
    this.#dropAsked()
    this.#isKept = slots.away(this)
    if (this.#called === undefined || this.#hasAnswered) return
    metrics.callsFailed.inc()
    slots.unreached(this.#called)
  }
}

function costOf({ kind }: Message): number {
  if (kind === 'ask-hashes') return HASHES_COST_MESSAGES
  return kind === 'ask-slot' ? SLOT_COST_MESSAGES : 1
}
