import { AbiCoder, Interface, keccak256, TypedDataEncoder } from 'ethers'
import { type Address, type ChannelId, parseChannelId } from '../domain/ids.ts'
import type { ChannelKey } from '../domain/voucher.ts'
import { paymentChannelAbi } from './abi/payment-channel.ts'
import type { PaymentChannelInterface } from './abi/types/payment-channel.ts'

/** Encodes and decodes calls and events of contracts/PaymentChannel.sol. */
// Boundary: TypeChain's types describe exactly this ABI, both being generated from one build.
export const paymentChannelInterface = new Interface(paymentChannelAbi) as PaymentChannelInterface

/** keccak256(abi.encode(payer, payee, salt)), as the contract computes it. */
export function channelIdOf({ payer, payee, salt }: ChannelKey): ChannelId {
  return parseChannelId(
    keccak256(AbiCoder.defaultAbiCoder().encode(['address', 'address', 'uint96'], [payer, payee, salt])),
  )
}

/** The EIP-712 domain separator that the contract at `address` must have been made with. */
export function domainSeparatorOf(chainId: number, address: Address): string {
  return TypedDataEncoder.hashDomain({
    name: 'ChiralPaymentChannel',
    version: '1',
    chainId,
    verifyingContract: address,
  })
}
