import { concatBytes, fromHex, toHex } from '../../src/domain/bytes.ts'

/** One message between us and an aMule, as it was on the line. */
export interface Capture {
  readonly from: 'us' | 'aMule'
  /** In hexadecimal; of bytes of a file only the first. */
  readonly bytes: string
  /** How many there were, where not all are kept. */
  readonly length?: number
  /** What our codec reads in them; `null`: nothing that it knows. */
  readonly message: unknown
}

/** What was said while something was done. */
export interface CapturedScene {
  readonly scene: string
  /** Of the file, as aMule's own tool makes it. */
  readonly link: string
  readonly captures: readonly Capture[]
}

/** Longer messages are those with bytes of a file, whose heads have at most 46. */
const WHOLE_BYTES = 512
const KEPT_BYTES = 64

/** Keeps a message, cut where it is long. */
export function capture(from: Capture['from'], bytes: Uint8Array, message: unknown): Capture {
  const said = { message: plain(message) }
  if (bytes.byteLength <= WHOLE_BYTES) return { from, bytes: toHex(bytes), ...said }
  return { from, bytes: toHex(bytes.subarray(0, KEPT_BYTES)), length: bytes.byteLength, ...said }
}

/** The message again, with zeros for the bytes of a file that were not kept. */
export function capturedBytes({ bytes, length }: Capture): Uint8Array {
  const kept = fromHex(bytes)
  return concatBytes(kept, new Uint8Array((length ?? kept.byteLength) - kept.byteLength))
}

/** A message as vectors have it: bytes as hexadecimal, many as their number alone; no field for what is not there, and `null` for no message. */
export function plain(message: unknown): unknown {
  return JSON.parse(
    JSON.stringify(message ?? null, (_key, value) => (value instanceof Uint8Array ? plainBytes(value) : value)),
  )
}

function plainBytes(bytes: Uint8Array): string {
  return bytes.byteLength <= WHOLE_BYTES ? toHex(bytes) : `${bytes.byteLength} bytes`
}
