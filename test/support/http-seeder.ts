import { createHash } from 'node:crypto'
import { encodeFileHeader } from '../../src/content/file-header.ts'
import { createManifest, type Manifest } from '../../src/content/manifest.ts'
import { chunkHashOf } from '../../src/content/merkle.ts'
import { wei } from '../../src/domain/amount.ts'
import { Bitfield } from '../../src/domain/bitfield.ts'
import { concatBytes } from '../../src/domain/bytes.ts'
import { CHUNK_SIZE_BYTES, chunkCount, chunkLength } from '../../src/domain/chunk.ts'
import { createFreePolicy } from '../../src/public-protocols/free-policy.ts'
import type { Gate } from '../../src/public-protocols/gate.ts'
import type { DialRules } from '../../src/public-protocols/http/endpoint.ts'
import { createSeederMetrics } from '../../src/public-protocols/http/metrics.ts'
import type { ServedFile, ServedFiles } from '../../src/public-protocols/http/served-files.ts'
import { startHttpSeeder } from '../../src/public-protocols/http/server.ts'
import type { PaymentTerms } from '../../src/public-protocols/http/x402.ts'
import { type Clock, systemClock } from '../../src/system/clock.ts'
import { silentLogger } from '../../src/system/logger.ts'
import type { RateLimit } from '../../src/system/rate-limit.ts'

/** A leecher of this machine alone. */
export const LOOPBACK_RULES: DialRules = {
  allows: (address) => address === '127.0.0.1',
  allowsPlain: true,
  resolve: async (hostname) => (hostname === 'localhost' ? ['127.0.0.1'] : []),
}

export interface ShelvedFile {
  readonly file: ServedFile
  readonly manifest: Manifest
  readonly content: Uint8Array
}

/** A file in memory, with its true id. */
export function shelve(content: Uint8Array, over: Partial<ServedFile> = {}): ShelvedFile {
  const sizeBytes = content.byteLength
  const chunks = Array.from({ length: chunkCount(sizeBytes) }, (_, index) => chunkOf(content, index))
  const manifest = createManifest({ sizeBytes, chunkHashes: chunks.map((chunk) => chunkHashOf(chunk, sizeBytes)) })
  const file: ServedFile = {
    fileHash: manifest.fileHash,
    sizeBytes,
    name: 'a file.bin',
    mimeType: 'application/octet-stream',
    sha256: createHash('sha256').update(content).digest('hex'),
    isFree: true,
    held: Bitfield.full(chunks.length),
    ...over,
  }
  return { file, manifest, content }
}

export function chunkOf(content: Uint8Array, chunkIndex: number): Uint8Array {
  const start = chunkIndex * CHUNK_SIZE_BYTES
  return content.subarray(start, start + chunkLength(content.byteLength, chunkIndex))
}

export function shelfOf(...shelved: readonly ShelvedFile[]): ServedFiles {
  const byHash = new Map(shelved.map((one) => [one.file.fileHash, one]))
  return {
    file: (fileHash) => byHash.get(fileHash)?.file,
    manifest(fileHash) {
      const manifest = byHash.get(fileHash)?.manifest
      if (manifest === undefined) return undefined
      const { piecesRoot, chunkHashes } = manifest
      return { headerBlock: encodeFileHeader(manifest), piecesRoot, chunkHashes: concatBytes(...chunkHashes) }
    },
    async read(fileHash, chunkIndex) {
      const content = byHash.get(fileHash)?.content
      if (content === undefined) throw new Error('no such file')
      return chunkOf(content, chunkIndex)
    },
  }
}

/** Admits whatever is free, faster than a test can ask. */
export function freeGate(files: ServedFiles, clock: Clock): Gate {
  return createFreePolicy({
    clock,
    bytesPerSecond: 2 ** 40,
    bytesPerSecondEach: 2 ** 40,
    chunk(fileHash, chunkIndex) {
      const file = files.file(fileHash)
      if (file === undefined) return undefined
      const pricePerMiB = wei(file.isFree ? 0n : 1_000n)
      const quote = { quoteId: 1, pricePerMiB, expiresAt: clock.now() + 60_000 }
      return { lengthBytes: chunkLength(file.sizeBytes, chunkIndex), quote }
    },
  })
}

/** A seeder on a free port of 127.0.0.1. */
export async function startTestSeeder(
  files: ServedFiles,
  options: {
    readonly gate?: Gate
    readonly clock?: Clock
    readonly tls?: { readonly certificate: string; readonly key: string }
    readonly announceUrl?: string
    readonly rate?: RateLimit
    readonly paymentTerms?: PaymentTerms
  } = {},
) {
  const { clock = systemClock, gate = freeGate(files, clock), tls, announceUrl, paymentTerms, rate } = options
  const metrics = createSeederMetrics()
  const parts = { files, gate, paymentTerms, announceUrl, clock, log: silentLogger, metrics, rate }
  const seeder = await startHttpSeeder(parts, { host: '127.0.0.1', port: 0, tls })
  return { ...seeder, url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${seeder.port}/` }
}
