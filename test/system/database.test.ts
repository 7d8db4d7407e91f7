import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { type Connection, type Database, openDatabase } from '../../src/system/database.ts'

describe('system/database', () => {
  let directory: string
  let database: Database

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'chiral-database-'))
    database = openDatabase(join(directory, 'node.db'))
    database.migrate('test', ['CREATE TABLE items (name TEXT PRIMARY KEY) STRICT'])
  })

  afterEach(async () => {
    database.close()
    await rm(directory, { recursive: true })
  })

  const names = (): unknown[] =>
    database.read((connection) => connection.all('SELECT name FROM items ORDER BY name')).map((row) => row.name)

  it('rolls back a unit that throws, alone', async () => {
    const results = await Promise.allSettled([
      database.write((connection) => connection.run('INSERT INTO items VALUES (?)', 'a')),
      database.write((connection) => {
        connection.run('INSERT INTO items VALUES (?)', 'b')
        throw new Error('no')
      }),
      database.write((connection) => connection.run('INSERT INTO items VALUES (?)', 'c')),
    ])
    expect(results.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected', 'fulfilled'])
    expect(names()).to.deep.equal(['a', 'c'])
  })

  it('forgets remembered rows of a unit that is rolled back', async () => {
    const count = (connection: Connection): unknown =>
      connection.memo.recall('count', () => connection.all('SELECT name FROM items').length)
    let number = 0
    const add = (connection: Connection): void => {
      connection.run('INSERT INTO items VALUES (?)', `item ${number++}`)
      connection.memo.forget('count')
      count(connection)
    }
    await database.write(add)
    expect(database.read(count)).to.equal(1)
    const failed = database.write((connection) => {
      add(connection)
      throw new Error('no')
    })
    await failed.catch(() => {})
    expect(database.read(count)).to.equal(1)
    await database.write(add)
    expect(database.read(count)).to.equal(2)
  })

  it('shows a unit what the units before it wrote in the same commit', async () => {
    void database.write((connection) => connection.run('INSERT INTO items VALUES (?)', 'a'))
    const seen = await database.write((connection) => connection.all('SELECT name FROM items').length)
    expect(seen).to.equal(1)
  })

  it('keeps what was written over a restart, and runs each migration once', async () => {
    await database.write((connection) => connection.run('INSERT INTO items VALUES (?)', 'a'))
    database.close()
    database = openDatabase(join(directory, 'node.db'))
    database.migrate('test', [
      'CREATE TABLE items (name TEXT PRIMARY KEY) STRICT',
      'ALTER TABLE items ADD COLUMN size INTEGER',
    ])
    expect(names()).to.deep.equal(['a'])
    expect(() => database.migrate('test', []))
      .to.throw()
      .with.property('code', 'STORE_NEWER')
  })

  it('finishes what is queued when it is closed', async () => {
    const written = database.write((connection) => connection.run('INSERT INTO items VALUES (?)', 'late'))
    database.close()
    await written
    database = openDatabase(join(directory, 'node.db'))
    expect(names()).to.deep.equal(['late'])
  })

  it('says which file cannot be opened', () => {
    expect(() => openDatabase(join(directory, 'missing', 'node.db')))
      .to.throw()
      .with.property('code', 'STORE_FAILED')
  })
})
