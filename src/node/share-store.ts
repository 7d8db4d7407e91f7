import { type Wei, wei } from '../domain/amount.ts'
import { type FileHash, parseFileHash } from '../domain/ids.ts'
import type { Database, Row } from '../system/database.ts'

/** A file that is for sale, as it is remembered over restarts. */
export interface StoredShare {
  readonly fileHash: FileHash
  readonly path: string
  readonly name: string
  readonly sha256: string
  readonly sizeBytes: number
  readonly pricePerMiB: Wei
  /** The signed header record, as it is handed out. */
  readonly header: Uint8Array
}

export interface ShareStore {
  /** Adds a share or replaces its terms. */
  put(share: StoredShare): Promise<void>
  remove(fileHash: FileHash): Promise<void>
  list(): StoredShare[]
}

const SCHEMA = [
  `CREATE TABLE shares (
     file_hash TEXT PRIMARY KEY, path TEXT NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL, size_bytes INTEGER NOT NULL,
     price_per_mib TEXT NOT NULL, header BLOB NOT NULL) STRICT`,
]

export function createShareStore(database: Database): ShareStore {
  database.migrate('shares', SCHEMA)
  return {
    async put(share) {
      await database.write((connection) =>
        connection.run(
          `INSERT INTO shares VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (file_hash) DO UPDATE SET
             path = excluded.path, name = excluded.name, price_per_mib = excluded.price_per_mib, header = excluded.header`,
          share.fileHash,
          share.path,
          share.name,
          share.sha256,
          share.sizeBytes,
          share.pricePerMiB.toString(),
          share.header,
        ),
      )
    },
    async remove(fileHash) {
      await database.write((connection) => connection.run('DELETE FROM shares WHERE file_hash = ?', fileHash))
    },
    list() {
      return database.read((connection) => connection.all('SELECT * FROM shares ORDER BY rowid')).map(shareOf)
    },
  }
}

function shareOf(row: Row): StoredShare {
  return {
    fileHash: parseFileHash(String(row.file_hash)),
    path: String(row.path),
    name: String(row.name),
    sha256: String(row.sha256),
    sizeBytes: Number(row.size_bytes),
    pricePerMiB: wei(BigInt(String(row.price_per_mib))),
    header: row.header instanceof Uint8Array ? row.header : new Uint8Array(),
  }
}
