import { expect } from 'chai'
import { channelIdOf } from '../../src/channel/channel-id.ts'
import { signingDomain } from '../../src/channel/eip712.ts'
import { signHello } from '../../src/channel/hello.ts'
import { wei } from '../../src/domain/amount.ts'
import { codeOf } from '../../src/domain/errors.ts'
import { type ChannelId, parseChannelId } from '../../src/domain/ids.ts'
import { CHAIN_ID, CONTRACT_ADDRESS } from './fake-contract.ts'
import { buy, CONFIRMATIONS, PRICE, payeeSigner, payerSigner, payUp, World } from './fixture.ts'

const DEPOSIT = wei(500n)
const UNKNOWN = parseChannelId('09'.repeat(32))

describe('channel/payee-ends', () => {
  /** A channel that the payee knows, without a voucher. */
  async function openByHand(world: World, salt: bigint): Promise<ChannelId> {
    const { address: payee } = payeeSigner
    await world.chain.as(payerSigner.address).open({ payee, salt, deposit: DEPOSIT, key: `hand:${salt}` })
    await world.chain.mine(1 + CONFIRMATIONS)
    const channel = { payer: payerSigner.address, payee, salt }
    const challenge = world.challenge()
    const domain = signingDomain(CHAIN_ID, CONTRACT_ADDRESS)
    const channelId = channelIdOf(channel)
    const signature = signHello(domain, payerSigner, { ...challenge, channelId })
    await world.payee.authenticate({ channel, signature }, challenge)
    return channelId
  }

  /** What was sent to the chain to end channels, by the kind of its key. */
  const endsSent = ({ chain }: World): string[] =>
    chain.sent.filter((key) => key.startsWith('close')).map((key) => key.split(':')[0] ?? '')

  const settledOf = (world: World, id: ChannelId) =>
    world.payee.list().find(({ channelId }) => channelId === id)?.settled

  it('ends many in one transaction, each at its best voucher', async () => {
    const world = new World()
    const { channelId } = await world.openChannel()
    const ends = await world.connect()
    for (let index = 0; index < 3; index++) await buy(world, ends, index)
    await payUp(ends)
    const others = [await openByHand(world, 7n), await openByHand(world, 8n)]
    const sent = await world.payee.closeMany([channelId, ...others])
    expect(sent.map(({ channelIds }) => channelIds)).to.deep.equal([[channelId, ...others]])
    await world.chain.mine()
    expect(endsSent(world)).to.deep.equal(['closeMany'])
    expect(world.payee.list().map(({ phase }) => phase)).to.deep.equal(['closed', 'closed', 'closed'])
    expect(settledOf(world, channelId)).to.equal(3n * PRICE)
    for (const other of others) expect(settledOf(world, other)).to.equal(0n)
  })

  it('ends more than one block holds by several', async () => {
    const world = new World()
    await world.start()
    const ids: ChannelId[] = []
    for (let salt = 1n; salt <= 60n; salt++) ids.push(await openByHand(world, salt))
    const sent = await world.payee.closeMany(ids)
    expect(sent.map(({ channelIds }) => channelIds.length)).to.deep.equal([25, 25, 10])
    expect(sent.flatMap(({ channelIds }) => channelIds)).to.deep.equal(ids)
  })

  it('ends one alone by the call for one', async () => {
    const world = new World()
    const { channelId } = await world.openChannel()
    await world.connect()
    await world.payee.closeMany([channelId])
    expect(endsSent(world)).to.deep.equal(['close'])
    expect(await world.payee.closeMany([])).to.deep.equal([])
  })

  it('presents an end that was agreed by itself', async () => {
    const world = new World()
    const { channelId } = await world.openChannel()
    const ends = await world.connect()
    await buy(world, ends, 0)
    await payUp(ends)
    const others = [await openByHand(world, 7n), await openByHand(world, 8n)]
    // Paid ahead for a chunk that is then not sent.
    const ahead = await ends.buying.authorize({ price: PRICE, required: wei(2n * PRICE) })
    if (ahead.kind === 'voucher') await ends.selling.pay(ahead.voucher)
    world.chain.failNext = 'CHAIN_UNREACHABLE'
    expect(await ends.selling.close(ends.buying.agreeToClose()).catch(codeOf)).to.equal('CHAIN_UNREACHABLE')
    const sent = await world.payee.closeMany([...others, channelId])
    expect(sent.map(({ channelIds }) => channelIds)).to.deep.equal([[channelId], others])
    expect(world.chain.sent.filter((key) => key.includes(':agreed:'))).to.have.length(1)
  })

  it('ends nothing when one of them is no channel of this payee', async () => {
    const world = new World()
    const { channelId } = await world.openChannel()
    await world.connect()
    expect(await world.payee.closeMany([channelId, UNKNOWN]).catch(codeOf)).to.equal('CHANNEL_UNKNOWN')
    await world.chain.mine(1)
    expect(endsSent(world)).to.deep.equal([])
    expect(world.payee.list().map(({ phase }) => phase)).to.deep.equal(['open'])
  })

  it('sends them once: not again on the next blocks, nor after a restart', async () => {
    const world = new World()
    await world.start()
    const both = [await openByHand(world, 7n), await openByHand(world, 8n)]
    await world.payee.closeMany(both)
    await world.restartPayee()
    await world.payee.redeemDue()
    await world.payee.closeMany(both)
    await world.chain.mine(1 + CONFIRMATIONS)
    await world.payee.redeemDue()
    expect(endsSent(world)).to.deep.equal(['closeMany'])
  })

  it('tries again on the next block what could not be sent', async () => {
    const world = new World()
    await world.start()
    const both = [await openByHand(world, 7n), await openByHand(world, 8n)]
    world.chain.failNext = 'CHAIN_UNREACHABLE'
    expect(await world.payee.closeMany(both).catch(codeOf)).to.equal('CHAIN_UNREACHABLE')
    await world.chain.mine()
    await world.chain.mine()
    expect(endsSent(world)).to.deep.equal(['closeMany'])
    expect(world.payee.list().map(({ phase }) => phase)).to.deep.equal(['closed', 'closed'])
  })
})
