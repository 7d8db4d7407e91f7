import type { Bitfield } from './bitfield.ts'
import type { FileHash } from './ids.ts'
import { IN_BAND_PROTOCOLS } from './in-band-protocol.ts'

/** What moves bytes and no money: how it is paid is said on a stream of another protocol. */
export const PUBLIC_PROTOCOLS = ['http', 'bittorrent', 'webtorrent', 'ed2k'] as const

export type PublicProtocol = (typeof PUBLIC_PROTOCOLS)[number]

/** The protocol, when it is one of these. */
export function publicOf(protocol: string | undefined): PublicProtocol | undefined {
  return PUBLIC_PROTOCOLS.find((each) => each === protocol)
}

/** What carries a file's bytes. Nothing of how it is paid depends on it, and only a receipt of an escrow says which one did (requirement PAY-11). */
export const TRANSFER_PROTOCOLS = [...IN_BAND_PROTOCOLS, ...PUBLIC_PROTOCOLS] as const

export type TransferProtocol = (typeof TRANSFER_PROTOCOLS)[number]

/** Some of them, each once. @throws Error with a sentence when a name is none of theirs */
export function parseTransferProtocols(names: readonly string[]): readonly TransferProtocol[] {
  const known = names.map((name) => TRANSFER_PROTOCOLS.find((protocol) => protocol === name))
  const found = known.filter((protocol) => protocol !== undefined)
  if (names.length > 0 && found.length === names.length) return [...new Set(found)]
  const unknown = names.find((_, index) => known[index] === undefined) ?? ''
  throw new Error(`"${unknown.slice(0, 100)}" is no transfer protocol: use ${TRANSFER_PROTOCOLS.join(', ')}`)
}

/** What a user may want: one that is used with every seeder that speaks it, or another with each as far as their offers go. */
export const WANTED_PROTOCOLS = [...TRANSFER_PROTOCOLS, 'mixed'] as const

export type WantedProtocol = (typeof WANTED_PROTOCOLS)[number]

/** What seeders may offer a file by: the rules of choice know more protocols than are spoken here. */
export type OfferedProtocol = TransferProtocol

/** The file that is fetched, as far as moving its bytes needs it. */
export interface TransferFile {
  readonly fileHash: FileHash
  readonly sizeBytes: number
}

export interface TransferRequest {
  readonly chunkIndex: number
  /** Bytes of this chunk, by the manifest. */
  readonly lengthBytes: number
  readonly signal?: AbortSignal | undefined
}

/**
 * One file from one seeder over one protocol. It moves bytes and knows nothing of money: what it may fetch, and who is owed what for it,
 * is decided around it. Bytes are unverified; whether they are right is for the caller to find out.
 */
export interface TransferSession {
  readonly protocol: TransferProtocol
  /** What the seeder holds; `undefined` where the protocol does not tell: then any chunk may be asked for. */
  readonly have: Bitfield | undefined
  /** Resolves with the reason when nothing more can come, whoever ended it. */
  readonly ended: Promise<Error>
  /**
   * Calls may run concurrently; the session limits how many are on the line. Aborting the signal rejects at once and stops the bytes, where
   * nobody waits for others behind them.
   * @throws ChiralError `DONT_HAVE` · `CANCELLED` · `PAYMENT_REQUIRED` (nothing came: pay, then ask again) · `TRANSFER_FAILED` (its cause says why; another
   *   request may succeed) · `STREAM_CLOSED` when the session is over
   */
  request(request: TransferRequest): Promise<Uint8Array>
  /** Stops everything under way. Closing twice is fine. */
  close(): Promise<void>
}
