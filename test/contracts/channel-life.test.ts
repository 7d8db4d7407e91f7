import { expect } from 'chai'
import {
  type Deployment,
  deployPaymentChannel,
  SALT,
  salted,
  saltedDeposit,
  WINDOW_BLOCKS,
  WINDOW_SECONDS,
} from './support/payment-channel.ts'

const ONE = 10n ** 18n

/** The life of a channel on a chain with real blocks and times: what a node sees through its RPC. */
describe('contracts/life of a channel', () => {
  let chain: Deployment
  let channelId: string

  beforeEach(async () => {
    chain = await deployPaymentChannel()
    const { contract, payer, payee } = chain
    channelId = await contract.channelIdFor(payer.address, payee.address, SALT)
    await contract.connect(payer).open(salted(payee.address, SALT), { value: 10n * ONE })
  })

  afterEach(() => chain.connection.close())

  const redeem = async (amount: bigint) => {
    const { contract, payer, payee, signVoucher } = chain
    const signature = await signVoucher(payer, channelId, amount)
    return contract.connect(payee).redeem(payer.address, salted(payee.address, SALT), amount, signature)
  }
  const requestClose = () => chain.contract.connect(chain.payer).requestClose(salted(chain.payee.address, SALT))
  const withdraw = () =>
    chain.contract.connect(chain.stranger).withdraw(chain.payer.address, salted(chain.payee.address, SALT))
  const closingState = async () => {
    const { closeAt, closeBlock } = await chain.contract.channel(channelId)
    return { closeAt, closeBlock }
  }

  it('opens, tops up, redeems, closes: the events alone explain every wei', async () => {
    const { contract, payer, payee, signVoucher } = chain
    await contract.connect(payer).topUp(salted(payee.address, SALT), { value: 2n * ONE })
    await redeem(3n * ONE)
    await redeem(5n * ONE)
    const last = await signVoucher(payer, channelId, 6n * ONE)
    await contract.connect(payee).close(salted(payer.address, SALT), last, 6n * ONE)

    const [opened] = await contract.queryFilter(contract.filters.Opened(payer.address, payee.address))
    const [toppedUp] = await contract.queryFilter(contract.filters.ToppedUp(channelId))
    const redeemed = await contract.queryFilter(contract.filters.Redeemed(channelId))
    const [closed] = await contract.queryFilter(contract.filters.Closed(channelId))
    expect(opened?.args.saltAndDeposit).to.equal(saltedDeposit(SALT, 10n * ONE))
    expect(toppedUp?.args.deposit).to.equal(12n * ONE)
    expect(redeemed.map(({ args }) => [args.settled, args.amount])).to.deep.equal([
      [3n * ONE, 3n * ONE],
      [5n * ONE, 2n * ONE],
    ])
    expect([closed?.args.settled, closed?.args.refund]).to.deep.equal([6n * ONE, 6n * ONE])
    expect(await chain.ethers.provider.getBalance(contract)).to.equal(0n)
  })

  it('lets the payer leave when both parts of the window have passed', async () => {
    const { contract, ethers, networkHelpers, payer } = chain
    await redeem(4n * ONE)
    const receipt = await (await requestClose()).wait()
    const block = await ethers.provider.getBlock(receipt?.blockNumber ?? 0)
    expect(await closingState()).to.deep.equal({
      closeAt: BigInt((block?.timestamp ?? 0) + WINDOW_SECONDS),
      closeBlock: BigInt((block?.number ?? 0) + WINDOW_BLOCKS),
    })
    const { closeAt, closeBlock } = await closingState()
    await networkHelpers.mineUpTo(closeBlock - 1n)
    await networkHelpers.time.setNextBlockTimestamp(closeAt)
    await expect(withdraw()).to.changeEtherBalance(ethers, payer, 6n * ONE)
    expect(await contract.channel(channelId)).to.deep.equal([0n, 0n, 0n, 0n])
  })

  it('protects the payee while mining stalls: hours pass, blocks do not', async () => {
    const { contract, networkHelpers } = chain
    await requestClose()
    await networkHelpers.time.increase(100 * WINDOW_SECONDS)
    await expect(withdraw())
      .to.be.revertedWithCustomError(contract, 'PaymentChannel_WindowOpen')
      .withArgs(0n, WINDOW_BLOCKS - 2)
    await expect(redeem(ONE)).to.emit(contract, 'Redeemed').withArgs(channelId, ONE, ONE)
  })

  it('protects the payee while a miner races: blocks pass, the hour does not', async () => {
    const { contract, networkHelpers } = chain
    await requestClose()
    const { closeAt } = await closingState()
    await networkHelpers.mine(10 * WINDOW_BLOCKS, { interval: 1 })
    await networkHelpers.time.setNextBlockTimestamp(closeAt - 1n)
    await expect(withdraw()).to.be.revertedWithCustomError(contract, 'PaymentChannel_WindowOpen').withArgs(1n, 0n)
    await expect(redeem(ONE)).to.emit(contract, 'Redeemed').withArgs(channelId, ONE, ONE)
  })

  it('takes the payee’s last voucher in the very last block of the window, and after it', async () => {
    const { contract, ethers, networkHelpers, payer } = chain
    await requestClose()
    const { closeAt, closeBlock } = await closingState()
    await networkHelpers.mineUpTo(closeBlock - 2n)
    await networkHelpers.time.setNextBlockTimestamp(closeAt - 1n)
    await redeem(9n * ONE)
    await networkHelpers.mine(10)
    await redeem(9n * ONE + 1n)
    await expect(withdraw()).to.changeEtherBalance(ethers, payer, ONE - 1n)
    await expect(redeem(10n * ONE)).to.be.revertedWithCustomError(contract, 'PaymentChannel_Unknown')
  })

  it('keeps the first request’s window when the payer asks again', async () => {
    const { contract, networkHelpers } = chain
    await requestClose()
    const first = await closingState()
    await networkHelpers.mine(100, { interval: 15 })
    await expect(requestClose()).to.be.revertedWithCustomError(contract, 'PaymentChannel_Closing')
    expect(await closingState()).to.deep.equal(first)
  })

  /** Mines blocks in which nothing that came after the snapshot is: a reorg that left the transactions out. */
  const reorgTo = async (snapshot: { restore(): Promise<void> }) => {
    await snapshot.restore()
    await chain.networkHelpers.mine(3)
  }

  it('knows nothing of a deposit that a reorg took out, and pays the same voucher when it is mined again', async () => {
    const { contract, ethers, networkHelpers, payer, payee, signVoucher } = chain
    const salt = SALT + 1n
    const id = await contract.channelIdFor(payer.address, payee.address, salt)
    const signature = await signVoucher(payer, id, ONE)
    const before = await networkHelpers.takeSnapshot()
    const opening = await contract.connect(payer).open(salted(payee.address, salt), { value: 2n * ONE })
    await reorgTo(before)

    const pay = () => contract.connect(payee).redeem(payer.address, salted(payee.address, salt), ONE, signature)
    await expect(pay()).to.be.revertedWithCustomError(contract, 'PaymentChannel_Unknown').withArgs(id)
    expect(await contract.channel(id)).to.deep.equal([0n, 0n, 0n, 0n])
    await ethers.provider.broadcastTransaction(ethers.Transaction.from(opening).serialized)
    await expect(pay()).to.changeEtherBalance(ethers, payee, ONE)
  })

  it('pays a redeem that a reorg took out once it is sent again, and only once', async () => {
    const { contract, ethers, networkHelpers, payee } = chain
    const before = await networkHelpers.takeSnapshot()
    const held = await ethers.provider.getBalance(payee)
    const lost = await redeem(3n * ONE)
    expect((await contract.channel(channelId)).settled).to.equal(3n * ONE)
    await reorgTo(before)
    expect((await contract.channel(channelId)).settled).to.equal(0n)
    expect(await ethers.provider.getBalance(payee)).to.equal(held)

    // The very transaction that was lost: same nonce, same voucher.
    const raw = ethers.Transaction.from(lost).serialized
    await expect(ethers.provider.broadcastTransaction(raw)).to.changeEtherBalance(ethers, contract, -3n * ONE)
    await expect(redeem(3n * ONE)).to.be.revertedWithCustomError(contract, 'PaymentChannel_VoucherNotIncreasing')
    await expect(redeem(5n * ONE)).to.changeEtherBalance(ethers, contract, -2n * ONE)
  })

  it('pays all of a later voucher when the redeem of an earlier one was undone', async () => {
    const { ethers, networkHelpers, contract } = chain
    const before = await networkHelpers.takeSnapshot()
    await redeem(3n * ONE)
    await reorgTo(before)
    await expect(redeem(5n * ONE)).to.changeEtherBalance(ethers, contract, -5n * ONE)
  })

  it('starts the window anew when a reorg undid the request and it is mined later', async () => {
    const { contract, networkHelpers } = chain
    const before = await networkHelpers.takeSnapshot()
    await requestClose()
    const first = await closingState()
    await reorgTo(before)
    await expect(withdraw()).to.be.revertedWithCustomError(contract, 'PaymentChannel_NotClosing')
    await requestClose()
    const second = await closingState()
    expect(second.closeBlock).to.equal(first.closeBlock + 3n)
    await networkHelpers.mineUpTo(first.closeBlock)
    await networkHelpers.time.increaseTo(second.closeAt)
    await expect(withdraw()).to.be.revertedWithCustomError(contract, 'PaymentChannel_WindowOpen')
  })

  it('pays by the order of the new chain when a reorg swaps a redeem and the payer’s withdrawal', async () => {
    const { contract, ethers, networkHelpers, payee, payer } = chain
    await requestClose()
    const { closeAt, closeBlock } = await closingState()
    await networkHelpers.mineUpTo(closeBlock)
    await networkHelpers.time.increaseTo(closeAt)
    const before = await networkHelpers.takeSnapshot()
    await redeem(4n * ONE)
    await expect(withdraw()).to.changeEtherBalance(ethers, payer, 6n * ONE)
    await before.restore()
    await expect(withdraw()).to.changeEtherBalances(ethers, [payer, payee], [10n * ONE, 0n])
    await expect(redeem(4n * ONE)).to.be.revertedWithCustomError(contract, 'PaymentChannel_Unknown')
  })

  it('redeems fifty vouchers in one transaction that fits a block', async () => {
    const { contract, ethers, payer, payee, signVoucher } = chain
    const salts = Array.from({ length: 50 }, (_, index) => SALT + 1n + BigInt(index))
    const opened = salts.map((salt) => ({ saltAndPayee: salted(payee.address, salt), deposit: ONE }))
    await contract.connect(payer).openMany(opened, { value: 50n * ONE })
    const items = await Promise.all(
      salts.map(async (salt) => ({
        saltAndPayer: salted(payer.address, salt),
        cumulativeAmount: ONE / 2n,
        signature: await signVoucher(payer, await contract.channelIdFor(payer.address, payee.address, salt), ONE / 2n),
      })),
    )
    await expect(contract.connect(chain.stranger).redeemMany(payee.address, items)).to.changeEtherBalance(
      ethers,
      payee,
      25n * ONE,
    )
  })
})
