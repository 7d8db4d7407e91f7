import { expect } from 'chai'
import { channelIdOf } from '../../src/channel/channel-id.ts'
import { saveDelivery } from '../../src/channel/delivery-store.ts'
import { signingDomain } from '../../src/channel/eip712.ts'
import { signHello } from '../../src/channel/hello.ts'
import { loadPayeePair } from '../../src/channel/payee-books.ts'
import { DEFAULT_AFTER_MS } from '../../src/channel/payee-state.ts'
import { signClose, signVoucher } from '../../src/channel/voucher.ts'
import { type Wei, wei, ZERO_WEI } from '../../src/domain/amount.ts'
import { fromHex } from '../../src/domain/bytes.ts'
import { codeOf } from '../../src/domain/errors.ts'
import { parseAddress, parseChannelId } from '../../src/domain/ids.ts'
import type { Voucher } from '../../src/domain/voucher.ts'
import type { SigningDomain } from '../../src/system/eip712.ts'
import { createSigner } from '../../src/system/signer.ts'
import { CHAIN_ID, CONTRACT_ADDRESS, settle } from './fake-contract.ts'
import { buy, CONFIRMATIONS, chunk, DOWNLOAD, PRICE, payeeSigner, payerSigner, payUp, World } from './fixture.ts'

const DOMAIN = signingDomain(CHAIN_ID, CONTRACT_ADDRESS)
const stranger = createSigner(fromHex('44'.repeat(32)))
const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

async function codeOfRejection(work: Promise<unknown>): Promise<string | undefined> {
  return work.then(() => 'none', codeOf)
}

/** A payer may open a channel by hand, so that the test can say anything in its name. */
async function openByHand(world: World, salt: bigint, deposit: Wei): Promise<void> {
  await world.chain.as(payerSigner.address).open({ payee: payeeSigner.address, salt, deposit, key: `hand:${salt}` })
}

describe('channel/payee: authenticate', () => {
  const key = (salt: bigint) => ({ payer: payerSigner.address, payee: payeeSigner.address, salt })
  const prove = (world: World, salt: bigint, signer = payerSigner) => {
    const challenge = world.challenge()
    const signature = signHello(DOMAIN, signer, { ...challenge, channelId: channelIdOf(key(salt)) })
    return { proof: { channel: key(salt), signature }, challenge }
  }

  it('lets the payer of a confirmed channel in, and nobody before', async () => {
    const world = new World()
    const { proof, challenge } = prove(world, 7n)
    expect(await codeOfRejection(world.payee.authenticate(proof, challenge))).to.equal('CHANNEL_UNKNOWN')
    await openByHand(world, 7n, wei(500n))
    await world.chain.mine(1)
    expect(await codeOfRejection(world.payee.authenticate(proof, challenge))).to.equal('CHANNEL_UNKNOWN')
    await world.chain.mine(CONFIRMATIONS)
    expect((await world.payee.authenticate(proof, challenge)).status().spendable).to.equal(500n)
    expect(world.payee.list()).to.have.length(1)
  })

  it('refuses who does not hold the key, another payee, and a salt beyond 96 bits (HELLO_INVALID)', async () => {
    const world = new World()
    await openByHand(world, 7n, wei(500n))
    await world.chain.mine(1 + CONFIRMATIONS)
    const forged = prove(world, 7n, stranger)
    expect(await codeOfRejection(world.payee.authenticate(forged.proof, forged.challenge))).to.equal('HELLO_INVALID')
    const good = prove(world, 7n)
    const replayed = world.payee.authenticate(good.proof, world.challenge())
    expect(await codeOfRejection(replayed)).to.equal('HELLO_INVALID')
    const other = { ...good.proof, channel: { ...good.proof.channel, payee: stranger.address } }
    expect(await codeOfRejection(world.payee.authenticate(other, good.challenge))).to.equal('HELLO_INVALID')
    const long = { ...good.proof, channel: { ...good.proof.channel, salt: 2n ** 96n } }
    expect(await codeOfRejection(world.payee.authenticate(long, good.challenge))).to.equal('HELLO_INVALID')
  })

  it('refuses a payer with code (PAYER_IS_CONTRACT)', async () => {
    const world = new World()
    await openByHand(world, 7n, wei(500n))
    await world.chain.mine(1 + CONFIRMATIONS)
    world.chain.contracts.add(payerSigner.address)
    const { proof, challenge } = prove(world, 7n)
    expect(await codeOfRejection(world.payee.authenticate(proof, challenge))).to.equal('PAYER_IS_CONTRACT')
  })

  it('refuses a channel id that it has seen closed, after a restart and opened again too (CHANNEL_CLOSING)', async () => {
    const world = new World()
    const { key: channel } = await world.openChannel()
    const ends = await world.connect()
    await buy(world, ends, 0)
    await ends.selling.close()
    await world.chain.mine(1 + CONFIRMATIONS)
    await openByHand(world, channel.salt, wei(500n))
    await world.chain.mine(1 + CONFIRMATIONS)
    await world.restartPayee()
    const { proof, challenge } = prove(world, channel.salt)
    expect(await codeOfRejection(world.payee.authenticate(proof, challenge))).to.equal('CHANNEL_CLOSING')
  })
})

describe('channel/payee: vouchers from a payer that cheats change nothing and buy nothing', () => {
  const OTHER_CHAIN = signingDomain(98765, CONTRACT_ADDRESS)
  const OTHER_CONTRACT = signingDomain(CHAIN_ID, parseAddress('0x0000000000000000000000000000000000000001'))
  type Forge = (channelId: Voucher['channelId']) => Voucher
  const amount = wei(300n)
  const sign = (
    domain: SigningDomain,
    channelId: Voucher['channelId'],
    signer = payerSigner,
    cumulativeAmount = amount,
  ) => signVoucher(domain, signer, { channelId, cumulativeAmount })
  const cases: Record<string, [string, Forge]> = {
    'for another channel': ['VOUCHER_WRONG_CHANNEL', () => sign(DOMAIN, parseChannelId('09'.repeat(32)))],
    'signed for another channel': [
      'VOUCHER_INVALID',
      (channelId) => ({ ...sign(DOMAIN, parseChannelId('09'.repeat(32))), channelId }),
    ],
    'of another chain': ['VOUCHER_INVALID', (channelId) => sign(OTHER_CHAIN, channelId)],
    'of another contract': ['VOUCHER_INVALID', (channelId) => sign(OTHER_CONTRACT, channelId)],
    'of another amount': [
      'VOUCHER_INVALID',
      (channelId) => ({ ...sign(DOMAIN, channelId), cumulativeAmount: wei(400n) }),
    ],
    'signed by a stranger': ['VOUCHER_INVALID', (channelId) => sign(DOMAIN, channelId, stranger)],
    'with a high s': ['VOUCHER_INVALID', (channelId) => highS(sign(DOMAIN, channelId))],
    'of 63 bytes': ['VOUCHER_INVALID', (channelId) => cut(sign(DOMAIN, channelId))],
    'above 96 bits': [
      'VOUCHER_INVALID',
      (channelId) => ({ ...sign(DOMAIN, channelId), cumulativeAmount: wei(2n ** 96n) }),
    ],
    'above the deposit': ['VOUCHER_OVER_DEPOSIT', (channelId) => sign(DOMAIN, channelId, payerSigner, wei(10_001n))],
  }
  for (const [name, [code, forge]] of Object.entries(cases)) {
    it(`${name} (${code})`, async () => {
      const world = new World()
      const { channelId } = await world.openChannel()
      const { selling } = await world.connect()
      const before = selling.status()
      const voucher = forge(channelId)
      expect(await selling.commit({ ...chunk(0), price: PRICE, voucher })).to.deep.include({ kind: 'rejected', code })
      expect(await selling.pay(voucher)).to.deep.include({ kind: 'rejected', code })
      expect(selling.status()).to.deep.equal(before)
    })
  }

  it('replayed after it was redeemed: buys nothing more', async () => {
    const world = new World({ payee: { redeemThreshold: wei(50n) } })
    await world.openChannel()
    const ends = await world.connect()
    await buy(world, ends, 0)
    await world.chain.mine(2)
    expect(world.chain.sent.some((key) => key.startsWith('redeem:'))).to.equal(true)
    const voucher = ends.buying.highest()
    expect(await ends.selling.commit({ ...chunk(1), price: PRICE, voucher })).to.include({ code: 'VOUCHER_TOO_LOW' })
    expect(ends.selling.status()).to.include({ vouchered: PRICE, committed: PRICE })
  })

  it('keeps a good voucher even when it refuses the request', async () => {
    const world = new World()
    const { channelId } = await world.openChannel()
    const { selling } = await world.connect()
    const voucher = signVoucher(DOMAIN, payerSigner, { channelId, cumulativeAmount: wei(50n) })
    expect(await selling.commit({ ...chunk(0), price: PRICE, voucher })).to.include({ code: 'VOUCHER_TOO_LOW' })
    expect(selling.status().vouchered).to.equal(50n)
  })
})

describe('channel/payee: accounts', () => {
  it('tells the newest chunks first, for the payer to ask again after a crash', async () => {
    const world = new World()
    await world.openChannel()
    const ends = await world.connect()
    for (const index of [5, 3, 9]) await buy(world, ends, index)
    expect(ends.selling.status().recent.map(({ chunkIndex }) => chunkIndex)).to.deep.equal([9, 3, 5])
    await ends.selling.release(chunk(9))
    expect(ends.selling.status().recent.map(({ chunkIndex }) => chunkIndex)).to.deep.equal([3, 5])
  })

  it('releases a chunk once', async () => {
    const world = new World()
    await world.openChannel()
    const ends = await world.connect()
    for (const index of [0, 1]) await buy(world, ends, index)
    await Promise.all([ends.selling.release(chunk(1)), ends.selling.release(chunk(1))])
    expect(ends.selling.status().committed).to.equal(PRICE)
  })

  it('refuses write-offs beyond the limit', async () => {
    const world = new World()
    await world.openChannel()
    const ends = await world.connect()
    await buy(world, ends, 0)
    expect(await ends.selling.writeOff(chunk(0))).to.equal(true)
    await buy(world, ends, 1)
    expect(await ends.selling.writeOff(chunk(1))).to.equal(false)
    expect(ends.selling.status().committed).to.equal(PRICE)
  })

  describe('writes off any delivery in D', () => {
    /** Sixteen chunks are paid, so two may be written off. */
    async function withPast(): Promise<{ world: World; ends: Awaited<ReturnType<World['connect']>> }> {
      const world = new World()
      await world.openChannel({ deposit: wei(100n * PRICE) })
      const ends = await world.connect()
      for (let index = 0; index < 16; index++) await buy(world, ends, index)
      await payUp(ends)
      return { world, ends }
    }
    const writtenOffOf = (world: World): bigint =>
      world.payeeDatabase.read((connection) => loadPayeePair(connection, payerSigner.address)).writtenOff

    it('by a later stream, and over a restart', async () => {
      const { world, ends } = await withPast()
      ends.selling.ended()
      await world.restartPayee()
      const { selling } = await world.connect()
      expect(await selling.writeOff(chunk(3))).to.equal(true)
      expect(selling.status().committed).to.equal(15n * PRICE)
      expect(selling.status().recent).to.not.deep.include(chunk(3))
    })

    it('once, asked for by two streams in turns and at one instant', async () => {
      const { world, ends } = await withPast()
      const { selling: other } = await world.connect()
      const asked = [ends.selling, other, ends.selling, other].map((selling) => selling.writeOff(chunk(3)))
      expect((await Promise.all(asked)).filter((isWrittenOff) => isWrittenOff)).to.have.length(1)
      expect(other.status().committed).to.equal(15n * PRICE)
      expect(writtenOffOf(world)).to.equal(PRICE)
    })

    it('and no chunk that is not in D: never sold, released, or of another payer', async () => {
      const { world, ends } = await withPast()
      await ends.selling.commit({ ...chunk(16), price: PRICE })
      await ends.selling.release(chunk(16))
      const before = ends.selling.status()
      for (const index of [99, 16]) expect(await ends.selling.writeOff(chunk(index))).to.equal(false)
      const stranger = parseAddress(`0x${'77'.repeat(20)}`)
      await world.payeeDatabase.write((connection) =>
        saveDelivery(connection, stranger, chunk(50), { price: PRICE, resends: 0, resentAt: 0 }),
      )
      expect(await ends.selling.writeOff(chunk(50)), 'of another payer').to.equal(false)
      expect(ends.selling.status()).to.deep.equal(before)
    })

    it('within an eighth of V over the life of the pair, whatever streams ask', async () => {
      const { world, ends } = await withPast()
      const { selling: other } = await world.connect()
      const outcomes: boolean[] = []
      for (let index = 0; index < 16; index++)
        outcomes.push(await (index % 2 === 0 ? ends.selling : other).writeOff(chunk(index)))
      expect(outcomes.filter((isWrittenOff) => isWrittenOff)).to.have.length(2)
      expect(writtenOffOf(world)).to.equal(2n * PRICE)
      expect(other.status()).to.include({ committed: 14n * PRICE, credit: 0n })
    })

    it('and a chunk that was written off is sold like any other', async () => {
      const { world, ends } = await withPast()
      await ends.selling.writeOff(chunk(3))
      expect(await ends.selling.commit({ ...chunk(3), price: PRICE })).to.include({ kind: 'committed' })
      expect(ends.selling.status().committed, 'what was paid ahead covers it').to.equal(16n * PRICE)
      expect(await ends.selling.commit({ ...chunk(17), price: PRICE })).to.include({ code: 'VOUCHER_TOO_LOW' })
      expect(writtenOffOf(world)).to.equal(PRICE)
    })
  })

  it('holds what all payers together may owe to its cap', async () => {
    const world = new World({ payee: { creditCapTotal: wei(150n) } })
    const { channelId } = await world.openChannel({ deposit: wei(100_000n) })
    const { selling } = await world.connect()
    await selling.pay(signVoucher(DOMAIN, payerSigner, { channelId, cumulativeAmount: wei(8000n) }))
    for (let index = 0; index < 81; index++) await selling.commit({ ...chunk(index), price: PRICE })
    expect(selling.status()).to.include({ committed: 8100n, credit: 150n })
    expect(await selling.commit({ ...chunk(99), price: PRICE })).to.include({ code: 'VOUCHER_TOO_LOW' })
  })

  for (const restarts of [false, true]) {
    it(`takes D > V for a default 60 s after the end${restarts ? ', also over a restart' : ''}`, async () => {
      const world = new World()
      await world.openChannel()
      const first = await world.connect()
      for (let index = 0; index < 12; index++) await buy(world, first, index)
      expect(world.payee.debtors()[0]?.defaulted).to.equal(false)
      first.selling.ended()
      first.selling.ended()
      await settle()
      if (restarts) await world.restartPayee()
      await world.clock.advance(DEFAULT_AFTER_MS)
      const second = await world.connect()
      expect(second.selling.status().credit).to.equal(0n)
      expect(world.payee.debtors()[0]?.defaulted).to.equal(true)
      await payUp(second)
      expect(second.selling.status().credit > 0n).to.equal(true)
      expect(world.payee.debtors()).to.deep.equal([])
    })
  }

  it('takes no default from one of two connections ending', async () => {
    const world = new World()
    await world.openChannel()
    const one = await world.connect()
    await world.connect()
    for (let index = 0; index < 12; index++) await buy(world, one, index)
    one.selling.ended()
    await world.clock.advance(2 * DEFAULT_AFTER_MS)
    expect(world.payee.debtors()[0]?.defaulted).to.equal(false)
  })
})

describe('channel/payee: settlement', () => {
  it('redeems when the value at risk passes the threshold, and not before', async () => {
    const world = new World({ payee: { redeemThreshold: wei(2n * PRICE) } })
    await world.openChannel()
    const ends = await world.connect()
    for (const index of [0, 1]) await buy(world, ends, index)
    await world.chain.mine(1)
    const redeems = (): number => world.chain.sent.filter((key) => key.startsWith('redeem:')).length
    expect(redeems()).to.equal(0)
    await buy(world, ends, 2)
    await payUp(ends)
    await world.chain.mine(1)
    expect(redeems()).to.equal(1)
    await world.chain.mine(2)
    expect(redeems()).to.equal(1)
    expect(world.payee.list()[0]?.settled).to.equal(3n * PRICE)
  })

  it('redeems in time when the payer requests the close, and serves nothing from then on', async () => {
    const world = new World()
    const { channelId } = await world.openChannel()
    const ends = await world.connect()
    for (const index of [0, 1]) await buy(world, ends, index)
    await payUp(ends)
    await world.payer.requestClose(channelId)
    await world.chain.mine(1) // seen, unconfirmed
    expect(await ends.selling.commit({ ...chunk(7), price: PRICE })).to.include({ code: 'CHANNEL_CLOSING' })
    await world.chain.mine(1)
    expect(world.payee.list()[0]?.settled).to.equal(2n * PRICE)
  })

  it('answers a close that was requested while it was down, as soon as it is up again', async () => {
    const world = new World()
    const { channelId } = await world.openChannel()
    const ends = await world.connect()
    for (const index of [0, 1]) await buy(world, ends, index)
    await payUp(ends)
    await world.payeeWatcher.stop()
    await world.payer.requestClose(channelId)
    await world.chain.mine(100)
    expect(world.chain.sent.filter((key) => key.startsWith('redeem:'))).to.deep.equal([])
    await world.restartPayee()
    await world.chain.mine(1)
    expect(world.payee.list()[0]).to.include({ phase: 'closing', settled: 2n * PRICE })
    await world.chain.mine(200)
    await world.chain.mine(1)
    expect(world.payee.list()[0]).to.include({ phase: 'closed', settled: 2n * PRICE })
  })

  it('redeems again after a redemption was reverted', async () => {
    const world = new World({ payee: { redeemThreshold: wei(50n) } })
    await world.openChannel()
    const ends = await world.connect()
    await buy(world, ends, 0)
    await world.chain.mine() // the payee sends it
    world.chain.revertNext = true
    await world.chain.mine() // it reverts, and is sent anew
    expect(world.payee.list()[0]?.settled).to.equal(0n)
    await world.chain.mine()
    await world.chain.mine()
    expect(world.payee.list()[0]?.settled).to.equal(PRICE)
  })

  it('sends a close again that was decided before a crash', async () => {
    const world = new World()
    const { channelId } = await world.openChannel()
    const ends = await world.connect()
    await buy(world, ends, 0)
    world.chain.failNext = 'CHAIN_UNREACHABLE'
    expect(await codeOfRejection(world.payee.close(channelId))).to.equal('CHAIN_UNREACHABLE')
    await world.restartPayee()
    await world.chain.mine(2)
    expect(world.chain.sent.filter((key) => key.startsWith('close:'))).to.have.length(1)
    expect(world.payee.list()[0]).to.include({ phase: 'closed', settled: PRICE })
  })

  it('ends a channel at what verified when the payer agrees, after a crash too, and both books show that', async () => {
    const world = new World()
    await world.openChannel()
    const ends = await world.connect()
    await buy(world, ends, 0)
    await payUp(ends)
    // Paid ahead for a chunk that is then not sent.
    const ahead = await ends.buying.authorize({ price: PRICE, required: wei(2n * PRICE) })
    if (ahead.kind === 'voucher') await ends.selling.pay(ahead.voucher)
    const agreement = ends.buying.agreeToClose()
    expect(agreement?.settled).to.equal(PRICE)
    world.chain.failNext = 'CHAIN_UNREACHABLE'
    expect(await codeOfRejection(ends.selling.close(agreement))).to.equal('CHAIN_UNREACHABLE')
    await world.restartPayee()
    await world.chain.mine(1 + CONFIRMATIONS)
    expect(world.chain.sent.filter((key) => key.startsWith('close:'))).to.have.length(1)
    expect(world.payer.list()).to.deep.equal([])
    expect(world.payer.history()).to.deep.equal([
      { downloadId: DOWNLOAD, payee: payeeSigner.address, signed: PRICE, verified: PRICE, vouchers: 2 },
    ])
  })

  it('closes nothing at an end that the payer did not sign for this channel (AGREEMENT_INVALID)', async () => {
    const world = new World()
    const { channelId } = await world.openChannel()
    const { selling } = await world.connect()
    const other = parseChannelId('09'.repeat(32))
    for (const agreement of [
      signClose(DOMAIN, payeeSigner, { channelId, settled: ZERO_WEI }),
      signClose(DOMAIN, payerSigner, { channelId: other, settled: ZERO_WEI }),
      { ...signClose(DOMAIN, payerSigner, { channelId, settled: ZERO_WEI }), channelId: other },
      { ...signClose(DOMAIN, payerSigner, { channelId, settled: ZERO_WEI }), settled: wei(1n) },
    ])
      expect(await codeOfRejection(selling.close(agreement))).to.equal('AGREEMENT_INVALID')
    expect(world.payee.list()[0]?.phase).to.equal('open')
    expect(world.chain.sent.filter((key) => key.startsWith('close:'))).to.deep.equal([])
  })

  it('counts on with the payer after a move to a new channel', async () => {
    const world = new World()
    await world.openChannel()
    const first = await world.connect()
    for (let index = 0; index < 10; index++) await buy(world, first, index)
    await payUp(first)
    await first.selling.close()
    await world.chain.mine(1 + CONFIRMATIONS)
    const handle = await world.ensure(wei(1000n))
    await world.chain.mine(1 + CONFIRMATIONS)
    await handle.confirmed
    const second = await world.connect()
    expect(second.selling.status()).to.include({ vouchered: 10n * PRICE, committed: 10n * PRICE })
    for (let index = 10; index < 15; index++) expect((await buy(world, second, index)).kind).to.equal('committed')
    expect(world.payer.account(payeeSigner.address, DOWNLOAD).highest()?.cumulativeAmount ?? 0n).to.be.at.most(500n)
  })

  it('closes no channel of others (CHANNEL_UNKNOWN)', async () => {
    const world = new World()
    expect(await codeOfRejection(world.payee.close(parseChannelId('09'.repeat(32))))).to.equal('CHANNEL_UNKNOWN')
  })
})

function highS(voucher: Voucher): Voucher {
  const bytes = Buffer.from(voucher.signature)
  const vs = BigInt(`0x${bytes.subarray(32).toString('hex')}`)
  const parity = vs >> 255n
  const s = CURVE_ORDER - (vs & (2n ** 255n - 1n))
  const twin = ((parity ^ 1n) << 255n) | s
  return {
    ...voucher,
    signature: fromHex(
      bytes.subarray(0, 32).toString('hex') + (twin & (2n ** 256n - 1n)).toString(16).padStart(64, '0'),
    ),
  }
}

function cut(voucher: Voucher): Voucher {
  return { ...voucher, signature: voucher.signature.subarray(0, 63) }
}

describe('channel/payee: redemption by gas price and age', () => {
  it('waits for cheaper gas, and redeems when it comes', async () => {
    const world = new World({ payee: { redeemThreshold: wei(50n) } })
    await world.openChannel()
    const ends = await world.connect()
    world.chain.fee = wei(11n)
    await buy(world, ends, 0)
    await world.chain.mine(3)
    expect(redeems(world)).to.equal(0)
    world.chain.fee = wei(10n)
    await world.chain.mine(1)
    expect(redeems(world)).to.equal(1)
    await world.chain.mine(1)
    expect(world.payee.list()[0]?.settled).to.equal(PRICE)
  })

  it('redeems a little that was held for long, also when it went down meanwhile', async () => {
    const world = new World({ payee: { redeemAfterMs: 60_000 } })
    await world.openChannel()
    const ends = await world.connect()
    await buy(world, ends, 0)
    await world.clock.advance(59_000)
    await world.chain.mine(1)
    expect(redeems(world)).to.equal(0)
    await world.payeeWatcher.stop()
    await world.clock.advance(1000)
    await world.restartPayee()
    expect(redeems(world)).to.equal(1)
    await world.chain.mine(3)
    expect(redeems(world)).to.equal(1)
  })

  it('redeems at any price when half of the dispute window is over', async () => {
    const world = new World()
    const { channelId } = await world.openChannel()
    const ends = await world.connect()
    await buy(world, ends, 0)
    world.chain.fee = wei(10n ** 18n)
    await world.payer.requestClose(channelId)
    await world.chain.mine(2)
    expect(redeems(world)).to.equal(0)
    await world.chain.mine(120)
    expect(redeems(world)).to.equal(1)
    await world.chain.mine(1)
    expect(world.payee.list()[0]?.settled).to.equal(PRICE)
  })
})

function redeems(world: World): number {
  return world.chain.sent.filter((key) => key.startsWith('redeem:')).length
}
