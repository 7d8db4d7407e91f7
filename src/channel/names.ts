import type { Connection } from '../system/database.ts'

/** The number that stands in rows of chunks for an account, a file or a download, where it has one. docs/adr/0083-names-as-numbers.md */
export function findNameId(connection: Connection, name: string): number | undefined {
  return connection.memo.recall(connection.memo.name('channel name', name), () => {
    const row = connection.get('SELECT id FROM channel_names WHERE name = ?', name)
    return row === undefined ? undefined : Number(row['id'])
  })
}

/** The same, and gives it one if it has none: within a unit of work. */
export function nameId(connection: Connection, name: string): number {
  const known = findNameId(connection, name)
  if (known !== undefined) return known
  connection.run('INSERT INTO channel_names (name) VALUES (?)', name)
  const id = findNameId(connection, name)
  if (id === undefined) throw new Error(`${name} was given a number and has none`)
  return id
}
