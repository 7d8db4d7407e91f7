import { expect } from 'chai'
import { REORG_DEPTH } from '../../src/channel/watcher.ts'
import { wei } from '../../src/domain/amount.ts'
import { codeOf } from '../../src/domain/errors.ts'
import { buy, CONFIRMATIONS, chunk, PRICE, payUp, World } from './fixture.ts'

describe('channel/watcher', () => {
  it('takes a deposit back that a reorg undid: the payee serves no more against it', async () => {
    const world = new World()
    await world.openChannel()
    const ends = await world.connect()
    await buy(world, ends, 0)
    await world.chain.reorg(CONFIRMATIONS + 1)
    expect(ends.selling.status().spendable).to.equal(0n)
    expect(await ends.selling.commit({ ...chunk(1), price: PRICE })).to.include({ code: 'CHANNEL_UNKNOWN' })
  })

  it('takes it back also when the reorg happened while the payee was down', async () => {
    const world = new World()
    await world.openChannel()
    await world.connect()
    await world.chain.mine(1)
    await world.payeeWatcher.stop()
    await world.chain.reorg(CONFIRMATIONS + 2)
    expect(world.payee.list()[0]?.confirmed).to.equal(10_000n)
    await world.restartPayee()
    expect(world.payee.list()[0]?.confirmed).to.equal(0n)
    expect(await world.connect().catch(codeOf)).to.equal('CHANNEL_UNKNOWN')
  })

  it('serves again when the deposit is mined again', async () => {
    const world = new World()
    await world.openChannel()
    const ends = await world.connect()
    await world.chain.reorg(CONFIRMATIONS + 1, { remine: true })
    await world.chain.mine(CONFIRMATIONS)
    expect((await buy(world, ends, 0)).kind).to.equal('committed')
  })

  it('counts a close only when no reorg can undo it', async () => {
    const world = new World()
    await world.openChannel()
    const ends = await world.connect()
    await buy(world, ends, 0)
    await ends.selling.close()
    await world.chain.mine(1)
    expect(world.payer.list()[0]?.phase).to.equal('closed')
    await world.chain.reorg(1)
    expect(world.payer.list()[0]?.phase).to.equal('closing')
    expect(world.payee.list()[0]?.phase).to.equal('closing')
  })

  it('catches up after a restart with all that happened meanwhile', async () => {
    const world = new World()
    const { channelId } = await world.openChannel()
    const ends = await world.connect()
    for (const index of [0, 1]) await buy(world, ends, index)
    await payUp(ends)
    await world.payerWatcher.stop()
    await world.payee.close(channelId)
    await world.chain.mine(3 * REORG_DEPTH)
    expect(world.payer.list()[0]?.phase).to.equal('open')
    await world.restartPayer()
    expect(world.payer.list()).to.deep.equal([])
    const pair = world.payerDatabase.read((connection) =>
      connection.get("SELECT state FROM channel_pairs WHERE role = 'payer'"),
    )
    expect(JSON.parse(String(pair?.['state']))).to.include({ settledOnClosed: String(2n * PRICE) })
  })

  it('looks at nothing once stopped', async () => {
    const world = new World()
    await world.openChannel()
    await world.payeeWatcher.stop()
    await world.payeeWatcher.stop()
    const ends = await world.connect()
    await world.ensure(wei(20_000n))
    await world.chain.mine(1 + CONFIRMATIONS)
    expect(ends.selling.status().spendable).to.equal(10_000n)
  })
})
