import type { Receipts } from '../channel/receipts/receipts.ts'
import { type Wei, wei } from '../domain/amount.ts'
import { ChiralError, DecodeError } from '../domain/errors.ts'
import { type Address, type PeerIdText, parseAddress, peerIdText } from '../domain/ids.ts'
import type { Network } from '../network/network.ts'
import { parsePeerId } from '../network/peer-id.ts'
import { parsePeerAddress } from '../public-protocols/bittorrent/endpoint.ts'
import type { Reputation } from '../reputation/reputation.ts'
import { PRIOR_FAILURES, speedsOf } from '../reputation/score.ts'
import type { Clock } from '../system/clock.ts'
import { type BanList, FOR_EVER } from './ban-list.ts'
import { isStrangerId } from './download/stranger.ts'
import type { PeerBook, PeerDetails, PeerView } from './peer-types.ts'

/** Of what somebody typed, in a message about it. */
const MAX_SHOWN = 200

interface PeerBookParts {
  readonly network: Pick<Network, 'blockPeer'>
  readonly bans: BanList
  readonly reputation: Reputation
  readonly receipts: Pick<Receipts, 'list'>
  readonly clock: Clock
}

/** Joins bans, reputation and receipts; the bans that the user spoke before hold from here on. */
export async function createPeerBook(parts: PeerBookParts): Promise<PeerBook> {
  const { network, bans, reputation } = parts
  for (const { subject, isManual } of bans.list())
    if (isManual) for (const peerId of peerIdsOf(reputation, subject)) await network.blockPeer(peerId, FOR_EVER)
  return {
    async show(peer) {
      const subject = subjectOf(peer)
      const found = reputation.find(subject)
      if (found.length === 0)
        throw new ChiralError('PEER_UNKNOWN', `Nothing was ever seen of ${peer}: name a peer id or an account.`)
      return Promise.all(found.map((known) => detailsOf(parts, known)))
    },
    bans: () => bans.list(),
    async ban(peer, reason) {
      const subject = subjectOf(peer)
      await bans.banByHand(subject, reason)
      for (const peerId of peerIdsOf(reputation, subject)) await network.blockPeer(peerId, FOR_EVER)
      return { subject, until: FOR_EVER, reason, isManual: true }
    },
    async unban(peer) {
      const subject = subjectOf(peer)
      if (!(await bans.lift(subject)))
        throw new ChiralError('PEER_NOT_BANNED', `${subject} is not banned: see "chiral peers bans".`)
      for (const peerId of peerIdsOf(reputation, subject)) await network.blockPeer(peerId, parts.clock.now())
    },
  }
}

/** The peers that are connected. */
export function connectedPeers({
  network,
  bans,
  reputation,
}: Pick<PeerBookParts, 'bans' | 'reputation'> & { readonly network: Pick<Network, 'connections'> }): PeerView[] {
  return network.connections().map(({ peerId, address, direction, latencyMs }) => {
    const bannedUntil = bans.bannedUntil(peerId)
    const score = reputation.find(peerId)[0]?.assessment.score
    return {
      peerId,
      address,
      direction,
      latencyMs,
      ...(bannedUntil === undefined ? {} : { bannedUntil }),
      ...(score === undefined ? {} : { score }),
    }
  })
}

async function detailsOf(
  { bans, receipts, clock }: PeerBookParts,
  { peer, standing, assessment }: ReturnType<Reputation['find']>[number],
): Promise<PeerDetails> {
  const { account, peerId } = peer
  const entries = await receipts.list({ peer: account })
  const paid = (role: 'payer' | 'payee'): Wei =>
    wei(
      entries.reduce(
        (sum, entry) =>
          sum +
          ((entry.kind === 'voucher' || entry.kind === 'receipt') && entry.role === role ? (entry.amount ?? 0n) : 0n),
        0n,
      ),
    )
  const { score, terms, uptime } = assessment
  const now = clock.now()
  return {
    peerId,
    account,
    score,
    terms,
    priorFailures: PRIOR_FAILURES,
    firstSeenAt: standing.firstAt,
    uptime,
    latencyMs: standing.latencyMs,
    speeds: [...speedsOf(standing)].map(([protocol, bytesPerSecond]) => ({ protocol, bytesPerSecond })),
    paidTo: paid('payer'),
    paidBy: paid('payee'),
    isInDefault: terms.some(({ kind }) => kind === 'default'),
    ...(standing.coolUntil > now ? { coolingUntil: standing.coolUntil } : {}),
    ...(standing.slowUntil > now ? { slowUntil: standing.slowUntil } : {}),
    bans: bans.list().filter(({ subject }) => subject === account || subject === peerId),
  }
}

/** An account in its checksum, a peer id, or the address of a peer of a public swarm. @throws DecodeError */
function subjectOf(peer: string): Address | PeerIdText {
  if (isStrangerId(peer)) return parseStranger(peer)
  return isAccount(peer) ? parseAddress(peer) : parsePeerId(peer)
}

function parseStranger(text: string): PeerIdText {
  if (parsePeerAddress(text.slice(text.indexOf(':') + 1)) !== undefined) return peerIdText(text)
  const shown = text.slice(0, MAX_SHOWN)
  throw new DecodeError(
    `"${shown}" names no peer: an IP address and a port are needed, as in bittorrent:192.0.2.7:6881.`,
  )
}

function isAccount(peer: string): boolean {
  return peer.startsWith('0x')
}

/** The peer ids an account was met under, or the one that is named; none of a peer that has none. */
function peerIdsOf(reputation: Reputation, subject: string): PeerIdText[] {
  if (isStrangerId(subject)) return []
  if (!isAccount(subject)) return [peerIdText(subject)]
  return reputation.find(subject).map(({ peer }) => peerIdText(peer.peerId))
}
