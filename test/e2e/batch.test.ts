import { expect } from 'chai'
import { createApiClient } from '../../src/api/client.ts'
import { parseCoins } from '../../src/domain/amount.ts'
import { filePrice } from '../../src/domain/price.ts'
import { readTree, smallAndLarge, writeTree } from '../support/batches.ts'
import { fieldsOf } from '../support/json.ts'
import { readLedger } from '../support/ledger.ts'
import { Market, payoutsTo } from '../support/market.ts'

const PRICE = '0.001'
const SMALL_FILES = 1_000
const LARGE_BYTES = 64 << 20

describe('e2e: a batch', function () {
  this.timeout(300_000)
  let market: Market
  before(async () => {
    market = await Market.open()
  })
  after(() => market.close())

  it('brings 1,000 small files and one large from two sellers, is killed and goes on: each wei and each byte once', async () => {
    const files = smallAndLarge(SMALL_FILES, LARGE_BYTES)
    const folder = market.path('folder')
    await writeTree(folder, files)
    const first = await (await market.seller('seller-1', folder, PRICE)).start()
    const second = await (await market.seller('seller-2', folder, PRICE)).start({}, [first.bootstrap])
    const out = market.path('out')
    const buyer = market.path('buyer')
    const command = [
      ...['get', first.fileHash, '-o', out, '--bootstrap', first.bootstrap, '--bootstrap', second.bootstrap],
      ...['--rpc', market.rpcUrl, '--data-dir', buyer, '--yes', '--json'],
    ]

    const killed = market.processes.start(command)
    await killed.line('stderr', /at risk/)
    for await (const event of createApiClient({ dataDirectory: buyer }).events())
      if (event.kind === 'batch' && event.batch.filesDone >= SMALL_FILES / 4) break
    killed.signal('SIGKILL')
    await killed.finished
    expect((await readTree(out)).size, 'killed in the middle').to.be.below(files.size)

    const { code, stdout, stderr } = await market.processes.run(command)
    expect(code, stderr).to.equal(0)
    const lines = stdout.trimEnd().split('\n')
    expect(lines, 'one closing line').to.have.length(1)
    const total = [...files.values()].reduce((sum, size) => sum + filePrice(parseCoins(PRICE), size), 0n)
    expect(fieldsOf(JSON.parse(stdout))).to.include({
      phase: 'done',
      files: files.size,
      filesDone: files.size,
      filesFailed: 0,
      spent: `${total}`,
    })
    expect([...(await readTree(out))]).to.deep.equal([...(await readTree(folder))])

    const events = await market.events()
    const ledger = readLedger(buyer)
    let paid = 0n
    for (const { process, address } of [first, second]) {
      const settled = payoutsTo(events, { payer: ledger.account, payee: address })
      expect(settled, 'one channel for each seller').to.include({ opened: 1, closed: 1 })
      expect(settled.paid > 0n).to.equal(true)
      paid += settled.paid
      await process.stop()
    }
    expect(paid).to.equal(total)
    expect([ledger.signed, ledger.verified]).to.deep.equal([total, total])
    expect(ledger.transactions.filter((kind) => kind === 'topUp')).to.deep.equal([])
    expect(Math.max(...ledger.purchases.values())).to.equal(1)
  })
})
