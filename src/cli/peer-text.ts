import type { PeerDetails } from '../api/schema.ts'
import type { Wei } from '../domain/amount.ts'
import { formatBytes, formatTable } from './format.ts'

/** What each reason for a score is called; one of a newer daemon goes by its name. */
const MEANINGS: Readonly<Record<string, string>> = {
  paidChunk: 'chunks that verified and had a price',
  freeChunk: 'chunks that verified and were free',
  wrongChunk: 'wrong chunks',
  prepaymentKept: 'prepayments kept for nothing',
  neverCame: 'paid chunks that never came, however often they were sent',
  timedOut: 'silences',
  disconnected: 'streams that broke',
  refused: 'chunks it said it had and refused',
  earned: 'money paid to it for what verified',
  paidUs: 'money it paid to this node',
  default: 'owes this node, and has not paid in time',
}

/** One decimal: more would say more than is known. */
export function formatScore(score: number | undefined): string {
  return score === undefined ? 'unknown' : score.toFixed(1)
}

/** Everything about a peer, as lines. */
export function describePeer(peer: PeerDetails, amount: (wei: Wei) => string): string[] {
  const field = (name: string, value: string): string => `${name.padEnd(11)}${value}`
  const when = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ')
  const rows = peer.terms.map(({ kind, isGood, weight, count, firstAt, lastAt }) => [
    `${isGood ? '+' : '-'}${weight.toFixed(1)}`,
    count === undefined ? '' : `${count}`,
    MEANINGS[kind] ?? kind,
    firstAt === undefined ? '' : when(firstAt),
    lastAt === undefined ? '' : when(lastAt),
  ])
  const prior = [`-${peer.priorFailures.toFixed(1)}`, '', 'every peer begins with', '', '']
  return [
    field('peer', peer.peerId),
    ...(peer.account === peer.peerId ? [] : [field('account', peer.account)]), // a peer of a public swarm has none
    field('score', peer.score === undefined ? 'unknown: too little was seen of it' : `${formatScore(peer.score)} of 5`),
    ...formatTable([['weight', 'count', 'reason', 'first', 'last'], ...rows, prior], [0, 1]).map((line) => `  ${line}`),
    field('seen since', when(peer.firstSeenAt)),
    ...(peer.uptime === undefined ? [] : [field('uptime', `${(peer.uptime * 100).toFixed(1)} % of our connections`)]),
    ...(peer.latencyMs === undefined ? [] : [field('latency', `${Math.round(peer.latencyMs)} ms to a handshake`)]),
    ...peer.speeds.map(({ protocol, bytesPerSecond }) => field(protocol, `${formatBytes(bytesPerSecond)}/s`)),
    field('paid to it', amount(peer.paidTo)),
    field('paid by it', amount(peer.paidBy)),
    ...(peer.coolingUntil === undefined
      ? []
      : [field('left alone', `until ${when(peer.coolingUntil)}: too often silent`)]),
    ...(peer.slowUntil === undefined
      ? []
      : [field('demoted', `until ${when(peer.slowUntil)}: far slower than others`)]),
    ...peer.bans.map(({ until, reason, isManual }) =>
      field('banned', `${isManual ? 'for ever, by you' : `until ${when(until)}`}${reason === '' ? '' : `: ${reason}`}`),
    ),
  ]
}
