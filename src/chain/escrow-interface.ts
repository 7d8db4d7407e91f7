import { Interface, TypedDataEncoder } from 'ethers'
import type { Address } from '../domain/ids.ts'
import { escrowAbi } from './abi/escrow.ts'
import type { EscrowInterface } from './abi/types/escrow.ts'

/** Encodes and decodes calls and events of contracts/Escrow.sol. */
// Boundary: TypeChain's types describe exactly this ABI, both being generated from one build.
export const escrowInterface = new Interface(escrowAbi) as EscrowInterface

/** The EIP-712 domain separator that the contract at `address` must have been made with. */
export function escrowDomainSeparatorOf(chainId: number, address: Address): string {
  return TypedDataEncoder.hashDomain({ name: 'ChiralEscrow', version: '1', chainId, verifyingContract: address })
}
