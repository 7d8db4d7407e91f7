import type { FileHash } from './ids.ts'

/** A coin transfer that pays a payee without a channel: its calldata is the 32 bytes of the file hash. docs/specs/01-voucher.md §10 */
export interface TransferRef {
  /** `0x` and 64 lower-case hex digits. */
  readonly transactionHash: string
  readonly fileHash: FileHash
}
