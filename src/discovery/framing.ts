import { decode, encode } from 'it-length-prefixed'
import { DecodeError } from '../domain/errors.ts'
import type { DuplexStream } from '../system/duplex-stream.ts'

/** Sends one message behind its length (unsigned varint). */
export async function writeFrame(stream: DuplexStream, message: Uint8Array): Promise<void> {
  await stream.send(encode.single(message))
}

/** The messages of a stream, until the remote closes its side. @throws DecodeError for a frame over `maxBytes` or cut off */
export async function* readFrames(stream: DuplexStream, maxBytes: number): AsyncGenerator<Uint8Array> {
  try {
    for await (const frame of decode(stream.source, { maxDataLength: maxBytes })) yield frame.subarray()
  } catch (error) {
    if (error instanceof Error && FRAMING_ERRORS.has(error.name))
      throw new DecodeError(`a lookup frame is longer than ${maxBytes} bytes or incomplete.`)
    throw error
  }
}

const FRAMING_ERRORS = new Set([
  'InvalidMessageLengthError',
  'InvalidDataLengthError',
  'InvalidDataLengthLengthError',
  'UnexpectedEOFError',
])
