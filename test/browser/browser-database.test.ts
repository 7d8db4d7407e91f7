import { DatabaseSync } from 'node:sqlite'
import { expect } from 'chai'
import fc from 'fast-check'
import { type BrowserDatabase, openBrowserDatabase } from '../../src/browser/database/browser-database.ts'
import { codeOf } from '../../src/domain/errors.ts'
import { MemoryPageStore } from './memory-page-store.ts'

const SCHEMA = ['CREATE TABLE items (id INTEGER PRIMARY KEY, amount INTEGER, name TEXT, bytes BLOB) STRICT']
const INSERT = 'INSERT INTO items (amount, name, bytes) VALUES (?, ?, ?)'

describe('browser/database', () => {
  let store: MemoryPageStore
  let database: BrowserDatabase

  const open = async (): Promise<BrowserDatabase> => {
    const opened = await openBrowserDatabase(store, setImmediate)
    opened.migrate('test', SCHEMA)
    return opened
  }
  const add = (name: string, bytes = new Uint8Array(0)): Promise<unknown> =>
    database.write((connection) => connection.run(INSERT, 1n, name, bytes))
  const names = (from = database): unknown[] =>
    from.read((connection) => connection.all('SELECT name FROM items ORDER BY id')).map((row) => row.name)

  beforeEach(async () => {
    store = new MemoryPageStore()
    database = await open()
  })
  afterEach(() => database.stop())

  it('gives back every kind of value as the database of Node does', async () => {
    const largest = 2n ** 63n - 1n
    await database.write((connection) => connection.run(INSERT, largest, null, Uint8Array.of(1, 2, 255)))
    const row = database.read((connection) => connection.get('SELECT * FROM items WHERE id = ?', 1))
    expect({ ...row }).to.deep.equal({ id: 1, amount: largest, name: null, bytes: Uint8Array.of(1, 2, 255) })
    expect(database.read((connection) => connection.get('SELECT * FROM items WHERE id = ?', 2))).to.equal(undefined)
  })

  it('counts the rows that a statement changed', async () => {
    await Promise.all([add('a'), add('b')])
    const changed = await database.write((connection) => connection.run("UPDATE items SET name = 'c'").changes)
    expect(changed).to.equal(2)
  })

  it('rolls back a unit that throws, alone', async () => {
    const failed = database.write((connection) => {
      connection.run(INSERT, 1, 'wrong', null)
      throw new Error('no')
    })
    await Promise.all([add('a'), failed.catch(() => {}), add('b')])
    expect(names()).to.deep.equal(['a', 'b'])
  })

  it('leaves an error of SQLite to its unit, and goes on', async () => {
    const twice = database.write((connection) => connection.run('INSERT INTO items (id) VALUES (7), (7)'))
    expect(await twice.then(() => 'stored', String)).to.match(/UNIQUE/)
    await add('a')
    expect(names()).to.deep.equal(['a'])
  })

  it('resolves a write when the store has taken it, and lets those that come meanwhile share the next turn', async () => {
    const gates: (() => void)[] = []
    store.gate = () => new Promise((resolve) => gates.push(resolve))
    const done: string[] = []
    const wait = (name: string): Promise<void> => add(name).then(() => void done.push(name))
    const first = wait('first')
    while (gates.length === 0) await new Promise(setImmediate)
    const rest = [wait('second'), wait('third')]
    while (names().length < 3) await new Promise(setImmediate)
    expect(done).to.deep.equal([])
    const before = store.stores
    store.gate = () => Promise.resolve()
    gates[0]?.()
    await Promise.all([first, ...rest])
    expect(store.stores - before).to.equal(1)
    expect(done).to.deep.equal(['first', 'second', 'third'])
  })

  it('refuses every later write when one could not be stored', async () => {
    await add('before')
    store.gate = () => Promise.reject(new Error('the quota is used up'))
    expect(await add('lost').then(() => 'stored', codeOf)).to.equal('STORE_FAILED')
    store.gate = () => Promise.resolve()
    expect(await add('after').then(() => 'stored', codeOf)).to.equal('STORE_FAILED')
    expect(names(await open())).to.deep.equal(['before'])
  })

  it('is a file that any SQLite reads, after it grew and shrank', async () => {
    for (let i = 0; i < 40; i++) await add(`item ${i}`, new Uint8Array(10_000).fill(i))
    const large = store.sizeBytes
    await database.write((connection) => connection.run('DELETE FROM items WHERE id > 3'))
    database.migrate('smaller', ['CREATE TABLE other (id INTEGER PRIMARY KEY) STRICT'])
    await add('last')
    await database.stop()
    expect(large).to.be.above(400_000)
    const read = new DatabaseSync(':memory:')
    read.deserialize(store.file())
    expect(read.prepare('PRAGMA integrity_check').get()).to.deep.include({ integrity_check: 'ok' })
    expect(read.prepare('SELECT count(*) AS rows FROM items').get()).to.deep.include({ rows: 4 })
    read.close()
    database = await open()
    expect(names()).to.deep.equal(['item 0', 'item 1', 'item 2', 'last'])
  })

  it('holds after a crash exactly the transactions up to some point, and all that were said to be stored', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(12), fc.array(fc.nat(3), { maxLength: 12 }), async (survived, groups) => {
        store = new MemoryPageStore()
        const crashing = await openBrowserDatabase(store, setImmediate)
        crashing.migrate('test', SCHEMA)
        store.gate = () => (store.stores > survived ? new Promise(() => {}) : Promise.resolve())
        const told: number[] = []
        let number = 0
        for (const size of groups) {
          for (let i = 0; i < size; i++) {
            const own = number++
            const unit = crashing.write((connection) => connection.run(INSERT, own, `${own}`, new Uint8Array(9_000)))
            void unit.then(() => told.push(own))
          }
          for (let turn = 0; turn < 4; turn++) await new Promise(setImmediate)
        }
        store.gate = () => Promise.resolve() // what was held back is lost
        const reopened = await open()
        const held = names(reopened).map(Number)
        await reopened.stop()
        expect(held).to.deep.equal(held.map((_, index) => index))
        expect(told.every((own) => held.includes(own))).to.equal(true)
      }),
      { numRuns: 40 },
    )
  })
})
