import { expect } from 'chai'
import { wei } from '../../src/domain/amount.ts'
import type { PayeeAccount, PayeePayments, PayerAccount } from '../../src/in-band/payments.ts'
import { buy, chunk, PRICE, payeeSigner, World } from './fixture.ts'

describe('channel: payer and payee together', () => {
  it('satisfies what the chunk protocol needs', async () => {
    const world = new World()
    await world.openChannel()
    const { buying, selling } = await world.connect()
    const payerAccount: PayerAccount = buying
    const payeeAccount: PayeeAccount = selling
    const payments: PayeePayments = world.payee
    expect(payerAccount).to.be.an('object')
    expect(payeeAccount).to.be.an('object')
    expect(payments).to.be.an('object')
  })

  it('pays chunk by chunk, then on credit, and settles to the wei', async () => {
    const world = new World()
    await world.openChannel()
    const ends = await world.connect()
    for (let index = 0; index < 40; index++) expect((await buy(world, ends, index)).kind).to.equal('committed')
    const voucher = await ends.buying.settle()
    if (voucher !== undefined) await ends.selling.pay(voucher)
    const status = ends.selling.status()
    expect(status.vouchered).to.equal(40n * PRICE)
    expect(status.committed).to.equal(40n * PRICE)
    expect(status.credit).to.equal((40n * PRICE) / 8n)
  })

  it('pays the first chunks strictly ahead', async () => {
    const world = new World()
    await world.openChannel()
    const { buying, selling } = await world.connect()
    expect(selling.status().credit).to.equal(0n)
    const first = await buying.authorize({ price: PRICE, required: PRICE })
    expect(first.kind).to.equal('voucher')
    const second = await buying.authorize({ price: PRICE, required: wei(2n * PRICE) })
    expect(second.kind).to.equal('wait')
    await world.verify(0)
    const third = await buying.authorize({ price: PRICE, required: wei(2n * PRICE) })
    expect(third.kind).to.equal('voucher')
  })

  it('closes and brings the payee what was vouchered, the payer the rest', async () => {
    const world = new World()
    const handle = await world.openChannel()
    const ends = await world.connect()
    for (let index = 0; index < 5; index++) await buy(world, ends, index)
    const last = await ends.buying.settle()
    if (last !== undefined) await ends.selling.pay(last)
    await ends.selling.close()
    const refused = await ends.selling.commit({ ...chunk(9), price: PRICE })
    expect(refused).to.include({ kind: 'rejected', code: 'CHANNEL_CLOSING' })
    await world.chain.mine(1)
    const events = await world.chain.as(payeeSigner.address).events({ fromBlock: 0, toBlock: world.chain.head.number })
    const closed = events.find((event) => event.kind === 'closed')
    expect(closed).to.include({ channelId: handle.channelId, settled: 5n * PRICE, refund: 10_000n - 5n * PRICE })
  })
})
