import { expect } from 'chai'
import fc from 'fast-check'
import { type Wei, wei } from '../../src/domain/amount.ts'
import { CrashingDatabase } from './crashing-database.ts'
import { settle } from './fake-contract.ts'
import { buy, chunk, PRICE, World } from './fixture.ts'

/** What a step of the sequence does. */
const step = fc.constantFrom('buy', 'buy', 'buy', 'pay', 'crashPayer', 'crashPayee', 'crashBoth' as const)

describe('channel: what left is never forgotten', () => {
  it('remembers every voucher that was handed out and every chunk that was committed, over any crashes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
        const payerDatabase = new CrashingDatabase()
        const payeeDatabase = new CrashingDatabase()
        const world = new World({ payerDatabase, payeeDatabase })
        await world.openChannel()
        let ends = await world.connect()
        let handedOut: bigint = 0n
        let acknowledged: bigint = 0n
        const committed = new Set<number>()
        const stored = new Set<number>()
        let next = 0

        /** One purchase, with each side's disk failing or not. Nobody acts on what is not durable. */
        const purchase = async (losesPayer: boolean, losesPayee: boolean): Promise<void> => {
          const index = next++
          const { committed: D, credit } = ends.selling.status()
          const required = wei(D + PRICE > credit ? D + PRICE - credit : 0n)
          payerDatabase.automatic = false
          const asked = ends.buying.authorize({ price: PRICE, required })
          const said = await finish(payerDatabase, asked, losesPayer)
          if (said === undefined || said.kind === 'wait' || said.kind === 'refused') return
          const voucher = said.kind === 'voucher' ? said.voucher : undefined
          if (voucher !== undefined) handedOut = voucher.cumulativeAmount
          payeeDatabase.automatic = false
          const answer = await finish(
            payeeDatabase,
            ends.selling.commit({ ...chunk(index), price: PRICE, voucher }),
            losesPayee,
          )
          if (answer?.kind !== 'committed') return
          committed.add(index)
          if (voucher !== undefined) acknowledged = voucher.cumulativeAmount
          payerDatabase.automatic = false
          const kept = await finish(payerDatabase, world.verify(index), losesPayer && index % 2 === 0)
          if (kept === true) stored.add(index)
        }

        for (const action of steps) {
          if (action === 'pay') {
            const last = (await ends.buying.settle()) ?? ends.buying.highest()
            if (last !== undefined && (await ends.selling.pay(last)).kind === 'accepted') {
              handedOut = last.cumulativeAmount
              acknowledged = last.cumulativeAmount
            }
            continue
          }
          const [payerDies, payeeDies] = [action.endsWith('Payer'), action.endsWith('Payee')]
          const both = action === 'crashBoth'
          await purchase(payerDies || both, payeeDies || both)
          if (payerDies || both) await world.restartPayer()
          if (payeeDies || both) await world.restartPayee()
          if (action !== 'buy') {
            ends.selling.ended()
            await settle()
            ends = await world.connect()
          }
          const highest: Wei = ends.buying.highest()?.cumulativeAmount ?? wei(0n)
          expect(highest >= handedOut, 'the payer forgot a voucher that left').to.equal(true)
          const status = ends.selling.status()
          expect(status.vouchered >= acknowledged, 'the payee forgot a voucher it acknowledged').to.equal(true)
          expect(status.committed >= BigInt(committed.size) * PRICE, 'the payee forgot a chunk it sent').to.equal(true)
          const pair = world.payer.history()[0]
          expect(pair?.verified ?? 0n, 'a stored chunk is not counted').to.equal(BigInt(stored.size) * PRICE)
          expect(highest - (pair?.verified ?? 0n) <= PRICE, 'more than a chunk is at risk').to.equal(true)
        }
      }),
      { numRuns: 25 },
    )
  })

  it('hands out no voucher before it is durable', async () => {
    const payerDatabase = new CrashingDatabase()
    const world = new World({ payerDatabase })
    await world.openChannel()
    const { buying } = await world.connect()
    payerDatabase.automatic = false
    let left = false
    void buying.authorize({ price: PRICE, required: PRICE }).then(() => {
      left = true
    })
    await settle()
    expect(left).to.equal(false)
    expect(world.hits).to.deep.equal([])
    await payerDatabase.sync()
    await settle()
    expect(left).to.equal(true)
    expect(world.hits).to.deep.equal(['voucher-durable'])
  })

  it('commits no chunk before V and D are durable', async () => {
    const payeeDatabase = new CrashingDatabase()
    const world = new World({ payeeDatabase })
    await world.openChannel()
    const { buying, selling } = await world.connect()
    const paid = await buying.authorize({ price: PRICE, required: PRICE })
    const voucher = paid.kind === 'voucher' ? paid.voucher : undefined
    payeeDatabase.automatic = false
    let left = false
    const committing = selling.commit({ ...chunk(0), price: PRICE, voucher }).then(
      () => {
        left = true
      },
      () => 'lost',
    )
    await settle()
    expect(left).to.equal(false)
    await payeeDatabase.crash()
    expect(await committing).to.equal('lost')
    expect(left).to.equal(false)
    expect(selling.status()).to.include({ vouchered: 0n, committed: 0n })
  })

  it('makes requests of one turn share one commit', async () => {
    const payerDatabase = new CrashingDatabase()
    const world = new World({ payerDatabase })
    await world.openChannel()
    const ends = await world.connect()
    for (let index = 0; index < 4; index++) await buy(world, ends, index)
    payerDatabase.automatic = false
    const required = wei(ends.selling.status().committed + 1n)
    const asked = [1, 2, 3].map(() => ends.buying.authorize({ price: PRICE, required }))
    await payerDatabase.sync() // one sync is enough for all
    const said = await Promise.all(asked)
    expect(said.map(({ kind }) => kind)).to.deep.equal(['voucher', 'covered', 'covered'])
  })
})

/** Makes the disk of `database` keep or lose what `work` writes; `undefined` when it was lost. */
async function finish<T>(database: CrashingDatabase, work: Promise<T>, loses: boolean): Promise<T | undefined> {
  let result: { value: T } | undefined
  work.then(
    (value) => {
      result = { value }
    },
    () => undefined,
  )
  await settle()
  if (loses) await database.crash()
  else await database.sync()
  await settle()
  database.automatic = true
  return result?.value
}
