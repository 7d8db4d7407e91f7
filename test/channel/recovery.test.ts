import { expect } from 'chai'
import { signingDomain } from '../../src/channel/eip712.ts'
import type { ChannelPayeeAccount } from '../../src/channel/payee-account.ts'
import type { ChannelPayerAccount } from '../../src/channel/payer-account.ts'
import { signVoucher } from '../../src/channel/voucher.ts'
import { wei } from '../../src/domain/amount.ts'
import { codeOf } from '../../src/domain/errors.ts'
import { openDatabase } from '../../src/system/database.ts'
import { CHAIN_ID, CONTRACT_ADDRESS, settle } from './fake-contract.ts'
import { buy, chunk, DOWNLOAD, PRICE, payeeSigner, payerSigner, payUp, World } from './fixture.ts'

interface Ends {
  readonly buying: ChannelPayerAccount
  readonly selling: ChannelPayeeAccount
}

const DOMAIN = signingDomain(CHAIN_ID, CONTRACT_ADDRESS)

/** The world goes on with new books for one side: what the chain and the other side know is all that is left. */
async function without(world: World, lost: 'payer' | 'payee'): Promise<World> {
  await (lost === 'payer' ? world.payerWatcher : world.payeeWatcher).stop()
  const after = new World({
    payerDatabase: lost === 'payer' ? openDatabase(':memory:') : world.payerDatabase,
    payeeDatabase: lost === 'payee' ? openDatabase(':memory:') : world.payeeDatabase,
  })
  Object.assign(after, { chain: world.chain })
  await after.restartPayer()
  await after.restartPayee()
  await settle()
  await after.payer.beginDownload({ downloadId: DOWNLOAD, maxTotal: wei(10n ** 9n) })
  return after
}

/** The handshake as src/in-band does it: proof, status, first payment. */
async function shakeHands(world: World): Promise<Ends> {
  const ends = await world.connect()
  await ends.buying.takeBack(ends.selling.status())
  const first = (await ends.buying.settle()) ?? ends.buying.highest()
  if (first !== undefined) await ends.selling.pay(first)
  await (await world.ensure(wei(1000n))).confirmed
  return ends
}

async function bought(world: World, ends: Ends, from: number, count: number): Promise<void> {
  for (let index = from; index < from + count; index++)
    expect((await buy(world, ends, index)).kind, `chunk ${index}`).to.equal('committed')
}

/** The channel ends; what the payee got for it in all. */
async function endAndCount(world: World, ends: Ends): Promise<bigint> {
  await payUp(ends)
  await ends.selling.close(ends.buying.agreeToClose())
  await world.chain.mine(1)
  const [seen, kept] = [world.payee.list()[0], world.payer.list()[0]]
  expect(seen?.settled).to.equal(kept?.settled)
  return seen?.settled ?? 0n
}

describe('channel: lost books', () => {
  it('a payer takes its voucher back from the payee and goes on, on the same channel, paying for each chunk once', async () => {
    const world = new World()
    const { channelId } = await world.openChannel()
    const before = await world.connect()
    await bought(world, before, 0, 5)
    await payUp(before)
    const lost = await without(world, 'payer')
    expect(lost.payer.list()).to.have.length(1)
    expect(lost.payer.isForgotten(payeeSigner.address)).to.equal(true)
    const ends = await shakeHands(lost)
    expect(lost.payer.isForgotten(payeeSigner.address)).to.equal(false)
    expect((await lost.ensure(wei(1000n))).channelId).to.equal(channelId)
    await bought(lost, ends, 5, 7)
    expect(await endAndCount(lost, ends)).to.equal(12n * PRICE)
  })

  it('a payer that was given credit gets what is in D again and pays for it, though it is in default by then', async () => {
    const world = new World()
    await world.openChannel()
    const before = await world.connect()
    await bought(world, before, 0, 32)
    await payUp(before)
    for (let index = 32; index < 35; index++)
      expect((await before.selling.commit({ ...chunk(index), price: PRICE })).kind).to.equal('committed')
    before.selling.ended()
    await world.clock.advance(120_000)
    const lost = await without(world, 'payer')
    await lost.clock.advance(120_000)
    const ends = await shakeHands(lost)
    for (const { chunkIndex } of ends.selling.status().recent.filter((recent) => recent.chunkIndex >= 32)) {
      expect((await ends.selling.commit({ ...chunk(chunkIndex), price: PRICE })).kind).to.equal('committed')
      await lost.verify(chunkIndex, PRICE, DOWNLOAD, { resent: true })
      await payUp(ends)
    }
    await bought(lost, ends, 35, 3)
    expect(await endAndCount(lost, ends)).to.equal(38n * PRICE)
  })

  it('a payer pays nothing for chunks that it had paid for before and that are sent again', async () => {
    const world = new World()
    await world.openChannel()
    const before = await world.connect()
    await bought(world, before, 0, 6)
    await payUp(before)
    const lost = await without(world, 'payer')
    const ends = await shakeHands(lost)
    for (const { chunkIndex } of ends.selling.status().recent) {
      expect((await ends.selling.commit({ ...chunk(chunkIndex), price: PRICE })).kind).to.equal('committed')
      await lost.verify(chunkIndex, PRICE, DOWNLOAD, { resent: true })
    }
    expect(lost.payer.history()[0]).to.include({ verified: 0n, signed: 0n })
    await bought(lost, ends, 6, 2)
    expect(await endAndCount(lost, ends)).to.equal(8n * PRICE)
  })

  it('a payer that had paid for a chunk that never came gets that chunk for it', async () => {
    const world = new World()
    await world.openChannel()
    const before = await world.connect()
    await bought(world, before, 0, 4)
    const ahead = await before.buying.authorize({ price: PRICE, required: wei(5n * PRICE) })
    if (ahead.kind !== 'voucher') throw new Error('it was to be paid ahead')
    await before.selling.pay(ahead.voucher)
    const lost = await without(world, 'payer')
    const ends = await shakeHands(lost)
    await bought(lost, ends, 4, 2)
    expect(await endAndCount(lost, ends)).to.equal(6n * PRICE)
  })

  it('a payer whose payee has no voucher of it begins at nothing, and gets its deposit back', async () => {
    const world = new World()
    await world.openChannel()
    const lost = await without(world, 'payer')
    const ends = await shakeHands(lost)
    await bought(lost, ends, 0, 1)
    expect(await endAndCount(lost, ends)).to.equal(PRICE)
  })

  it('a payer does not take a voucher that it never signed, or one of another channel, and can still leave', async () => {
    const world = new World()
    const { channelId } = await world.openChannel()
    const before = await world.connect()
    await bought(world, before, 0, 2)
    await payUp(before)
    const lost = await without(world, 'payer')
    const { buying, selling } = await lost.connect()
    const status = selling.status()
    const forged = signVoucher(DOMAIN, payeeSigner, { channelId, cumulativeAmount: wei(9000n) })
    const foreign = signVoucher(DOMAIN, payerSigner, {
      channelId: `0x${'77'.repeat(32)}` as typeof channelId,
      cumulativeAmount: wei(9000n),
    })
    const higher = {
      ...status.best,
      channelId,
      cumulativeAmount: wei(9000n),
      signature: status.best?.signature ?? new Uint8Array(),
    }
    for (const best of [forged, foreign, higher])
      expect(await buying.takeBack({ ...status, best }).catch(codeOf)).to.equal('VOUCHER_INVALID')
    expect(await buying.authorize({ price: PRICE, required: PRICE })).to.not.include({ kind: 'voucher' })
    await lost.payer.requestClose(channelId)
    await lost.chain.mine(1)
    await lost.chain.mine(1)
    await lost.chain.mine(250)
    await lost.chain.mine(1)
    expect(lost.payee.list()[0]).to.include({ phase: 'closed', settled: 2n * PRICE })
  })

  it('a payee that returns an old voucher is paid no more than it would have been', async () => {
    const world = new World()
    const { channelId } = await world.openChannel()
    const before = await world.connect()
    await bought(world, before, 0, 10)
    await payUp(before)
    const lost = await without(world, 'payer')
    const { buying, selling } = await lost.connect()
    const old = signVoucher(DOMAIN, payerSigner, { channelId, cumulativeAmount: wei(3n * PRICE) })
    await buying.takeBack({ ...selling.status(), best: old })
    await (await lost.ensure(wei(1000n))).confirmed
    // It serves 2 chunks more, and is promised what it says it lacks: less than it holds.
    for (const index of [10, 11]) {
      const { price, required } = { price: PRICE, required: wei(BigInt(index - 6) * PRICE) }
      expect((await buying.authorize({ price, required })).kind).to.equal('voucher')
      await lost.verify(index)
    }
    expect(buying.highest()?.cumulativeAmount).to.equal(5n * PRICE)
    await lost.payee.redeemDue({ all: true })
    await lost.chain.mine(1)
    expect(lost.payer.list()[0]).to.include({ settled: 10n * PRICE, vouchered: 5n * PRICE })
    expect((await buying.authorize({ price: PRICE, required: wei(12n * PRICE) })).kind).to.equal('wait')
  })

  it('a payee gets the voucher that the payer returns, and sells nothing twice for it', async () => {
    const world = new World()
    const { channelId } = await world.openChannel()
    const before = await world.connect()
    await bought(world, before, 0, 6)
    await payUp(before)
    const lost = await without(world, 'payee')
    expect(lost.payee.list()[0]).to.include({ channelId, vouchered: 0n })
    const ends = await shakeHands(lost)
    expect(lost.payee.list()[0]?.vouchered).to.equal(6n * PRICE)
    await bought(lost, ends, 6, 4)
    expect(await endAndCount(lost, ends)).to.equal(10n * PRICE)
  })

  it('a payee finds what it redeemed on the chain', async () => {
    const world = new World()
    await world.openChannel()
    const before = await world.connect()
    await bought(world, before, 0, 3)
    await payUp(before)
    await world.payee.redeemDue({ all: true })
    await world.chain.mine(1)
    const lost = await without(world, 'payee')
    expect(lost.payee.list()[0]).to.include({ settled: 3n * PRICE })
    const ends = await lost.connect() // a payer that returns nothing
    const free: string[] = []
    for (let index = 10; index < 16; index++)
      free.push((await ends.selling.commit({ ...chunk(index), price: PRICE })).kind)
    expect(free.filter((kind) => kind === 'committed').length <= 1, 'one chunk, and credit of an eighth').to.equal(true)
  })

  it('a payee refuses a channel that it once closed (SPEC 02 §4)', async () => {
    const world = new World()
    await world.openChannel()
    const before = await world.connect()
    await bought(world, before, 0, 1)
    await before.selling.close()
    await world.chain.mine(1)
    const proof = await before.buying.prove(world.challenge()).catch(() => undefined)
    expect(proof).to.equal(undefined)
    const lost = await without(world, 'payee')
    expect(lost.payee.list()[0]).to.include({ phase: 'closed', settled: PRICE })
  })

  it('both may be lost: the payer is served from what the chain shows, and gets the rest back', async () => {
    const world = new World()
    await world.openChannel()
    const before = await world.connect()
    await bought(world, before, 0, 4)
    await payUp(before)
    await world.payee.redeemDue({ all: true })
    await world.chain.mine(1)
    const lost = await without(await without(world, 'payee'), 'payer')
    const ends = await shakeHands(lost)
    await bought(lost, ends, 4, 3)
    expect(await endAndCount(lost, ends)).to.equal(7n * PRICE)
  })
})
