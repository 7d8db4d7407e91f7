import { toHex } from '../../domain/bytes.ts'
import { CHUNK_SIZE_BYTES, chunkCount } from '../../domain/chunk.ts'
import { ChiralError } from '../../domain/errors.ts'
import type { FileHash } from '../../domain/ids.ts'
import { sha256 } from '../../system/sha256.ts'
import { MAX_KEPT_METALINKS, MAX_METALINKS_IN_WORK } from './limits.ts'
import type { ServedFile, ServedFiles } from './served-files.ts'

export const METALINK_TYPE = 'application/metalink4+xml'

/** The plain SHA-256 of each chunk, which a Metalink wants and a manifest does not hold. */
export interface PieceHashes {
  /** Hex, in order. Reads the whole file the first time. `undefined` when as many files are being read as may be at once. */
  of(file: ServedFile): Promise<readonly string[]> | undefined
}

export function createPieceHashes(files: Pick<ServedFiles, 'read'>, signal: AbortSignal): PieceHashes {
  /** Least recently used first. */
  const kept = new Map<FileHash, Promise<readonly string[]>>()
  const inWork = new Set<FileHash>()

  async function read({ fileHash, sizeBytes }: ServedFile): Promise<readonly string[]> {
    const hashes: string[] = []
    for (let chunkIndex = 0; chunkIndex < chunkCount(sizeBytes); chunkIndex++) {
      if (signal.aborted) throw new ChiralError('SHUTTING_DOWN', 'The seeder stops.')
      hashes.push(toHex(sha256(await files.read(fileHash, chunkIndex))))
    }
    return hashes
  }

  return {
    of(file) {
      const { fileHash } = file
      let hashes = kept.get(fileHash)
      if (hashes === undefined) {
        if (inWork.size >= MAX_METALINKS_IN_WORK) return undefined
        inWork.add(fileHash)
        hashes = read(file)
        hashes
          .catch(() => kept.delete(fileHash)) // the next who asks tries again
          .finally(() => inWork.delete(fileHash))
      }
      kept.delete(fileHash)
      kept.set(fileHash, hashes)
      const [oldest] = kept.keys()
      if (kept.size > MAX_KEPT_METALINKS && oldest !== undefined) kept.delete(oldest)
      return hashes
    },
  }
}

/** A Metalink 4 document (RFC 5854): with it a client that knows nothing of us checks every piece as it comes. */
export function renderMetalink(file: ServedFile, pieces: readonly string[], url: string): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<metalink xmlns="urn:ietf:params:xml:ns:metalink">',
    `  <file name="${escapeXml(file.name)}">`,
    `    <size>${file.sizeBytes}</size>`,
    `    <hash type="sha-256">${file.sha256}</hash>`,
    `    <pieces length="${CHUNK_SIZE_BYTES}" type="sha-256">`,
    ...pieces.map((hash) => `      <hash>${hash}</hash>`),
    '    </pieces>',
    `    <url priority="1">${escapeXml(url)}</url>`,
    '  </file>',
    '</metalink>',
    '',
  ].join('\n')
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
