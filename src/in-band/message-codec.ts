import type { Uint8ArrayList } from 'uint8arraylist'

/** Why a stream ends, as it travels. */
export interface StreamFailure {
  readonly code: string
  /** Of `TRANSFER_UNCONFIRMED`: how many blocks a transfer lacks. */
  readonly blocksLeft?: number | undefined
}

/** How a protocol's messages travel. */
export interface MessageCodec<Message> {
  /** One frame: varint length, then the message. */
  readonly encode: (message: Message) => Uint8ArrayList
  /** @throws DecodeError for anything that is not exactly one message within the limits */
  readonly decode: (frame: Uint8ArrayList) => Message
  /** The message that ends a stream so. */
  readonly errorOf: (failure: StreamFailure) => Message
  /** Longest frames of either end. */
  readonly maxPayerFrameBytes: number
  readonly maxPayeeFrameBytes: number
}
