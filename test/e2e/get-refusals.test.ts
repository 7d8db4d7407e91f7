import { readdir, stat, writeFile } from 'node:fs/promises'
import { expect } from 'chai'
import { parseCoins } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES, chunkCount } from '../../src/domain/chunk.ts'
import { filePrice } from '../../src/domain/price.ts'
import { fieldsOf } from '../support/json.ts'
import { readLedger } from '../support/ledger.ts'
import { type Buyer, Market, payoutsTo, type RunningSeller, type Seller, sha256Of } from '../support/market.ts'
import type { Finished } from '../support/processes.ts'

const PRICE = '0.001'
const SIZE_BYTES = 4 * CHUNK_SIZE_BYTES + 1
/** Long enough, a few requests at a time, to be interrupted in the middle. */
const LONG_SIZE_BYTES = 160 * CHUNK_SIZE_BYTES
/** By then the seeder grants credit, so that something is owed when the download stops. */
const INTERRUPTED_AT = 40
const TIMEOUT_MS = 120_000
/** Nobody listens there: port 9 is for discarding. */
const DEAD_PEER = '/ip4/127.0.0.1/tcp/9/p2p/12D3KooWBjFY2L9u8uj5GEAhXpGZ33Hxj9CxzY9duZHroj5o7Ayx'
const DEAD_RPC = 'http://127.0.0.1:9'
const UNKNOWN_ID = '00'.repeat(32)
/** Blocks of 512 bytes that a file may have: a database fits, the download does not. */
const FILE_SIZE_LIMIT_BLOCKS = (4 * CHUNK_SIZE_BYTES) / 512

describe('get: what cannot be', function () {
  this.timeout(TIMEOUT_MS)
  let market: Market
  let file: string
  let seller: Seller
  let selling: RunningSeller
  let cases = 0
  let buyer: Buyer

  before(async () => {
    market = await Market.open()
    file = await market.file('thing.bin', SIZE_BYTES)
    seller = await market.seller('seller', file, PRICE)
    selling = await seller.start()
  })

  after(() => market?.close())

  beforeEach(() => {
    buyer = market.buyer(`buyer-${++cases}`)
  })

  it('without a terminal and without a budget: exit 2, nothing spent', async () => {
    const refused = await get({ yes: false })
    expectFailure(refused, { exit: 2, code: 'CONSENT_NEEDED' })
    expect(readLedger(buyer.dataDirectory).transactions).to.deep.equal([])
  })

  it('an id that is none: exit 2', async () => {
    expectFailure(await get({ id: 'abc' }), { exit: 2, code: 'DECODE_FAILED' })
  })

  it('an id that nobody offers, a bootstrap peer that is not there, and one of another chain: exit 3 each', async () => {
    const other = market.processes.start(['chain', 'dev', '--json', '--data-dir', market.path(`chain-${cases}`)])
    const rpc = String(fieldsOf(await other.document())['rpcUrl'])
    // Each looks for as long as it may, so they look together.
    const [unknown, dead, foreign] = await Promise.all([
      get({ id: UNKNOWN_ID }),
      get({ bootstrap: DEAD_PEER, by: market.buyer(`buyer-${cases}-dead`) }),
      get({ rpc, by: market.buyer(`buyer-${cases}-foreign`) }),
    ])
    expectFailure(unknown, { exit: 3, code: 'NO_SEEDERS' })
    expectFailure(dead, { exit: 3, code: /^(NO_SEEDERS|BOOTSTRAP_UNREACHABLE)$/ })
    expectFailure(foreign, { exit: 3, code: /^(NO_SEEDERS|BOOTSTRAP_OTHER_CHAIN)$/ })
    await other.stop()
  })

  it('an RPC that is not there: exit 3', async () => {
    expectFailure(await get({ rpc: DEAD_RPC }), { exit: 3, code: 'CHAIN_UNREACHABLE' })
  })

  it('a data directory of another chain: exit 1, and the old chain goes on', async () => {
    expect((await get({})).code).to.equal(0)
    const other = market.processes.start(['chain', 'dev', '--json', '--data-dir', market.path(`chain-${cases}`)])
    const rpc = String(fieldsOf(await other.document())['rpcUrl'])
    expectFailure(await get({ rpc }), { exit: 1, code: 'CHAIN_MISMATCH' })
    await other.stop()
    expect((await get({})).code).to.equal(0)
  })

  it('a target folder that is not there: exit 3', async () => {
    const failed = await get({ out: market.path('nowhere', 'thing.bin') })
    expectFailure(failed, { exit: 3, code: 'FILE_NOT_FOUND' })
  })

  it('another file at the target: exit 1, and it stays as it was; with --overwrite it is replaced', async () => {
    await writeFile(buyer.out, 'mine')
    const failed = await get({})
    expectFailure(failed, { exit: 1, code: 'TARGET_EXISTS' })
    expect((await stat(buyer.out)).size).to.equal(4)
    expect(readLedger(buyer.dataDirectory).signed).to.equal(0n)
    const done = await get({ more: ['--overwrite'] })
    expect(done.code, done.stderr).to.equal(0)
    expect(await sha256Of(buyer.out)).to.equal(await sha256Of(file))
  })

  it('the price above --max-total or --max-price: exit 4, nothing spent', async () => {
    expectFailure(await get({ yes: false, more: ['--max-total', '1000wei'] }), { exit: 4, code: 'BUDGET_EXCEEDED' })
    expectFailure(await get({ yes: false, more: ['--max-price', '1000wei'] }), { exit: 4, code: 'PRICE_TOO_HIGH' })
    expect(readLedger(buyer.dataDirectory).transactions).to.deep.equal([])
  })

  it('a full disk: exit 1; with room again the same command finishes and pays nothing twice', async () => {
    const failed = await get({ prelude: `ulimit -f ${FILE_SIZE_LIMIT_BLOCKS}` })
    expectFailure(failed, { exit: 1, code: /^(DISK_FULL|FILE_TOO_LARGE|IO_FAILED|STORE_FAILED)$/ })
    const done = await get({})
    expect(done.code, done.stderr).to.equal(0)
    expect(await sha256Of(buyer.out)).to.equal(await sha256Of(file))
    await expectPaidOnce(filePrice(parseCoins(PRICE), SIZE_BYTES), SIZE_BYTES)
  })

  it('Ctrl-C in the middle: exit 130; the same command goes on and pays nothing twice', async () => {
    const long = await market.file('long.bin', LONG_SIZE_BYTES)
    const other = await (await market.seller('seller-long', long, PRICE)).start()
    const more = ['--window', '4']
    const first = buyer.get(other, { more })
    const reached = await buyer.reached(first, INTERRUPTED_AT)
    first.signal('SIGINT')
    const interrupted = await first.finished
    expect(reached?.phase).to.equal('downloading')
    expectFailure(interrupted, { exit: 130, code: 'INTERRUPTED' })
    expect(await readdir(market.folder)).to.not.include(`buyer-${cases}.out`)
    const before = readLedger(buyer.dataDirectory)
    expect(before.purchases.size).to.be.within(INTERRUPTED_AT, chunkCount(LONG_SIZE_BYTES) - 1)

    const second = await buyer.get(other, { more }).finished
    expect(second.code, second.stderr).to.equal(0)
    expect(await sha256Of(buyer.out)).to.equal(await sha256Of(long))
    await expectPaidOnce(filePrice(parseCoins(PRICE), LONG_SIZE_BYTES), LONG_SIZE_BYTES, other)
  })

  interface GetOptions {
    readonly by?: Buyer
    readonly id?: string
    readonly bootstrap?: string
    readonly rpc?: string
    readonly out?: string
    readonly yes?: boolean
    readonly more?: readonly string[]
    readonly prelude?: string
  }

  function get(options: GetOptions): Promise<Finished> {
    const {
      by = buyer,
      id = selling.fileHash,
      bootstrap = selling.bootstrap,
      rpc = market.rpcUrl,
      out = by.out,
    } = options
    const { yes = true, more = [], prelude } = options
    return market.processes.run(
      [
        ...['get', id, '-o', out, '--bootstrap', bootstrap, '--rpc', rpc, '--data-dir', by.dataDirectory, '--json'],
        ...(yes ? ['--yes'] : []),
        ...more,
      ],
      prelude === undefined ? {} : { prelude },
    )
  }

  /** By the buyer's books, and by the chain. */
  async function expectPaidOnce(total: bigint, sizeBytes: number, from = selling): Promise<void> {
    const { account, verified, signed, purchases } = readLedger(buyer.dataDirectory)
    expect({ verified, signed, chunks: purchases.size }).to.deep.equal({
      verified: total,
      signed: total,
      chunks: chunkCount(sizeBytes),
    })
    expect(payoutsTo(await market.events(), { payer: account, payee: from.address }).paid).to.equal(total)
  }
})

/** One sentence on standard error, its code on standard output, and the documented exit code. */
function expectFailure(finished: Finished, expected: { readonly exit: number; readonly code: string | RegExp }): void {
  const { code, stdout, stderr } = finished
  expect(code, stderr).to.equal(expected.exit)
  const error = fieldsOf(fieldsOf(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''))['error'])
  if (typeof expected.code === 'string') expect(error['code']).to.equal(expected.code)
  else expect(error['code']).to.match(expected.code)
  const told = stderr.split('\n').filter((line) => line.startsWith('chiral: '))
  expect(told).to.deep.equal([`chiral: ${error['message']}`])
  expect(stderr).to.not.match(/^\s+at .*:\d+:\d+/m)
}
