import { readFile, writeFile } from 'node:fs/promises'
import { expect } from 'chai'
import type { ContractTransactionReceipt, ContractTransactionResponse } from 'ethers'
import { globalOptions } from 'hardhat'
import {
  type Deployment,
  deployPaymentChannel,
  SALT,
  WINDOW_BLOCKS,
  WINDOW_SECONDS,
} from './support/payment-channel.ts'

/** Run with CHIRAL_UPDATE_GAS=1 to accept new numbers; then commit the file. */
const SNAPSHOT = new URL('./gas.json', import.meta.url)
/** Where `./chiral contracts` wants what was measured. */
const REPORT = process.env['CHIRAL_GAS_REPORT']
/** Half a per cent: more is a change somebody has to accept. */
const TOLERANCE_PER_MILLE = 5n
/** Four million of the block's 4,700,000: other transactions have to fit beside one of ours. */
const MOST_GAS = 4_000_000n
const ONE = 10n ** 18n
/** Amounts as they occur: eight or nine significant bytes. */
const AMOUNT = 123_456_789_012_345_678n
const BATCH = 50

/** Receipts' gasUsed under London rules, calldata included, refunds netted; recipients exist and send their own transactions. */
function gasTests(): void {
  let measured: Record<string, bigint>

  before(async () => {
    const chain = await deployPaymentChannel()
    measured = await measure(chain)
    await chain.connection.close()
    const numbers = Object.fromEntries(Object.entries(measured).map(([name, gas]) => [name, Number(gas)]))
    if (process.env['CHIRAL_UPDATE_GAS'] === '1') await writeFile(SNAPSHOT, `${JSON.stringify(numbers, null, 2)}\n`)
    if (REPORT !== undefined) await writeFile(REPORT, JSON.stringify(numbers))
  })

  it('stays within half a per cent of the committed numbers', async () => {
    const committed: Record<string, number> = JSON.parse(await readFile(SNAPSHOT, 'utf8'))
    expect(Object.keys(measured).sort()).to.deep.equal(Object.keys(committed).sort())
    const grown = Object.entries(measured).filter(
      ([name, gas]) => gas * 1000n > BigInt(committed[name] ?? 0) * (1000n + TOLERANCE_PER_MILLE),
    )
    expect(grown.map(([name, gas]) => `${name}: ${committed[name]} -> ${gas}`)).to.deep.equal([])
  })

  it('deploys, and redeems the largest batch, in less than four million gas', () => {
    expect(measured['deploy'] ?? MOST_GAS).to.be.lessThan(MOST_GAS)
    expect((measured['redeemManyPerItem'] ?? MOST_GAS) * 250n).to.be.lessThan(MOST_GAS)
  })
}

// Code instrumented for coverage uses other amounts.
if (!globalOptions.coverage) describe('contracts/gas', gasTests)

async function measure(chain: Deployment): Promise<Record<string, bigint>> {
  const { contract, payer, payee, networkHelpers, signVoucher, signClose } = chain
  const asPayer = contract.connect(payer)
  const asPayee = contract.connect(payee)
  const id = await contract.channelIdOf(payer.address, payee.address, SALT)
  const voucher = (amount: bigint) => signVoucher(payer, id, amount)
  const open = () => gasOf(asPayer.open(payee.address, SALT, { value: ONE }))

  const gas: Record<string, bigint> = { deploy: await chain.deploymentGas(), open: await open() }
  gas['topUp'] = await gasOf(asPayer.topUp(payee.address, SALT, { value: ONE }))
  gas['redeem'] = await gasOf(asPayee.redeem(payer.address, payee.address, SALT, AMOUNT, await voucher(AMOUNT)))
  gas['close'] = await gasOf(asPayee.close(payer.address, SALT, 2n * AMOUNT, await voucher(2n * AMOUNT)))
  await open()
  gas['closeAgreed'] = await gasOf(
    asPayer.closeAgreed(payer.address, payee.address, SALT, AMOUNT, await signClose(payee, id, AMOUNT)),
  )
  await open()
  await asPayee.redeem(payer.address, payee.address, SALT, AMOUNT, await voucher(AMOUNT))
  gas['requestClose'] = await gasOf(asPayer.requestClose(payee.address, SALT))
  await networkHelpers.mine(WINDOW_BLOCKS, { interval: WINDOW_SECONDS })
  gas['withdraw'] = await gasOf(asPayer.withdraw(payer.address, payee.address, SALT))
  gas['unilateralTotal'] = gas['requestClose'] + gas['withdraw']

  const items = Array.from({ length: BATCH }, (_, index) => ({
    payee: payee.address,
    salt: SALT + 0x100n * BigInt(index + 1),
    deposit: ONE,
  }))
  gas['openManyPerItem'] = (await gasOf(asPayer.openMany(items, { value: ONE * BigInt(BATCH) }))) / BigInt(BATCH)
  const vouchers = await Promise.all(
    items.map(async ({ salt }) => {
      const channelId = await contract.channelIdOf(payer.address, payee.address, salt)
      return {
        payer: payer.address,
        salt,
        cumulativeAmount: AMOUNT,
        signature: await signVoucher(payer, channelId, AMOUNT),
      }
    }),
  )
  gas['redeemManyPerItem'] = (await gasOf(asPayee.redeemMany(payee.address, vouchers))) / BigInt(BATCH)
  return gas
}

async function gasOf(sent: Promise<ContractTransactionResponse>): Promise<bigint> {
  const receipt: ContractTransactionReceipt | null = await (await sent).wait()
  if (receipt === null) throw new Error('no receipt')
  return receipt.gasUsed
}
