import { readFile, writeFile } from 'node:fs/promises'
import { expect } from 'chai'
import { type ContractTransactionReceipt, type ContractTransactionResponse, toBeHex } from 'ethers'
import { globalOptions } from 'hardhat'
import {
  CHUNKS_HASH,
  deployEscrow,
  type EscrowDeployment,
  FILE_HASH,
  GRACE_BLOCKS,
  GRACE_SECONDS,
  HTTP,
  SALT,
} from '../support/escrow.ts'

/** Run with CHIRAL_UPDATE_GAS=1 to accept new numbers; then commit the file. */
const SNAPSHOT = new URL('./gas.json', import.meta.url)
/** Half a per cent: more is a change somebody has to accept. */
const TOLERANCE_PER_MILLE = 5n
/** Four million of the block's 4,700,000: other transactions have to fit beside one of ours. */
const MOST_GAS = 4_000_000n
/** The largest batches that docs/specs/04-escrow.md promises to fit. */
const LARGEST_PAY_BATCH = 250
const LARGEST_PAY_BATCH_TO_NEW_ACCOUNTS = 95
const LARGEST_REDEEM_MANY = 220
const ONE = 10n ** 18n
/** Amounts as they occur: eight or nine significant bytes. */
const AMOUNT = 123_456_789_012_345_678n
const BATCH = 50
const LIFETIME_SECONDS = 86_400

/** Receipts' gasUsed under London rules, calldata included, refunds netted; recipients exist unless it says otherwise. */
function gasTests(): void {
  let chain: EscrowDeployment

  before(async () => {
    chain = await deployEscrow()
  })

  after(async () => {
    await chain.connection.close()
  })

  it('stays within half a per cent of the committed numbers', async () => {
    const measured = await measure(chain)
    if (process.env['CHIRAL_UPDATE_GAS'] === '1') {
      const numbers = Object.fromEntries(Object.entries(measured).map(([name, gas]) => [name, Number(gas)]))
      await writeFile(SNAPSHOT, `${JSON.stringify(numbers, null, 2)}\n`)
    }
    const committed: Record<string, number> = JSON.parse(await readFile(SNAPSHOT, 'utf8'))
    expect(Object.keys(measured).sort()).to.deep.equal(Object.keys(committed).sort())
    const grown = Object.entries(measured).filter(
      ([name, gas]) => gas * 1000n > BigInt(committed[name] ?? 0) * (1000n + TOLERANCE_PER_MILLE),
    )
    expect(grown.map(([name, gas]) => `${name}: ${committed[name]} -> ${gas}`)).to.deep.equal([])
  })

  it('is deployed in less than four million gas', async () => {
    expect(await chain.deploymentGas()).to.be.lessThan(MOST_GAS)
  })

  it('pays the largest batch in less than four million gas', async () => {
    expect(await payBatchGas(chain, LARGEST_PAY_BATCH, { newAccounts: false })).to.be.lessThan(MOST_GAS)
  })

  it('pays the largest batch of accounts that never were in less than four million gas', async () => {
    expect(await payBatchGas(chain, LARGEST_PAY_BATCH_TO_NEW_ACCOUNTS, { newAccounts: true })).to.be.lessThan(MOST_GAS)
  })

  it('redeems the largest batch in less than four million gas', async () => {
    expect(await redeemManyGas(chain, LARGEST_REDEEM_MANY)).to.be.lessThan(MOST_GAS)
  })
}

// Code instrumented for coverage uses other amounts.
if (!globalOptions.coverage) describe('contracts/escrow gas', gasTests)

async function measure(chain: EscrowDeployment): Promise<Record<string, bigint>> {
  const { contract, payer, seeder, stranger, networkHelpers, signReceipt, signRelease, deadlineIn } = chain
  const [asPayer, asSeeder] = [contract.connect(payer), contract.connect(seeder)]
  const id = await contract.escrowIdOf(payer.address, FILE_HASH, SALT)
  const share = (address: string, amount: bigint) => ({ seeder: address, amount })
  const redeem = async (amount: bigint) =>
    gasOf(
      asSeeder.redeem(
        payer.address,
        FILE_HASH,
        SALT,
        seeder.address,
        amount,
        CHUNKS_HASH,
        HTTP,
        await signReceipt(payer, id, seeder.address, amount),
      ),
    )
  const releaseOf = async (allocated: bigint, nonce: bigint) => ({
    seeder: seeder.address,
    allocated,
    signature: await signRelease(seeder, id, allocated, nonce),
  })

  const gas: Record<string, bigint> = { deploy: await chain.deploymentGas() }
  const deadline = await deadlineIn(LIFETIME_SECONDS)
  gas['lock'] = await gasOf(asPayer.lock(FILE_HASH, SALT + 1n, deadline, [], { value: ONE }))
  const first = [share(seeder.address, ONE)]
  gas['lockForOneSeeder'] = await gasOf(asPayer.lock(FILE_HASH, SALT, deadline, first, { value: 10n * ONE }))
  gas['topUp'] = await gasOf(asPayer.topUp(FILE_HASH, SALT, { value: ONE }))
  gas['allocateToNewSeeder'] = await gasOf(asPayer.allocate(FILE_HASH, SALT, [share(stranger.address, ONE)]))
  gas['allocateMore'] = await gasOf(asPayer.allocate(FILE_HASH, SALT, [share(seeder.address, ONE)]))
  gas['redeem'] = await redeem(AMOUNT)
  gas['releaseBySeeder'] = await gasOf(
    asSeeder.release(payer.address, FILE_HASH, SALT, [
      { seeder: seeder.address, allocated: ONE + AMOUNT, signature: '0x' },
    ]),
  )
  gas['refund'] = await gasOf(asPayer.refund(FILE_HASH, SALT, []))
  gas['refundWithRelease'] = await gasOf(asPayer.refund(FILE_HASH, SALT, [await releaseOf(ONE, 3n)]))
  await networkHelpers.time.increase(LIFETIME_SECONDS)
  gas['requestReclaim'] = await gasOf(asPayer.requestReclaim(payer.address, FILE_HASH, SALT))
  await networkHelpers.mine(GRACE_BLOCKS, { interval: GRACE_SECONDS })
  gas['reclaim'] = await gasOf(asPayer.reclaim(payer.address, FILE_HASH, SALT, [seeder.address, stranger.address]))
  gas['redeemManyPerItem'] = (await redeemManyGas(chain, BATCH)) / BigInt(BATCH)
  gas['payBatchPerItem'] = (await payBatchGas(chain, BATCH, { newAccounts: false })) / BigInt(BATCH)
  gas['payBatchPerNewAccount'] = (await payBatchGas(chain, BATCH, { newAccounts: true })) / BigInt(BATCH)
  return gas
}

/** One payment to each of `count` accounts, sent by the payer. */
async function payBatchGas(
  { contract, payer, networkHelpers }: EscrowDeployment,
  count: number,
  { newAccounts }: { readonly newAccounts: boolean },
): Promise<bigint> {
  const snapshot = await networkHelpers.takeSnapshot()
  const payments = Array.from({ length: count }, (_, index) => ({
    // Twenty bytes without a zero among them, as addresses have.
    payee: toBeHex(BigInt(`0x${'5a'.repeat(20)}`) + BigInt(index), 20),
    amount: AMOUNT,
    fileHash: FILE_HASH,
    chunksHash: CHUNKS_HASH,
    protocol: HTTP,
  }))
  if (!newAccounts) for (const { payee } of payments) await networkHelpers.setBalance(payee, 1n)
  const gas = await gasOf(contract.connect(payer).payBatch(payments, { value: AMOUNT * BigInt(count) }))
  await snapshot.restore()
  return gas
}

/** One first receipt of each of `count` escrows of one payer, redeemed by their seeder. */
async function redeemManyGas(
  { contract, payer, seeder, networkHelpers, signReceipt, deadlineIn }: EscrowDeployment,
  count: number,
): Promise<bigint> {
  const snapshot = await networkHelpers.takeSnapshot()
  const deadline = await deadlineIn(LIFETIME_SECONDS)
  const allocations = [{ seeder: seeder.address, amount: ONE }]
  const items = []
  for (let index = 1n; index <= count; index++) {
    const salt = SALT + 0x100000n * index
    await contract.connect(payer).lock(FILE_HASH, salt, deadline, allocations, { value: ONE })
    const escrowId = await contract.escrowIdOf(payer.address, FILE_HASH, salt)
    items.push({
      payer: payer.address,
      fileHash: FILE_HASH,
      salt,
      cumulativeAmount: AMOUNT,
      chunksHash: CHUNKS_HASH,
      protocol: HTTP,
      signature: await signReceipt(payer, escrowId, seeder.address, AMOUNT),
    })
  }
  const gas = await gasOf(contract.connect(seeder).redeemMany(seeder.address, items))
  await snapshot.restore()
  return gas
}

async function gasOf(sent: Promise<ContractTransactionResponse>): Promise<bigint> {
  const receipt: ContractTransactionReceipt | null = await (await sent).wait()
  if (receipt === null) throw new Error('no receipt')
  return receipt.gasUsed
}
