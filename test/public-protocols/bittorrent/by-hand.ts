import { duplexPair } from 'node:stream'
import { fromHex } from '../../../src/domain/bytes.ts'
import {
  type ChiralMessage,
  decodeChiralMessage,
  encodeChiralMessage,
} from '../../../src/public-protocols/bittorrent/chiral-message.ts'
import {
  decodeExtendedHandshake,
  type ExtendedHandshake,
  encodeExtendedHandshake,
  OWN_IDS,
} from '../../../src/public-protocols/bittorrent/extended-handshake.ts'
import { FrameReader } from '../../../src/public-protocols/bittorrent/frame-reader.ts'
import type { ByteDuplex } from '../../../src/public-protocols/bittorrent/wire.ts'
import {
  decodeHandshake,
  decodeMessage,
  encodeHandshake,
  encodeMessage,
  type Handshake,
  type WireMessage,
} from '../../../src/public-protocols/bittorrent/wire-message.ts'

export const INFOHASH = '33'.repeat(20)
export const PEER_ID = new TextEncoder().encode('-XX0000-abcdefghijkl')

type Sent = Exclude<WireMessage, { kind: 'unknown' }>

/** One end of a connection in the hands of a test: what comes is kept until it is asked for. */
export class HandPeer {
  /** The other end. */
  readonly far: ByteDuplex
  readonly #near: ReturnType<typeof duplexPair>[0]
  readonly #reader = new FrameReader()
  readonly #waiting = new Set<() => void>()
  handshake: Handshake | undefined
  extended: ExtendedHandshake | undefined
  /** All that came and was not taken. */
  messages: WireMessage[] = []
  heard: ChiralMessage[] = []
  /** Everything that came. */
  readonly bytes: Uint8Array[] = []
  isOver = false

  constructor() {
    const [near, far] = duplexPair({ highWaterMark: 16_000 }) // a block is more than may wait
    this.#near = near
    this.far = far
    this.#reader.allow(1_024)
    near.on('data', (bytes: Uint8Array) => {
      this.bytes.push(bytes)
      for (const frame of this.#reader.read(bytes)) this.#take(frame)
      this.#tell()
    })
    near.on('error', () => {})
    near.on('close', () => this.#over())
    near.on('end', () => this.#over())
    far.on('close', () => this.#over())
  }

  shake(infohash = INFOHASH): void {
    this.write(encodeHandshake(fromHex(infohash), PEER_ID))
  }

  /** As a peer of ours does. */
  greet(said: Parameters<typeof encodeExtendedHandshake>[0] = {}): void {
    this.send({ kind: 'extended', extensionId: 0, payload: encodeExtendedHandshake(said) })
  }

  send(...messages: readonly Sent[]): void {
    for (const message of messages) this.write(encodeMessage(message))
  }

  say(message: ChiralMessage): void {
    this.send({ kind: 'extended', extensionId: OWN_IDS.chiral, payload: encodeChiralMessage(message) })
  }

  ask(pieceIndex: number, offset = 0, length = 16_384): void {
    this.send({ kind: 'request', block: { pieceIndex, offset, length } })
  }

  write(bytes: Uint8Array): void {
    if (!this.#near.destroyed) this.#near.write(bytes)
  }

  /** Reads nothing from now on. */
  pause(): void {
    this.#near.pause()
  }

  resume(): void {
    this.#near.resume()
  }

  close(): void {
    this.#near.destroy()
  }

  /** Resolves when it holds. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.isOver) throw new Error('the connection ended')
      await new Promise<void>((resolve) => this.#waiting.add(resolve))
    }
  }

  /** The next message of the kind; those before it are gone. */
  async next<Kind extends WireMessage['kind']>(kind: Kind): Promise<Extract<WireMessage, { kind: Kind }>> {
    const is = (message: WireMessage): message is Extract<WireMessage, { kind: Kind }> => message.kind === kind
    await this.until(() => this.messages.some(is))
    for (;;) {
      const message = this.messages.shift()
      if (message === undefined) throw new Error(`no ${kind} came`)
      if (is(message)) return message
    }
  }

  async over(): Promise<void> {
    while (!this.isOver) await new Promise<void>((resolve) => this.#waiting.add(resolve))
  }

  #take(frame: Uint8Array): void {
    if (this.handshake === undefined) {
      this.handshake = decodeHandshake(frame)
      return
    }
    const message = decodeMessage(frame.slice())
    if (message.kind === 'extended' && message.extensionId === 0)
      this.extended = decodeExtendedHandshake(message.payload)
    else if (message.kind === 'extended' && message.extensionId === OWN_IDS.chiral)
      this.heard.push(decodeChiralMessage(message.payload))
    else this.messages.push(message)
  }

  #over(): void {
    this.isOver = true
    this.#tell()
  }

  #tell(): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const resolve of waiting) resolve()
  }
}
