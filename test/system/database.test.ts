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

  it('tells what was written before it is durable, in order, and not what was rolled back', async () => {
    const told: string[] = []
    const add = (name: string): Promise<unknown> => {
      const work = (connection: Connection): string => {
        connection.run('INSERT INTO items VALUES (?)', name)
        if (name === 'b') throw new Error('no')
        return name
      }
      const written = database.write(work, (result) => told.push(`${result} of ${names().join('')}`))
      return written.then(() => told.push(`${name} durable`))
    }
    const [, refused] = await Promise.allSettled([add('a'), add('b'), add('c')])
    expect(refused).to.have.property('status', 'rejected')
    expect(told).to.deep.equal(['a of ac', 'c of ac', 'a durable', 'c durable'])
  })

  describe('what is written because a unit has run', () => {
    let transactions: (() => void)[]

    beforeEach(() => {
      transactions = []
      database.close()
      const log = {
        after: (callback: (error: null) => void) => void transactions.push(() => callback(null)),
        close: () => {},
      }
      database = openDatabase(join(directory, 'node.db'), { afterTurn: setImmediate, log })
    })

    const add = (name: string, onApplied?: () => void): Promise<unknown> =>
      database.write((connection) => connection.run('INSERT INTO items VALUES (?)', name), onApplied)

    it('is part of its transaction, however long the chain', async () => {
      const chain: Promise<unknown>[] = []
      const first = add('a', () => {
        chain.push(
          add('b', () => {
            chain.push(add('c'))
          }),
        )
      })
      await new Promise(setImmediate)
      expect(names()).to.deep.equal(['a', 'b', 'c'])
      expect(transactions).to.have.length(1)
      transactions[0]?.()
      await Promise.all([first, ...chain])
    })

    it('comes after everything that was queued with it', async () => {
      const seen: unknown[] = []
      void add('a', () => {
        void database.write(() => seen.push(names()))
      })
      void add('b')
      await new Promise(setImmediate)
      expect(seen).to.deep.equal([['a', 'b']])
    })

    it('is not stored where the transaction cannot be, nor is anything lost that follows', async () => {
      database.migrate('parts', [
        'CREATE TABLE parts (item TEXT REFERENCES items DEFERRABLE INITIALLY DEFERRED) STRICT',
      ])
      const inner: Promise<unknown>[] = []
      const outer = add('a', () => {
        inner.push(database.write((connection) => connection.run("INSERT INTO parts VALUES ('of nothing')")))
      })
      for (const failed of [outer, outer.catch(() => inner[0])]) {
        const error = await failed.catch((reason: unknown) => reason)
        expect(error).to.have.property('code', 'STORE_FAILED')
      }
      expect(names()).to.deep.equal([])
      void add('b')
      await new Promise(setImmediate)
      expect(names()).to.deep.equal(['b'])
    })

    it('goes into the next transaction where one is full', async () => {
      let count = 0
      const more = (): void => {
        if (++count < 600) void add(`item ${count}`, more)
      }
      more()
      while (count < 600) await new Promise(setImmediate)
      expect(transactions).to.have.length(3)
    })
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

  describe('a staged row', () => {
    let writes = 0
    const stage = (connection: Connection, count: number): void =>
      connection.memo.stage('counter', count, {
        table: 'items',
        write: () => {
          writes++
          connection.run('INSERT OR REPLACE INTO items (rowid, name) VALUES (1, ?)', `counter ${count}`)
        },
      })
    const staged = (connection: Connection): number => connection.memo.recall('counter', () => 0)
    const countUp = (connection: Connection): void => stage(connection, staged(connection) + 1)

    beforeEach(() => {
      writes = 0
    })

    it('is written once a transaction, as the last unit left it', async () => {
      await Promise.all(Array.from({ length: 5 }, () => database.write(countUp)))
      expect(names()).to.deep.equal(['counter 5'])
      expect(writes).to.equal(1)
      expect(database.read(staged)).to.equal(5)
    })

    it('is written before a statement that names its table', async () => {
      const seen = await database.write((connection) => {
        countUp(connection)
        return connection.all('SELECT name FROM items')
      })
      expect(seen.map(({ name }) => name)).to.deep.equal(['counter 1'])
    })

    it('is gone with the unit that is rolled back, and that alone', async () => {
      await Promise.allSettled([
        database.write(countUp),
        database.write((connection) => {
          expect(connection.all('SELECT name FROM items')).to.have.length(1)
          countUp(connection)
          expect(staged(connection)).to.equal(2)
          throw new Error('no')
        }),
        database.write(countUp),
      ])
      expect(names()).to.deep.equal(['counter 2'])
      expect(database.read(staged)).to.equal(2)
    })

    it('comes back when the unit that had it written is rolled back', async () => {
      await Promise.allSettled([
        database.write(countUp),
        database.write((connection) => {
          connection.all('SELECT name FROM items')
          throw new Error('no')
        }),
      ])
      expect(names()).to.deep.equal(['counter 1'])
    })

    it('is gone with a unit that is rolled back before its first statement', async () => {
      await Promise.allSettled([
        database.write(countUp),
        database.write((connection) => {
          countUp(connection)
          throw new Error('no')
        }),
        database.write((connection) => connection.run('INSERT INTO items (rowid, name) VALUES (2, ?)', 'other')),
      ])
      expect(names()).to.deep.equal(['counter 1', 'other'])
      expect(database.read(staged)).to.equal(1)
    })

    it('is what a statement made of it once it is forgotten, unless that is rolled back', async () => {
      const loaded = (connection: Connection): unknown =>
        connection.memo.recall('counter', () => connection.all('SELECT name FROM items').map(({ name }) => name))
      const remove = (connection: Connection): void => {
        connection.run('DELETE FROM items')
        connection.memo.forget('counter')
      }
      const [, seen] = await Promise.all([
        database.write(countUp),
        database.write((connection) => {
          remove(connection)
          return loaded(connection)
        }),
      ])
      expect(seen).to.deep.equal([])
      expect(database.read(loaded)).to.deep.equal([])
      expect(names()).to.deep.equal([])
      database.read((connection) => connection.memo.forget('counter'))
      await Promise.allSettled([
        database.write(countUp),
        database.write((connection) => {
          remove(connection)
          throw new Error('no')
        }),
      ])
      expect(names()).to.deep.equal(['counter 1'])
      expect(database.read(staged)).to.equal(1)
    })

    it('is forgotten with a transaction that cannot be stored', async () => {
      await database.write(countUp)
      const failed = database.write((connection) =>
        connection.memo.stage('counter', 7, {
          table: 'items',
          write: () => connection.run('INSERT INTO nowhere VALUES (1)'),
        }),
      )
      const error = await failed.catch((reason: unknown) => reason)
      expect(error).to.have.property('code', 'STORE_FAILED')
      database.read((connection) => connection.memo.recall('counter', () => 1))
      expect(database.read(staged)).to.equal(1)
      expect(names()).to.deep.equal(['counter 1'])
    })
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

  it('leaves nothing of a migration that fails, and says so', () => {
    const versions = ['CREATE TABLE others (name TEXT) STRICT; INSERT INTO nowhere VALUES (1)']
    expect(() => database.migrate('other', versions))
      .to.throw()
      .with.property('code', 'STORE_FAILED')
    const count = database.read((connection) =>
      connection.all("SELECT 1 FROM sqlite_schema WHERE name = 'others'"),
    ).length
    expect(count).to.equal(0)
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
