/** What each operation of a channel contract costs, measured alike for every contract. */
import {
  AbiCoder,
  type Addressable,
  type BaseContract,
  type ContractTransactionResponse,
  id,
  keccak256,
  Wallet,
} from 'ethers'
import {
  type Deployment,
  deployChannelContract,
  SALT,
  salted,
  WINDOW_BLOCKS,
  WINDOW_SECONDS,
} from './payment-channel.ts'

export type Gas = Record<string, number>

/** How a contract wants to be told which channel is meant: everything else is the same in all of them. */
export interface CallShapes {
  readonly contract: string
  /** As arguments of the payer's calls, or as part of an item to open. */
  byPayer(payee: string, salt: bigint): Record<string, unknown>
  /** As arguments of the payee's calls, or as part of an item to redeem or close. */
  byPayee(payer: string, salt: bigint): Record<string, unknown>
  /** `close` takes the signature before the amount. */
  readonly signatureFirst: boolean
}

export const PAYMENT_CHANNEL: CallShapes = {
  contract: 'PaymentChannel',
  byPayer: (payee, salt) => ({ saltAndPayee: salted(payee, salt) }),
  byPayee: (payer, salt) => ({ saltAndPayer: salted(payer, salt) }),
  signatureFirst: true,
}

/** test/contracts/peers/PlainChannel.sol */
export const PLAIN_CHANNEL: CallShapes = {
  contract: 'PlainChannel',
  byPayer: (payee, salt) => ({ payee, salt }),
  byPayee: (payer, salt) => ({ payer, salt }),
  signatureFirst: false,
}

const ONE = 10n ** 18n
/** Amounts as they occur: eight or nine significant bytes. */
const AMOUNT = 123_456_789_012_345_678n
/** A small batch, and one large enough that what is paid once hardly shows. */
const BATCHES = [10, 50] as const

/**
 * Receipts' gasUsed under London rules, calldata included, refunds netted; recipients exist and send their own transactions; salts have
 * no zero byte but where a batch counts. Redeeming and closing many: each item is of another payer.
 */
export async function measureGas(shapes: CallShapes): Promise<Gas> {
  const chain = await deployChannelContract(shapes.contract)
  const { payer, payee, signVoucher, signClose, networkHelpers } = chain
  const asPayer = chain.contract.connect(payer)
  const asPayee = chain.contract.connect(payee)
  const toPayee = (salt = SALT) => Object.values(shapes.byPayer(payee.address, salt))
  const fromPayer = (salt = SALT) => Object.values(shapes.byPayee(payer.address, salt))
  const idOf = (salt: bigint) => channelIdOf(payer.address, payee.address, salt)
  const voucher = (amount: bigint, salt = SALT) => signVoucher(payer, idOf(salt), amount)
  const open = () => send(asPayer, 'open', ...toPayee(), { value: ONE })
  const redeem = async () => send(asPayee, 'redeem', payer.address, ...toPayee(), AMOUNT, await voucher(AMOUNT))

  const gas: Gas = { deploy: Number(await chain.deploymentGas()), open: await open() }
  gas['topUp'] = await send(asPayer, 'topUp', ...toPayee(), { value: ONE })
  gas['redeem'] = await redeem()
  const last = [2n * AMOUNT, await voucher(2n * AMOUNT)]
  gas['close'] = await send(asPayee, 'close', ...fromPayer(), ...(shapes.signatureFirst ? last.toReversed() : last))
  await open()
  const agreed = await signClose(payee, idOf(SALT), AMOUNT)
  gas['closeAgreed'] = await send(asPayer, 'closeAgreed', payer.address, ...toPayee(), AMOUNT, agreed)
  await open()
  await redeem()
  gas['requestClose'] = await send(asPayer, 'requestClose', ...toPayee())
  await networkHelpers.mine(WINDOW_BLOCKS, { interval: WINDOW_SECONDS })
  gas['withdraw'] = await send(asPayer, 'withdraw', payer.address, ...toPayee())
  gas['unilateralTotal'] = gas['requestClose'] + gas['withdraw']

  for (const count of BATCHES) {
    const payers = await createPayers(chain, count)
    const salts = payers.map((_, index) => SALT + 0x100n * BigInt(count + index))
    const opened = salts.map((salt) => ({ ...shapes.byPayer(payee.address, salt), deposit: ONE }))
    for (const from of payers) await send(chain.contract.connect(from), 'open', ...toPayee(), { value: ONE })
    const items = (amount: bigint) =>
      Promise.all(
        payers.map(async (from) => ({
          ...shapes.byPayee(from.address, SALT),
          cumulativeAmount: amount,
          signature: await signVoucher(from, channelIdOf(from.address, payee.address, SALT), amount),
        })),
      )
    const perItem = async (sent: Promise<number>) => Math.floor((await sent) / count)
    const name = (operation: string) => `${operation}PerItem${count === 50 ? '' : `At${count}`}`
    gas[name('openMany')] = await perItem(send(asPayer, 'openMany', opened, { value: ONE * BigInt(count) }))
    gas[name('redeemMany')] = await perItem(send(asPayee, 'redeemMany', payee.address, await items(AMOUNT)))
    gas[name('closeMany')] = await perItem(send(asPayee, 'closeMany', await items(2n * AMOUNT)))
  }
  await chain.connection.close()
  return gas
}

type Chain = Pick<Deployment, 'ethers' | 'networkHelpers'>

/** Accounts of their own, as the channels of one payee have: each refund is the transaction's first use of its payer's account. */
async function createPayers({ ethers, networkHelpers }: Chain, count: number): Promise<Wallet[]> {
  const payers = Array.from(
    { length: count },
    (_, index) => new Wallet(id(`payer ${index} of ${count}`), ethers.provider),
  )
  for (const { address } of payers) await networkHelpers.setBalance(address, 2n * ONE)
  return payers
}

async function send(contract: BaseContract, name: string, ...args: readonly unknown[]): Promise<number> {
  const sent: ContractTransactionResponse = await contract.getFunction(name).send(...args)
  const receipt = await sent.wait()
  if (receipt?.status !== 1) throw new Error(`${name} failed`)
  return Number(receipt.gasUsed)
}

function channelIdOf(payer: string | Addressable, payee: string | Addressable, salt: bigint): string {
  return keccak256(AbiCoder.defaultAbiCoder().encode(['address', 'address', 'uint96'], [payer, payee, salt]))
}
