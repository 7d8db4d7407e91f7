import { Bitfield } from '../domain/bitfield.ts'
import { chunkCount } from '../domain/chunk.ts'
import type { FileHash } from '../domain/ids.ts'
import { parseFileHash } from '../domain/ids.ts'
import type { Connection, Database, Row, SqlValue } from '../system/database.ts'
import { encodeManifest, type Manifest, verifyManifest } from './manifest.ts'

/** `shared`: seeded in place; `partial`: a download under way, in its part file; `complete`: a finished download. */
export type CopyKind = 'shared' | 'partial' | 'complete'

/** One place on disk where a file, or part of it, is. */
export interface StoredCopy {
  readonly id: number
  readonly fileHash: FileHash
  /** Absolute. Of a partial copy: where the file will be. */
  readonly path: string
  readonly kind: CopyKind
  readonly sizeBytes: number
  readonly sha256: string | undefined
  /** Of the file at `path` when its content was known to be right. */
  readonly mtimeNs: bigint | undefined
  /** Milliseconds since 1970. */
  readonly addedAt: number
  /** Where this node's download put the file, which may have been moved since; `undefined` of a file that the user placed. */
  readonly downloadedTo: string | undefined
}

export type NewCopy = Omit<StoredCopy, 'id'>

/** Append only: a released statement list is never edited. */
const VERSIONS = [
  `CREATE TABLE content_files (
     file_hash TEXT PRIMARY KEY,
     manifest BLOB NOT NULL
   ) STRICT;
   CREATE TABLE content_copies (
     id INTEGER PRIMARY KEY,
     file_hash TEXT NOT NULL REFERENCES content_files (file_hash),
     path TEXT NOT NULL,
     kind TEXT NOT NULL CHECK (kind IN ('shared', 'partial', 'complete')),
     size_bytes INTEGER NOT NULL,
     sha256 TEXT,
     mtime_ns TEXT,
     added_at INTEGER NOT NULL,
     UNIQUE (file_hash, path)
   ) STRICT;
   CREATE TABLE content_bits (
     copy_id INTEGER NOT NULL REFERENCES content_copies (id) ON DELETE CASCADE,
     segment INTEGER NOT NULL,
     bits BLOB NOT NULL,
     PRIMARY KEY (copy_id, segment)
   ) STRICT, WITHOUT ROWID;`,
  `ALTER TABLE content_copies ADD COLUMN downloaded_to TEXT;
   CREATE TABLE content_moves (
     file_hash TEXT NOT NULL,
     from_path TEXT NOT NULL,
     to_path TEXT NOT NULL,
     size_bytes INTEGER NOT NULL,
     from_mtime_ns TEXT NOT NULL,
     to_mtime_ns TEXT,
     PRIMARY KEY (file_hash, from_path)
   ) STRICT, WITHOUT ROWID;`,
]

/** Bits are stored 8,192 to a row (2 GiB of a file), so that a commit rewrites 1 KiB however large the file is, and however many of them it sets. */
const SEGMENT_BITS = 8_192
const SEGMENT_BYTES = SEGMENT_BITS / 8

/** The database's side of the content store. Every function but the first takes a connection, to share a transaction. */
export function migrateCatalog(database: Database): void {
  database.migrate('content', VERSIONS)
}

export function loadCopies(connection: Connection): StoredCopy[] {
  return connection.all('SELECT * FROM content_copies ORDER BY added_at, id').map(copyOf)
}

/** @throws ChiralError `MANIFEST_INVALID` when the stored bytes were damaged. */
export function loadManifest(connection: Connection, fileHash: FileHash): Manifest | undefined {
  const row = connection.get('SELECT manifest FROM content_files WHERE file_hash = ?', fileHash)
  return row?.manifest instanceof Uint8Array ? verifyManifest(row.manifest, fileHash) : undefined
}

/** Adds a copy, or replaces what is known of the one at the same path; a copy put new has no bits. */
export function putCopy(connection: Connection, manifest: Manifest, copy: NewCopy): StoredCopy {
  connection.run(
    'INSERT INTO content_files VALUES (?, ?) ON CONFLICT (file_hash) DO NOTHING',
    copy.fileHash,
    encodeManifest(manifest),
  )
  const row = connection.get(
    `INSERT INTO content_copies (file_hash, path, kind, size_bytes, sha256, mtime_ns, added_at, downloaded_to)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (file_hash, path) DO UPDATE SET kind = excluded.kind, sha256 = excluded.sha256,
       mtime_ns = excluded.mtime_ns, added_at = excluded.added_at, downloaded_to = excluded.downloaded_to
     RETURNING id`,
    copy.fileHash,
    copy.path,
    copy.kind,
    copy.sizeBytes,
    copy.sha256 ?? null,
    copy.mtimeNs === undefined ? null : String(copy.mtimeNs),
    copy.addedAt,
    copy.downloadedTo ?? null,
  )
  const id = Number(row?.id)
  clearBits(connection, id)
  return { ...copy, id }
}

/** Forgets a copy, and the manifest with the last copy of its file. */
export function deleteCopy(connection: Connection, copy: StoredCopy): void {
  clearBits(connection, copy.id)
  connection.run('DELETE FROM content_copies WHERE id = ?', copy.id)
  connection.run(
    'DELETE FROM content_files WHERE file_hash = ? AND file_hash NOT IN (SELECT file_hash FROM content_copies)',
    copy.fileHash,
  )
}

export function loadBits(connection: Connection, copy: StoredCopy): Bitfield {
  const count = chunkCount(copy.sizeBytes)
  const bytes = new Uint8Array(Math.ceil(count / SEGMENT_BITS) * SEGMENT_BYTES)
  for (const row of connection.all('SELECT segment, bits FROM content_bits WHERE copy_id = ?', copy.id))
    if (row.bits instanceof Uint8Array) bytes.set(row.bits, Number(row.segment) * SEGMENT_BYTES)
  return new Bitfield(count, bytes)
}

/** Sets one bit; false when it was set. */
export function setBit(connection: Connection, copy: StoredCopy, chunkIndex: number): boolean {
  const segment = Math.floor(chunkIndex / SEGMENT_BITS)
  const name = segmentName(connection, copy.id, segment)
  const before = connection.memo.recall(name, () => loadSegment(connection, copy, segment))
  const at = (chunkIndex % SEGMENT_BITS) >> 3
  const mask = 0x80 >> (chunkIndex & 7)
  const byte = before[at] ?? 0
  if ((byte & mask) !== 0) return false
  const after = before.slice()
  after[at] = byte | mask
  connection.memo.stage(name, after, {
    table: 'content_bits',
    write: () => putSegment(connection, copy, segment, after),
  })
  return true
}

export function clearBits(connection: Connection, copyId: number): void {
  // What is remembered goes too: the number of a copy that was deleted may become that of another.
  for (const { segment } of connection.all('DELETE FROM content_bits WHERE copy_id = ? RETURNING segment', copyId))
    connection.memo.forget(segmentName(connection, copyId, Number(segment)))
}

/** Replaces all bits of a copy. */
export function replaceBits(connection: Connection, copy: StoredCopy, have: Bitfield): void {
  clearBits(connection, copy.id)
  const bytes = have.toBytes()
  for (let segment = 0; segment * SEGMENT_BYTES < bytes.byteLength; segment++) {
    const bits = new Uint8Array(SEGMENT_BYTES)
    bits.set(bytes.subarray(segment * SEGMENT_BYTES, (segment + 1) * SEGMENT_BYTES))
    putSegment(connection, copy, segment, bits)
  }
}

function segmentName({ memo }: Connection, copyId: number, segment: number): string {
  return memo.name('content bits', copyId, segment)
}

function loadSegment(connection: Connection, copy: StoredCopy, segment: number): Uint8Array {
  const row = connection.get('SELECT bits FROM content_bits WHERE copy_id = ? AND segment = ?', copy.id, segment)
  if (row?.bits instanceof Uint8Array) return row.bits
  const bits = new Uint8Array(SEGMENT_BYTES)
  putSegment(connection, copy, segment, bits) // where the copy is gone this unit of work fails, and not the transaction
  return bits
}

function putSegment(connection: Connection, copy: StoredCopy, segment: number, bits: Uint8Array): void {
  connection.run(
    'INSERT INTO content_bits VALUES (?, ?, ?) ON CONFLICT (copy_id, segment) DO UPDATE SET bits = excluded.bits',
    copy.id,
    segment,
    bits,
  )
}

function copyOf(row: Row): StoredCopy {
  return {
    id: Number(row.id),
    fileHash: parseFileHash(String(row.file_hash)),
    path: String(row.path),
    kind: kindOf(row.kind),
    sizeBytes: Number(row.size_bytes),
    sha256: row.sha256 == null ? undefined : String(row.sha256),
    mtimeNs: row.mtime_ns == null ? undefined : BigInt(String(row.mtime_ns)),
    addedAt: Number(row.added_at),
    downloadedTo: row.downloaded_to == null ? undefined : String(row.downloaded_to),
  }
}

function kindOf(value: SqlValue | undefined): CopyKind {
  return value === 'shared' || value === 'complete' ? value : 'partial'
}
