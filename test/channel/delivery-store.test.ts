import { expect } from 'chai'
import {
  type ChunkRef,
  loadDelivery,
  RECENT_DELIVERIES,
  recentDeliveries,
  saveDelivery,
} from '../../src/channel/delivery-store.ts'
import { RESEND_WINDOW_MS } from '../../src/channel/payee-state.ts'
import { migrateChannels } from '../../src/channel/store.ts'
import { wei } from '../../src/domain/amount.ts'
import { addressOf, fileHashOf } from '../../src/domain/ids.ts'
import { type Database, openDatabase } from '../../src/system/database.ts'

const PAYER = addressOf(new Uint8Array(20).fill(1))
const OTHER = addressOf(new Uint8Array(20).fill(2))
const KEPT = 100
const START = 1_800_000_000_000

const chunk = (chunkIndex: number): ChunkRef => ({ fileHash: fileHashOf(new Uint8Array(32)), chunkIndex })

describe('channel/delivery-store', () => {
  let database: Database

  beforeEach(() => {
    database = openDatabase(':memory:')
    migrateChannels(database)
  })
  afterEach(() => database.close())

  async function deliver(indexes: readonly number[], at: number, payer = PAYER): Promise<void> {
    await database.write((connection) => {
      for (const index of indexes)
        saveDelivery(connection, payer, chunk(index), { price: wei(1n), resends: 0, resentAt: at }, { kept: KEPT })
    })
  }

  const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i)
  const held = (indexes: readonly number[], payer = PAYER): number[] =>
    database.read((connection) => indexes.filter((i) => loadDelivery(connection, payer, chunk(i)) !== undefined))

  it('forgets what is older than a day and follows enough newer ones, for each payer by itself', async () => {
    await deliver(range(0, 150), START)
    await deliver([0, 1], START, OTHER)
    expect(held(range(0, 150)), 'all within the window of re-sends').to.have.length(150)
    await deliver(range(150, 400), START + RESEND_WINDOW_MS + 1)
    expect(held(range(0, 150)), 'the day before').to.deep.equal([])
    expect(held(range(150, 400)), 'today').to.deep.equal(range(150, 400))
    expect(held([0, 1], OTHER)).to.deep.equal([0, 1])
  })

  it('keeps so many of the newest however old they are, what is told as recent among them', async () => {
    await deliver(range(0, 100), START)
    await deliver([100], START + 10 * RESEND_WINDOW_MS)
    expect(held(range(0, 101))).to.deep.equal(range(1, 101))
    const recent = database.read((connection) => recentDeliveries(connection, PAYER))
    expect(recent.map(({ chunkIndex }) => chunkIndex)).to.deep.equal(range(101 - RECENT_DELIVERIES, 101).reverse())
  })
})
