import type { Uint8ArrayList } from 'uint8arraylist'

/** A reliable, ordered, two-way byte stream to one authenticated peer. Frames are the user's business. */
export interface DuplexStream {
  /** Received bytes in pieces of any size. Ends when the remote closes its side; throws when the stream is reset. One reader. */
  readonly source: AsyncIterable<Uint8Array | Uint8ArrayList>
  /** Queues bytes without copying them; resolves when more may be sent. @throws ChiralError `STREAM_CLOSED` */
  send(data: Uint8Array | Uint8ArrayList): Promise<void>
  /** Ends our side after what was sent has left. Closing twice is fine. */
  close(): Promise<void>
  /** Tears both sides down at once. */
  abort(reason: Error): void
}
