/** The bytes a request asks for, both ends included. */
export interface ByteRange {
  readonly first: number
  readonly last: number
}

/** Fifteen digits are exact as numbers, and more than a file can have. */
const ONE_RANGE = /^bytes=(?:(\d{1,15})-(\d{0,15})|-(\d{1,15}))$/

/**
 * What a Range header asks for of `sizeBytes` bytes (RFC 9110 §14). `all`: it is absent, malformed, of another unit or of several ranges,
 * all of which a server may ignore.
 */
export function parseRange(header: string | undefined, sizeBytes: number): ByteRange | 'all' | 'unsatisfiable' {
  const match = header === undefined ? null : ONE_RANGE.exec(header.replace(/[ \t]/g, ''))
  if (match === null) return 'all'
  const [, from, to, suffix] = match
  if (suffix !== undefined) {
    const length = Math.min(Number(suffix), sizeBytes)
    return length === 0 ? 'unsatisfiable' : { first: sizeBytes - length, last: sizeBytes - 1 }
  }
  const first = Number(from)
  const last = to === undefined || to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1)
  if (to !== undefined && to !== '' && Number(to) < first) return 'all' // invalid, so ignored
  return first >= sizeBytes ? 'unsatisfiable' : { first, last }
}
