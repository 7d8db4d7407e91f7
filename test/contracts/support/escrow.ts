/** What the mocha tests of the escrow share: a fresh simulated chain, a deployed contract, and signatures made by ethers. */
import { encodeBytes32String, keccak256, Signature, type Signer } from 'ethers'
import { network } from 'hardhat'
import type { Escrow } from '../../../src/chain/abi/types/escrow.ts'

export const GRACE_SECONDS = 3600
export const GRACE_BLOCKS = 240
export const SALT = 0x0102030405060708090a0b0cn
export const FILE_HASH = `0x${'f1'.repeat(32)}`
export const CHUNKS_HASH = keccak256('0xc080')
export const HTTP = encodeBytes32String('http').slice(0, 18)

const RECEIPT = {
  Receipt: [
    { name: 'escrowId', type: 'bytes32' },
    { name: 'seeder', type: 'address' },
    { name: 'cumulativeAmount', type: 'uint96' },
    { name: 'chunksHash', type: 'bytes32' },
    { name: 'protocol', type: 'bytes8' },
  ],
}
const RELEASE = {
  Release: [
    { name: 'escrowId', type: 'bytes32' },
    { name: 'seeder', type: 'address' },
    { name: 'allocated', type: 'uint96' },
    { name: 'nonce', type: 'uint64' },
  ],
}

export type EscrowDeployment = Awaited<ReturnType<typeof deployEscrow>>

/** A chain of its own for the caller. @param chainId Another than the configured one. */
export async function deployEscrow(chainId?: number) {
  const connection = await network.create(
    chainId === undefined ? 'default' : { network: 'default', override: { chainId } },
  )
  const { ethers, networkHelpers } = connection
  const [deployer, payer, seeder, stranger] = await ethers.getSigners()
  if (deployer === undefined || payer === undefined || seeder === undefined || stranger === undefined)
    throw new Error('the simulated network has too few accounts')
  const deployed = await ethers.deployContract('Escrow', [GRACE_SECONDS, GRACE_BLOCKS], deployer)
  // Boundary: Hardhat finds the ABI by name at run time; the committed types were made from the same source.
  const contract = deployed as unknown as Escrow
  const address = await contract.getAddress()
  const { chainId: actualChainId } = await ethers.provider.getNetwork()
  const domain = { name: 'ChiralEscrow', version: '1', chainId: actualChainId, verifyingContract: address }

  return {
    connection,
    ethers,
    networkHelpers,
    contract,
    deploymentGas: async () => (await deployed.deploymentTransaction()?.wait())?.gasUsed ?? 0n,
    address,
    payer,
    seeder,
    stranger,
    /** A deadline `seconds` after the newest block. */
    deadlineIn: async (seconds: number) => (await networkHelpers.time.latest()) + seconds,
    signReceipt: async (signer: Signer, escrowId: string, seederAddress: string, cumulativeAmount: bigint) =>
      compact(
        await signer.signTypedData(domain, RECEIPT, {
          escrowId,
          seeder: seederAddress,
          cumulativeAmount,
          chunksHash: CHUNKS_HASH,
          protocol: HTTP,
        }),
      ),
    signRelease: async (signer: Signer, escrowId: string, allocated: bigint, nonce: bigint) =>
      compact(
        await signer.signTypedData(domain, RELEASE, { escrowId, seeder: await signer.getAddress(), allocated, nonce }),
      ),
  }
}

function compact(signature: string): string {
  return Signature.from(signature).compactSerialized
}
