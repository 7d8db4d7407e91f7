import { wei } from '../../src/domain/amount.ts'
import { Bitfield } from '../../src/domain/bitfield.ts'
import { CHUNK_SIZE_BYTES, chunkCount, chunkLength } from '../../src/domain/chunk.ts'
import { type FileHash, parseFileHash } from '../../src/domain/ids.ts'
import type { TransferSession } from '../../src/domain/transfer.ts'
import { createDownloaderMetrics } from '../../src/public-protocols/downloader-metrics.ts'
import type { Ed2kHash } from '../../src/public-protocols/ed2k/ed2k-hash.ts'
import { openEd2kTransfer } from '../../src/public-protocols/ed2k/ed2k-transfer.ts'
import type { DialRules } from '../../src/public-protocols/ed2k/endpoint.ts'
import { type Hello, userHashOf } from '../../src/public-protocols/ed2k/hello.ts'
import { formatEd2kLink } from '../../src/public-protocols/ed2k/link.ts'
import { createSeederMetrics, type SeederMetrics } from '../../src/public-protocols/ed2k/metrics.ts'
import { PartHasher } from '../../src/public-protocols/ed2k/parts.ts'
import type { ServedFile, ServedFiles } from '../../src/public-protocols/ed2k/served-files.ts'
import { type Ed2kSeeder, startEd2kSeeder } from '../../src/public-protocols/ed2k/server.ts'
import { createFreePolicy } from '../../src/public-protocols/free-policy.ts'
import type { Gate } from '../../src/public-protocols/gate.ts'
import { type Clock, systemClock } from '../../src/system/clock.ts'
import { silentLogger } from '../../src/system/logger.ts'
import type { RateLimit } from '../../src/system/rate-limit.ts'
import { seededRandom } from './seeded-random.ts'

/** A leecher of this machine alone. */
export const LOOPBACK_RULES: DialRules = { allows: (address) => address === '127.0.0.1' }

export const LEECHER: Omit<Hello, 'nonce'> = {
  userHash: userHashOf(seededRandom('leecher').bytes(16)),
  port: 0,
  name: 'leecher',
  unpacks: true,
  largeFiles: true,
}

export interface ShelvedFile {
  readonly file: ServedFile
  readonly content: Uint8Array
  readonly partHashes: readonly Uint8Array[]
  /** Without sources. */
  readonly link: string
}

/** A file in memory, with its true ed2k hash. Its id is any. */
export async function shelve(content: Uint8Array, over: Partial<ServedFile> = {}): Promise<ShelvedFile> {
  const sizeBytes = content.byteLength
  const hasher = await PartHasher.create()
  hasher.update(content)
  const { hash, partHashes } = hasher.digest()
  const file: ServedFile = {
    hash,
    fileHash: parseFileHash('22'.repeat(32)),
    sizeBytes,
    name: 'a file.bin',
    held: Bitfield.full(chunkCount(sizeBytes)),
    ...over,
  }
  return { file, content, partHashes, link: formatEd2kLink({ ...file, sources: [] }) }
}

export function shelfOf(...shelved: readonly ShelvedFile[]): ServedFiles {
  const byHash = new Map<Ed2kHash, ShelvedFile>(shelved.map((one) => [one.file.hash, one]))
  const byFile = new Map<FileHash, ShelvedFile>(shelved.map((one) => [one.file.fileHash, one]))
  return {
    file: (hash) => byHash.get(hash)?.file,
    partHashes: (fileHash) => byFile.get(fileHash)?.partHashes,
    async read(fileHash, chunkIndex) {
      const content = byFile.get(fileHash)?.content
      if (content === undefined) throw new Error('no such file')
      const start = chunkIndex * CHUNK_SIZE_BYTES
      return content.subarray(start, start + chunkLength(content.byteLength, chunkIndex))
    },
  }
}

/** Admits everything, faster than a test can ask. */
export function openGate(clock: Clock): Gate {
  return createFreePolicy({
    clock,
    bytesPerSecond: 2 ** 40,
    bytesPerSecondEach: 2 ** 40,
    chunk: () => ({ lengthBytes: 1, quote: { quoteId: 1, pricePerMiB: wei(0n), expiresAt: clock.now() + 60_000 } }),
  })
}

/** A seeder on a free port of 127.0.0.1. */
export function startTestSeeder(
  files: ServedFiles,
  options: {
    readonly gate?: Gate
    readonly clock?: Clock
    readonly rate?: RateLimit
    readonly grantOf?: (id: Uint8Array) => string | undefined
    readonly metrics?: SeederMetrics
  } = {},
): Promise<Ed2kSeeder> {
  const { clock = systemClock, gate = openGate(clock), rate, grantOf = () => undefined } = options
  const { metrics = createSeederMetrics() } = options
  const random = seededRandom('seeder')
  const self = { userHash: userHashOf(random.bytes(16)), name: 'seeder', unpacks: false, largeFiles: true }
  const parts = { files, gate, grantOf, random, self, clock, log: silentLogger, metrics, rate }
  return startEd2kSeeder(parts, { host: '127.0.0.1', port: 0 })
}

/** A leecher's session with whatever listens at a port of this machine. */
export function openTestTransfer(
  { link, file }: Pick<ShelvedFile, 'link'> & { readonly file: Pick<ServedFile, 'fileHash' | 'sizeBytes'> },
  port: number,
  options: { readonly clock?: Clock; readonly grant?: string; readonly signal?: AbortSignal } = {},
): Promise<TransferSession> {
  const { clock = systemClock, grant, signal } = options
  return openEd2kTransfer({ link, address: `127.0.0.1:${port}` }, file, {
    rules: LOOPBACK_RULES,
    clock,
    random: seededRandom(`leecher ${port}`),
    log: silentLogger,
    metrics: createDownloaderMetrics('ed2k'),
    self: LEECHER,
    grant,
    signal,
  })
}
