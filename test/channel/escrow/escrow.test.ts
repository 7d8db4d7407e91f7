import { expect } from 'chai'
import { readEscrowIncome } from '../../../src/chain/escrow-income.ts'
import { vouchered } from '../../../src/channel/books.ts'
import { allocationIdOf } from '../../../src/channel/escrow/allocation.ts'
import type { Escrow } from '../../../src/channel/escrow/escrow-chain.ts'
import { escrowOf, escrowsNotOver, type OwnEscrow, seedersOf } from '../../../src/channel/escrow/escrow-store.ts'
import { signEscrowHello } from '../../../src/channel/hello.ts'
import { loadPayeePair } from '../../../src/channel/payee-books.ts'
import { loadPayerPair } from '../../../src/channel/payer-books.ts'
import { type Wei, wei } from '../../../src/domain/amount.ts'
import { Bitfield } from '../../../src/domain/bitfield.ts'
import { codeOf } from '../../../src/domain/errors.ts'
import type { Address } from '../../../src/domain/ids.ts'
import { type Database, openDatabase } from '../../../src/system/database.ts'
import { startTestChain, type TestChain } from '../../chain/support/test-chain.ts'
import {
  buy,
  challenge,
  connect,
  DOWNLOAD,
  FILE,
  lockFor,
  NEVER,
  PRICE,
  pass,
  settleAndRelease,
  startTrader,
  type Trader,
} from './escrow-world.ts'

const DAY = 24 * 3_600
const chunks = (count: number): Wei => wei(PRICE * BigInt(count))

describe('channel: payment from an escrow, on the real contract', function () {
  this.timeout(60_000)
  let test: TestChain
  let traders: Trader[] = []

  beforeEach(async () => {
    test = await startTestChain()
    traders = []
  })
  afterEach(async () => {
    for (const trader of traders) await trader.stop()
    await test.stop()
  })

  async function trader(index: number): Promise<Trader> {
    const started = await startTrader(test, index)
    traders.push(started)
    return started
  }
  async function restart(
    stopped: Trader,
    index: number,
    { database = stopped.database, acceptEscrows = true }: { database?: Database; acceptEscrows?: boolean } = {},
  ): Promise<Trader> {
    await stopped.stop()
    traders = traders.filter((one) => one !== stopped)
    const started = await startTrader(test, index, database, { acceptEscrows })
    traders.push(started)
    return started
  }
  async function buyerAndSellers(): Promise<[Trader, Trader, Trader]> {
    const [buyer, first, second] = [await trader(0), await trader(1), await trader(2)]
    await buyer.payer.beginDownload({ downloadId: DOWNLOAD, maxTotal: wei(10n ** 18n) })
    return [buyer, first, second]
  }
  async function escrowAt(buyer: Trader): Promise<Escrow & { own: OwnEscrow }> {
    const own = buyer.database.read((connection) => escrowOf(connection, DOWNLOAD))
    if (own === undefined) throw new Error('nothing was locked')
    return { ...(await buyer.site.require()), own }
  }
  /** What the contract holds, which is all that was locked and did not go anywhere. */
  async function heldByContract(buyer: Trader): Promise<bigint> {
    return test.client.balance((await buyer.site.require()).papers.domain.contract)
  }
  async function income(buyer: Trader, account: Address, kind: 'redeemed' | 'returned'): Promise<bigint> {
    const address = (await buyer.site.require()).papers.domain.contract
    const { number: toBlock } = await test.client.head()
    const came = await readEscrowIncome(test.client, { address, deployedAt: 0 }, { account, toBlock })
    return came.filter((one) => one.kind === kind).reduce((sum, { amount }) => sum + amount, 0n)
  }

  it('pays two sellers from one lock to the wei, and the buyer has all of the rest back', async () => {
    const [buyer, first, second] = await buyerAndSellers()
    await lockFor(test, buyer, [first, second])
    const locks = buyer.queue.history().filter(({ purpose }) => purpose.startsWith('lock'))
    expect(locks.map(({ value }) => value)).to.deep.equal([chunks(60)]) // twenty each, and as many for whoever needs them

    const ends = [await connect(buyer, first), await connect(buyer, second)] as const
    for (let index = 0; index < 11; index++) expect(await buy(buyer, first, ends[0], index)).to.equal('bought')
    for (let index = 11; index < 18; index++) expect(await buy(buyer, second, ends[1], index)).to.equal('bought')
    for (const one of ends) await settleAndRelease(one)
    await buyer.escrows.end(DOWNLOAD, NEVER)
    for (const seller of [first, second]) await seller.payee.redeemDue({ all: true })
    await pass(test, 1)

    expect(await income(buyer, buyer.signer.address, 'returned')).to.equal(chunks(60 - 18))
    expect(await income(buyer, first.signer.address, 'redeemed')).to.equal(chunks(11))
    expect(await income(buyer, second.signer.address, 'redeemed')).to.equal(chunks(7))
    expect(await heldByContract(buyer)).to.equal(0n)
    for (const [seller, count] of [
      [first, 11],
      [second, 7],
    ] as const) {
      await seller.watcher.look()
      await buyer.watcher.look()
      const pairs = [
        buyer.database.read((connection) => loadPayerPair(connection, seller.signer.address)),
        seller.database.read((connection) => loadPayeePair(connection, buyer.signer.address)),
      ] as const
      expect(pairs.map(vouchered)).to.deep.equal([chunks(count), chunks(count)])
      expect(pairs[0].verified).to.equal(chunks(count))
      expect(pairs[1].committed).to.equal(chunks(count))
    }
    expect(buyer.database.read((connection) => escrowOf(connection, DOWNLOAD))?.phase).to.equal('over')
  })

  it('names the downloads whose receipts a seller may lack, until it has released or redeemed', async () => {
    const [buyer, first, second] = await buyerAndSellers()
    await lockFor(test, buyer, [first, second])
    const unshown = (downloadId: string) =>
      [first, second].map(({ signer }) => buyer.escrows.unshownTo({ payee: signer.address, downloadId }))
    expect(unshown('another')).to.deep.equal([[], []])
    const ends = await connect(buyer, first)
    for (let index = 0; index < 3; index++) expect(await buy(buyer, first, ends, index)).to.equal('bought')
    expect(unshown('another')).to.deep.equal([[DOWNLOAD], []])
    expect(unshown(DOWNLOAD)).to.deep.equal([[], []])
    await buyer.escrows.end(DOWNLOAD, NEVER) // without a release of the first, which was away
    expect(unshown('another')).to.deep.equal([[DOWNLOAD], []])
    await settleAndRelease(await connect(buyer, first))
    expect(unshown('another'), 'it released').to.deep.equal([[], []])
  })

  it('names none whose receipts the chain has paid', async () => {
    const [buyer, first] = await buyerAndSellers()
    await lockFor(test, buyer, [first])
    const ends = await connect(buyer, first)
    expect(await buy(buyer, first, ends, 0)).to.equal('bought')
    const receipt = await ends.buying.settle()
    if (receipt !== undefined) await ends.selling.pay(receipt)
    const unshown = () => buyer.escrows.unshownTo({ payee: first.signer.address, downloadId: 'another' })
    expect(unshown()).to.deep.equal([DOWNLOAD])
    await first.payee.redeemDue({ all: true })
    await pass(test, 1)
    await buyer.watcher.look()
    expect(unshown()).to.deep.equal([])
  })

  it('allocates to a seller that comes later from what is free, and adds coin when that is used up', async () => {
    const [buyer, first, second] = await buyerAndSellers()
    const third = await trader(3)
    await lockFor(test, buyer, [first, second], { deposit: chunks(4) })
    await lockFor(test, buyer, [third], { deposit: chunks(4) })
    await lockFor(test, buyer, [first], { deposit: chunks(9), topUp: true })
    const kinds = buyer.queue.history().map(({ purpose }) => purpose.split(' ')[0])
    expect(kinds.filter((kind) => kind !== 'deploy')).to.deep.equal(['lock', 'allocate', 'add', 'allocate'])
    for (const [seller, count] of [
      [third, 4],
      [first, 9],
    ] as const) {
      const ends = await connect(buyer, seller)
      for (let index = 0; index < count; index++)
        expect(await buy(buyer, seller, ends, 10 * count + index), `chunk ${index}`).to.equal('bought')
      expect(await buy(buyer, seller, ends, 99)).to.equal('DEPOSIT_EXHAUSTED')
    }
  })

  it('has back after the deadline what a seller does not release, by itself, over a restart', async () => {
    const [buyer, first, second] = await buyerAndSellers()
    await lockFor(test, buyer, [first, second])
    const ends = await connect(buyer, first)
    for (let index = 0; index < 5; index++) await buy(buyer, first, ends, index)
    const receipt = await ends.buying.settle()
    if (receipt !== undefined) await ends.selling.pay(receipt)

    // The seller redeems before the deadline, with nobody asking it to.
    await pass(test, DAY - 1_700)
    await first.watcher.look()
    await pass(test, 1)
    expect(await income(buyer, first.signer.address, 'redeemed')).to.equal(chunks(5))
    const late = await ends.selling.commit({ fileHash: FILE, chunkIndex: 6, price: PRICE })
    expect(late).to.include({ kind: 'rejected', code: 'CHANNEL_CLOSING' })

    const again = await restart(buyer, 0)
    await pass(test, 1_800)
    await mineUntilSent(again, 'begin the grace period')
    await pass(test, 3_700, 250)
    await mineUntilSent(again, 'reclaim')
    await pass(test, 1)
    expect(await income(again, again.signer.address, 'returned')).to.equal(chunks(60 - 5))
    expect(await heldByContract(again)).to.equal(0n)
    await pass(test, 1)
    await again.watcher.look()
    expect(again.queue.history().filter(({ purpose }) => /reclaim|grace/.test(purpose))).to.have.length(2)
  })

  it('has back what it locked with its key alone, when its books are lost, and leaves to a seller what that redeemed', async () => {
    const [buyer, first, second] = await buyerAndSellers()
    await lockFor(test, buyer, [first, second])
    const ends = await connect(buyer, first)
    for (let index = 0; index < 5; index++) await buy(buyer, first, ends, index)
    const receipt = await ends.buying.settle()
    if (receipt !== undefined) await ends.selling.pay(receipt)

    const again = await restart(buyer, 0, { database: openDatabase(':memory:') })
    expect(again.database.read(escrowsNotOver), 'the chain is asked with the next head').to.deep.equal([])
    await pass(test, 1)
    while (again.database.read(escrowsNotOver).length === 0) await test.client.head()
    const [found] = again.database.read(escrowsNotOver)
    expect(found).to.include({ fileHash: FILE, payer: again.signer.address, phase: 'ending' })
    const seeders = found && again.database.read((connection) => seedersOf(connection, found))
    expect(seeders).to.have.members([first.signer.address, second.signer.address])

    await pass(test, DAY - 1_700)
    await first.watcher.look()
    await pass(test, 1_800)
    await mineUntilSent(again, 'begin the grace period')
    await pass(test, 3_700, 250)
    await mineUntilSent(again, 'reclaim')
    await pass(test, 1)
    expect(await income(again, first.signer.address, 'redeemed')).to.equal(chunks(5))
    expect(await income(again, again.signer.address, 'returned')).to.equal(chunks(60 - 5))
    expect(await heldByContract(again)).to.equal(0n)
  })

  it('asks the chain once for escrows that the books do not know, and takes none that they know', async () => {
    const [buyer, seller] = await buyerAndSellers()
    await lockFor(test, buyer, [seller])
    const known = buyer.database.read(escrowsNotOver)
    expect(known.map(({ downloadId, phase }) => [downloadId, phase])).to.deep.equal([[DOWNLOAD, 'locked']])
    let asked = 0
    const again = await restart(buyer, 0)
    const { locks } = again.site
    Object.assign(again.site, {
      locks(toBlock: number) {
        asked++
        return locks(toBlock)
      },
    })
    await pass(test, 1, 3)
    await again.watcher.look()
    expect([asked, again.database.read(escrowsNotOver)]).to.deep.equal([0, known])
  })

  it('lists what an escrow allocates beside the channels, on both sides', async () => {
    const [buyer, seller] = await buyerAndSellers()
    await lockFor(test, buyer, [seller], { deposit: chunks(4) })
    await connect(buyer, seller)
    const { own } = await escrowAt(buyer)
    for (const [role, side] of [
      ['payer', buyer.payer],
      ['payee', seller.payee],
    ] as const) {
      expect(side.list()).to.deep.equal([])
      const [allocation, ...others] = side.allocations()
      expect(others).to.deep.equal([])
      expect(allocation).to.include({ role, phase: 'open', deposit: chunks(4), vouchered: 0n })
      expect(allocation?.escrow).to.deep.equal({ fileHash: FILE, deadline: own.deadline })
    }
  })

  it('is refused by a seller that takes no escrows, but for those that it began with', async () => {
    const [buyer, seller, other] = await buyerAndSellers()
    await lockFor(test, buyer, [seller, other])
    await connect(buyer, seller)
    const strict = await restart(seller, 1, { acceptEscrows: false })
    const ends = await connect(buyer, strict)
    expect(await buy(buyer, strict, ends, 0)).to.equal('bought')
    const stricter = await restart(other, 2, { acceptEscrows: false })
    expect(await connect(buyer, stricter).catch(codeOf)).to.equal('ESCROWS_REFUSED')
    expect(stricter.payee.allocations()).to.deep.equal([])
  })

  it('goes on with a lock that was decided, or sent, when the process ended, and locks once', async () => {
    for (const moment of ['decided', 'sent'] as const) {
      const buyer = await trader(moment === 'decided' ? 4 : 5)
      const seller = await trader(moment === 'decided' ? 6 : 7)
      await buyer.payer.beginDownload({ downloadId: DOWNLOAD, maxTotal: wei(10n ** 18n) })
      await buyer.site.require()
      if (moment === 'sent') await test.client.request('evm_setAutomine', [false])
      const dying = new AbortController()
      const options = { payee: seller.signer.address, deposit: chunks(3), confirmations: 1, fileHash: FILE, chunks: 3 }
      const locking = buyer.escrows.ensureAllocation({
        ...options,
        together: [],
        downloadId: DOWNLOAD,
        topUp: false,
        signal: dying.signal,
      })
      if (moment === 'sent') await untilSent(buyer, 'lock')
      dying.abort(new Error('killed'))
      await locking.catch(() => {})
      const again = await restart(buyer, moment === 'decided' ? 4 : 5)
      if (moment === 'sent') await test.client.request('evm_setAutomine', [true])
      await pass(test, 1)
      await lockFor(test, again, [seller], { deposit: chunks(3) })
      expect(again.queue.history().filter(({ purpose }) => purpose.startsWith('lock'))).to.have.length(1)
      const ends = await connect(again, seller)
      expect(await buy(again, seller, ends, 0)).to.equal('bought')
    }
  })

  it('goes on within what was locked while the chain is away, and releases nothing then', async () => {
    const [buyer, seller] = await buyerAndSellers()
    await lockFor(test, buyer, [seller])
    const ends = await connect(buyer, seller)
    await test.chain.stop()
    for (let index = 0; index < 6; index++) expect(await buy(buyer, seller, ends, index)).to.equal('bought')
    const receipt = await ends.buying.settle()
    if (receipt !== undefined) expect((await ends.selling.pay(receipt)).kind).to.equal('accepted')
    expect(ends.selling.status()).to.include({ vouchered: chunks(6), committed: chunks(6) })
    expect(await ends.selling.close().catch(codeOf)).to.equal('CHAIN_UNREACHABLE')
  })

  describe('a buyer that cheats', () => {
    it('locks too short or too long, allocates nothing, or shows the escrow of another: refused with a sentence', async () => {
      const [buyer, seller, stranger] = await buyerAndSellers()
      const { chain, papers } = await buyer.site.require()
      const { timestamp } = await test.client.head()
      const refused = async (salt: bigint, by = buyer): Promise<string> => {
        const key = { payer: buyer.signer.address, fileHash: FILE, salt }
        const hello = challenge()
        const signature = signEscrowHello(papers.domain, by.signer, { ...hello, escrowId: papers.escrowIdOf(key) })
        return seller.payee.authenticate({ escrow: key, signature }, hello).then(
          () => 'let in',
          (error: unknown) => `${codeOf(error)}: ${error instanceof Error ? error.message : ''}`,
        )
      }
      const lock = async (salt: bigint, lifetime: number, to: readonly Trader[]): Promise<void> => {
        const allocations = to.map(({ signer }) => ({ seeder: signer.address, amount: PRICE }))
        const deadline = timestamp + lifetime
        await (
          await chain.lock({ fileHash: FILE, salt, deadline, value: chunks(2), allocations, key: `t:${salt}` })
        ).wait(0)
      }
      await lock(1n, 3_600, [seller])
      await lock(2n, 40 * DAY, [seller])
      await lock(3n, DAY, [stranger])
      await lock(4n, DAY, [seller])
      expect(await refused(4n)).to.match(/^ESCROW_UNKNOWN: .*fewer than 1 confirmations/)
      await pass(test, 1, 2)
      expect(await refused(1n)).to.match(/^ESCROW_DEADLINE: The escrow ends in \d+ s: lock one that lasts/)
      expect(await refused(2n)).to.match(/^ESCROW_DEADLINE/)
      expect(await refused(3n)).to.match(/^ESCROW_UNKNOWN: .*nothing of it is allocated to/)
      expect(await refused(5n)).to.match(/^ESCROW_UNKNOWN: .*the chain shows no such escrow/)
      expect(await refused(4n, stranger)).to.match(/^HELLO_INVALID/)
      expect(await refused(4n)).to.equal('let in')
    })

    it('signs for another seller, another escrow or more than is allocated: refused, and nothing changes', async () => {
      const [buyer, seller, other] = await buyerAndSellers()
      await lockFor(test, buyer, [seller, other], { deposit: chunks(4) })
      const { own, papers } = await escrowAt(buyer)
      const { selling } = await connect(buyer, seller)
      const channelId = allocationIdOf(own.escrowId, seller.signer.address)
      const delivered = { chunksHash: new Uint8Array(32), protocol: 'bitswap' }
      const pay = async (seeder: Address, amount: Wei, names = channelId): Promise<string> => {
        const { signature } = papers.signReceipt({
          escrowId: own.escrowId,
          seeder,
          cumulativeAmount: amount,
          ...delivered,
        })
        const paid = await selling.pay({ channelId: names, cumulativeAmount: amount, signature, delivered })
        return paid.kind === 'rejected' ? paid.code : paid.kind
      }
      const { address } = seller.signer
      expect(await pay(other.signer.address, PRICE)).to.equal('VOUCHER_INVALID')
      const elsewhere = allocationIdOf(own.escrowId, other.signer.address)
      expect(await pay(address, PRICE, elsewhere)).to.equal('VOUCHER_WRONG_CHANNEL')
      expect(await pay(address, chunks(5))).to.equal('VOUCHER_OVER_DEPOSIT')
      expect(selling.status().vouchered).to.equal(0n)
      const signed = papers.signReceipt({
        escrowId: own.escrowId,
        seeder: address,
        cumulativeAmount: PRICE,
        ...delivered,
      })
      const { signature } = signed
      const plain = await selling.pay({ channelId, cumulativeAmount: PRICE, signature })
      expect(plain).to.include({ kind: 'rejected', code: 'VOUCHER_INVALID' }) // a voucher is no receipt
      expect(await pay(address, PRICE)).to.equal('accepted')
      expect(selling.status().vouchered).to.equal(PRICE)
    })

    it('pays after it had a release, which it holds back: not taken', async () => {
      const [buyer, seller] = await buyerAndSellers()
      await lockFor(test, buyer, [seller])
      const ends = await connect(buyer, seller)
      await buy(buyer, seller, ends, 0)
      await settleAndRelease(ends)
      await pass(test, DAY - 3_000)
      await seller.watcher.look()
      const { own, papers } = await escrowAt(buyer)
      const terms = { escrowId: own.escrowId, seeder: seller.signer.address, cumulativeAmount: chunks(9) }
      const delivered = { chunksHash: new Uint8Array(32), protocol: '' }
      const { signature } = papers.signReceipt({ ...terms, ...delivered })
      const channelId = allocationIdOf(own.escrowId, seller.signer.address)
      const paid = await ends.selling.pay({ channelId, cumulativeAmount: chunks(9), signature, delivered })
      expect(paid).to.include({ kind: 'rejected', code: 'CHANNEL_CLOSING' })
    })
  })

  it('names in a receipt the chunks that verified from this seller, and none where it pays one ahead', async () => {
    const [buyer, seller] = await buyerAndSellers()
    await lockFor(test, buyer, [seller])
    const { papers } = await escrowAt(buyer)
    const ends = await connect(buyer, seller)
    const ahead = await ends.buying.authorize({ price: PRICE, required: PRICE })
    if (ahead.kind !== 'voucher') throw new Error('a receipt was expected')
    expect(ahead.voucher.delivered).to.deep.equal({ chunksHash: new Uint8Array(32), protocol: 'bitswap' })
    await ends.selling.pay(ahead.voucher)
    for (const index of [3, 5]) await buy(buyer, seller, ends, index)
    const verified = new Bitfield(40)
    for (const index of [3, 5]) verified.add(index)
    const receipt = (await ends.buying.settle()) ?? ends.buying.highest()
    expect(receipt?.delivered).to.deep.equal({ chunksHash: papers.chunksHashOf(verified), protocol: 'bitswap' })
    await buyer.escrows.comesBy({ payee: seller.signer.address, downloadId: DOWNLOAD }, 'http')
    expect(ends.buying.highest()?.delivered?.protocol, 'where it was not always the same').to.equal('')
  })

  it('names no chunks where the coin is locked for several files', async () => {
    const [buyer, seller] = await buyerAndSellers()
    await lockFor(test, buyer, [seller], { chunks: 0 })
    const ends = await connect(buyer, seller)
    await buy(buyer, seller, ends, 3)
    const receipt = (await ends.buying.settle()) ?? ends.buying.highest()
    expect(receipt?.delivered).to.deep.equal({ chunksHash: new Uint8Array(32), protocol: 'bitswap' })
  })

  const isSent = (wallet: Trader, purpose: string): boolean =>
    wallet.queue.history().some((sent) => sent.purpose.startsWith(purpose))

  /** Resolves when the wallet sent such a transaction. */
  async function untilSent(wallet: Trader, purpose: string): Promise<void> {
    while (!isSent(wallet, purpose)) await test.client.head()
  }

  /** The same of what it sends by itself, with a block. */
  async function mineUntilSent(wallet: Trader, purpose: string): Promise<void> {
    while (!isSent(wallet, purpose)) await pass(test, 1)
  }
})
