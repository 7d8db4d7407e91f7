import { expect } from 'chai'
import { channelIdOf } from '../../src/channel/channel-id.ts'
import { signingDomain } from '../../src/channel/eip712.ts'
import { wei } from '../../src/domain/amount.ts'
import { fromHex } from '../../src/domain/bytes.ts'
import { codeOf } from '../../src/domain/errors.ts'
import type { PresentedVoucher } from '../../src/domain/voucher.ts'
import { openDatabase } from '../../src/system/database.ts'
import { createSigner } from '../../src/system/signer.ts'
import { CHAIN_ID, CONTRACT_ADDRESS, settle } from './fake-contract.ts'
import { buy, CONFIRMATIONS, chunk, payerSigner, World } from './fixture.ts'
import { ASKER, ask, DEPOSIT, keyOf, opened, pairOf, run, SALT, voucherOf } from './presented-fixture.ts'

const stranger = createSigner(fromHex('44'.repeat(32)))

const codeOfRejection = (work: Promise<unknown>): Promise<string | undefined> => work.then(() => 'none', codeOf)

describe('channel/payee-presented: who shows a voucher with a request', () => {
  it('is sold what the voucher covers, by a payee that never heard of its channel', async () => {
    const world = await opened()
    expect(await ask(world, voucherOf(100n), 0)).to.deep.equal({ kind: 'committed', accepted: 100n, cover: 0n })
    expect(pairOf(world)).to.include({ committed: 100n })
    expect(await ask(world, voucherOf(350n), 1)).to.deep.equal({ kind: 'committed', accepted: 350n, cover: 150n })
    expect(world.hits).to.deep.equal(['payee-durable', 'payee-durable'])
    expect(world.payee.list().map(({ vouchered }) => vouchered)).to.deep.equal([350n])
  })

  it('gets nothing on credit, however much was paid before, and is told what its voucher must reach', async () => {
    const world = await opened()
    for (let index = 0; index < 9; index++) await ask(world, voucherOf(100n * BigInt(index + 1)), index)
    // An eighth of V would be credit for a chunk on a stream.
    expect(await ask(world, voucherOf(999n), 9)).to.deep.equal({
      kind: 'rejected',
      code: 'VOUCHER_TOO_LOW',
      required: 1_000n,
    })
    // Good, and so kept: what it lacks is all that is left to pay.
    expect(pairOf(world).channels[0]?.best).to.equal(999n)
    expect(await ask(world, voucherOf(1_000n), 9)).to.include({ kind: 'committed', accepted: 1_000n, cover: 0n })
  })

  it('gets no more than is covered by requests that come at one instant', async () => {
    const world = await opened()
    for (let index = 0; index < 8; index++) await ask(world, voucherOf(100n * BigInt(index + 1)), index)
    const answers = await Promise.all([8, 9].map((index) => ask(world, voucherOf(900n), index)))
    expect(answers.map(({ kind }) => kind)).to.have.members(['committed', 'rejected'])
    expect(pairOf(world).committed).to.equal(900n)
  })

  it('pays for a run of chunks at once or not at all, and counts each as it leaves', async () => {
    const world = await opened()
    expect(await ask(world, voucherOf(250n), 0, 2)).to.include({ kind: 'rejected', required: 300n })
    expect(pairOf(world).committed).to.equal(0n)
    expect(await ask(world, voucherOf(330n), 0, 2)).to.deep.equal({ kind: 'committed', accepted: 330n, cover: 30n })
    expect(pairOf(world).committed).to.equal(100n)
    for (const index of [1, 2]) expect(await ask(world, voucherOf(330n), index)).to.include({ kind: 'committed' })
    expect(pairOf(world).committed).to.equal(300n)
  })

  it('pays nothing again for the same voucher, and gets what is still covered', async () => {
    const world = await opened()
    const account = await world.payee.present(voucherOf(200n), ASKER)
    await account.commit(run(0))
    await account.release(chunk(0)) // the connection broke before it left
    expect(pairOf(world).committed).to.equal(0n)
    expect(await ask(world, voucherOf(200n), 0)).to.include({ kind: 'committed', cover: 100n })
    // It left, and was lost on its way: it is in D, and comes again.
    expect(await ask(world, voucherOf(200n), 0)).to.include({ kind: 'committed', cover: 100n })
    expect(await ask(world, voucherOf(200n), 1)).to.include({ kind: 'committed', cover: 0n })
    expect(await ask(world, voucherOf(200n), 2)).to.include({ code: 'VOUCHER_TOO_LOW', required: 300n })
    expect(pairOf(world).committed).to.equal(200n)
  })

  it('is judged by the best voucher held when an older one comes late', async () => {
    const world = await opened()
    await ask(world, voucherOf(200n), 1)
    expect(await ask(world, voucherOf(100n), 0)).to.include({ kind: 'committed', accepted: 200n, cover: 0n })
    expect(await ask(world, voucherOf(100n), 2)).to.include({ code: 'VOUCHER_TOO_LOW', required: 300n })
  })

  it('gets a chunk that is in D three times in a day, then buys it again', async () => {
    const world = await opened()
    for (let times = 0; times < 4; times++) expect((await ask(world, voucherOf(100n), 0)).kind).to.equal('committed')
    expect(await ask(world, voucherOf(100n), 0)).to.include({ kind: 'rejected', required: 200n })
    expect((await ask(world, voucherOf(200n), 0)).kind).to.equal('committed')
    expect(pairOf(world).committed).to.equal(200n)
  })

  it('shares one account with its stream: no credit, and nothing counted twice', async () => {
    const world = new World()
    await world.openChannel()
    const ends = await world.connect()
    for (let index = 0; index < 16; index++) await buy(world, ends, index)
    const [channel] = world.payer.list()
    const salt = pairOf(world).channels[0]?.salt ?? 0n
    // The stream has credit for two chunks by now, and took one of them.
    await buy(world, ends, 16)
    const { committed, channels } = pairOf(world)
    const best = channels[0]?.best ?? 0n
    expect([channel?.channelId, committed]).to.deep.equal([channelIdOf(keyOf(salt)), 1_700n])
    expect(best < committed).to.equal(true)
    const short = await ask(world, voucherOf(best + 100n, { salt }), 20)
    expect(short).to.include({ kind: 'rejected', required: 1_800n })
    expect(await ask(world, voucherOf(1_800n, { salt }), 20)).to.include({ kind: 'committed', cover: 0n })
    expect(ends.selling.status()).to.include({ vouchered: 1_800n, committed: 1_800n })
    expect(await ask(world, voucherOf(1_800n, { salt }), 3)).to.include({ kind: 'committed', accepted: 1_800n })
    expect(pairOf(world).committed).to.equal(1_800n)
  })
})

describe('channel/payee-presented: a payee that lost its books', () => {
  it('takes what was vouchered for delivered, but for one chunk, and sells on', async () => {
    const world = await opened()
    for (let index = 0; index < 3; index++) await ask(world, voucherOf(100n * BigInt(index + 1)), index)
    await world.payeeWatcher.stop()
    world.payee.stop()
    const after = new World({ payeeDatabase: openDatabase(':memory:') })
    // The same chain, and nothing remembered of it.
    Object.assign(after, { chain: world.chain })
    await after.restartPayee()
    expect(await ask(after, voucherOf(500n), 3, 4)).to.include({ code: 'VOUCHER_TOO_LOW', required: 600n })
    expect(await ask(after, voucherOf(500n), 3)).to.include({ kind: 'committed', accepted: 500n, cover: 0n })
    expect(pairOf(after)).to.include({ committed: 500n })
  })
})

describe('channel/payee-presented: what buys nothing and changes nothing', () => {
  const FORGED: readonly [string, PresentedVoucher, string][] = [
    ['signed by a stranger', voucherOf(100n, { signedBy: stranger }), 'VOUCHER_INVALID'],
    ['of another chain', voucherOf(100n, { domain: signingDomain(1, CONTRACT_ADDRESS) }), 'VOUCHER_INVALID'],
    [
      'of another contract',
      voucherOf(100n, { domain: signingDomain(CHAIN_ID, payerSigner.address) }),
      'VOUCHER_INVALID',
    ],
    ['of another amount', { ...voucherOf(100n), cumulativeAmount: wei(500n) }, 'VOUCHER_INVALID'],
    ['of 63 bytes', { ...voucherOf(100n), signature: new Uint8Array(63) }, 'VOUCHER_INVALID'],
    [
      'to another payee',
      { ...voucherOf(100n), channel: { ...keyOf(SALT), payee: stranger.address } },
      'VOUCHER_INVALID',
    ],
    ['on a channel that nobody opened', voucherOf(100n, { salt: 8n }), 'CHANNEL_UNKNOWN'],
  ]
  for (const [name, voucher, code] of FORGED)
    it(`${name} (${code})`, async () => {
      const world = await opened()
      const before = world.chain.lookUps
      expect(await codeOfRejection(world.payee.present(voucher, ASKER))).to.equal(code)
      expect(pairOf(world).channels).to.deep.equal([])
      // SPEC 11 §8.3: the chain is asked for nothing before the signature was checked.
      if (code === 'VOUCHER_INVALID') expect(world.chain.lookUps).to.equal(before)
    })

  it('beyond the deposit, until it is topped up (VOUCHER_OVER_DEPOSIT)', async () => {
    const world = await opened()
    expect(await ask(world, voucherOf(1_100n), 0, 10)).to.include({ code: 'VOUCHER_OVER_DEPOSIT' })
    expect(pairOf(world).channels[0]?.best).to.equal(0n)
    await world.chain.as(payerSigner.address).topUp({ ...keyOf(SALT), amount: wei(100n), key: 'more' })
    await world.chain.mine(1 + CONFIRMATIONS)
    expect((await ask(world, voucherOf(1_100n), 0, 10)).kind).to.equal('committed')
  })

  it('on a channel that is being closed, or was (CHANNEL_CLOSING)', async () => {
    const world = await opened()
    await ask(world, voucherOf(100n), 0)
    await world.chain.as(payerSigner.address).requestClose({ ...keyOf(SALT), key: 'end' })
    await world.chain.mine(1)
    expect(await ask(world, voucherOf(200n), 1)).to.include({ code: 'CHANNEL_CLOSING' })
    await world.payee.close(channelIdOf(keyOf(SALT)))
    await world.chain.mine(2 + CONFIRMATIONS)
    await settle()
    expect(await codeOfRejection(ask(world, voucherOf(300n), 2))).to.equal('CHANNEL_CLOSING')
  })

  it('on a channel with too few confirmations, or on a chain that may be split', async () => {
    const world = new World()
    await world.start()
    await world.chain.as(payerSigner.address).open({ ...keyOf(SALT), deposit: DEPOSIT, key: 'by hand' })
    await world.chain.mine(1)
    expect(await codeOfRejection(ask(world, voucherOf(100n), 0))).to.equal('CHANNEL_UNKNOWN')
    world.doubt = { firmBlock: 0 }
    await world.chain.mine(CONFIRMATIONS)
    expect(await codeOfRejection(ask(world, voucherOf(100n), 0))).to.equal('SPLIT_SUSPECTED')
    world.doubt = undefined
    expect((await ask(world, voucherOf(100n), 0)).kind).to.equal('committed')
  })

  it('that anybody can read on the chain, from when it is on its way there (VOUCHER_REDEEMED)', async () => {
    const world = await opened()
    await ask(world, voucherOf(300n), 0)
    const refused = { kind: 'rejected', code: 'VOUCHER_REDEEMED', required: 301n }
    await world.payee.redeemDue({ all: true })
    // Neither what is left of it, nor a chunk that is in D.
    for (const index of [0, 1]) expect(await ask(world, voucherOf(300n), index)).to.deep.equal(refused)
    await world.chain.mine(1)
    await settle()
    for (const index of [0, 1]) expect(await ask(world, voucherOf(300n), index)).to.deep.equal(refused)
    expect(await ask(world, voucherOf(120n), 0)).to.deep.equal(refused)
    // One wei more shows that it is the payer.
    expect(await ask(world, voucherOf(301n), 1)).to.deep.equal({ kind: 'committed', accepted: 301n, cover: 101n })
  })

  it('that was redeemed a moment ago, before the books show it', async () => {
    const world = await opened()
    await ask(world, voucherOf(300n), 0)
    await world.payeeWatcher.stop()
    await world.payee.redeemDue({ all: true })
    await world.chain.mine(1)
    await settle()
    expect(await ask(world, voucherOf(300n), 1)).to.include({ code: 'VOUCHER_REDEEMED', required: 301n })
  })

  it('but goes on within the request that it was shown with before', async () => {
    const world = await opened()
    const account = await world.payee.present(voucherOf(300n), ASKER)
    expect(await account.commit(run(0, 2))).to.include({ kind: 'committed' })
    await world.payee.redeemDue({ all: true })
    await world.chain.mine(1)
    await settle()
    for (const index of [1, 2]) expect(await account.commit(run(index))).to.include({ kind: 'committed' })
    expect(await ask(world, voucherOf(300n), 0)).to.include({ code: 'VOUCHER_REDEEMED' })
    expect(pairOf(world)).to.include({ committed: 300n })
  })

  it('of channels without end: the chain is asked a few times for one address, and again later (RATE_LIMITED)', async () => {
    const world = await opened()
    const before = world.chain.lookUps
    const codes: (string | undefined)[] = []
    for (let salt = 100n; salt < 200n; salt++)
      codes.push(await codeOfRejection(world.payee.present(voucherOf(1n, { salt }), ASKER)))
    expect(codes.slice(0, 8)).to.deep.equal(Array(8).fill('CHANNEL_UNKNOWN'))
    expect(new Set(codes.slice(8))).to.deep.equal(new Set(['RATE_LIMITED']))
    expect(world.chain.lookUps - before).to.be.at.most(16)
    // Another address is not in its way.
    expect((await world.payee.present(voucherOf(1n), '192.0.2.8')).payer).to.equal(payerSigner.address)
    // A channel that is known costs nothing, so it is served.
    expect(await ask(world, voucherOf(100n), 0)).to.include({ kind: 'committed' })
    await world.clock.advance(200_000)
    expect(await codeOfRejection(world.payee.present(voucherOf(1n, { salt: 9n }), ASKER))).to.equal('CHANNEL_UNKNOWN')
  })
})
