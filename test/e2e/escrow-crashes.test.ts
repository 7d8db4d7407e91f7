import { expect } from 'chai'
import { connectChain } from '../../src/chain/client.ts'
import { readEscrowIncome } from '../../src/chain/escrow-income.ts'
import { escrowInterface } from '../../src/chain/escrow-interface.ts'
import { parseCoins } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES, chunkCount } from '../../src/domain/chunk.ts'
import { type Address, parseAddress } from '../../src/domain/ids.ts'
import { chunkPrice, filePrice } from '../../src/domain/price.ts'
import { systemClock } from '../../src/system/clock.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { readTree, writeTree } from '../support/batches.ts'
import type { Crash } from '../support/crashes.ts'
import { readLedger } from '../support/ledger.ts'
import { type Buyer, Market, sha256Of } from '../support/market.ts'

const PRICE = '0.001'
/** 24 chunks, the last one shorter. */
const SIZE_BYTES = 23 * CHUNK_SIZE_BYTES + 1_001
const TOTAL = filePrice(parseCoins(PRICE), SIZE_BYTES)
const DEAREST_CHUNK = chunkPrice(parseCoins(PRICE), CHUNK_SIZE_BYTES)
const BY_ESCROW = ['--pay-by', 'escrow']

/** Who dies where. The first transaction of the first buyer deploys the contract, that of the second locks. */
const CRASHES: readonly Crash[] = [
  ['payer', 'transaction-durable'],
  ['payer', 'transaction-durable'],
  ['payer', 'voucher-durable:7'],
  ['payer', 'payment-sent'],
  ['payer', 'chunk-durable:13'],
  ['payer', 'tail-unpaid'],
  ['payee', 'payee-durable:11'],
  ['payee', 'chunk-sent:17'],
]

/** Of a folder: 30 chunks in four files, in one escrow. */
const FOLDER = new Map([
  ['large.bin', 20 * CHUNK_SIZE_BYTES],
  ['deep/medium.bin', 7 * CHUNK_SIZE_BYTES + 5],
  ['small.bin', 1_000],
  ['deep/tiny.bin', 1],
])
const FOLDER_CRASHES: readonly Crash[] = [
  ['payer', 'transaction-durable'],
  ['payer', 'chunk-durable:13'],
  ['payer', 'tail-unpaid'],
  ['payee', 'chunk-sent:17'],
]

describe('crashes: kill -9 of one side of a download that pays from an escrow', function () {
  this.timeout(240_000)
  let market: Market
  let file: string

  before(async () => {
    market = await Market.open()
    file = await market.file('crash.bin', SIZE_BYTES)
  })
  after(() => market?.close())

  for (const [number, crash] of CRASHES.entries())
    it(`${crash.join(' at ')}: paid once, one lock, and all of the rest back`, async () => {
      const buyer = await play(`file-${number}`, file, crash, { total: TOTAL, chunks: chunkCount(SIZE_BYTES) })
      expect(await sha256Of(buyer.out)).to.equal(await sha256Of(file))
    })

  for (const [number, crash] of FOLDER_CRASHES.entries())
    it(`${crash.join(' at ')}, several files at once: the same, and one lock for all of them`, async () => {
      const folder = market.path(`folder-${number}`)
      await writeTree(folder, FOLDER)
      const sizes = [...FOLDER.values()]
      const total = sizes.reduce((sum, size) => sum + filePrice(parseCoins(PRICE), size), 0n)
      const chunks = sizes.reduce((sum, size) => sum + chunkCount(size), 0)
      const buyer = await play(`folder-of-${number}`, folder, crash, { total, chunks })
      expect([...(await readTree(buyer.out))]).to.deep.equal([...(await readTree(folder))])
    })

  /** One side dies in the middle, and its command is given again; then the books and the chain are held against each other. */
  async function play(
    name: string,
    path: string,
    [side, failPoint]: Crash,
    bought: { readonly total: bigint; readonly chunks: number },
  ): Promise<Buyer> {
    const seller = await market.seller(`seller-${name}`, path, PRICE)
    const buyer = market.buyer(`buyer-${name}`)
    const dying = { env: { CHIRAL_FAIL_POINT: failPoint } }
    const always = { CHIRAL_REDEEM_FEE_PERCENT: '100' }
    let selling = await seller.start({ env: { ...always, ...(side === 'payee' ? dying.env : {}) } })
    let buying = buyer.get(selling, { more: BY_ESCROW, ...(side === 'payer' ? dying : {}) })
    const died = await (side === 'payer' ? buying : selling.process).finished
    expect(died.signal, `${died.stdout}${died.stderr}`).to.equal('SIGKILL')
    if (side === 'payer') buying = buyer.get(selling, { more: BY_ESCROW })
    else selling = await seller.start({ env: always })
    const { code, stderr } = await buying.finished
    expect(code, stderr).to.equal(0)

    expect((await selling.process.stop('SIGINT')).code).to.equal(0)
    const payer = readLedger(buyer.dataDirectory)
    const payee = readLedger(seller.dataDirectory)
    const { total, chunks } = bought
    expect(payer.purchases.size).to.equal(chunks)
    expect(payer.asPayer[0]).to.include({ vouchered: total, verified: total })
    expect(payee.asPayee[0]).to.include({ vouchered: total, committed: total, writtenOff: 0n })
    expect((payer.asPayer[0]?.vouchered ?? 0n) - total <= DEAREST_CHUNK).to.equal(true)
    const { locks, locked, returned } = await onChain(market.rpcUrl, payer.account)
    expect(locks).to.equal(1)
    expect(locked - returned).to.equal(total)
    return buyer
  }
})

/** What the contract's events say of a payer. */
async function onChain(rpcUrl: string, payer: Address): Promise<{ locks: number; locked: bigint; returned: bigint }> {
  const client = await connectChain({ rpcUrl, clock: systemClock, log: silentLogger })
  try {
    const { number: toBlock } = await client.head()
    const own = `0x${payer.slice(2).toLowerCase().padStart(64, '0')}`
    const topics = [escrowInterface.getEvent('Locked').topicHash, null, own]
    const locks = await client.logs({ fromBlock: 0, toBlock, topics })
    const [first] = locks
    if (first === undefined) throw new Error('nothing was locked')
    const toppedUp = [escrowInterface.getEvent('ToppedUp').topicHash, first.topics[1] ?? null]
    const paidIn = [...locks, ...(await client.logs({ fromBlock: 0, toBlock, topics: toppedUp }))]
    const income = await readEscrowIncome(
      client,
      { address: parseAddress(first.address), deployedAt: 0 },
      { account: payer, toBlock },
    )
    return {
      locks: locks.length,
      locked: paidIn.reduce((sum, { topics: named, data }) => {
        const { args } = escrowInterface.parseLog({ topics: [...named], data }) ?? {}
        return sum + BigInt(args?.getValue('amount'))
      }, 0n),
      returned: income.reduce((sum, { kind, amount }) => sum + (kind === 'returned' ? amount : 0n), 0n),
    }
  } finally {
    client.close()
  }
}
