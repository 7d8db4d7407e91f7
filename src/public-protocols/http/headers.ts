import type { Request, Response } from 'express'
import type { ServedFile } from './served-files.ts'

/** What pages of any origin may read and send: files are public to whoever knows their id. The payment headers are those of x402. */
export const CORS_HEADERS: Readonly<Record<string, string>> = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers':
    'Accept-Ranges, Content-Digest, Content-Disposition, Content-Length, Content-Range, ETag, PAYMENT-REQUIRED, PAYMENT-RESPONSE, Repr-Digest, Retry-After',
}

export const PREFLIGHT_HEADERS: Readonly<Record<string, string>> = {
  'access-control-allow-methods': 'GET, HEAD, OPTIONS',
  // x402's client sends the name of a response header as a request header.
  'access-control-allow-headers':
    'Accept, Access-Control-Expose-Headers, Authorization, If-None-Match, If-Range, PAYMENT-SIGNATURE, Range, Want-Content-Digest',
  'access-control-max-age': '86400',
}

/** Bytes are what their id says, for ever; of a file with a price no cache that others read may keep them. */
const FREE_CACHE = 'public, max-age=31536000, immutable'
const PRICED_CACHE = 'private, max-age=31536000, immutable'

const MEDIA_TYPE = /^[a-z0-9][\w.+-]{0,63}\/[\w.+-]{1,64}(?:; ?[\w-]{1,32}=[\w.-]{1,64})?$/i

/** The headers of bytes of a file. A browser stores them and never shows them as a page of this origin. */
export function describe(response: Response, { name, mimeType, isFree }: ServedFile, etag: string): void {
  response.attachment(name)
  response.set({
    etag,
    'cache-control': isFree ? FREE_CACHE : PRICED_CACHE,
    'content-type': MEDIA_TYPE.test(mimeType) ? mimeType : 'application/octet-stream',
  })
}

/** The headers of what is told about a file: that is public whatever the file costs. */
export function describeFacts(response: Response, etag: string, mediaType: string): void {
  response.set({ etag, 'cache-control': FREE_CACHE, 'content-type': mediaType, vary: 'accept, accept-encoding' })
}

/** What says of a request that it wants no digest of a chunk. */
export const NO_DIGEST = { 'want-content-digest': 'sha-256=0' } as const

/** RFC 9530 §4: a preference of 0 declines a digest. Who says nothing gets one. */
export function wantsDigest({ headers }: Request): boolean {
  const wanted = headers['want-content-digest']
  return typeof wanted !== 'string' || !/(?:^|,)[ \t]*sha-256=0[ \t]*(?:,|$)/.test(wanted)
}

/** RFC 9530. @param digest of 32 bytes */
export function sha256Digest(digest: Uint8Array): string {
  return `sha-256=:${Buffer.from(digest).toString('base64')}:`
}

/** Does the client have this already? */
export function isKnown({ headers }: Request, etag: string): boolean {
  const known = headers['if-none-match']?.split(',') ?? []
  return known.map((tag) => tag.trim().replace(/^W\//, '')).some((tag) => tag === etag || tag === '*')
}

/** Is what the client has the beginning of still this? Without an If-Range it takes the risk; a date cannot match, as none is given. */
export function rangeHolds({ headers }: Request, etag: string): boolean {
  const condition = headers['if-range']
  return condition === undefined || condition === etag
}
