import { readFile } from 'node:fs/promises'
import { expect } from 'chai'
import { parseCoins } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES, chunkCount } from '../../src/domain/chunk.ts'
import { chunkPrice, filePrice } from '../../src/domain/price.ts'
import { fieldsOf } from '../support/json.ts'
import { readLedger } from '../support/ledger.ts'
import { Market, payoutsTo, type RunningSeller, sha256Of } from '../support/market.ts'

const PRICE = '0.001'
/** Long enough, one request at a time, to be met in the middle. */
const SIZE_BYTES = 160 * CHUNK_SIZE_BYTES
const TOTAL = filePrice(parseCoins(PRICE), SIZE_BYTES)
const CHUNK_PRICE = chunkPrice(parseCoins(PRICE), CHUNK_SIZE_BYTES)
/** Verified chunks at which the outage begins. */
const MIDDLE = 20
const SLOWLY = ['--window', '1']
const TIMEOUT_MS = 180_000

describe('outages in the middle of a download', function () {
  this.timeout(TIMEOUT_MS)
  let market: Market
  let file: string

  beforeEach(async () => {
    market = await Market.open()
    file = await market.file('outage.bin', SIZE_BYTES)
  })

  afterEach(() => market?.close())

  it('goes on from the others when a seeder is killed, and owes it at most one chunk', async () => {
    const sellers = [
      await (await market.seller('seller-1', file, PRICE)).start(),
      await (await market.seller('seller-2', file, PRICE)).start(),
    ]
    const [first, second] = sellers
    if (first === undefined || second === undefined) throw new Error('unreachable: two sellers')
    const buyer = market.buyer('buyer')
    const buying = buyer.get(second, { more: [...SLOWLY, '--bootstrap', first.bootstrap] })
    const reached = await buyer.reached(buying, MIDDLE)
    expect(reached?.sources.map(({ payee }) => payee)).to.include(second.address)
    first.process.signal('SIGKILL')
    await first.process.finished

    const { code, stderr } = await buying.finished
    expect(code, stderr).to.equal(0)
    expect(await sha256Of(buyer.out)).to.equal(await sha256Of(file))
    const { account, asPayer, verified, purchases } = readLedger(buyer.dataDirectory)
    expect({ verified, chunks: purchases.size }).to.deep.equal({ verified: TOTAL, chunks: chunkCount(SIZE_BYTES) })
    const pairOf = ({ address }: RunningSeller) => asPayer.find(({ payee }) => payee === address)
    const dead = pairOf(first)
    const alive = pairOf(second)
    // The one that went on is paid to the wei; the dead one cannot deliver what may have been paid ahead, one chunk.
    expect(alive?.vouchered).to.equal(alive?.verified)
    expect(payoutsTo(await market.events(), { payer: account, payee: second.address }).paid).to.equal(alive?.verified)
    expect((dead?.vouchered ?? 0n) - (dead?.verified ?? 0n) <= CHUNK_PRICE).to.equal(true)

    // When it comes back, it is paid first of all: it has lost nothing either.
    const debt = (dead?.verified ?? 0n) - (dead?.vouchered ?? 0n)
    expect(debt <= (dead?.verified ?? 0n) / 8n + CHUNK_PRICE).to.equal(true)
  })

  it('survives kill -9 of the chain', async () => {
    const selling = await (await market.seller('seller', file, PRICE)).start()
    const buyer = market.buyer('buyer')
    const buying = buyer.get(selling, { more: SLOWLY })
    await buyer.reached(buying, MIDDLE)
    const lock: unknown = JSON.parse(await readFile(market.path('chain', 'chain', 'dev-chain.lock'), 'utf8'))
    process.kill(Number(fieldsOf(lock)['chainPid']), 'SIGKILL')

    const { code, stderr } = await buying.finished
    expect(code, stderr).to.equal(0)
    expect(await sha256Of(buyer.out)).to.equal(await sha256Of(file))
    const { account, verified, signed } = readLedger(buyer.dataDirectory)
    expect({ verified, signed }).to.deep.equal({ verified: TOTAL, signed: TOTAL })
    const parties = { payer: account, payee: selling.address }
    const events = await market.eventsUntil((seen) => payoutsTo(seen, parties).closed > 0)
    expect(payoutsTo(events, parties)).to.deep.equal({ paid: TOTAL, opened: 1, closed: 1 })
    expect((await selling.process.stop('SIGINT')).code).to.equal(0)
  })
})
