import { bigintToBytes, concatBytes, fromHex } from '../domain/bytes.ts'
import type { Address } from '../domain/ids.ts'
import { keccak256 } from './keccak.ts'

/** What makes a signature good for one contract on one chain alone. */
export interface SigningDomain {
  readonly chainId: number
  readonly contract: Address
  /** EIP-712 domain separator, hashed once. */
  readonly separator: Uint8Array
}

const PREFIX = Uint8Array.of(0x19, 0x01)
const ADDRESS_PADDING = new Uint8Array(12)

/** The domain that the constructor of a contract with this name and version fixes. */
export function namedDomain(
  { name, version }: { readonly name: string; readonly version: string },
  chainId: number,
  contract: Address,
): SigningDomain {
  const separator = structHash(
    typeHash('EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)'),
    hashText(name),
    hashText(version),
    word(BigInt(chainId)),
    addressWord(contract),
  )
  return { chainId, contract, separator }
}

/** keccak256(0x1901 ‖ separator ‖ structHash): what is signed. */
export function signingDigest(domain: SigningDomain, hash: Uint8Array): Uint8Array {
  return keccak256(concatBytes(PREFIX, domain.separator, hash))
}

/** hashStruct of EIP-712 from words already encoded to 32 bytes each. */
export function structHash(type: Uint8Array, ...words: readonly Uint8Array[]): Uint8Array {
  return keccak256(concatBytes(type, ...words))
}

export function typeHash(type: string): Uint8Array {
  return hashText(type)
}

/** The encoding of a `string` member: the hash of its UTF-8 bytes. */
export function hashText(text: string): Uint8Array {
  return keccak256(new TextEncoder().encode(text))
}

/** An unsigned number as a 32-byte word. @throws RangeError when it does not fit */
export function word(value: bigint): Uint8Array {
  return bigintToBytes(value, 32)
}

export function addressWord(address: Address): Uint8Array {
  return concatBytes(ADDRESS_PADDING, fromHex(address))
}
