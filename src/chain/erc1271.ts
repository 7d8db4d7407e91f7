import { Interface } from 'ethers'
import { toHex } from '../domain/bytes.ts'
import { ChiralError } from '../domain/errors.ts'
import type { Address } from '../domain/ids.ts'
import type { ChainClient } from './client.ts'
import { RpcAnswerError } from './rpc.ts'

/** What contracts/libraries/CompactSignature.sol gives a wallet to judge a signature. */
const JUDGING_GAS = 100_000n
/** Yellow Paper, appendix G, and EIP-2028: a transaction, and a byte of its data that is zero or not. */
const TRANSACTION_GAS = 21_000n
const ZERO_BYTE_GAS = 4n
const BYTE_GAS = 16n

const abi = new Interface(['function isValidSignature(bytes32 hash, bytes signature) view returns (bytes4)'])
/** The selector of the function is also what it returns for a signature that is valid: one word, filled up with zeros. */
const VALID = `${abi.getFunction('isValidSignature')?.selector ?? ''}${'00'.repeat(28)}`

/**
 * Does the contract `wallet` call `signature` its own over `digest`, at the head of the chain (ERC-1271)? With no more gas than the
 * payment contract will give it. A wallet that reverts, runs out of gas or answers anything else does not.
 *
 * @throws ChiralError `CHAIN_UNREACHABLE`
 */
export async function isValidSignature(
  client: ChainClient,
  wallet: Address,
  digest: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const data = abi.encodeFunctionData('isValidSignature', [digest, `0x${toHex(signature)}`])
  const gas = JUDGING_GAS + intrinsicGas(data)
  try {
    return (await client.call({ to: wallet, data, gas })).slice(0, VALID.length) === VALID
  } catch (error) {
    const refused =
      error instanceof RpcAnswerError || (error instanceof ChiralError && error.code === 'TRANSACTION_REVERTED')
    if (refused) return false
    throw error
  }
}

/** What a call costs before it begins. */
function intrinsicGas(data: string): bigint {
  const bytes = data.slice(2).match(/../g) ?? []
  const zeros = bytes.filter((byte) => byte === '00').length
  return TRANSACTION_GAS + BYTE_GAS * BigInt(bytes.length - zeros) + ZERO_BYTE_GAS * BigInt(zeros)
}
