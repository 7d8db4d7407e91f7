import type { Wei } from '../domain/amount.ts'
import type { TransferRef } from '../domain/coin-transfer.ts'
import type { Address, FileHash, PeerIdText } from '../domain/ids.ts'
import type { EscrowKey, Release } from '../domain/receipt.ts'
import type { ChannelKey, CloseAgreement, Voucher } from '../domain/voucher.ts'

/**
 * What this protocol needs from payment channels. `node/` passes the implementation, so the protocol is tested with no chain.
 *
 * The four amounts are those of docs/specs/01-voucher.md, counted over the life of a (payer, payee) pair:
 * V vouchered, R verified by the payer, D committed by the payee, C the payee's credit.
 */

/** One chunk of one file. */
export interface ChunkRef {
  readonly fileHash: FileHash
  readonly chunkIndex: number
}

/** The payee's books for one payer, as it tells them to that payer alone. */
export interface AccountStatus {
  /** V: what was vouchered, durable. */
  readonly vouchered: Wei
  /** D: price of the distinct chunks the payee has committed to send. */
  readonly committed: Wei
  /** C: how far D may run ahead of V now. */
  readonly credit: Wei
  /** Most that V may reach: settled on closed channels + confirmed deposit of the open one. */
  readonly spendable: Wei
  /** The last chunks that were committed, newest first, at most 68: after a crash the payer asks for the lost ones among them first. */
  readonly recent: readonly ChunkRef[]
  /** The payer's best voucher on the channel of its HELLO: a payer that lost its disk takes it back. */
  readonly best?: Voucher | undefined
  /** The part of V that came by coin transfers; absent: none. */
  readonly transferred?: Wei | undefined
}

/** Proves that this peer holds the payer's key: of a channel, or of an account that pays by coin transfers. */
export type HelloProof = ChannelProof | TransferProof | EscrowProof

/** EIP-712 over (payer peer id, payee peer id, channelId, nonce). */
export interface ChannelProof {
  readonly channel: ChannelKey
  /** 64 bytes, EIP-2098. */
  readonly signature: Uint8Array
}

/** EIP-712 over (payer peer id, payee peer id, transaction hash, file hash, nonce), which names the payer. */
export interface TransferProof {
  /** To be counted; absent: the transfers that were counted before are meant. */
  readonly transfer: TransferRef | undefined
  /** 64 bytes, EIP-2098. */
  readonly signature: Uint8Array
  /** It pays for what it got afterwards, and asks to be let in though it may never have paid before. Default: no. */
  readonly seeksCredit?: boolean
}

/** EIP-712 of the Escrow contract over (payer peer id, payee peer id, escrowId, nonce). */
export interface EscrowProof {
  readonly escrow: EscrowKey
  /** 64 bytes, EIP-2098. */
  readonly signature: Uint8Array
}

export interface HelloChallenge {
  readonly payerPeerId: PeerIdText
  readonly payeePeerId: PeerIdText
  /** 32 bytes, chosen by the payee for this stream. */
  readonly nonce: Uint8Array
}

/** The payer's decision on one request. */
export type Authorization =
  /** Send the request as it is. */
  | { readonly kind: 'covered' }
  /** Send it with this voucher, which is durable. */
  | { readonly kind: 'voucher'; readonly voucher: Voucher }
  /** Signing now would risk more than one chunk: ask again when a requested chunk has verified. */
  | { readonly kind: 'wait' }
  /** Nothing more may be paid on this channel or for this download. */
  | {
      readonly kind: 'refused'
      readonly code: 'BUDGET_EXHAUSTED' | 'DEPOSIT_EXHAUSTED' | 'PREPAYMENT_CAP' | 'CHANNEL_CLOSING'
    }

/** The payer's side of one pair within one download. */
export interface PayerAccount {
  prove(challenge: HelloChallenge): Promise<HelloProof>
  /**
   * May a request be sent for which the payee will want V ≥ `required` (its D + price − C)? Signs only what is within the
   * rules, the deposit and the budget, and only when needed; the voucher is durable when this resolves.
   */
  authorize(request: { readonly price: Wei; readonly required: Wei }): Promise<Authorization>
  /** A durable voucher that covers everything verified, or `undefined` when V ≥ R already. */
  settle(): Promise<Voucher | undefined>
  /** The highest durable voucher, to re-send after a reconnect. */
  highest(): Voucher | undefined
  /** The agreement that the channel end at what verified, or `undefined` when its vouchers promise no more than that. */
  agreeToClose(): CloseAgreement | undefined
  /**
   * The payee ended its part of an escrow. Absent: the account pays from none.
   * @throws ChiralError `RELEASE_INVALID`
   */
  readonly takeRelease?: ((release: Release) => Promise<void>) | undefined
  /**
   * The payee told its books: an account that forgot the channel it spoke of takes its voucher back, after checking its own signature.
   * @throws ChiralError `VOUCHER_INVALID`
   */
  takeBack(status: AccountStatus): Promise<void>
  /** What the payee counts and others were paid for, when its D is above R: as long as it counts that, nothing more may be signed. */
  duplicates(status: AccountStatus): readonly Duplicate[]
}

/** A chunk that is in the payee's D, and was lost on its way and then bought from another payee. */
export interface Duplicate extends ChunkRef {
  /** The most that it can be of D: by how much that is above R. What it cost is known to the payee alone. */
  readonly price: Wei
}

export type PaymentRejectionCode =
  | 'VOUCHER_TOO_LOW' // best voucher + credit does not cover the request
  | 'VOUCHER_INVALID' // not signed by the payer, malformed or high-s
  | 'VOUCHER_WRONG_CHANNEL'
  | 'VOUCHER_OVER_DEPOSIT'
  | 'SPLIT_SUSPECTED' // the chain may be split: the deposit is not counted until that is over
  | 'CHANNEL_UNKNOWN' // not on chain, or not confirmed
  | 'CHANNEL_CLOSING'
  | 'RESEND_LIMIT' // a chunk already delivered was asked for too often

export type CommitResult =
  | { readonly kind: 'committed'; readonly credit: Wei }
  | { readonly kind: 'rejected'; readonly code: PaymentRejectionCode; readonly status: AccountStatus }

export type PayResult =
  | { readonly kind: 'accepted'; readonly vouchered: Wei; readonly credit: Wei }
  | { readonly kind: 'rejected'; readonly code: PaymentRejectionCode; readonly status: AccountStatus }

/** The payee's side of one authenticated pair. */
export interface PayeeAccount {
  readonly payer: Address
  status(): AccountStatus
  /**
   * Takes the voucher, if any, and commits the chunk: V and D are durable when this resolves with `committed`. A valid
   * voucher is taken even when the chunk is refused. Calls take effect in the order they are made.
   */
  commit(request: ChunkRef & { readonly price: Wei; readonly voucher?: Voucher | undefined }): Promise<CommitResult>
  /** How `commit` would be refused by what is written down now; changes nothing. */
  refusal(request: ChunkRef & { readonly price: Wei }): (CommitResult & { readonly kind: 'rejected' }) | undefined
  pay(voucher: Voucher): Promise<PayResult>
  /**
   * The payer pays after it verified: it gets credit for a few chunks of this price from the beginning, unless it left something unpaid.
   * @returns the books as they are then
   */
  openCredit(chunkPrice: Wei): AccountStatus
  /** The chunk was not sent and never will be: undoes one `commit` of it, so a chunk that had been delivered before stays in D. */
  release(chunk: ChunkRef): Promise<void>
  /** The chunk was sent but the payer had it from elsewhere: takes it out of D and halves C. False when it is not in D, or has to stay. */
  writeOff(chunk: ChunkRef): Promise<boolean>
  /**
   * The payer asks that the channel be closed now: pays the payee its best voucher, or what was agreed when no more is owed, and returns
   * the rest. Resolves with the transaction hash; of an allocation with the release of what the payee will not have, which sends nothing.
   */
  close(agreement?: CloseAgreement): Promise<string | Release>
  /** The stream ended: D > V sixty seconds from now is a default. */
  ended(): void
}

/** The payee's front door. */
export interface PayeePayments {
  /**
   * @throws ChiralError with a `PaymentRejectionCode` or `HELLO_INVALID`; of a transfer `TRANSFERS_REFUSED` (none are taken),
   * `TRANSFER_UNKNOWN` (this account never paid by one), `TRANSFER_UNCONFIRMED` (too few blocks lie on it: say HELLO again when they
   * do), `TRANSFER_INVALID` (it is not what the proof says); of an escrow
   * `ESCROWS_REFUSED` (none are taken), `ESCROW_UNKNOWN` (not on chain, nothing allocated, or not confirmed), `ESCROW_DEADLINE` (it ends too soon or too late)
   */
  authenticate(proof: HelloProof, challenge: HelloChallenge): Promise<PayeeAccount>
}
