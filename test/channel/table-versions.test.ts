import { expect } from 'chai'
import { newBudget } from '../../src/channel/budget.ts'
import { bookedChunks, bookVerified, saveBudget, sellersOf } from '../../src/channel/budget-store.ts'
import { loadDelivery, recentDeliveries, saveDelivery } from '../../src/channel/delivery-store.ts'
import { findNameId, nameId } from '../../src/channel/names.ts'
import { migrateChannels } from '../../src/channel/store.ts'
import { TABLE_VERSIONS } from '../../src/channel/table-versions.ts'
import { wei } from '../../src/domain/amount.ts'
import { addressOf, fileHashOf } from '../../src/domain/ids.ts'
import { type Database, openDatabase } from '../../src/system/database.ts'

const PAYER = addressOf(new Uint8Array(20).fill(1))
const PAYEE = addressOf(new Uint8Array(20).fill(2))
const OTHER = addressOf(new Uint8Array(20).fill(3))
const FILE = fileHashOf(new Uint8Array(32).fill(4))
const NEXT_FILE = fileHashOf(new Uint8Array(32).fill(5))
/** How many versions there were when rows of chunks had names in them. */
const WITH_NAMES = 9

describe('channel/table-versions', () => {
  let database: Database

  beforeEach(() => {
    database = openDatabase(':memory:')
  })
  afterEach(() => database.close())

  it('keeps what was sold and bought when rows get numbers in place of names', async () => {
    database.migrate('channel', TABLE_VERSIONS.slice(0, WITH_NAMES))
    const deliveries = [
      [PAYER, FILE, 0, '7', 0, 1_000, 1, 1],
      [PAYER, FILE, 1, '7', 2, 2_000, 3, 2],
      [OTHER, FILE, 1, '8', 0, 3_000, 1, 1],
      [PAYER, NEXT_FILE, 0, '9', 0, 4_000, 4, 4],
    ] as const
    const purchases = [
      ['a', FILE, 0, PAYEE, '7'],
      ['a', FILE, 1, PAYEE, '7'],
      ['a', FILE, 1, OTHER, '6'],
      ['b', NEXT_FILE, 0, OTHER, '5'],
    ] as const
    await database.write((connection) => {
      for (const row of deliveries)
        connection.run('INSERT INTO channel_deliveries VALUES (?, ?, ?, ?, ?, ?, ?, ?)', ...row)
      for (const row of purchases) connection.run('INSERT INTO channel_verified VALUES (?, ?, ?, ?, ?)', ...row)
      for (const download of ['a', 'b']) connection.run('INSERT INTO channel_downloads VALUES (?, ?)', download, '{}')
    })

    migrateChannels(database)

    database.read((connection) => {
      const rowsOf = (table: string): unknown[] =>
        connection.all(`SELECT * FROM ${table}`).map((row) => Object.values(row))
      expect(rowsOf('channel_deliveries')).to.have.deep.members(deliveries)
      expect(rowsOf('channel_verified')).to.have.deep.members(purchases)
      expect(loadDelivery(connection, PAYER, { fileHash: FILE, chunkIndex: 1 })).to.deep.equal({
        price: 7n,
        resends: 2,
        resentAt: 2_000,
      })
      expect(recentDeliveries(connection, PAYER)).to.deep.equal([
        { fileHash: NEXT_FILE, chunkIndex: 0 },
        { fileHash: FILE, chunkIndex: 1 },
        { fileHash: FILE, chunkIndex: 0 },
      ])
      expect(bookedChunks(connection, 'a', FILE)).to.deep.equal([0, 1])
      expect(sellersOf(connection, { fileHash: FILE, chunkIndex: 1 })).to.have.members([PAYEE, OTHER])
      expect(sellersOf(connection, { fileHash: FILE, chunkIndex: 1 }, 'b')).to.deep.equal([])
    })
    await database.write((connection) =>
      saveDelivery(
        connection,
        PAYER,
        { fileHash: FILE, chunkIndex: 2 },
        { price: wei(7n), resends: 0, resentAt: 5_000 },
      ),
    )
    const newest = database.read((connection) =>
      connection.get('SELECT number, sold FROM channel_deliveries WHERE payer = ? AND chunk_index = 2', PAYER),
    )
    expect({ ...newest }, 'goes on with the numbers').to.deep.equal({ number: 5, sold: 5 })
  })

  describe('a name’s number', () => {
    beforeEach(() => migrateChannels(database))

    it('is the same for whoever asks', async () => {
      const given = await database.write((connection) => [FILE, PAYER, FILE].map((name) => nameId(connection, name)))
      expect(given[2]).to.equal(given[0])
      expect(given[1]).not.to.equal(given[0])
      expect(database.read((connection) => findNameId(connection, FILE))).to.equal(given[0])
      expect(database.read((connection) => findNameId(connection, NEXT_FILE))).to.equal(undefined)
    })

    it('goes with the unit of work that gave it: what is booked next stands under a name', async () => {
      const failing = database.write((connection) => {
        nameId(connection, FILE)
        throw new Error('undone')
      })
      // In the same transaction, so that nothing was loaded anew in between.
      const booking = database.write((connection) => {
        saveBudget(connection, 'a', newBudget(wei(10n)))
        return bookVerified(connection, { downloadId: 'a', payee: PAYEE }, { fileHash: FILE, chunkIndex: 3 }, wei(1n))
      })
      expect(await failing.catch((error: Error) => error.message)).to.equal('undone')
      expect(await booking).to.equal(true)
      const rows = database.read((connection) => connection.all('SELECT file_hash, payee FROM channel_verified'))
      expect(rows.map((row) => ({ ...row }))).to.deep.equal([{ file_hash: FILE, payee: PAYEE }])
    })
  })
})
