/** What the mocha tests of the contract share: a fresh simulated chain, a deployed contract, and signatures made by ethers. */
import { concat, Signature, type Signer, toBeHex } from 'ethers'
import { network } from 'hardhat'
import type { PaymentChannel } from '../../../src/chain/abi/types/payment-channel.ts'

export const WINDOW_SECONDS = 3600
export const WINDOW_BLOCKS = 240
export const SALT = 0x0102030405060708090a0b0cn

const VOUCHER = {
  Voucher: [
    { name: 'channelId', type: 'bytes32' },
    { name: 'cumulativeAmount', type: 'uint96' },
  ],
}
const CLOSE = {
  Close: [
    { name: 'channelId', type: 'bytes32' },
    { name: 'settled', type: 'uint96' },
  ],
}

export type Deployment = Awaited<ReturnType<typeof deployPaymentChannel>>

/** A chain of its own for the caller. @param chainId Another than the configured one. */
export async function deployPaymentChannel(chainId?: number) {
  const chain = await deployChannelContract('PaymentChannel', chainId)
  // Boundary: Hardhat finds the ABI by name at run time; the committed types were made from the same source.
  return { ...chain, contract: chain.contract as unknown as PaymentChannel }
}

/** As `deployPaymentChannel`, for any contract with the same constructor and EIP-712 domain. */
export async function deployChannelContract(name: string, chainId?: number) {
  const connection = await network.create(
    chainId === undefined ? 'default' : { network: 'default', override: { chainId } },
  )
  const { ethers, networkHelpers } = connection
  const [deployer, payer, payee, stranger] = await ethers.getSigners()
  if (deployer === undefined || payer === undefined || payee === undefined || stranger === undefined)
    throw new Error('the simulated network has too few accounts')
  const contract = await ethers.deployContract(name, [WINDOW_SECONDS, WINDOW_BLOCKS], deployer)
  const address = await contract.getAddress()
  const { chainId: actualChainId } = await ethers.provider.getNetwork()
  const domain = { name: 'ChiralPaymentChannel', version: '1', chainId: actualChainId, verifyingContract: address }

  return {
    connection,
    ethers,
    networkHelpers,
    contract,
    deploymentGas: async () => (await contract.deploymentTransaction()?.wait())?.gasUsed ?? 0n,
    address,
    deployer,
    payer,
    payee,
    stranger,
    signVoucher: async (signer: Signer, channelId: string, cumulativeAmount: bigint) =>
      compact(await signer.signTypedData(domain, VOUCHER, { channelId, cumulativeAmount })),
    signClose: async (signer: Signer, channelId: string, settled: bigint) =>
      compact(await signer.signTypedData(domain, CLOSE, { channelId, settled })),
  }
}

/** docs/specs/02-channel.md §3: 12 bytes of salt, then 20 of address, as one word. */
export function salted(account: string, salt: bigint): bigint {
  return BigInt(concat([toBeHex(salt, 12), account]))
}

/** The data of `Opened`, in the same layout. */
export function saltedDeposit(salt: bigint, deposit: bigint): bigint {
  return BigInt(concat([toBeHex(salt, 12), toBeHex(deposit, 20)]))
}

function compact(signature: string): string {
  return Signature.from(signature).compactSerialized
}
