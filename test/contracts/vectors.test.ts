import { readFile } from 'node:fs/promises'
import { expect } from 'chai'
import { type Deployment, deployPaymentChannel, salted } from './support/payment-channel.ts'

/** As scripts/generate-vectors.ts writes them. */
interface Vector {
  readonly name: string
  readonly type: 'Voucher' | 'Close'
  readonly chainId: string
  readonly contract: string
  readonly payer: string
  readonly payee: string
  readonly signer: string
  readonly salt: string
  readonly channelId: string
  readonly cumulativeAmount: string
  readonly domainSeparator: string
  readonly structHash: string | null
  readonly digest: string | null
  readonly signature: string
  readonly valid: boolean
  readonly reason: string
}

const MAX_UINT96 = 2n ** 96n - 1n
const { vectors }: { vectors: Vector[] } = JSON.parse(
  await readFile(new URL('../vectors/voucher.json', import.meta.url), 'utf8'),
)

describe('contracts/voucher vectors', () => {
  const deployments = new Map<string, Deployment>()

  /** The deployed contract under test stands at the very address the vectors were signed for, on the same chain id. */
  before(async () => {
    for (const chainId of new Set(vectors.map((vector) => vector.chainId)))
      deployments.set(chainId, await deployPaymentChannel(Number(chainId)))
  })

  after(async () => {
    for (const { connection } of deployments.values()) await connection.close()
  })

  function deployed(vector: Vector): Deployment {
    const deployment = deployments.get(vector.chainId)
    if (deployment === undefined) throw new Error(`no chain ${vector.chainId}`)
    return deployment
  }

  it('has valid and invalid vectors of both messages', () => {
    for (const type of ['Voucher', 'Close'])
      for (const valid of [true, false])
        expect(
          vectors.some((vector) => vector.type === type && vector.valid === valid),
          `${type} ${valid}`,
        ).to.equal(true)
  })

  for (const vector of vectors) {
    it(`${vector.valid ? 'accepts' : 'refuses'}: ${vector.type}, ${vector.name}`, async () => {
      const { contract, address, ethers } = deployed(vector)
      expect(vector.contract).to.equal(address)
      expect(await contract.domainSeparator()).to.equal(vector.domainSeparator)
      if (vector.reason === 'SIGNER_MISMATCH' || vector.valid)
        expect(await contract.channelIdFor(vector.payer, vector.payee, vector.salt)).to.equal(vector.channelId)

      const harness = await ethers.deployContract('LibraryHarness')
      if (vector.digest === null) {
        expect(BigInt(vector.cumulativeAmount) > MAX_UINT96).to.equal(true)
        await refusesRange(vector)
        return
      }
      const hash = harness.getFunction(vector.type === 'Voucher' ? 'voucherHash' : 'closeHash')
      expect(await hash(vector.channelId, vector.cumulativeAmount)).to.equal(vector.structHash)
      expect(await harness.getFunction('isValid')(vector.signer, vector.digest, vector.signature)).to.equal(
        vector.valid,
      )
      await askContract(vector)
    })
  }

  /** An amount that needs more than 96 bits cannot be truncated into one that is signed. */
  async function refusesRange(vector: Vector): Promise<void> {
    const { contract, address, ethers, stranger } = deployed(vector)
    const wide = new ethers.Interface(['function redeem(address,uint256,uint256,bytes)'])
    const call = wide.encodeFunctionData('redeem', [
      vector.payer,
      salted(vector.payee, BigInt(vector.salt)),
      vector.cumulativeAmount,
      vector.signature,
    ])
    // The selector of the real function, before arguments encoded without its range check.
    const data = contract.interface.getFunction('redeem').selector + call.slice(10)
    await expect(stranger.call({ to: address, data })).to.be.revertedWithoutReason(ethers)
  }

  /** Opens the channel, asks the contract to pay, and takes both back. */
  async function askContract(vector: Vector): Promise<void> {
    const { contract, payer, payee, stranger, networkHelpers } = deployed(vector)
    const snapshot = await networkHelpers.takeSnapshot()
    try {
      const [from, to, amount] = [vector.payer, vector.payee, BigInt(vector.cumulativeAmount)]
      const saltAndPayee = salted(to, BigInt(vector.salt))
      expect([from, to]).to.deep.equal([payer.address, payee.address])
      await networkHelpers.setBalance(from, 2n ** 97n)
      await contract.connect(payer).open(saltAndPayee, { value: MAX_UINT96 })
      const sender = vector.signer === to ? payer : payee
      const call =
        vector.type === 'Voucher'
          ? contract.connect(stranger).redeem(from, saltAndPayee, amount, vector.signature)
          : contract.connect(sender).closeAgreed(from, saltAndPayee, amount, vector.signature)
      if (vector.type === 'Voucher' && amount === 0n)
        await expect(call).to.be.revertedWithCustomError(contract, 'PaymentChannel_VoucherNotIncreasing')
      else if (vector.valid && vector.type === 'Voucher')
        await expect(call).to.emit(contract, 'Redeemed').withArgs(vector.channelId, amount, amount)
      else if (vector.valid)
        await expect(call)
          .to.emit(contract, 'Closed')
          .withArgs(vector.channelId, amount, MAX_UINT96 - amount)
      else
        await expect(call)
          .to.be.revertedWithCustomError(contract, 'PaymentChannel_InvalidSignature')
          .withArgs(vector.signer)
    } finally {
      await snapshot.restore()
    }
  }
})
