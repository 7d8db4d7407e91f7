import type { Address, FileHash } from '../domain/ids.ts'
import type { Connection } from '../system/database.ts'

/** What a number stands for in rows of chunks: an account, a file, or a download. */
export type Name = Address | FileHash | string

/** The number of a name, where it has one. */
export function findNameId(connection: Connection, name: Name): number | undefined {
  return connection.memo.recall(connection.memo.name('channel name', name), () => {
    const row = connection.get('SELECT id FROM channel_names WHERE name = ?', name)
    return row === undefined ? undefined : Number(row['id'])
  })
}

/** The number of a name, which is given one if it has none: within a unit of work. */
export function nameId(connection: Connection, name: Name): number {
  const known = findNameId(connection, name)
  if (known !== undefined) return known
  connection.run('INSERT INTO channel_names (name) VALUES (?)', name)
  const id = findNameId(connection, name)
  if (id === undefined) throw new Error(`${name} was given a number and has none`)
  return id
}
