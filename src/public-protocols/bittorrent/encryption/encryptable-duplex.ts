import { EventEmitter } from 'node:events'
import type { ByteDuplex } from '../wire.ts'
import type { Line, LineMethod } from './line.ts'
import { ListenerHandshake, type ListenerParts } from './listener-handshake.ts'

export interface EncryptableParts extends ListenerParts {
  /** Once, when it is known how the peer speaks. */
  opened(method: LineMethod): void
}

/**
 * A connection that somebody opened, with encryption or without: what is read and written here is in the clear either way. Nothing may be written before
 * something was read; the reader limits the time that takes. What is no handshake is an error, and nothing comes after it.
 */
export class EncryptableDuplex extends EventEmitter implements ByteDuplex {
  readonly #duplex: ByteDuplex
  readonly #parts: EncryptableParts
  #handshake: ListenerHandshake | undefined
  #line: Line | undefined

  constructor(duplex: ByteDuplex, parts: EncryptableParts) {
    super()
    this.#duplex = duplex
    this.#parts = parts
    this.#handshake = new ListenerHandshake(parts)
    duplex.on('data', (bytes) => this.#received(bytes))
    duplex.on('error', (error) => this.emit('error', error))
    duplex.on('end', () => this.emit('end'))
    duplex.on('close', () => this.emit('close'))
    duplex.on('drain', () => this.emit('drain'))
  }

  write(bytes: Uint8Array): boolean {
    if (this.#line === undefined) throw new Error('nothing was read yet')
    return this.#duplex.write(this.#line.seal(bytes))
  }

  destroy(): void {
    this.#duplex.destroy()
  }

  #received(bytes: Uint8Array): void {
    if (this.#line !== undefined) return void this.emit('data', this.#line.open(bytes))
    try {
      this.#shakeHands(bytes)
    } catch (error) {
      this.#handshake = undefined
      this.emit('error', error)
    }
  }

  #shakeHands(bytes: Uint8Array): void {
    const progress = this.#handshake?.read(bytes)
    if (progress === undefined) return
    const { reply, line, rest } = progress
    if (reply.byteLength > 0) this.#duplex.write(reply)
    if (line === undefined) return
    this.#line = line
    this.#handshake = undefined
    this.#parts.opened(line.method)
    if (rest.byteLength > 0) this.emit('data', line.open(rest))
  }
}
