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
