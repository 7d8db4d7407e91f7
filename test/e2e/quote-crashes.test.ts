import { expect } from 'chai'
import { parseCoins } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES, chunkCount } from '../../src/domain/chunk.ts'
import { filePrice } from '../../src/domain/price.ts'
import { freePort } from '../../src/system/free-port.ts'
import { readLedger } from '../support/ledger.ts'
import { Market, sha256Of } from '../support/market.ts'

const PRICE = '0.001'
const RAISED = '0.003'
/** 24 chunks, the last one shorter. */
const SIZE_BYTES = 23 * CHUNK_SIZE_BYTES + 1_001
const TOTAL = filePrice(parseCoins(PRICE), SIZE_BYTES)
const RAISED_TOTAL = filePrice(parseCoins(RAISED), SIZE_BYTES)

/** Each time the quote has left: at the first chunk that is counted, and when some have been sent. */
const CASES = [
  ['bitswap', 'channel', 'payee-durable'],
  ['webrpc', 'channel', 'chunk-sent:9'],
  ['bitswap', 'escrow', 'chunk-sent:5'],
] as const

describe('crashes: kill -9 of a seller that signed a quote, and asks more when it is back', function () {
  this.timeout(240_000)
  let market: Market
  let file: string

  before(async () => {
    market = await Market.open()
    file = await market.file('quoted.bin', SIZE_BYTES)
  })
  after(() => market?.close())

  for (const [number, [protocol, payBy, failPoint]] of CASES.entries())
    it(`at ${failPoint}, over ${protocol}, by ${payBy}: the payer completes at the quoted price`, async () => {
      const name = `seller-${number}`
      const listen = `/ip4/127.0.0.1/tcp/${await freePort('127.0.0.1')}`
      const env = { CHIRAL_PROTOCOL: protocol, CHIRAL_REDEEM_FEE_PERCENT: '100' }
      const before = await market.seller(name, file, PRICE, listen)
      const dying = await before.start({ env: { ...env, CHIRAL_FAIL_POINT: failPoint } })
      const buyer = market.buyer(`buyer-${number}`)
      const buying = buyer.get(dying, { more: ['--pay-by', payBy], env: { CHIRAL_PROTOCOL: protocol } })
      const died = await dying.process.finished
      expect(died.signal, `${died.stdout}${died.stderr}`).to.equal('SIGKILL')

      const selling = await (await market.seller(name, file, RAISED, listen)).start({ env })
      const { code, stderr } = await buying.finished
      expect(code, stderr).to.equal(0)
      expect(await sha256Of(buyer.out)).to.equal(await sha256Of(file))
      // Whoever comes now has no such paper.
      const late = market.buyer(`late-${number}`)
      const bought = await late.get(selling, { env: { CHIRAL_PROTOCOL: protocol } }).finished
      expect(bought.code, bought.stderr).to.equal(0)

      expect((await selling.process.stop('SIGINT')).code).to.equal(0)
      const payers = [buyer, late].map(({ dataDirectory }) => readLedger(dataDirectory))
      const payee = readLedger(before.dataDirectory)
      for (const [index, total] of [TOTAL, RAISED_TOTAL].entries()) {
        const payer = payers[index]
        expect(payer?.purchases.size).to.equal(chunkCount(SIZE_BYTES))
        expect(payer?.asPayer[0]).to.include({ vouchered: total, verified: total })
        const pair = payee.asPayee.find((each) => each.payer === payer?.account)
        expect(pair).to.include({ vouchered: total, committed: total, writtenOff: 0n })
      }
    })
})
