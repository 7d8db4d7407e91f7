import { z } from 'zod'
import { type Wei, wei } from '../domain/amount.ts'
import { type FileHash, parseFileHash } from '../domain/ids.ts'
import type { Connection, Database, Row } from '../system/database.ts'

/** What a listing stands for. */
export interface StoredFolder {
  readonly files: number
  readonly sizeBytes: number
  /** Of each of its files; the listing itself is free. */
  readonly pricePerMiB: Wei
  readonly lowestPricePerMiB?: Wei | undefined
  readonly totalPrice: Wei
}

/** A file that is for sale, as it is remembered over restarts. */
export interface StoredShare {
  readonly fileHash: FileHash
  /** Of a listing: the folder. */
  readonly path: string
  readonly name: string
  readonly sha256: string
  readonly sizeBytes: number
  readonly pricePerMiB: Wei
  /** The least that a bid is taken at, if any is. */
  readonly lowestPricePerMiB: Wei | undefined
  /** The signed header record, as it is handed out. */
  readonly header: Uint8Array
  /** False for a file that is shared only as one of a folder. */
  readonly isOwn: boolean
  /** Of a listing. */
  readonly folder: StoredFolder | undefined
}

export interface ShareStore {
  /** Adds a share or replaces its terms. */
  put(share: StoredShare): Promise<void>
  /** Adds a listing and the files it names, in one step. */
  putFolder(listing: StoredShare, files: readonly StoredShare[]): Promise<void>
  /** Removes a share, and with a listing the files that nothing else shares. Returns what is gone. */
  remove(fileHash: FileHash): Promise<FileHash[]>
  list(): StoredShare[]
}

const SCHEMA = [
  `CREATE TABLE shares (
     file_hash TEXT PRIMARY KEY, path TEXT NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL, size_bytes INTEGER NOT NULL,
     price_per_mib TEXT NOT NULL, header BLOB NOT NULL) STRICT`,
  `ALTER TABLE shares ADD COLUMN is_own INTEGER NOT NULL DEFAULT 1;
   ALTER TABLE shares ADD COLUMN folder TEXT;
   CREATE TABLE listed_files (
     listing TEXT NOT NULL, file_hash TEXT NOT NULL, PRIMARY KEY (listing, file_hash)) STRICT;
   CREATE INDEX listings_of_file ON listed_files (file_hash)`,
  'ALTER TABLE shares ADD COLUMN lowest_price_per_mib TEXT',
]

const amount = z.string().transform((text) => wei(BigInt(text)))
const folderSchema = z.object({
  files: z.number(),
  sizeBytes: z.number(),
  pricePerMiB: amount,
  lowestPricePerMiB: amount.optional(),
  totalPrice: amount,
})

export function createShareStore(database: Database): ShareStore {
  database.migrate('shares', SCHEMA)
  return {
    put: (share) => database.write((connection) => put(connection, share)),
    putFolder: (listing, files) =>
      database.write((connection) => {
        put(connection, listing)
        for (const file of files) {
          put(connection, file)
          connection.run(
            'INSERT INTO listed_files VALUES (?, ?) ON CONFLICT DO NOTHING',
            listing.fileHash,
            file.fileHash,
          )
        }
      }),
    remove: (fileHash) =>
      database.write((connection) => {
        const files = connection.all('SELECT file_hash FROM listed_files WHERE listing = ?', fileHash)
        connection.run('DELETE FROM listed_files WHERE listing = ?', fileHash)
        const listed = connection.get('SELECT 1 FROM listed_files WHERE file_hash = ?', fileHash) !== undefined
        if (listed) connection.run('UPDATE shares SET is_own = 0 WHERE file_hash = ?', fileHash)
        else connection.run('DELETE FROM shares WHERE file_hash = ?', fileHash)
        const gone = listed ? [] : [fileHash]
        for (const { file_hash: file } of files) {
          const { changes } = connection.run(
            `DELETE FROM shares WHERE file_hash = ?1 AND is_own = 0
             AND NOT EXISTS (SELECT 1 FROM listed_files WHERE file_hash = ?1)`,
            String(file),
          )
          if (changes > 0) gone.push(parseFileHash(String(file)))
        }
        return gone
      }),
    list() {
      return database.read((connection) => connection.all('SELECT * FROM shares ORDER BY rowid')).map(shareOf)
    },
  }
}

/** A file that was shared by itself before stays so. */
function put(connection: Connection, share: StoredShare): void {
  const folder = share.folder === undefined ? null : JSON.stringify(share.folder, bigintToText)
  connection.run(
    `INSERT INTO shares VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (file_hash) DO UPDATE SET
       path = excluded.path, name = excluded.name, price_per_mib = excluded.price_per_mib, header = excluded.header,
       is_own = max(is_own, excluded.is_own), folder = excluded.folder, lowest_price_per_mib = excluded.lowest_price_per_mib`,
    share.fileHash,
    share.path,
    share.name,
    share.sha256,
    share.sizeBytes,
    share.pricePerMiB.toString(),
    share.header,
    share.isOwn ? 1 : 0,
    folder,
    share.lowestPricePerMiB?.toString() ?? null,
  )
}

function bigintToText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value
}

function shareOf(row: Row): StoredShare {
  return {
    fileHash: parseFileHash(String(row.file_hash)),
    path: String(row.path),
    name: String(row.name),
    sha256: String(row.sha256),
    sizeBytes: Number(row.size_bytes),
    pricePerMiB: wei(BigInt(String(row.price_per_mib))),
    lowestPricePerMiB: typeof row.lowest_price_per_mib === 'string' ? wei(BigInt(row.lowest_price_per_mib)) : undefined,
    header: row.header instanceof Uint8Array ? row.header : new Uint8Array(),
    isOwn: row.is_own === 1,
    folder: typeof row.folder === 'string' ? folderSchema.parse(JSON.parse(row.folder)) : undefined,
  }
}
