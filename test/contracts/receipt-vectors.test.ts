import { readFile } from 'node:fs/promises'
import { expect } from 'chai'
import { deployEscrow, type EscrowDeployment } from './support/escrow.ts'

/** As scripts/generate-receipt-vectors.ts writes them. */
interface Vector {
  readonly name: string
  readonly type: 'Receipt' | 'Release'
  readonly chainId: string
  readonly contract: string
  readonly payer: string
  readonly seeder: string
  readonly fileHash: string
  readonly salt: string
  readonly escrowId: string
  readonly amount: string
  readonly chunksHash: string
  readonly protocolBytes: string
  readonly nonce: string
  readonly domainSeparator: string
  readonly structHash: string | null
  readonly digest: string | null
  readonly signature: string
  readonly valid: boolean
}

const MAX_UINT96 = 2n ** 96n - 1n
/** Each change of an allocation is one step of its nonce: further ones are left to the harness. */
const MOST_CHANGES = 3n
const { vectors }: { vectors: Vector[] } = JSON.parse(
  await readFile(new URL('../vectors/receipt.json', import.meta.url), 'utf8'),
)

describe('contracts/receipt vectors', () => {
  const deployments = new Map<string, EscrowDeployment>()

  /** The deployed contract under test stands at the very address the vectors were signed for, on the same chain id. */
  before(async () => {
    for (const chainId of new Set(vectors.map((vector) => vector.chainId)))
      deployments.set(chainId, await deployEscrow(Number(chainId)))
  })

  after(async () => {
    for (const { connection } of deployments.values()) await connection.close()
  })

  function deployed(vector: Vector): EscrowDeployment {
    const deployment = deployments.get(vector.chainId)
    if (deployment === undefined) throw new Error(`no chain ${vector.chainId}`)
    return deployment
  }

  it('has valid and invalid vectors of both messages', () => {
    for (const type of ['Receipt', 'Release'])
      for (const valid of [true, false])
        expect(
          vectors.some((vector) => vector.type === type && vector.valid === valid),
          `${type} ${valid}`,
        ).to.equal(true)
  })

  for (const vector of vectors) {
    it(`${vector.valid ? 'accepts' : 'refuses'}: ${vector.type}, ${vector.name}`, async () => {
      const { contract, address } = deployed(vector)
      expect(vector.contract).to.equal(address)
      expect(await contract.DOMAIN_SEPARATOR()).to.equal(vector.domainSeparator)
      expect(await contract.escrowIdOf(vector.payer, vector.fileHash, vector.salt)).to.equal(vector.escrowId)
      if (vector.digest !== null) await askLibraries(vector, vector.digest)
      await askContract(vector)
    })
  }

  async function askLibraries(vector: Vector, digest: string): Promise<void> {
    const { ethers } = deployed(vector)
    const { escrowId, seeder, amount } = vector
    const hashes = await ethers.deployContract('ReceiptHarness')
    const structHash =
      vector.type === 'Receipt'
        ? hashes.getFunction('receiptHash')(escrowId, seeder, amount, vector.chunksHash, vector.protocolBytes)
        : hashes.getFunction('releaseHash')(escrowId, seeder, amount, vector.nonce)
    expect(await structHash).to.equal(vector.structHash)
    const signatures = await ethers.deployContract('LibraryHarness')
    const signer = vector.type === 'Receipt' ? vector.payer : seeder
    expect(await signatures.getFunction('isValid')(signer, digest, vector.signature)).to.equal(vector.valid)
  }

  /** A number that needs more bits than its type cannot be cut into one that is signed. */
  async function refusesRange(vector: Vector): Promise<void> {
    const { address, ethers, contract, stranger } = deployed(vector)
    const { payer, fileHash, salt, seeder, amount, chunksHash, protocolBytes, signature } = vector
    const wide = new ethers.Interface([
      'function redeem(address,bytes32,uint96,address,uint256,bytes32,bytes8,bytes)',
      'function release(address,bytes32,uint96,(address,uint256,bytes)[])',
      'function releaseHash(bytes32,address,uint256,uint256)',
    ])
    // The selector of the real function, before arguments encoded without its range check.
    const dataOf = (selector: string, name: string, args: readonly unknown[]) =>
      selector + wide.encodeFunctionData(name, args).slice(10)
    if (vector.type === 'Receipt') {
      const args = [payer, fileHash, salt, seeder, amount, chunksHash, protocolBytes, signature]
      const data = dataOf(contract.interface.getFunction('redeem').selector, 'redeem', args)
      await expect(stranger.call({ to: address, data })).to.be.revertedWithoutReason(ethers)
      return
    }
    const harness = await ethers.deployContract('ReceiptHarness')
    const selector = harness.interface.getFunction('releaseHash')?.selector ?? ''
    const hash = dataOf(selector, 'releaseHash', [vector.escrowId, seeder, amount, vector.nonce])
    await expect(stranger.call({ to: await harness.getAddress(), data: hash })).to.be.revertedWithoutReason(ethers)
    if (BigInt(amount) <= MAX_UINT96) return // the contract takes the nonce from its own word
    await lock(vector)
    const args = [payer, fileHash, salt, [[seeder, amount, signature]]]
    const data = dataOf(contract.interface.getFunction('release').selector, 'release', args)
    await expect(stranger.call({ to: address, data })).to.be.revertedWithoutReason(ethers)
  }

  /** Locks and allocates, asks the contract to act on the signature, and takes all of it back. */
  async function askContract(vector: Vector): Promise<void> {
    const { networkHelpers } = deployed(vector)
    const snapshot = await networkHelpers.takeSnapshot()
    try {
      if (vector.digest === null) await refusesRange(vector)
      else if (vector.type === 'Receipt') await redeems(vector)
      else if (BigInt(vector.nonce) <= MOST_CHANGES) await releases(vector)
    } finally {
      await snapshot.restore()
    }
  }

  /** All there can be is allocated to the seeder, in as many steps as the nonce says. */
  async function lock(vector: Vector): Promise<void> {
    const { contract, payer, seeder, networkHelpers, deadlineIn } = deployed(vector)
    expect([vector.payer, vector.seeder]).to.deep.equal([payer.address, seeder.address])
    await networkHelpers.setBalance(vector.payer, 2n ** 97n)
    const asPayer = contract.connect(payer)
    await asPayer.lock(vector.fileHash, vector.salt, await deadlineIn(3600), [], { value: MAX_UINT96 })
    const steps = BigInt(vector.nonce)
    for (let step = 1n; step <= steps; step++) {
      const amount = step < steps ? 1n : MAX_UINT96 - steps + 1n
      await asPayer.allocate(vector.fileHash, vector.salt, [{ seeder: vector.seeder, amount }])
    }
  }

  async function redeems(vector: Vector): Promise<void> {
    const { contract, stranger } = deployed(vector)
    const { payer, fileHash, salt, seeder, amount, chunksHash, protocolBytes, signature } = vector
    await lock(vector)
    const call = contract
      .connect(stranger)
      .redeem(payer, fileHash, salt, seeder, amount, chunksHash, protocolBytes, signature)
    if (BigInt(amount) === 0n) await expect(call).to.be.revertedWithCustomError(contract, 'Escrow_ReceiptNotIncreasing')
    else if (vector.valid)
      await expect(call)
        .to.emit(contract, 'Paid')
        .withArgs(payer, seeder, fileHash, vector.escrowId, amount, chunksHash, protocolBytes)
    else await expect(call).to.be.revertedWithCustomError(contract, 'Escrow_InvalidSignature').withArgs(payer)
  }

  async function releases(vector: Vector): Promise<void> {
    const { contract, stranger } = deployed(vector)
    const { payer, fileHash, salt, seeder, amount, signature } = vector
    await lock(vector)
    const call = contract.connect(stranger).release(payer, fileHash, salt, [{ seeder, allocated: amount, signature }])
    if (vector.valid)
      await expect(call)
        .to.emit(contract, 'Released')
        .withArgs(vector.escrowId, seeder, amount, BigInt(vector.nonce) + 1n)
    else await expect(call).to.be.revertedWithCustomError(contract, 'Escrow_InvalidSignature').withArgs(seeder)
  }
})
