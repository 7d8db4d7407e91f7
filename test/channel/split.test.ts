import { expect } from 'chai'
import { readSnapshot } from '../../src/channel/snapshot.ts'
import { REORG_DEPTH } from '../../src/channel/watcher.ts'
import { wei } from '../../src/domain/amount.ts'
import { codeOf } from '../../src/domain/errors.ts'
import { buy, CONFIRMATIONS, chunk, PRICE, payUp, World } from './fixture.ts'

/** The payee suspects a split from this head on. */
function suspect(world: World): void {
  world.doubt = { firmBlock: world.chain.head.number - CONFIRMATIONS }
}

/** The suspicion is over. */
async function trust(world: World): Promise<void> {
  world.doubt = undefined
  await world.payeeWatcher.look()
}

describe('channel: while the payee suspects that the chain is split', () => {
  it('goes on with transfers within a deposit that was confirmed before, without credit', async () => {
    const world = new World()
    await world.openChannel()
    const ends = await world.connect()
    for (let index = 0; index < 10; index++) await buy(world, ends, index)
    await payUp(ends)
    expect(ends.selling.status().credit >= PRICE).to.equal(true)
    suspect(world)
    expect(ends.selling.status()).to.include({ credit: 0n, spendable: 10_000n })
    expect(await ends.selling.commit({ ...chunk(10), price: PRICE })).to.include({ code: 'VOUCHER_TOO_LOW' })
    expect((await buy(world, ends, 10)).kind).to.equal('committed')
    expect(ends.selling.status()).to.include({ committed: 1100n, vouchered: 1100n })
  })

  it('counts a channel that was confirmed before, though it is shown only now', async () => {
    const world = new World()
    await world.openChannel()
    suspect(world)
    await world.chain.mine(1)
    expect((await buy(world, await world.connect(), 0)).kind).to.equal('committed')
  })

  it('counts no channel that gets its confirmations meanwhile, and does when it is over (SPLIT_SUSPECTED)', async () => {
    const world = new World()
    await world.start()
    suspect(world)
    await world.openChannel()
    await world.chain.mine(2 * CONFIRMATIONS)
    expect(await world.connect().catch(codeOf)).to.equal('SPLIT_SUSPECTED')
    await trust(world)
    expect((await buy(world, await world.connect(), 0)).kind).to.equal('committed')
  })

  it('says so too of a channel that its chain does not show, as on another branch', async () => {
    const world = new World()
    await world.openChannel()
    await world.chain.reorg(CONFIRMATIONS + 1)
    world.doubt = { firmBlock: 0 }
    expect(await world.connect().catch(codeOf)).to.equal('SPLIT_SUSPECTED')
    world.doubt = undefined
    expect(await world.connect().catch(codeOf)).to.equal('CHANNEL_UNKNOWN')
  })

  it('counts a top-up only when it is over, and takes the vouchers within the old deposit until then', async () => {
    const world = new World()
    await world.openChannel({ deposit: wei(100n) })
    const ends = await world.connect()
    suspect(world)
    const more = await world.ensure(wei(200n), { topUp: true })
    await world.chain.mine(1 + CONFIRMATIONS)
    await more.confirmed
    expect(await buy(world, ends, 0)).to.include({ kind: 'committed' })
    expect(await buy(world, ends, 1)).to.include({ kind: 'rejected', code: 'SPLIT_SUSPECTED' })
    expect(ends.selling.status()).to.include({ spendable: 100n, vouchered: 100n })
    const refused = ends.buying.highest() ?? expect.fail()
    expect(await ends.selling.pay(refused)).to.include({ kind: 'rejected', code: 'SPLIT_SUSPECTED' })
    await trust(world)
    expect(await ends.selling.pay(refused)).to.include({ kind: 'accepted' })
    expect(await ends.selling.commit({ ...chunk(1), price: PRICE })).to.include({ kind: 'committed' })
  })

  it('takes a deposit out that a deep reorg undid, until the winning chain has held it through', async () => {
    const world = new World()
    await world.openChannel()
    const ends = await world.connect()
    await buy(world, ends, 0)
    const fork = world.chain.head.number - CONFIRMATIONS - 1
    world.doubt = { firmBlock: fork }
    await world.chain.reorg(CONFIRMATIONS + 1, { remine: true })
    await world.chain.mine(3 * CONFIRMATIONS)
    expect(ends.selling.status()).to.include({ spendable: 0n, vouchered: PRICE })
    expect(await ends.selling.commit({ ...chunk(1), price: PRICE })).to.include({ code: 'SPLIT_SUSPECTED' })
    await trust(world)
    expect(ends.selling.status().spendable).to.equal(10_000n)
    expect((await buy(world, ends, 1)).kind).to.equal('committed')
  })

  it('reads what was in doubt again when the doubt arose while it was read', async () => {
    const world = new World()
    await world.start()
    await world.openChannel()
    const contract = world.chain.as(world.payer.list()[0]?.payer ?? expect.fail())
    const { channel } = contract
    let reads = 0
    contract.channel = async (...args) => {
      if (reads++ === 0) world.doubt = { firmBlock: 0 }
      return channel(...args)
    }
    const { channelId } = world.payer.list()[0] ?? expect.fail()
    const snapshot = await readSnapshot(contract, channelId, { confirmations: CONFIRMATIONS }, () => world.doubt)
    expect(snapshot.head?.deposit).to.equal(10_000n)
    expect(snapshot.confirmed).to.equal(0n)
    expect(reads).to.equal(4)
  })

  it('reads again all that a reorg changed, deeper than what it reads on every head', async () => {
    const world = new World()
    await world.openChannel()
    await world.connect()
    await world.chain.mine(3 * REORG_DEPTH)
    expect(world.payee.list()[0]?.confirmed).to.equal(10_000n)
    await world.chain.reorg(world.chain.head.number)
    expect(world.payee.list()[0]?.confirmed).to.equal(0n)
  })

  it('does so after a restart as well: what ended on the branch that won is found, however far back', async () => {
    const world = new World()
    const { channelId } = await world.openChannel()
    const ends = await world.connect()
    await buy(world, ends, 0)
    await world.chain.mine(REORG_DEPTH)
    await world.payeeWatcher.stop()
    await world.payerWatcher.stop()
    // All of it again, and the channel closed at once, below what a restart reads as a rule.
    await world.payee.close(channelId)
    await world.chain.reorg(world.chain.head.number, { remine: true })
    await world.chain.mine(3 * REORG_DEPTH)
    await world.restartPayee()
    await world.restartPayer()
    expect([...world.payee.list(), ...world.payer.list()]).to.deep.equal([])
  })
})
