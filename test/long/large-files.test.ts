import { open, readFile, stat } from 'node:fs/promises'
import { expect } from 'chai'
import { parseCoins } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES, chunkCount } from '../../src/domain/chunk.ts'
import { filePrice } from '../../src/domain/price.ts'
import { fieldsOf } from '../support/json.ts'
import { readLedger } from '../support/ledger.ts'
import { Market, payoutsTo, sha256Of } from '../support/market.ts'
import type { Running } from '../support/processes.ts'
import { seededRandom } from '../support/seeded-random.ts'

const TIMEOUT_MS = 15 * 60_000
const MIB = 2 ** 20
const GIB = 2 ** 30
const PRICE = '0.00001'
const BOUGHT_BYTES = 1.2 * GIB + 77
const HASHED_BYTES = 4 * GIB
const MAX_HASHING_RSS_BYTES = 200 * MIB
/** How often the kernel's own high-water mark is read; it never falls, so the last reading counts. */
const LOOK_EVERY_MS = 200

describe('large files', function () {
  this.timeout(TIMEOUT_MS)
  let market: Market

  before(async () => {
    market = await Market.open()
  })

  after(() => market?.close())

  it('buys 1.2 GiB, and pays for every chunk once', async () => {
    const file = await sparseFile('large.bin', Math.floor(BOUGHT_BYTES))
    const { size } = await stat(file)
    const total = filePrice(parseCoins(PRICE), size)
    const selling = await (await market.seller('seller', file, PRICE)).start()
    const buyer = market.buyer('buyer')
    const { code, stderr } = await buyer.get(selling).finished
    expect(code, stderr).to.equal(0)
    expect(await sha256Of(buyer.out)).to.equal(await sha256Of(file))
    const { account, verified, signed, purchases } = readLedger(buyer.dataDirectory)
    expect({ verified, signed, chunks: purchases.size }).to.deep.equal({
      verified: total,
      signed: total,
      chunks: chunkCount(size),
    })
    expect(payoutsTo(await market.events(), { payer: account, payee: selling.address }).paid).to.equal(total)
  })

  it('hashes 4 GiB in less than 200 MiB of memory', async function () {
    if ((await peakMemoryOf(process.pid)) === undefined) this.skip() // no /proc: nothing to read
    const file = await sparseFile('sparse.bin', HASHED_BYTES)
    const hashing = market.processes.start(['hash', '--json', file])
    const peak = await watchMemory(hashing)
    const { code, stdout, stderr } = await hashing.finished
    expect(code, stderr).to.equal(0)
    expect(fieldsOf(JSON.parse(stdout))).to.include({ sizeBytes: HASHED_BYTES })
    expect(peak).to.be.within(1, MAX_HASHING_RSS_BYTES)
  })

  /** Bytes that differ from chunk to chunk where it matters, and take no room: a little at the start of every hundredth chunk. */
  async function sparseFile(name: string, sizeBytes: number): Promise<string> {
    const path = market.path(name)
    const file = await open(path, 'w')
    try {
      await file.truncate(sizeBytes)
      const random = seededRandom(name)
      for (let at = 0; at + MIB < sizeBytes; at += 100 * CHUNK_SIZE_BYTES) await file.write(random.bytes(64), 0, 64, at)
    } finally {
      await file.close()
    }
    return path
  }
})

/** The most memory the process had resident, as long as it runs. */
async function watchMemory(running: Running): Promise<number> {
  let peak = 0
  let look: NodeJS.Timeout | undefined
  const stop = running.finished.then(() => clearInterval(look))
  look = setInterval(() => {
    void peakMemoryOf(running.pid).then((bytes) => {
      peak = Math.max(peak, bytes ?? 0)
    })
  }, LOOK_EVERY_MS)
  await stop
  return peak
}

async function peakMemoryOf(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024
}
