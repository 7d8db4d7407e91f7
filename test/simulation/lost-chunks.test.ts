import { expect } from 'chai'
import { listPayeePairs } from '../../src/channel/payee-books.ts'
import { MAX_RESENDS } from '../../src/channel/payee-state.ts'
import { listPayerPairs } from '../../src/channel/payer-books.ts'
import { IN_BAND_PROTOCOLS } from '../../src/domain/in-band-protocol.ts'
import { filePrice } from '../../src/domain/price.ts'
import { buyer, calm, seller } from './calm.ts'
import type { Scenario, SellerPlan } from './scenario.ts'
import { World } from './world.ts'

const TIMEOUT_MS = 120_000
/** Of a whole chunk: a quarter of what `calm` sellers ask for a MiB. */
const CHUNK_PRICE = 250n
/** Once when it was sold, and as often as it is sent again for nothing. */
const ALL_SENT = MAX_RESENDS + 1

/** What the books of all sellers, and of the buyer, say. */
interface Books {
  readonly writtenOff: bigint
  readonly committed: bigint
  readonly verified: bigint
}

interface Outcome extends Books {
  readonly world: World
  readonly paid: bigint
  readonly price: bigint
}

/** What they last said: databases are closed in the end. */
function watchBooks(world: World): () => Books {
  let last: Books = { writtenOff: 0n, committed: 0n, verified: 0n }
  const look = (): void => {
    world.scheduler.after(1_000, look)
    const nodes = world.actors.flatMap(({ node }) => (node?.parts.life.alive === true ? [node] : []))
    const sales = nodes.flatMap(({ parts }) => parts.database.read(listPayeePairs))
    const purchases = nodes.flatMap(({ parts }) => parts.database.read(listPayerPairs))
    last = {
      writtenOff: sales.reduce((sum, pair) => sum + pair.writtenOff, 0n),
      committed: sales.reduce((sum, pair) => sum + pair.committed, 0n),
      verified: purchases.reduce((sum, pair) => sum + pair.verified, 0n),
    }
  }
  look()
  return () => last
}

/** One buyer asks for a chunk at a time, and the line from the first seller loses so many. */
async function afterLosing(
  chunks: number,
  sellers: readonly SellerPlan[],
  prefers: Scenario['buyers'][number]['prefers'],
): Promise<Outcome> {
  const world = await World.create(
    calm({
      sellers,
      buyers: [buyer('buyer', [{ window: 1 }], { prefers })],
      faults: [{ atMs: 10, fault: { kind: 'lose', machines: [0, sellers.length], chunks } }],
      faultsEndMs: 60_000,
    }),
  )
  const books = watchBooks(world)
  await world.run()
  const events = world.chain.events({ fromBlock: 0, toBlock: world.chain.head.number })
  return {
    world,
    paid: events.reduce((sum, event) => sum + (event.kind === 'closed' ? event.settled : 0n), 0n),
    price: filePrice(sellers[0]?.pricePerMiB ?? expect.fail('nobody sells'), world.fileOf(5).bytes.byteLength),
    ...books(),
  }
}

describe('simulation: a chunk that is lost on its way, again and again', function () {
  this.timeout(TIMEOUT_MS)

  for (const prefers of IN_BAND_PROTOCOLS) {
    it(`is taken off the bill when it is sent no more for nothing, comes then, and is paid once (${prefers})`, async () => {
      const outcome = await afterLosing(ALL_SENT, [seller('seller')], prefers)
      const { world, paid, price, writtenOff, committed, verified } = outcome
      expect(world.scheduler.faults.of('a chunk was lost on its way')).to.equal(ALL_SENT)
      expect(world.givenUp.size).to.equal(0)
      expect({ paid, committed, verified }).to.deep.equal({ paid: price, committed: price, verified: price })
      expect(writtenOff).to.equal(CHUNK_PRICE)
      expect(world.scheduler.trace.filter((line) => line.includes('took it off the bill'))).to.have.length(1)
    })

    it(`is not taken off the bill while it can still come for nothing (${prefers})`, async () => {
      const { paid, price, writtenOff } = await afterLosing(MAX_RESENDS, [seller('seller')], prefers)
      expect({ paid, writtenOff }).to.deep.equal({ paid: price, writtenOff: 0n })
    })

    it(`costs its buyer no more than that one chunk where it is lost for good (${prefers})`, async () => {
      const { world, paid, verified, writtenOff } = await afterLosing(100, [seller('seller')], prefers)
      expect(world.givenUp.size, 'there is nobody else').to.equal(1)
      expect(paid - verified <= CHUNK_PRICE).to.equal(true)
      expect(writtenOff <= CHUNK_PRICE, 'nothing else was ever paid').to.equal(true)
    })
  }

  it('is asked of others first, who are paid for it', async () => {
    const sellers = [seller('lossy'), seller('other')]
    const { world, paid, price } = await afterLosing(100, sellers, 'bitswap')
    expect(world.givenUp.size).to.equal(0)
    expect(paid - price <= CHUNK_PRICE).to.equal(true)
    expect(world.scheduler.trace.some((line) => line.includes('took it off the bill'))).to.equal(false)
  })
})
