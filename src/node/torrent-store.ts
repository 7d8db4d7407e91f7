import { parseFileHash } from '../domain/ids.ts'
import type { TorrentStore } from '../public-protocols/bittorrent/torrent-book.ts'
import type { Database } from '../system/database.ts'

const SCHEMA = [
  `CREATE TABLE torrents (
     file_hash TEXT PRIMARY KEY, name TEXT NOT NULL, size_bytes INTEGER NOT NULL, infohash TEXT NOT NULL, pieces BLOB NOT NULL) STRICT`,
]

/** Torrents over restarts. */
export function createTorrentStore(database: Database): TorrentStore {
  database.migrate('torrents', SCHEMA)
  return {
    list() {
      const rows = database.read((connection) =>
        connection.all('SELECT file_hash, name, size_bytes, infohash FROM torrents ORDER BY rowid'),
      )
      return rows.map((row) => ({
        fileHash: parseFileHash(String(row.file_hash)),
        name: String(row.name),
        sizeBytes: Number(row.size_bytes),
        infohash: String(row.infohash),
      }))
    },
    pieces(fileHash) {
      const row = database.read((connection) =>
        connection.get('SELECT pieces FROM torrents WHERE file_hash = ?', fileHash),
      )
      return row?.pieces instanceof Uint8Array ? row.pieces : undefined
    },
    async put({ fileHash, name, sizeBytes, infohash, pieces }) {
      await database.write((connection) =>
        connection.run(
          `INSERT INTO torrents VALUES (?, ?, ?, ?, ?) ON CONFLICT (file_hash) DO UPDATE SET
             name = excluded.name, infohash = excluded.infohash, pieces = excluded.pieces`,
          fileHash,
          name,
          sizeBytes,
          infohash,
          pieces,
        ),
      )
    },
    async remove(fileHash) {
      await database.write((connection) => connection.run('DELETE FROM torrents WHERE file_hash = ?', fileHash))
    },
  }
}
