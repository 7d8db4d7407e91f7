import { ZERO_WEI } from '../../domain/amount.ts'
import { ChiralError } from '../../domain/errors.ts'
import { NOBODY, type PeerIdText, peerIdText } from '../../domain/ids.ts'
import type { PublicProtocol, TransferFile } from '../../domain/transfer.ts'
import type { ChunkClient } from '../../in-band/chunk-client.ts'
import { openersOf, type PublicConnectors, type PublicEndpoints } from './public-endpoints.ts'
import type { SourceTerms } from './source-host.ts'
import { MAX_RECONNECTS } from './source-limits.ts'
import { createTransferClient } from './transfer-client.ts'

/** Swarms whose peers are used without an offer. */
export type StrangersProtocol = Extract<PublicProtocol, 'bittorrent' | 'webtorrent' | 'ed2k'>

/** Chunks asked of a stranger at once: enough for its line, and no more than may be lost to one that lies or falls silent. */
export const STRANGERS_WINDOW = 4

/**
 * What a stranger is known by, as it has no account: where it is, in bans and in what is remembered of its conduct. By WebRTC, where it has no address that it
 * keeps, only this download knows it, by the place it takes.
 */
export function strangerId(protocol: StrangersProtocol, address: string): PeerIdText {
  return peerIdText(`${protocol}:${address}`)
}

/** Nothing is remembered of it: whoever comes to the same place later is somebody else. */
export function isNameless({ peerId }: Pick<SourceTerms, 'peerId'>): boolean {
  return peerId.startsWith('webtorrent:')
}

/** A stranger that bans and standing can be about. */
export function isStrangerId(text: string): boolean {
  return /^(bittorrent|ed2k):/.test(text)
}

/**
 * A peer of a public swarm as a source of a download. It made no offer: its price is nothing, there is no stream to pay it on, and its account is nobody's.
 * @param publicly where it has the file, by its one protocol
 * @param meet in place of that, for one that is nowhere before it answers
 */
export function strangerTerms(peerId: PeerIdText, publicly: PublicEndpoints, meet?: SourceTerms['meet']): SourceTerms {
  return {
    peerId,
    addresses: [],
    payee: NOBODY,
    pricePerMiB: ZERO_WEI,
    minDeposit: ZERO_WEI,
    confirmations: 0,
    protocols: Object.keys(publicly),
    inBand: [],
    publicly,
    ...(meet && { meet }),
    chunksHeld: undefined,
  }
}

export function isStranger({ payee }: Pick<SourceTerms, 'payee'>): boolean {
  return payee === NOBODY
}

/** Chunks asked of a source at once, where the download's window allows so many. */
export function windowOf(terms: Pick<SourceTerms, 'payee'>, window: number): number {
  return isStranger(terms) ? Math.min(STRANGERS_WINDOW, window) : window
}

/** Tries to reach a source again, one after another. Most strangers never answer, and there are others. */
export function reconnectsOf(terms: Pick<SourceTerms, 'payee'>): number {
  return isStranger(terms) ? 0 : MAX_RECONNECTS
}

/** Connects to a stranger, past everything that knows of money. @throws ChiralError as its protocol does */
export async function openStranger(
  { publicly, meet }: SourceTerms,
  connectors: PublicConnectors,
  file: TransferFile,
  signal: AbortSignal,
): Promise<ChunkClient> {
  if (meet !== undefined) return createTransferClient(await meet(file, signal), file, NOBODY)
  const [open] = openersOf(publicly, connectors, file, signal).values()
  if (open === undefined)
    throw new ChiralError('ENDPOINT_REFUSED', 'This node does not speak the protocol of the peer.')
  return createTransferClient(await open({}), file, NOBODY)
}
