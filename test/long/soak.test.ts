import { createHash } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { expect } from 'chai'
import { parseCoins } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { IN_BAND_PROTOCOLS } from '../../src/domain/in-band-protocol.ts'
import { chunkPrice, filePrice } from '../../src/domain/price.ts'
import { readLedger } from '../support/ledger.ts'
import { type Buyer, Market, payoutsTo, type RunningSeller, type Seller, sha256Of } from '../support/market.ts'
import { EndedEarly } from '../support/processes.ts'

const PRICE = '0.0001'
const SIZE_BYTES = 256 * 2 ** 20 - 17
const CHUNKS = Math.ceil(SIZE_BYTES / CHUNK_SIZE_BYTES)
const TOTAL = filePrice(parseCoins(PRICE), SIZE_BYTES)
const DEAREST_CHUNK = chunkPrice(parseCoins(PRICE), CHUNK_SIZE_BYTES)
/** Round by round; over HTTP chunks are paid on a stream of the first. */
const PROTOCOLS = [...IN_BAND_PROTOCOLS, 'http'] as const
/** Whichever comes first; `SOAK_MINUTES` and `SOAK_GIB` set others. */
const MINUTES = Number(process.env['SOAK_MINUTES'] ?? 30)
const GIB = Number(process.env['SOAK_GIB'] ?? 50)
/** Fixed, so that a failure can be looked at again; `KILL_SEED` tries another. */
const SEED = process.env['KILL_SEED'] ?? 'soak-1'
/** Rounds until caches are full and the code is compiled. */
const WARM_UP_ROUNDS = 4
/** What a process that serves may gain from the first half to the second: the noise of a garbage collector, not a leak of 1 KiB a chunk. */
const MEMORY_SLACK_KIB = 48 * 1024

/** Where a process dies, and how often the instant may pass before it does. */
const BUYER_DEATHS = [
  ['voucher-durable', 150],
  ['want-sent', CHUNKS],
  ['payment-sent', 3],
  ['chunk-verified', CHUNKS],
  ['chunk-durable', CHUNKS],
  ['tail-unpaid', 1],
  ['transaction-durable', 1],
] as const
const SELLER_DEATHS = [
  ['payee-durable', 2 * CHUNKS],
  ['chunk-sent', 2 * CHUNKS],
] as const

describe(`for ${MINUTES} minutes or ${GIB} GiB`, function () {
  this.timeout((MINUTES + 20) * 60_000)
  let market: Market

  before(async () => {
    market = await Market.open()
  })

  after(() => market?.close())

  it(`one buyer and two sellers, kill -9 of either side at fail-points (seed ${SEED}): right files, right ledgers, flat memory`, async () => {
    const file = await market.file('soak.bin', SIZE_BYTES)
    const sha256 = await sha256Of(file)
    const steady = await market.seller('steady', file, PRICE)
    const mortal = await market.seller('mortal', file, PRICE)
    const buyer = market.buyer('buyer')
    const serving = await steady.start()
    const dying = await keepAlive(mortal, SELLER_DEATHS)

    const both = ['--bootstrap', dying.bootstrap]
    const memory: number[] = []
    const end = performance.now() + MINUTES * 60_000
    let rounds = 0
    let deaths = 0
    while (rounds * SIZE_BYTES < GIB * 2 ** 30 && performance.now() < end) {
      // Another target is another purchase.
      const out = market.path(`out-${rounds}`)
      deaths += await download(buyer, serving, rounds++, [...both, '-o', out, '--keep-channels'])
      expect(await sha256Of(out)).to.equal(sha256)
      await rm(out)
      memory.push(await residentKib(serving.process.pid))
    }
    deaths += await download(buyer, serving, rounds++, both)
    await dying.stop()
    expect(dying.deaths()).to.be.above(0)
    console.log(
      `      ${rounds} downloads of ${SIZE_BYTES} bytes, ${deaths} deaths of the buyer, ${dying.deaths()} of a seller; ` +
        `resident KiB of the other: ${memory.at(WARM_UP_ROUNDS)} … ${memory.at(-1)}`,
    )

    const payer = readLedger(buyer.dataDirectory)
    expect(payer.verified).to.equal(TOTAL * BigInt(rounds))
    const sellers = [
      { seller: steady, address: serving.address, running: serving.process },
      { seller: mortal, address: dying.address, running: (await mortal.start()).process },
    ]
    for (const { seller, address, running } of sellers) {
      await closeAll(seller)
      const parties = { payer: payer.account, payee: address }
      const events = await market.eventsUntil((seen) => {
        const { opened, closed } = payoutsTo(seen, parties)
        return opened === closed
      })
      expect((await running.stop('SIGINT')).code).to.equal(0)
      const { paid } = payoutsTo(events, parties)
      const books = payer.asPayer.find(({ payee }) => payee === address)
      const [pair] = readLedger(seller.dataDirectory).asPayee
      // To the wei: what the contract paid is what the payee holds vouchers for, and the payer's own word for it.
      expect(pair?.vouchered).to.equal(paid)
      expect((books?.vouchered ?? 0n) >= paid).to.equal(true)
      const prepaid = paid - (books?.verified ?? 0n)
      expect(prepaid >= 0n && prepaid <= DEAREST_CHUNK, `paid ahead to ${address}: ${prepaid}`).to.equal(true)
    }
    const early = memory.slice(WARM_UP_ROUNDS, Math.max(WARM_UP_ROUNDS + 1, memory.length >> 1))
    const late = memory.slice(memory.length >> 1)
    expect(median(late) - median(early)).to.be.below(MEMORY_SLACK_KIB)
  })

  /** One download, its command given again after each death. Returns how often the buyer died. */
  async function download(buyer: Buyer, from: RunningSeller, round: number, more: readonly string[]): Promise<number> {
    const protocol = PROTOCOLS[round % PROTOCOLS.length] ?? 'bitswap'
    for (let deaths = 0; ; deaths++) {
      const dies = chance(`buyer ${round} ${deaths}`) < 0.5
      const env = dies ? { CHIRAL_FAIL_POINT: failPoint(BUYER_DEATHS, `buyer ${round} ${deaths}`) } : {}
      const ended = await buyer.get(from, { env, more: ['--protocol', protocol, ...more] }).finished
      if (ended.code === 0) return deaths
      expect(ended.signal, `round ${round}: ${ended.stdout}${ended.stderr}`).to.equal('SIGKILL')
    }
  }

  async function closeAll(seller: Seller): Promise<void> {
    const { processes } = market
    const run = (...args: string[]) => processes.run([...args, '--json', '--data-dir', seller.dataDirectory])
    const listed = await run('channel', 'list')
    for (const { channelId, phase } of JSON.parse(listed.stdout))
      if (phase !== 'closed') expect((await run('channel', 'close', channelId)).code).to.equal(0)
  }
})

/** Starts a seller again whenever it dies. */
async function keepAlive(seller: Seller, points: typeof SELLER_DEATHS) {
  let deaths = 0
  let stopping = false
  const start = async (): Promise<RunningSeller> => {
    for (;;) {
      try {
        return await seller.start({ env: { CHIRAL_FAIL_POINT: failPoint(points, `seller ${deaths}`) } })
      } catch (error) {
        // It serves what it shared before while it looks at the file, and may die of that.
        if (!(error instanceof EndedEarly) || error.end.signal !== 'SIGKILL') throw error
        deaths++
      }
    }
  }
  let selling = await start()
  const { address, bootstrap } = selling
  const life = (async () => {
    while (!stopping) {
      await selling.process.finished
      if (stopping) return
      deaths++
      selling = await start()
    }
  })()
  return {
    address,
    bootstrap,
    deaths: () => deaths,
    async stop() {
      stopping = true
      await selling.process.stop('SIGINT')
      await life
      // It may have died, and come back, just before.
      await selling.process.stop('SIGINT')
    },
  }
}

function failPoint(points: readonly (readonly [name: string, most: number])[], step: string): string {
  const [name, most] = points[Math.floor(chance(`${step} where`) * points.length)] ?? ['chunk-durable', 1]
  return `${name}:${1 + Math.floor(chance(`${step} when`) * most)}`
}

/** A number from 0 to 1 that depends on the seed and `step` alone. */
function chance(step: string): number {
  return createHash('sha256').update(`${SEED}:${step}`).digest().readUInt32BE(0) / 2 ** 32
}

async function residentKib(pid: number): Promise<number> {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1])
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
}
