import type { FileHash } from '../../domain/ids.ts'

/** Which chunks are held; the content store's bitfields are such. */
export interface HeldChunks {
  readonly length: number
  readonly count: number
  has(chunkIndex: number): boolean
}

/** A file as it is shown to whoever asks for it. */
export interface ServedFile {
  readonly fileHash: FileHash
  readonly sizeBytes: number
  /** As published, and clean: no separators, no control characters. */
  readonly name: string
  readonly mimeType: string
  /** SHA-256 of the whole file, hex. */
  readonly sha256: string
  /** Anybody may keep and pass on a copy. */
  readonly isFree: boolean
  readonly held: HeldChunks
}

/** What this node serves; `node/` passes its shares. */
export interface ServedFiles {
  file(fileHash: FileHash): ServedFile | undefined
  manifest(
    fileHash: FileHash,
  ): { readonly headerBlock: Uint8Array; readonly piecesRoot: Uint8Array; readonly chunkHashes: Uint8Array } | undefined
  /** The bytes of a held chunk. */
  read(fileHash: FileHash, chunkIndex: number): Promise<Uint8Array>
}
