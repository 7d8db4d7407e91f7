import { expect } from 'chai'
import { parseCoins } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES, chunkCount } from '../../src/domain/chunk.ts'
import type { InBandProtocol } from '../../src/domain/in-band-protocol.ts'
import { chunkPrice, filePrice } from '../../src/domain/price.ts'
import { readLedger } from './ledger.ts'
import { type Buyer, Market, payoutsTo, type RunningSeller, type Seller, sha256Of } from './market.ts'
import type { Running } from './processes.ts'

const PRICE = '0.001'
/** 24 chunks, the last one shorter. */
const SIZE_BYTES = 23 * CHUNK_SIZE_BYTES + 1_001
const TOTAL = filePrice(parseCoins(PRICE), SIZE_BYTES)
const DEAREST_CHUNK = chunkPrice(parseCoins(PRICE), CHUNK_SIZE_BYTES)
const TIMEOUT_MS = 150_000

type Side = 'payer' | 'payee'
export type Crash = readonly [side: Side, failPoint: string]

/**
 * Each row: who dies where, in this order. By the rule V ≤ R + one chunk the payee cannot be far ahead of the payer or behind it, so
 * counts that differ by more than its credit come in the order of the row.
 */
export const CRASHES: readonly (readonly Crash[])[] = [
  [['payer', 'voucher-durable']],
  [['payer', 'voucher-durable:7']],
  [['payer', 'want-sent']],
  [['payer', 'payment-sent']],
  [['payer', 'chunk-verified']],
  [['payer', 'chunk-durable:1']],
  [['payer', 'chunk-durable:13']],
  [['payer', 'chunk-durable:23']],
  [['payer', 'tail-unpaid']],
  [['payer', 'transaction-durable']],
  [['payee', 'payee-durable']],
  [['payee', 'payee-durable:11']],
  [['payee', 'chunk-sent:1']],
  [['payee', 'chunk-sent:17']],
  [['payee', 'transaction-durable']],
  [
    ['payer', 'chunk-durable:5'],
    ['payee', 'chunk-sent:12'],
    ['payer', 'voucher-durable:11'],
  ],
]

/** One side of a paid download is killed, and its command given again: a test for each row. */
export function describeCrashes(protocol: InBandProtocol, rows: readonly (readonly Crash[])[]): void {
  describe(`crashes: kill -9 of one side, and the same command again, over ${protocol}`, function () {
    this.timeout(TIMEOUT_MS)
    let market: Market
    let file: string
    let fileSha256: string
    let cases = 0

    before(async () => {
      market = await Market.open()
      file = await market.file('crash.bin', SIZE_BYTES)
      fileSha256 = await sha256Of(file)
    })

    after(() => market?.close())

    for (const crashes of rows)
      it(crashes.map(([side, failPoint]) => `${side} at ${failPoint}`).join(', then '), async () => {
        const number = ++cases
        const seller = await market.seller(`seller-${number}`, file, PRICE)
        const buyer = market.buyer(`buyer-${number}`)
        const { selling, buying } = await play(seller, buyer, crashes)

        const { code, stderr } = await buying.finished
        expect(code, stderr).to.equal(0)
        expect(await sha256Of(buyer.out)).to.equal(fileSha256)

        const payer = readLedger(buyer.dataDirectory)
        const parties = { payer: payer.account, payee: selling.address }
        const closed = (events: Parameters<typeof payoutsTo>[0]): boolean => payoutsTo(events, parties).closed > 0
        const payouts = payoutsTo(await market.eventsUntil(closed), parties)
        expect((await selling.process.stop('SIGINT')).code).to.equal(0)
        const payee = readLedger(seller.dataDirectory)

        // Nothing twice: every chunk was bought once, for the file's price, on one channel.
        expect(payer.verified).to.equal(TOTAL)
        expect(payer.purchases.size).to.equal(chunkCount(SIZE_BYTES))
        expect(payer.transactions).to.deep.equal(['open'])
        expect(payouts).to.deep.equal({ paid: TOTAL, opened: 1, closed: 1 })
        // One seller that comes back: whatever was paid ahead was covered by a later chunk, so nobody lost anything at all.
        const [payerPair] = payer.asPayer
        const [payeePair] = payee.asPayee
        expect(payerPair, 'the pair of the payer').to.include({ vouchered: TOTAL, verified: TOTAL })
        expect(payeePair, 'the pair of the payee').to.include({ vouchered: TOTAL, committed: TOTAL, writtenOff: 0n })
        expect((payerPair?.vouchered ?? 0n) - TOTAL <= DEAREST_CHUNK).to.equal(true)
      })

    /** Plays the crashes in order; what is returned runs without a fail-point. */
    async function play(
      seller: Seller,
      buyer: Buyer,
      crashes: readonly Crash[],
    ): Promise<{ selling: RunningSeller; buying: Running }> {
      const left = { payer: failPointsOf(crashes, 'payer'), payee: failPointsOf(crashes, 'payee') }
      let selling = await seller.start(withEnvironment(left.payee.shift()))
      let buying = buyer.get(selling, withEnvironment(left.payer.shift()))
      for (const [side] of crashes) {
        const died = await (side === 'payer' ? buying : selling.process).finished
        expect(died.signal, `${died.stdout}${died.stderr}`).to.equal('SIGKILL')
        if (side === 'payer') buying = buyer.get(selling, withEnvironment(left.payer.shift()))
        else selling = await seller.start(withEnvironment(left.payee.shift()))
      }
      return { selling, buying }
    }

    function withEnvironment(failPoint: string | undefined): { env: Record<string, string> } {
      return {
        env: { CHIRAL_PROTOCOL: protocol, ...(failPoint === undefined ? {} : { CHIRAL_FAIL_POINT: failPoint }) },
      }
    }
  })
}

function failPointsOf(crashes: readonly Crash[], side: Side): string[] {
  return crashes.filter(([who]) => who === side).map(([, failPoint]) => failPoint)
}
