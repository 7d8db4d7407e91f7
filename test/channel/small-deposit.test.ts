import { expect } from 'chai'
import fc from 'fast-check'
import { readSnapshot } from '../../src/channel/snapshot.ts'
import { minWei, wei } from '../../src/domain/amount.ts'
import { codeOf } from '../../src/domain/errors.ts'
import { buy, CONFIRMATIONS, chunk, DOWNLOAD, PRICE, payUp, World } from './fixture.ts'

const SMALL = { amount: wei(500n), confirmations: 1 }
const RULE = { confirmations: CONFIRMATIONS, small: SMALL }

/** Both sides go by the rule; the deposit is mined, with no block on it yet. */
async function opened(deposit: bigint) {
  const world = new World({ payee: { small: SMALL } })
  await world.start()
  await world.payer.beginDownload({ downloadId: DOWNLOAD, maxTotal: wei(10n ** 9n) })
  const blocksLeft: number[] = []
  const handle = await world.ensure(wei(deposit), {
    small: SMALL,
    onProgress: (progress) => blocksLeft.push(progress.blocksLeft),
  })
  let confirmed = false
  handle.confirmed.then(
    () => {
      confirmed = true
    },
    () => undefined,
  )
  await world.chain.mine(1)
  return { world, handle, blocksLeft, isConfirmed: () => confirmed }
}

describe('channel: confirmations by amount', () => {
  it('counts a small deposit after its own confirmations, on both sides', async () => {
    const { world, handle, blocksLeft, isConfirmed } = await opened(500n)
    expect(await world.connect().catch(codeOf)).to.equal('CHANNEL_UNKNOWN')
    expect(isConfirmed()).to.equal(false)
    expect(blocksLeft.at(-1)).to.equal(SMALL.confirmations)
    await world.chain.mine(1)
    await handle.confirmed
    const ends = await world.connect()
    for (let index = 0; index < 5; index++) expect((await buy(world, ends, index)).kind).to.equal('committed')
    expect(ends.selling.status()).to.include({ spendable: 500n, committed: 500n })
  })

  it('counts of a larger deposit so much as early, and the rest when it lies deep', async () => {
    const { world, handle, blocksLeft, isConfirmed } = await opened(600n)
    expect(blocksLeft.at(-1)).to.equal(CONFIRMATIONS)
    await world.chain.mine(1)
    expect(world.payer.list()[0]).to.include({ phase: 'open', deposit: 600n, confirmed: 500n })
    const ends = await world.connect()
    for (let index = 0; index < 5; index++) expect((await buy(world, ends, index)).kind).to.equal('committed')
    await payUp(ends)
    expect(await ends.buying.authorize({ price: PRICE, required: wei(600n) })).to.include({ code: 'DEPOSIT_EXHAUSTED' })
    expect(await ends.selling.commit({ ...chunk(5), price: PRICE })).to.include({ code: 'VOUCHER_OVER_DEPOSIT' })
    expect(isConfirmed()).to.equal(false)
    await world.chain.mine(CONFIRMATIONS - 1)
    await handle.confirmed
    expect((await buy(world, ends, 5)).kind).to.equal('committed')
  })

  it('names in its refusal the confirmations that a deposit of this size needs', async () => {
    const { world } = await opened(500n)
    const error = await world.connect().catch((caught: unknown) => caught)
    expect(error).to.have.property('message').that.includes('fewer than 1 confirmations')
    const larger = await opened(600n)
    const other = await larger.world.connect().catch((caught: unknown) => caught)
    expect(other).to.have.property('message').that.includes('fewer than 3 confirmations')
  })

  it('takes a small deposit out that a reorg undid: the payee loses no more than it', async () => {
    const { world } = await opened(300n)
    await world.chain.mine(1)
    const ends = await world.connect()
    await buy(world, ends, 0)
    await buy(world, ends, 1)
    await world.chain.reorg(2)
    expect(ends.selling.status().spendable).to.equal(0n)
    expect((await buy(world, ends, 2)).kind).to.equal('rejected')
    expect(ends.selling.status().committed <= 300n).to.equal(true)
    expect(await world.connect().catch(codeOf)).to.equal('CHANNEL_UNKNOWN')
  })

  it('counts it again when it is mined again, and lies as deep again', async () => {
    const { world } = await opened(300n)
    await world.chain.mine(1)
    const ends = await world.connect()
    await buy(world, ends, 0)
    await world.chain.reorg(2, { remine: true })
    await world.chain.mine(2)
    expect(ends.selling.status().spendable).to.equal(300n)
    expect((await buy(world, ends, 1)).kind).to.equal('committed')
  })

  it('counts nothing early that came after the last block without doubt', async () => {
    const { world } = await opened(300n)
    world.doubt = { firmBlock: world.chain.head.number - 1 }
    await world.chain.mine(1)
    expect(await world.connect().catch(codeOf)).to.equal('SPLIT_SUSPECTED')
  })

  it('remembers the rule over a restart of the payer', async () => {
    const { world } = await opened(500n)
    await world.restartPayer()
    await world.chain.mine(1)
    expect(world.payer.list()[0]).to.include({ phase: 'open', confirmed: 500n })
  })

  it('counts what the rule says at every depth, whatever was paid in when', async () => {
    const steps = fc.array(fc.record({ more: fc.integer({ min: 1, max: 700 }), blocks: fc.nat(4) }), { maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1200 }), steps, async (first, topUps) => {
        const { world, handle } = await opened(BigInt(first))
        const contract = world.chain.as(handle.key.payer)
        const paidIn = [{ block: world.chain.head.number, total: BigInt(first) }]
        const check = async (): Promise<void> => {
          const { number } = world.chain.head
          const at = (depth: number): bigint => paidIn.findLast(({ block }) => block + depth <= number)?.total ?? 0n
          const soon = minWei(wei(at(SMALL.confirmations)), SMALL.amount)
          const deep = at(CONFIRMATIONS)
          const { confirmed } = await readSnapshot(contract, handle.channelId, RULE)
          expect(confirmed).to.equal(deep > soon ? deep : soon)
        }
        await check()
        for (const { more, blocks } of topUps) {
          const { payee, salt } = handle.key
          const total = (paidIn.at(-1)?.total ?? 0n) + BigInt(more)
          await contract.topUp({ payee, salt, amount: wei(BigInt(more)), key: `more-${total}` })
          await world.chain.mine(1)
          paidIn.push({ block: world.chain.head.number, total })
          for (let block = 0; block < blocks; block++) {
            await check()
            await world.chain.mine(1)
          }
          await check()
        }
        await world.payerWatcher.stop()
        await world.payeeWatcher.stop()
      }),
      { numRuns: 40 },
    )
  })
})
