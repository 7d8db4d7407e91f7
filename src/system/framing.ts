import { decode, encode } from 'it-length-prefixed'
import type { Uint8ArrayList } from 'uint8arraylist'
import { DecodeError, messageOf } from '../domain/errors.ts'
import type { DuplexStream } from './duplex-stream.ts'

/** Bytes of the length before a frame: four 7-bit groups are 256 MiB, beyond any limit here. */
const MAX_LENGTH_BYTES = 4
/** Pieces one frame may arrive in: 64 bytes each for the largest. A frame in single bytes would cost far more memory than it has. */
const MAX_PIECES_PER_FRAME = 4_096

/**
 * Splits a byte stream into varint-length-prefixed frames, without copying.
 *
 * A length beyond `maxFrameBytes` is refused before the frame is buffered.
 * @throws DecodeError for a frame too long, cut short (`details.cutShort`) or in too many pieces; whatever the source throws
 */
export async function* readFrames(
  source: AsyncIterable<Uint8Array | Uint8ArrayList>,
  maxFrameBytes: number,
): AsyncGenerator<Uint8ArrayList> {
  const pieces = { sinceFrame: 0 }
  const options = { maxDataLength: maxFrameBytes, maxLengthLength: MAX_LENGTH_BYTES }
  const frames = decode(counted(source, pieces), options)
  for (;;) {
    const frame = await next(frames)
    if (frame === undefined) return
    pieces.sinceFrame = 0
    yield frame
  }
}

/** Sends one message behind its length (unsigned varint) and waits until the stream has taken it. */
export async function writeFrame(stream: DuplexStream, message: Uint8Array): Promise<void> {
  await stream.send(encode.single(message))
}

async function* counted(
  source: AsyncIterable<Uint8Array | Uint8ArrayList>,
  pieces: { sinceFrame: number },
): AsyncGenerator<Uint8Array | Uint8ArrayList> {
  for await (const piece of source) {
    if (++pieces.sinceFrame > MAX_PIECES_PER_FRAME) throw new DecodeError('a frame arrives in too many pieces.')
    yield piece
  }
}

/** The library's own errors, known by their codes, become DecodeError; those of the source pass. */
async function next(frames: AsyncGenerator<Uint8ArrayList>): Promise<Uint8ArrayList | undefined> {
  try {
    const result = await frames.next()
    return result.done === true ? undefined : result.value
  } catch (error) {
    if (error instanceof Error && 'code' in error && FRAMING_CODES.has(String(error.code)))
      throw new DecodeError(`not a frame: ${messageOf(error)}.`, { cutShort: error.code === CUT_SHORT })
    throw error
  }
}

const CUT_SHORT = 'ERR_UNEXPECTED_EOF'
const FRAMING_CODES = new Set(['ERR_INVALID_MSG_LENGTH', 'ERR_MSG_DATA_TOO_LONG', 'ERR_MSG_LENGTH_TOO_LONG', CUT_SHORT])
