import type { Wei } from './amount.ts'
import type { Address, EscrowId, FileHash } from './ids.ts'

/** What names an escrow on chain: its id is the hash of these three. */
export interface EscrowKey {
  readonly payer: Address
  readonly fileHash: FileHash
  /** 96 bits. */
  readonly salt: bigint
}

/** What a receipt says of the chunks that it pays for. */
export interface Delivered {
  /** 32 bytes: keccak256 of the bitfield of the chunks, or zeros where it is not said. */
  readonly chunksHash: Uint8Array
  /** How the chunks came, in at most eight characters of ASCII; empty where it is not said. */
  readonly protocol: string
}

/** What a payer promises a seeder: "in all, you may have `cumulativeAmount` of this escrow". EIP-712, docs/specs/04-escrow.md. */
export interface ReceiptTerms extends Delivered {
  readonly escrowId: EscrowId
  readonly seeder: Address
  readonly cumulativeAmount: Wei
}

export interface Receipt extends ReceiptTerms {
  /** The payer's, 64 bytes, EIP-2098. */
  readonly signature: Uint8Array
}

/** What a seeder agrees to: "all that I get of this escrow is `allocated`". Good once, for the allocation with this nonce. */
export interface ReleaseTerms {
  readonly escrowId: EscrowId
  readonly seeder: Address
  readonly allocated: Wei
  /** 64 bits, as the contract's last `Allocated` or `Released` says. */
  readonly nonce: bigint
}

export interface Release extends ReleaseTerms {
  /** The seeder's, 64 bytes, EIP-2098. */
  readonly signature: Uint8Array
}
