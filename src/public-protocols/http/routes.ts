import express, { type Express, type NextFunction, type Request, type Response } from 'express'
import { concatBytes, fromHex } from '../../domain/bytes.ts'
import { CHUNK_SIZE_BYTES, chunkCount, chunkLength } from '../../domain/chunk.ts'
import { codeOf, messageOf } from '../../domain/errors.ts'
import { parseFileHash } from '../../domain/ids.ts'
import { sha256 } from '../../system/sha256.ts'
import { parseRange } from './byte-range.ts'
import { createRequestLimit, oneAtATime } from './connections.ts'
import {
  CORS_HEADERS,
  describe,
  describeFacts,
  isKnown,
  PREFLIGHT_HEADERS,
  rangeHolds,
  sha256Digest,
  wantsDigest,
} from './headers.ts'
import { LISTING_COST_REQUESTS, MAX_LISTED_CHUNKS, MAX_URL_LENGTH, METALINK_RETRY_SECONDS } from './limits.ts'
import { compress, MANIFEST_TYPE, manifestJson } from './manifest-form.ts'
import { createPieceHashes, METALINK_TYPE, renderMetalink } from './metalink.ts'
import { publicUrl } from './public-url.ts'
import { NO_FILE, type Refusal, refuse } from './refusal.ts'
import { type SendingParts, sendChunks } from './send-chunks.ts'
import type { ServedFile } from './served-files.ts'

export interface RoutesParts extends SendingParts {
  /** Aborts when the server stops. */
  readonly signal: AbortSignal
}

const FILE_HASH = /^[0-9a-f]{64}$/i
const CHUNK_INDEX = /^(?:0|[1-9][0-9]{0,9})$/
const NO_BODIES: Refusal = { status: 413, code: 'BODY_TOO_LARGE', message: 'Requests here have no body.' }
const NOT_HELD: Refusal = { status: 404, code: 'CHUNK_NOT_HELD', message: 'Only a part of this file is here.' }
const TOO_LONG: Refusal = {
  status: 406,
  code: 'FILE_TOO_LARGE',
  message: 'This file is too large for a list of its chunks.',
}

type Answer = (request: Request, response: Response, file: ServedFile) => Promise<void> | void

/** What the seeder answers: docs/specs/11-http.md. Paths are matched against what is shared; none ever becomes the name of a file. */
export function createRoutes(parts: RoutesParts): Express {
  const pieces = createPieceHashes(parts.files, parts.signal)
  const limit = createRequestLimit(parts)
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.enable('strict routing')
  app.enable('case sensitive routing')
  app.set('query parser', false)
  app.use(oneAtATime)
  app.use((request, response, next) => {
    response.set(CORS_HEADERS)
    response.set({ 'x-content-type-options': 'nosniff', 'content-security-policy': "default-src 'none'; sandbox" })
    if (hasBody(request)) return refuse(response.set('connection', 'close'), NO_BODIES)
    if (request.method === 'OPTIONS') return void response.status(204).set(PREFLIGHT_HEADERS).end()
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return refuse(response, {
        status: 405,
        code: 'ROUTE_UNKNOWN',
        message: 'Files are read with GET and HEAD.',
        headers: { allow: 'GET, HEAD, OPTIONS' },
      })
    if (request.originalUrl.length > MAX_URL_LENGTH) return refuse(response, NO_FILE)
    next()
  })
  const mount = (path: string, cost: number, answer: Answer): void => {
    app.get(path, async (request, response) => {
      if (!limit(request, response, cost)) return
      const file = fileOf(parts, request.params['hash'])
      if (file === undefined) return refuse(response, NO_FILE)
      await answer(request, response, file)
    })
  }
  mount('/file/:hash', 1, (request, response, file) => sendFile(parts, request, response, file))
  mount('/file/:hash/chunk/:index', 1, (request, response, file) => sendChunk(parts, request, response, file))
  mount('/file/:hash/manifest', LISTING_COST_REQUESTS, (request, response, file) =>
    sendManifest(parts, request, response, file),
  )
  mount('/file/:hash/metalink', LISTING_COST_REQUESTS, async (request, response, file) => {
    const { fileHash, sizeBytes, isFree, held } = file
    // Without money a client that reads Metalinks gets nothing of a priced file.
    if (!isFree) return refuse(response, NO_FILE)
    if (held.count < chunkCount(sizeBytes)) return refuse(response, NOT_HELD)
    if (chunkCount(sizeBytes) > MAX_LISTED_CHUNKS) return refuse(response, TOO_LONG)
    const url = publicUrl(request, `/file/${fileHash}`, parts.announceUrl)
    if (url === undefined) return refuse(response, NO_FILE)
    const hashes = pieces.of(file)
    if (hashes === undefined)
      return refuse(response, {
        status: 503,
        code: 'RATE_LIMITED',
        message: 'Other files are being hashed: ask again later.',
        retryAfterMs: METALINK_RETRY_SECONDS * 1_000,
      })
    const document = renderMetalink(file, await hashes, url)
    response.attachment(`${file.name}.meta4`)
    response.set({ 'content-type': METALINK_TYPE, 'cache-control': 'no-cache' }).send(document)
  })
  app.use((_request: Request, response: Response) => refuse(response, NO_FILE))
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    if (response.headersSent || response.destroyed) return void response.destroy()
    if (error instanceof URIError) return refuse(response, NO_FILE)
    parts.log.warn({ code: codeOf(error), reason: messageOf(error) }, 'A request over HTTP failed')
    refuse(response, { status: 500, code: 'INTERNAL', message: 'This seeder failed at the request: use another.' })
  })
  return app
}

function fileOf({ files }: RoutesParts, hash: unknown): ServedFile | undefined {
  return typeof hash === 'string' && FILE_HASH.test(hash) ? files.file(parseFileHash(hash)) : undefined
}

async function sendFile(parts: RoutesParts, request: Request, response: Response, file: ServedFile): Promise<void> {
  const { fileHash, sizeBytes } = file
  const etag = `"${fileHash}"`
  describe(response, file, etag)
  response.set({ 'accept-ranges': 'bytes', 'repr-digest': sha256Digest(fromHex(file.sha256)) })
  if (isKnown(request, etag)) return void response.status(304).end()
  const header = request.method === 'GET' && rangeHolds(request, etag) ? request.headers.range : undefined
  const asked = parseRange(header, sizeBytes)
  const whole = { first: 0, last: sizeBytes - 1 }
  const range = asked === 'all' ? whole : asked
  const outside = { status: 416, code: 'RANGE_OUTSIDE', headers: { 'content-range': `bytes */${sizeBytes}` } }
  if (range === 'unsatisfiable') return refuse(response, { ...outside, message: `The file has ${sizeBytes} bytes.` })
  if (!holdsAll(file, range))
    return refuse(response, asked === 'all' ? NOT_HELD : { ...outside, message: NOT_HELD.message })
  const begin = (): void => {
    response.set('content-length', String(range.last - range.first + 1))
    if (asked === 'all') return
    response.status(206).set('content-range', `bytes ${range.first}-${range.last}/${sizeBytes}`)
  }
  if (request.method === 'HEAD' || sizeBytes === 0) {
    begin()
    return void response.end()
  }
  await sendChunks(parts, request, response, { file, range, begin })
}

async function sendChunk(parts: RoutesParts, request: Request, response: Response, file: ServedFile): Promise<void> {
  const text = request.params['index']
  const chunkIndex = typeof text === 'string' && CHUNK_INDEX.test(text) ? Number(text) : -1
  if (chunkIndex < 0 || chunkIndex >= chunkCount(file.sizeBytes)) return refuse(response, NO_FILE)
  if (!file.held.has(chunkIndex)) return refuse(response, NOT_HELD)
  const etag = `"${file.fileHash}.${chunkIndex}"`
  describe(response, file, etag)
  response.attachment(`${file.name}.${chunkIndex}`)
  response.set({ 'content-type': 'application/octet-stream', vary: 'want-content-digest' })
  if (isKnown(request, etag)) return void response.status(304).end()
  const lengthBytes = chunkLength(file.sizeBytes, chunkIndex)
  response.set('content-length', String(lengthBytes))
  if (request.method === 'HEAD') return void response.end()
  const first = chunkIndex * CHUNK_SIZE_BYTES
  const range = { first, last: first + lengthBytes - 1 }
  const begin = (bytes: Uint8Array): void => {
    if (wantsDigest(request)) response.set('content-digest', sha256Digest(sha256(bytes)))
  }
  await sendChunks(parts, request, response, { file, range, begin })
}

async function sendManifest(parts: RoutesParts, request: Request, response: Response, file: ServedFile): Promise<void> {
  const manifest = parts.files.manifest(file.fileHash)
  if (manifest === undefined) return refuse(response, NO_FILE)
  if (request.accepts([MANIFEST_TYPE, 'application/octet-stream', 'application/json']) !== 'application/json') {
    const etag = `"${file.fileHash}.manifest"`
    describeFacts(response, etag, MANIFEST_TYPE)
    if (isKnown(request, etag)) return void response.status(304).end()
    return void response.send(Buffer.from(concatBytes(manifest.headerBlock, manifest.chunkHashes)))
  }
  if (chunkCount(file.sizeBytes) > MAX_LISTED_CHUNKS) return refuse(response, TOO_LONG)
  const encoding = request.acceptsEncodings(['br', 'gzip', 'identity'])
  const suffix = encoding === 'br' || encoding === 'gzip' ? `.${encoding}` : ''
  const etag = `"${file.fileHash}.manifest.json${suffix}"`
  describeFacts(response, etag, 'application/json')
  // What is held may grow.
  response.set('cache-control', 'no-cache')
  if (suffix !== '') response.set('content-encoding', String(encoding))
  response.send(await compress(manifestJson(file, manifest), encoding))
}

function holdsAll({ held }: ServedFile, { first, last }: { readonly first: number; readonly last: number }): boolean {
  if (held.count === held.length) return true
  for (let index = Math.floor(first / CHUNK_SIZE_BYTES); index <= Math.floor(last / CHUNK_SIZE_BYTES); index++)
    if (!held.has(index)) return false
  return true
}

function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0
}
