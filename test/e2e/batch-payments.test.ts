import { expect } from 'chai'
import { connectChain } from '../../src/chain/client.ts'
import { findEscrow } from '../../src/chain/deploy.ts'
import { escrowInterface } from '../../src/chain/escrow-interface.ts'
import { parseCoins } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES, chunkCount } from '../../src/domain/chunk.ts'
import type { Address } from '../../src/domain/ids.ts'
import { filePrice } from '../../src/domain/price.ts'
import { systemClock } from '../../src/system/clock.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { readLedger } from '../support/ledger.ts'
import { Market, sha256Of } from '../support/market.ts'

const PRICE = '0.001'
/** Six chunks, the last one shorter: paid for in two rounds, of four chunks and of two. */
const SIZE_BYTES = 5 * CHUNK_SIZE_BYTES + 1_001
const TOTAL = filePrice(parseCoins(PRICE), SIZE_BYTES)

/** Where the buyer dies. The first transaction of the first one puts the Escrow there; those after it pay. */
const DEATHS = [
  'transaction-durable:1',
  'transaction-durable:1',
  'transaction-durable:2',
  'chunk-durable:2',
  'batch-decided',
  'batch-mined',
  'batch-counted',
  'tail-unpaid',
]

describe('crashes: kill -9 of a buyer that pays afterwards, and the same command again', function () {
  this.timeout(120_000)
  let market: Market
  let file: string

  before(async () => {
    market = await Market.open()
    file = await market.file('crash.bin', SIZE_BYTES)
  })
  after(() => market?.close())

  for (const [number, failPoint] of DEATHS.entries())
    it(`buyer ${number + 1} at ${failPoint}`, async () => {
      const seller = await market.seller(`seller-${number}`, file, PRICE)
      const buyer = market.buyer(`buyer-${number}`)
      const selling = await seller.start()
      const more = ['--pay-by', 'batch']
      const died = await buyer.get(selling, { more, env: { CHIRAL_FAIL_POINT: failPoint } }).finished
      expect(died.signal, `${died.stdout}${died.stderr}`).to.equal('SIGKILL')
      const { code, stderr } = await buyer.get(selling, { more }).finished
      expect(code, stderr).to.equal(0)
      expect(await sha256Of(buyer.out)).to.equal(await sha256Of(file))
      expect((await selling.process.stop('SIGINT')).code).to.equal(0)

      const payer = readLedger(buyer.dataDirectory)
      expect(payer).to.include({ verified: TOTAL, signed: TOTAL })
      expect(payer.purchases.size).to.equal(chunkCount(SIZE_BYTES))
      expect(payer.asPayer[0]).to.include({ vouchered: TOTAL, verified: TOTAL })
      const payee = readLedger(seller.dataDirectory)
      expect(payee.asPayee[0]).to.include({ vouchered: TOTAL, committed: TOTAL, writtenOff: 0n })
      expect(await paidTo(selling.address, market.rpcUrl)).to.equal(TOTAL)
    })
})

/** Σ of what the Escrow paid to an account, by its events alone. */
async function paidTo(account: Address, rpcUrl: string): Promise<bigint> {
  const client = await connectChain({ rpcUrl, clock: systemClock, log: silentLogger })
  try {
    const escrow = await findEscrow(client, [])
    if (escrow === undefined) throw new Error('nobody put the Escrow there')
    const { number: toBlock } = await client.head()
    const logs = await client.logs({ address: escrow.address, fromBlock: 0, toBlock })
    return logs.reduce((sum, { topics, data }) => {
      const parsed = escrowInterface.parseLog({ topics: [...topics], data })
      const isPaid = parsed?.name === 'Paid' && parsed.args.getValue('payee') === account
      return isPaid ? sum + BigInt(parsed.args.getValue('amount')) : sum
    }, 0n)
  } finally {
    client.close()
  }
}
