import { concatBytes } from '../domain/bytes.ts'
import { parseFileHash } from '../domain/ids.ts'
import { parseEd2kHash } from '../public-protocols/ed2k/ed2k-hash.ts'
import type { HashStore } from '../public-protocols/ed2k/hash-book.ts'
import { userHashOf } from '../public-protocols/ed2k/hello.ts'
import type { Database } from '../system/database.ts'
import { MD4_BYTES } from '../system/md4.ts'
import type { Random } from '../system/random.ts'

const SCHEMA = [
  `CREATE TABLE ed2k_hashes (file_hash TEXT PRIMARY KEY, hash TEXT NOT NULL, part_hashes BLOB NOT NULL) STRICT;
   CREATE TABLE ed2k_user (user_hash BLOB NOT NULL) STRICT`,
]

/** What ed2k names files and this node by, over restarts. */
export interface Ed2kStore extends HashStore {
  /** Made once: other clients take one that changes at the same address for a cheat. */
  userHash(random: Random): Promise<Uint8Array>
}

export function createEd2kStore(database: Database): Ed2kStore {
  database.migrate('ed2k', SCHEMA)
  return {
    list() {
      const rows = database.read((connection) =>
        connection.all('SELECT file_hash, hash FROM ed2k_hashes ORDER BY rowid'),
      )
      return rows.map((row) => ({
        fileHash: parseFileHash(String(row.file_hash)),
        hash: parseEd2kHash(String(row.hash)),
      }))
    },
    partHashes(fileHash) {
      const row = database.read((connection) =>
        connection.get('SELECT part_hashes FROM ed2k_hashes WHERE file_hash = ?', fileHash),
      )
      const hashes = row?.part_hashes
      if (!(hashes instanceof Uint8Array)) return undefined
      return Array.from({ length: hashes.byteLength / MD4_BYTES }, (_, part) =>
        hashes.subarray(part * MD4_BYTES, (part + 1) * MD4_BYTES),
      )
    },
    async put(fileHash, { hash, partHashes }) {
      await database.write((connection) =>
        connection.run(
          'INSERT INTO ed2k_hashes VALUES (?, ?, ?) ON CONFLICT (file_hash) DO NOTHING',
          fileHash,
          hash,
          concatBytes(...partHashes),
        ),
      )
    },
    async remove(fileHash) {
      await database.write((connection) => connection.run('DELETE FROM ed2k_hashes WHERE file_hash = ?', fileHash))
    },
    userHash: (random) =>
      database.write((connection) => {
        const known = connection.get('SELECT user_hash FROM ed2k_user')?.user_hash
        if (known instanceof Uint8Array) return known
        const userHash = userHashOf(random.bytes(MD4_BYTES))
        connection.run('INSERT INTO ed2k_user VALUES (?)', userHash)
        return userHash
      }),
  }
}
