import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'chai'
import { parseCoins } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES, chunkCount } from '../../src/domain/chunk.ts'
import { filePrice } from '../../src/domain/price.ts'
import { readLedger } from '../support/ledger.ts'
import { Market, payoutsTo, sha256Of } from '../support/market.ts'

const TIMEOUT_MS = 30 * 60_000
const PRICE = '0.001'
const SIZE_BYTES = 600 * CHUNK_SIZE_BYTES
const TOTAL = filePrice(parseCoins(PRICE), SIZE_BYTES)
const KILLS = 20
/** A process is killed at a random instant this long after its start: while it loads, opens a channel, moves chunks or settles. */
const LIFE_MS = { least: 300, most: 4_000 }
/** Fixed, so that a failure can be looked at again; `KILL_SEED` tries another. */
const SEED = process.env['KILL_SEED'] ?? 'kill-1'
const SOAK_DOWNLOADS = 50
const SOAK_SIZE_BYTES = 3 * CHUNK_SIZE_BYTES + 11

describe('for a long time', function () {
  this.timeout(TIMEOUT_MS)
  let market: Market

  beforeEach(async () => {
    market = await Market.open()
  })

  afterEach(() => market?.close())

  it(`${KILLS} times kill -9 at random instants of one download (seed ${SEED}): nothing lost, nothing twice`, async () => {
    const file = await market.file('killed.bin', SIZE_BYTES)
    const seller = await market.seller('seller', file, PRICE)
    const buyer = market.buyer('buyer')
    let selling = await seller.start()
    let buying = buyer.get(selling, { more: ['--window', '2'] })
    for (let kill = 0; kill < KILLS; kill++) {
      // The one test that waits by the clock: the instants are what it is about.
      await delay(LIFE_MS.least + Math.floor(chance(kill) * (LIFE_MS.most - LIFE_MS.least)))
      if (chance(kill + 0.5) < 0.7) {
        buying.signal('SIGKILL')
        await buying.finished
        buying = buyer.get(selling, { more: ['--window', '2'] })
      } else {
        selling.process.signal('SIGKILL')
        await selling.process.finished
        selling = await seller.start()
      }
    }
    let ended = await buying.finished
    // A seller that was away too long for one run is there for the next.
    if (ended.code === 3) ended = await buyer.get(selling).finished
    expect(ended.code, ended.stderr).to.equal(0)
    expect(await sha256Of(buyer.out)).to.equal(await sha256Of(file))

    const payer = readLedger(buyer.dataDirectory)
    const parties = { payer: payer.account, payee: selling.address }
    const events = await market.eventsUntil((seen) => {
      const { opened, closed } = payoutsTo(seen, parties)
      return opened > 0 && opened === closed
    })
    expect((await selling.process.stop('SIGINT')).code).to.equal(0)
    const [payeePair] = readLedger(seller.dataDirectory).asPayee
    expect(payer.verified).to.equal(TOTAL)
    expect(payer.purchases.size).to.equal(chunkCount(SIZE_BYTES))
    expect(payoutsTo(events, parties).paid).to.equal(TOTAL)
    expect(payer.asPayer[0]).to.include({ vouchered: TOTAL, verified: TOTAL })
    expect(payeePair?.vouchered).to.equal(TOTAL)
  })

  it(`${SOAK_DOWNLOADS} downloads in a row by one daemon-less buyer: the books add up at the end`, async () => {
    const file = await market.file('soak.bin', SOAK_SIZE_BYTES)
    const seller = await market.seller('seller', file, PRICE)
    const selling = await seller.start()
    const buyer = market.buyer('buyer')
    const sha256 = await sha256Of(file)
    for (let i = 0; i < SOAK_DOWNLOADS; i++) {
      const out = market.path(`soak-${i}.bin`)
      const { code, stderr } = await buyer.get(selling, { more: ['-o', out] }).finished
      expect(code, stderr).to.equal(0)
      expect(await sha256Of(out)).to.equal(sha256)
    }
    // The first is bought; the others find its chunks on this disk, or are purchases of their own: paid is what was verified.
    const { account, verified, signed } = readLedger(buyer.dataDirectory)
    expect(signed).to.equal(verified)
    const { paid, opened, closed } = payoutsTo(await market.events(), { payer: account, payee: selling.address })
    expect({ paid, closed }).to.deep.equal({ paid: verified, closed: opened })
  })
})

/** A number from 0 to 1 that depends on the seed and `step` alone. */
function chance(step: number): number {
  return createHash('sha256').update(`${SEED}:${step}`).digest().readUInt32BE(0) / 2 ** 32
}
