import { EventEmitter } from 'node:events'
import type { DataChannel } from 'node-datachannel'
import { ChiralError, messageOf } from '../../../domain/errors.ts'
import type { ByteDuplex } from '../wire.ts'
import { HIGH_WATER_BYTES, LOW_WATER_BYTES, MAX_RECEIVED_MESSAGE_BYTES, MAX_SENT_MESSAGE_BYTES } from './limits.ts'

/** A data channel of WebRTC as a connection: where messages begin and end means nothing on it. */
export class DataChannelDuplex extends EventEmitter implements ByteDuplex {
  readonly #channel: DataChannel
  readonly #maxMessageBytes: number
  readonly #end: () => void
  #isFull = false
  #isOver = false
  /** What came before anybody listened. */
  #early: Uint8Array[] | undefined = []

  /** @param end ends the connection that the channel is on */
  constructor(channel: DataChannel, end: () => void) {
    super()
    this.#channel = channel
    this.#end = end
    this.#maxMessageBytes = Math.min(MAX_SENT_MESSAGE_BYTES, channel.maxMessageSize())
    channel.setBufferedAmountLowThreshold(LOW_WATER_BYTES)
    channel.onBufferedAmountLow(() => this.#drained())
    channel.onMessage((message) => this.#received(message))
    channel.onClosed(() => this.destroy())
    channel.onError((why) => this.#failed(new ChiralError('STREAM_CLOSED', `A data channel failed: ${why}.`)))
    this.on('newListener', (event) => {
      if (event === 'data') queueMicrotask(() => this.#deliverEarly())
    })
  }

  write(bytes: Uint8Array): boolean {
    if (this.#isOver) return false
    try {
      for (let at = 0; at < bytes.byteLength; at += this.#maxMessageBytes)
        this.#channel.sendMessageBinary(bytes.subarray(at, at + this.#maxMessageBytes))
      this.#isFull = this.#channel.bufferedAmount() > HIGH_WATER_BYTES
    } catch (error) {
      this.#failed(new ChiralError('STREAM_CLOSED', `A data channel failed: ${messageOf(error)}.`, { cause: error }))
    }
    return !this.#isFull
  }

  destroy(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#end()
    queueMicrotask(() => this.emit('close'))
  }

  #drained(): void {
    if (!this.#isFull) return
    this.#isFull = false
    this.emit('drain')
  }

  #received(message: string | Buffer | ArrayBuffer): void {
    if (this.#isOver) return
    const bytes = typeof message === 'string' ? Buffer.from(message) : new Uint8Array(message)
    if (bytes.byteLength > MAX_RECEIVED_MESSAGE_BYTES)
      this.#failed(new ChiralError('STREAM_CLOSED', 'A message on a data channel is too long.'))
    else if (this.#early === undefined) this.emit('data', bytes)
    else this.#early.push(bytes)
  }

  #deliverEarly(): void {
    const early = this.#early ?? []
    this.#early = undefined
    for (const bytes of early) if (!this.#isOver) this.emit('data', bytes)
  }

  #failed(error: ChiralError): void {
    if (this.#isOver) return
    if (this.listenerCount('error') > 0) this.emit('error', error)
    this.destroy()
  }
}
