import { ChiralError } from '../domain/errors.ts'
import type { Database } from '../system/database.ts'
import type { ChainIdentity } from './client.ts'

const MIGRATIONS = [
  'CREATE TABLE chain_binding (one INTEGER PRIMARY KEY CHECK (one = 1), chain_id INTEGER NOT NULL, genesis_hash TEXT NOT NULL) STRICT',
]

/** The chain a database belongs to, or `undefined` for a new one. */
export function boundChain(database: Database): ChainIdentity | undefined {
  database.migrate('chain-binding', MIGRATIONS)
  const row = database.read((connection) => connection.get('SELECT chain_id, genesis_hash FROM chain_binding'))
  return row === undefined ? undefined : { chainId: Number(row.chain_id), genesisHash: String(row.genesis_hash) }
}

/**
 * Ties a new database to `identity`; vouchers and nonces of one chain mean nothing, or something dangerous, on another.
 *
 * @throws ChiralError `CHAIN_MISMATCH` when the database belongs to another chain
 */
export async function bindDatabase(database: Database, identity: ChainIdentity): Promise<void> {
  const bound = boundChain(database)
  if (bound === undefined) {
    await database.write((connection) =>
      connection.run('INSERT OR IGNORE INTO chain_binding VALUES (1, ?, ?)', identity.chainId, identity.genesisHash),
    )
    return bindDatabase(database, identity) // somebody else may have been first
  }
  if (bound.chainId !== identity.chainId || bound.genesisHash !== identity.genesisHash)
    throw new ChiralError(
      'CHAIN_MISMATCH',
      `This data directory belongs to another chain ${bound.chainId} (its first block differs): use another data directory for chain ${identity.chainId}, or correct --rpc.`,
      { details: { expected: bound, actual: identity } },
    )
}
