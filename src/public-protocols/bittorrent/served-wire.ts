import { Bitfield } from '../../domain/bitfield.ts'
import { chunkCount, chunkLength } from '../../domain/chunk.ts'
import { ChiralError, codeOf, DecodeError, messageOf } from '../../domain/errors.ts'
import type { Random } from '../../system/random.ts'
import { TokenBucket } from '../../system/token-bucket.ts'
import type { Asker } from '../gate.ts'
import { announcementOf, bitsOf } from './announcement.ts'
import { type ChiralMessage, decodeChiralMessage, encodeChiralMessage, isProofOf } from './chiral-message.ts'
import { ChunkSender, type NotSent, type SendingParts } from './chunk-sender.ts'
import {
  decodeExtendedHandshake,
  type ExtendedHandshake,
  encodeExtendedHandshake,
  NONCE_BYTES,
  OWN_IDS,
} from './extended-handshake.ts'
import { HaveFeed } from './have-feed.ts'
import {
  BLOCK_BYTES,
  COSTLY_BURST,
  COSTLY_PER_SECOND,
  GRANTED_CHUNKS_AT_ONCE,
  MAX_PENDING_BLOCKS,
  RETRY_MS,
  STRANGER_CHUNKS_AT_ONCE,
  UNPROVEN_TIMEOUT_MS,
} from './limits.ts'
import { answerMetadata } from './metadata.ts'
import type { HeldChunks, ServedTorrent } from './served-torrents.ts'
import { type ByteDuplex, Wire } from './wire.ts'
import { type Block, encodeHandshake, type Handshake, type WireMessage } from './wire-message.ts'

export interface ServeParts extends SendingParts {
  readonly random: Random
  /** As trackers and peers know this node. */
  readonly peerId: Uint8Array
}

/** A peer that is served. */
export interface ServedPeer {
  /** Resolves with the reason when the connection is over. */
  readonly ended: Promise<Error>
  /** Of chunks. */
  readonly sentBytes: number
  /** Ends the connection. Twice is fine. */
  stop(): void
}

/**
 * Answers whoever connected, as far as the gate admits it. The connection may be of any kind; it is ended with the wire.
 * @param address where the peer is: an IP address
 */
export function serveWire(duplex: ByteDuplex, address: string, parts: ServeParts): ServedPeer {
  return new ServedWire(duplex, address, parts)
}

class ServedWire implements ServedPeer {
  readonly ended: Promise<Error>
  readonly #parts: ServeParts
  readonly #address: string
  readonly #wire: Wire
  readonly #nonce: Uint8Array
  readonly #costly: TokenBucket
  #torrent: ServedTorrent | undefined
  #sender: ChunkSender | undefined
  #peer: Handshake | undefined
  #extensions: ExtendedHandshake['ids'] = {}
  /** What the peer has shown that it knows. */
  #grant: string | undefined
  #isChoked = true
  /** Why nothing more leaves for now, until the peer says that it paid, or some time has passed. */
  #stopped: NotSent | undefined
  #cancelTimer = (): void => {}
  readonly #haves: HaveFeed

  constructor(duplex: ByteDuplex, address: string, parts: ServeParts) {
    this.#parts = parts
    this.#address = address
    this.#nonce = parts.random.bytes(NONCE_BYTES)
    const costly = { burst: COSTLY_BURST, perSecond: COSTLY_PER_SECOND }
    this.#costly = new TokenBucket(costly, parts.clock.monotonic())
    this.#haves = new HaveFeed({
      clock: parts.clock,
      held: () => this.#held(),
      tell: (indexes) => this.#wire.send(...indexes.map((pieceIndex) => ({ kind: 'have' as const, pieceIndex }))),
    })
    const ended = Promise.withResolvers<Error>()
    this.ended = ended.promise
    this.#wire = new Wire(duplex, parts.clock, {
      handshake: (handshake) => this.#greet(handshake),
      message: (message) => this.#received(message),
      ended: (reason) => {
        this.#cancelTimer()
        this.#haves.stop()
        this.#sender?.end()
        if (codeOf(reason) === 'DECODE_FAILED') parts.metrics.peersRefused.inc()
        const told = { address, reason: messageOf(reason), sent_bytes: this.sentBytes }
        parts.log.debug(told, 'A BitTorrent connection ended')
        ended.resolve(reason)
      },
    })
  }

  get sentBytes(): number {
    return this.#sender?.sentBytes ?? 0
  }

  stop(): void {
    this.#wire.end(new ChiralError('STREAM_CLOSED', 'The connection over BitTorrent was closed.'))
  }

  /** SPEC 12 §2.2: "The seeder MUST end a connection that asks for a torrent which it does not serve." */
  #greet(handshake: Handshake): void {
    const { torrents, peerId, metrics } = this.#parts
    const torrent = torrents.torrent(handshake.infohash)
    if (torrent === undefined || Buffer.compare(handshake.peerId, peerId) === 0) {
      metrics.peersRefused.inc()
      return void this.#wire.end(new ChiralError('NOT_FOUND', 'A peer asks for a torrent that is not served here.'))
    }
    this.#torrent = torrent
    this.#peer = handshake
    this.#wire.allowBitfield(Math.ceil(chunkCount(torrent.sizeBytes) / 8))
    this.#wire.sendBytes(encodeHandshake(Buffer.from(handshake.infohash, 'hex'), peerId))
    if (handshake.extended) {
      const { isFree, fileHash } = torrent
      const metadataSize = torrents.info(fileHash)?.byteLength
      const payload = encodeExtendedHandshake({ metadataSize, nonce: this.#nonce, isPriced: !isFree })
      this.#wire.send({ kind: 'extended', extensionId: 0, payload })
    }
    // SPEC 12 §3: "Of a file with a price the seeder MUST NOT announce pieces to a peer that showed no grant"
    const announced = torrent.isFree ? bitsOf(torrent.held) : new Bitfield(torrent.held.length)
    this.#wire.send(...announcementOf(announced, handshake.fast))
    if (torrent.isFree) this.#haves.begin(announced)
    else this.#endUnlessProved()
    this.#sender = new ChunkSender(this.#parts, {
      wire: this.#wire,
      fileHash: torrent.fileHash,
      asker: () => this.#asker(),
      atOnce: () => (this.#grant === undefined ? STRANGER_CHUNKS_AT_ONCE : GRANTED_CHUNKS_AT_ONCE),
      refused: (pieceIndex, blocks, why) => this.#refused(pieceIndex, blocks, why),
      sent: () => this.#chokeIfStopped(),
    })
  }

  /** Chunks may have come since the handshake. */
  #held(): HeldChunks | undefined {
    return this.#torrent && this.#parts.torrents.torrent(this.#torrent.infohash)?.held
  }

  #asker(): Asker {
    return { address: this.#address, grant: this.#grant }
  }

  #endUnlessProved(): void {
    const unproved = new ChiralError('HELLO_REQUIRED', 'A peer showed no grant for a file with a price.')
    this.#cancelTimer = this.#parts.clock.schedule(UNPROVEN_TIMEOUT_MS, () => this.#wire.end(unproved))
  }

  #received(message: WireMessage): void {
    switch (message.kind) {
      case 'interested':
        if (this.#torrent?.isFree === true && this.#stopped === undefined) this.#unchoke()
        return
      case 'request':
        return void this.#asked(message.block)
      case 'cancel':
        return void this.#sender?.cancel(message.block)
      case 'extended':
        return void this.#extended(message.extensionId, message.payload)
      default:
      // What a peer has and wants of others is nothing to a seeder.
    }
  }

  #asked(block: Block): void {
    const torrent = this.#torrent
    const sender = this.#sender
    if (torrent === undefined || sender === undefined) return
    const { pieceIndex, offset, length } = block
    const isInside = pieceIndex < torrent.held.length && length > 0 && length <= BLOCK_BYTES
    if (!isInside || offset + length > chunkLength(torrent.sizeBytes, pieceIndex))
      throw new DecodeError('A peer asks for bytes that are no block of the file.')
    if (this.#isChoked || sender.pending >= MAX_PENDING_BLOCKS) return void this.#reject([block])
    if (this.#stopped !== undefined) return void this.#refused(pieceIndex, [block], this.#stopped)
    if (!torrent.held.has(pieceIndex) && this.#held()?.has(pieceIndex) !== true)
      return void this.#refused(pieceIndex, [block], { kind: 'refused', code: 'NOT_FOUND' })
    sender.ask(block)
  }

  /** Says so, and stops: SPEC 12 §3. */
  #refused(pieceIndex: number, blocks: readonly Block[], why: NotSent): void {
    if (blocks.length > 0) this.#say({ kind: 'refused', pieceIndex, code: why.code })
    this.#reject(blocks)
    if (why.code === 'NOT_FOUND' || this.#stopped !== undefined) return
    this.#stopped = why
    const waiting = new Map<number, Block[]>()
    for (const block of this.#sender?.dropWaiting() ?? [])
      waiting.set(block.pieceIndex, [...(waiting.get(block.pieceIndex) ?? []), block])
    for (const [index, dropped] of waiting) this.#refused(index, dropped, why)
    this.#chokeIfStopped()
  }

  /** What was admitted leaves first: it is counted already. */
  #chokeIfStopped(): void {
    if (this.#stopped === undefined || this.#isChoked || this.#sender?.isBusy === true) return
    this.#isChoked = true
    this.#wire.send({ kind: 'choke' })
    this.#cancelTimer()
    if (this.#stopped.kind === 'payment-required') {
      if (this.#grant === undefined) this.#endUnlessProved()
      return
    }
    const { retryAfterMs = RETRY_MS } = this.#stopped
    this.#cancelTimer = this.#parts.clock.schedule(retryAfterMs, () => this.#again())
  }

  #again(): void {
    if (this.#stopped === undefined) return
    this.#stopped = undefined
    this.#unchoke()
  }

  #unchoke(): void {
    if (!this.#isChoked) return
    this.#isChoked = false
    this.#wire.send({ kind: 'unchoke' })
  }

  #reject(blocks: readonly Block[]): void {
    if (this.#peer?.fast === true) for (const block of blocks) this.#wire.send({ kind: 'reject', block })
  }

  #extended(extensionId: number, payload: Uint8Array): void {
    if (extensionId === 0) {
      this.#extensions = decodeExtendedHandshake(payload).ids
      return
    }
    if (!this.#costly.take(1, this.#parts.clock.monotonic()))
      throw new DecodeError('A peer asks for metadata or payment too often.')
    if (extensionId === OWN_IDS.chiral) return void this.#heard(decodeChiralMessage(payload))
    const id = this.#extensions.ut_metadata
    if (extensionId !== OWN_IDS.ut_metadata || id === undefined || this.#torrent === undefined) return
    const answer = answerMetadata(payload, this.#parts.torrents.info(this.#torrent.fileHash))
    if (answer !== undefined) this.#wire.send({ kind: 'extended', extensionId: id, payload: answer })
  }

  #heard(message: ChiralMessage): void {
    if (message.kind === 'again') return void this.#again()
    if (message.kind !== 'prove' || this.#torrent === undefined || this.#peer === undefined) return
    const { infohash } = this.#torrent
    const held = bitsOf(this.#held() ?? this.#torrent.held)
    const grant = this.#parts.torrents.grant(message.grantId)
    const context = {
      nonce: this.#nonce,
      infohash,
      leecherId: this.#peer.peerId,
      seederId: this.#parts.peerId,
    }
    if (grant === undefined || !isProofOf(grant, context, message.proof))
      return void this.#say({ kind: 'refused', pieceIndex: undefined, code: 'HELLO_REQUIRED' })
    this.#grant = grant
    this.#cancelTimer()
    this.#say({ kind: 'welcome', have: held.toBytes() })
    this.#haves.begin(held)
    if (this.#stopped === undefined) this.#unchoke()
    else this.#again()
  }

  #say(message: ChiralMessage): void {
    const id = this.#extensions.chiral
    if (id !== undefined) this.#wire.send({ kind: 'extended', extensionId: id, payload: encodeChiralMessage(message) })
  }
}
