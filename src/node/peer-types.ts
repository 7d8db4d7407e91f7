import type { Wei } from '../domain/amount.ts'
import type { PeerIdText } from '../domain/ids.ts'
import type { Ban } from './ban-list.ts'

export interface PeerView {
  readonly peerId: PeerIdText
  readonly address: string
  readonly direction: 'inbound' | 'outbound'
  readonly latencyMs?: number | undefined
  /** Milliseconds since 1970 until which the peer is banned. */
  readonly bannedUntil?: number | undefined
  /** 0 to 5; absent while too little is known. */
  readonly score?: number | undefined
}

/** One reason for a peer's score. */
export interface ScoreTermView {
  readonly kind: string
  readonly isGood: boolean
  /** What it is worth now, in paid chunks that verified. */
  readonly weight: number
  /** How often ever, where it is counted. */
  readonly count?: number | undefined
  readonly firstAt?: number | undefined
  readonly lastAt?: number | undefined
}

/** Everything that is known of a peer: of one account under one peer id. */
export interface PeerDetails {
  readonly peerId: string
  readonly account: string
  /** 0 to 5; absent while too little is known. */
  readonly score?: number | undefined
  readonly terms: readonly ScoreTermView[]
  /** What every peer is taken to have failed before it did anything, in the same weights. */
  readonly priorFailures: number
  readonly firstSeenAt: number
  /** Of the connections that we tried, the part that came about. */
  readonly uptime?: number | undefined
  readonly latencyMs?: number | undefined
  readonly speeds: readonly { readonly protocol: string; readonly bytesPerSecond: number }[]
  /** What we vouchered to the account, by the receipts. */
  readonly paidTo: Wei
  /** What it vouchered to us. */
  readonly paidBy: Wei
  /** It owes us and has not paid in time. */
  readonly isInDefault: boolean
  /** Not asked before, while others can be. */
  readonly coolingUntil?: number | undefined
  /** Asked after others before. */
  readonly slowUntil?: number | undefined
  readonly bans: readonly Ban[]
}

/** What is known of peers, and whom the user does not want. A peer is named by its peer id or its account. */
export interface PeerBook {
  /** @throws ChiralError `PEER_UNKNOWN` */
  show(peer: string): Promise<readonly PeerDetails[]>
  bans(): readonly Ban[]
  /** For ever, until it is lifted. @throws ChiralError `DECODE_FAILED` for what names no peer */
  ban(peer: string, reason: string): Promise<Ban>
  /** Lifts the user's own bans and others. @throws ChiralError `PEER_NOT_BANNED` */
  unban(peer: string): Promise<void>
}
