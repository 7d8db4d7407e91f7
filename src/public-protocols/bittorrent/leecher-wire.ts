import { Bitfield } from '../../domain/bitfield.ts'
import { fromHex } from '../../domain/bytes.ts'
import { chunkCount } from '../../domain/chunk.ts'
import type { TransferFile } from '../../domain/transfer.ts'
import type { Clock } from '../../system/clock.ts'
import type { Random } from '../../system/random.ts'
import { grantIdOf } from '../grant-proof.ts'
import { type ChiralMessage, decodeChiralMessage, encodeChiralMessage, proofOf } from './chiral-message.ts'
import {
  decodeExtendedHandshake,
  type ExtendedHandshake,
  encodeExtendedHandshake,
  OWN_IDS,
} from './extended-handshake.ts'
import { KEEP_ALIVE_MS } from './limits.ts'
import { newPeerId } from './peer-id.ts'
import { failed } from './transfer-errors.ts'
import { type ByteDuplex, Wire } from './wire.ts'
import { type Block, encodeHandshake, type Handshake, type WireMessage } from './wire-message.ts'

/** Of a client that does not say how many it lets be asked for: what BEP 10 took for the custom. */
const UNSAID_BLOCKS_AT_ONCE = 250

export interface LeecherWireOptions {
  /** Of the file's torrent, hex. */
  readonly infohash: string
  readonly clock: Clock
  readonly random: Random
  /** What the seeder gave this payer. It never travels: it is proved. */
  readonly grant?: string | undefined
}

/** What happens on the wire. An event that throws ends it. */
export interface LeecherEvents {
  /** Blocks may be asked for: at first, and whenever the seeder had stopped giving. */
  unchoked(): void
  /** The seeder forgot what it was asked for. */
  forgotten(): void
  came(pieceIndex: number, offset: number, bytes: Uint8Array): void
  rejected(pieceIndex: number): void
  /** With the seeder's code; without a piece, nothing at all comes. */
  refused(pieceIndex: number | undefined, code: string): void
  /** Once; nothing comes after it. */
  ended(reason: Error): void
}

/** A connection to a seeder as the leecher sees it: shakes hands, proves its grant, says that it is interested, and knows what is there. */
export class LeecherWire {
  readonly #options: LeecherWireOptions
  readonly #events: LeecherEvents
  readonly #wire: Wire
  readonly #peerId: Uint8Array
  readonly #count: number
  #have: Bitfield
  #seeder: Handshake | undefined
  #extensions: ExtendedHandshake['ids'] = {}
  #blocksAtOnce = UNSAID_BLOCKS_AT_ONCE
  #isChoked = true
  #isGreeted = false
  #cancelKeepAlive = (): void => {}

  constructor(duplex: ByteDuplex, { sizeBytes }: TransferFile, options: LeecherWireOptions, events: LeecherEvents) {
    const { clock, random, infohash } = options
    this.#options = options
    this.#events = events
    this.#count = chunkCount(sizeBytes)
    this.#have = new Bitfield(this.#count)
    this.#peerId = newPeerId(random)
    this.#wire = new Wire(duplex, clock, {
      handshake: (handshake) => this.#greeted(handshake),
      message: (message) => this.#received(message),
      ended: (reason) => {
        this.#cancelKeepAlive()
        events.ended(reason)
      },
    })
    this.#wire.allowBitfield(Math.ceil(this.#count / 8))
    this.#wire.sendBytes(encodeHandshake(fromHex(infohash), this.#peerId))
    this.#keepAlive()
  }

  get have(): Bitfield {
    return this.#have
  }

  get isChoked(): boolean {
    return this.#isChoked
  }

  /** Blocks that the seeder lets be asked for at once. */
  get blocksAtOnce(): number {
    return this.#blocksAtOnce
  }

  request(blocks: readonly Block[]): void {
    this.#wire.send(...blocks.map((block) => ({ kind: 'request' as const, block })))
  }

  cancel(blocks: readonly Block[]): void {
    this.#wire.send(...blocks.map((block) => ({ kind: 'cancel' as const, block })))
  }

  /** Something was paid: has the seeder look again. */
  askAgain(): void {
    this.#say({ kind: 'again' })
  }

  end(reason: Error): void {
    this.#wire.end(reason)
  }

  #greeted(handshake: Handshake): void {
    if (handshake.infohash !== this.#options.infohash) throw failed('the seeder answers for another torrent')
    this.#seeder = handshake
    if (handshake.extended) this.#wire.send({ kind: 'extended', extensionId: 0, payload: encodeExtendedHandshake({}) })
    else this.#greet({ ids: {} })
    this.#wire.send({ kind: 'interested' })
  }

  /** The seeder's extended handshake: it is known now whether a grant can be shown. */
  #greet(said: ExtendedHandshake): void {
    this.#extensions = said.ids
    if (this.#isGreeted) return // clients may send it again, with other addresses in it
    this.#isGreeted = true
    this.#blocksAtOnce = said.requestsAtOnce ?? UNSAID_BLOCKS_AT_ONCE
    const { grant, infohash } = this.#options
    if (grant === undefined) {
      if (said.isPriced === true) this.#events.refused(undefined, 'HELLO_REQUIRED')
      return
    }
    if (said.nonce === undefined || said.ids.chiral === undefined || this.#seeder === undefined)
      throw failed('the seeder does not know of grants')
    const context = { nonce: said.nonce, infohash, leecherId: this.#peerId, seederId: this.#seeder.peerId }
    this.#say({ kind: 'prove', grantId: grantIdOf(grant), proof: proofOf(grant, context) })
  }

  #received(message: WireMessage): void {
    switch (message.kind) {
      case 'choke':
        this.#isChoked = true
        // BEP 6: "choke no longer implicitly rejects all pending requests"; without it they are gone.
        if (this.#seeder?.fast !== true) this.#events.forgotten()
        break
      case 'unchoke':
        if (!this.#isChoked) break
        this.#isChoked = false
        this.#events.unchoked()
        break
      case 'have':
        this.#have.add(message.pieceIndex)
        break
      case 'bitfield':
        this.#have = new Bitfield(this.#count, message.bits)
        break
      case 'have-all':
        this.#have = Bitfield.full(this.#count)
        break
      case 'have-none':
        this.#have = new Bitfield(this.#count)
        break
      case 'piece':
        this.#events.came(message.pieceIndex, message.offset, message.bytes)
        break
      case 'reject':
        this.#events.rejected(message.block.pieceIndex)
        break
      case 'extended':
        if (message.extensionId === 0) this.#greet(decodeExtendedHandshake(message.payload))
        else if (message.extensionId === OWN_IDS.chiral) this.#heard(decodeChiralMessage(message.payload))
        break
      default:
      // What a seeder wants is nothing to a leecher that has nothing.
    }
  }

  #heard(message: ChiralMessage): void {
    if (message.kind === 'welcome') this.#have = new Bitfield(this.#count, message.have)
    if (message.kind === 'refused') this.#events.refused(message.pieceIndex, message.code)
  }

  #keepAlive(): void {
    if (this.#wire.isOver) return
    this.#cancelKeepAlive = this.#options.clock.schedule(KEEP_ALIVE_MS, () => {
      this.#wire.send({ kind: 'keep-alive' })
      this.#keepAlive()
    })
  }

  #say(message: ChiralMessage): void {
    const { chiral } = this.#extensions
    if (chiral !== undefined)
      this.#wire.send({ kind: 'extended', extensionId: chiral, payload: encodeChiralMessage(message) })
  }
}
