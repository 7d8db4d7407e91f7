import type { Status } from '../../api/schema.ts'
import { formatBytes, formatDuration } from '../format.ts'
import type { ChainAnswerView, ChainHealthView } from '../geth-parts.ts'
import { portMappingText } from '../port-mapping-text.ts'

/** Room for geth to write its state when it stops, and for a few hundred downloaded chunks. */
const SCARCE_BYTES = 1024 ** 3

/** Something asked, and what came: an answer, or a code and a sentence. */
export type Asked<T> = { readonly answer: T } | { readonly code: string; readonly message: string }

/** What was found out of one data directory. */
export interface Facts {
  /** Bytes that may still be written. */
  readonly free: Asked<number>
  readonly daemon: Asked<Status>
  /** The geth of the data directory. */
  readonly geth: Asked<ChainAnswerView>
  /** The node of `chain.rpc_url`, when no daemon tells of it and somebody named it. */
  readonly rpc?: Asked<ChainHealthView> | undefined
}

/** `warning`: it works, and somebody should look at it; `failure`: it does not work. */
export interface Finding {
  readonly check: 'disk' | 'daemon' | 'wallet' | 'network' | 'chain' | 'geth'
  readonly verdict: 'ok' | 'warning' | 'failure'
  readonly message: string
}

/** What is to be said of the facts, a sentence each: what is wrong, and what to do. */
export function judge(facts: Facts): Finding[] {
  return [...judgeDisk(facts), ...judgeDaemon(facts), ...judgeRpc(facts), ...judgeGeth(facts)]
}

function judgeDisk({ free }: Facts): Finding[] {
  if (!('answer' in free)) return [failure('disk', free.message)]
  const left = `${formatBytes(free.answer)} free`
  if (free.answer >= SCARCE_BYTES) return [ok('disk', left)]
  return [warning('disk', `${left}: make room, or downloads and the chain will stop.`)]
}

function judgeDaemon({ daemon }: Facts): Finding[] {
  if (!('answer' in daemon)) {
    const none = daemon.code === 'DAEMON_NOT_RUNNING'
    return [none ? warning('daemon', daemon.message) : failure('daemon', daemon.message)]
  }
  const { peerId, addresses, portMapping, peers, balance, chain } = daemon.answer
  return [
    ok('daemon', `runs as ${peerId}`),
    balance === 0n
      ? warning('wallet', 'The wallet is empty: it can be paid, but not pay.')
      : ok('wallet', daemon.answer.address),
    ...judgeNetwork(addresses.length, peers),
    ...judgeRouter(portMapping),
    ...judgeChain(chain),
  ]
}

function judgeNetwork(addresses: number, peers: number): Finding[] {
  const findings: Finding[] = []
  if (addresses === 0)
    findings.push(warning('network', 'No address is announced: others cannot reach this node unless it reaches them.'))
  if (peers === 0)
    findings.push(warning('network', 'No peer is connected: give --bootstrap with the address of one that runs.'))
  return findings.length > 0 ? findings : [ok('network', `${peers} ${peers === 1 ? 'peer' : 'peers'} connected`)]
}

/** Only where one was asked: who says otherwise, or has a public address, needs none. */
function judgeRouter(mapping: Status['portMapping']): Finding[] {
  if (mapping.ports.length > 0) return [ok('network', `the router ${portMappingText(mapping)}`)]
  if (!mapping.isAsked) return []
  const advice =
    'let the router do UPnP or NAT-PMP, or forward TCP port 4001 by hand and name its public address as network.announce; peers of network.relays help those who can do neither'
  return [warning('network', `The router ${portMappingText(mapping)}. Others cannot dial this node: ${advice}.`)]
}

function judgeChain({ chainId, blockNumber, health }: Status['chain']): Finding[] {
  const findings = health.warnings.map(({ message }) => warning('chain', message))
  if (health.split !== undefined) findings.push(warning('chain', health.split.message))
  if (findings.length > 0) return findings
  return [ok('chain', `chain ${chainId}, block ${blockNumber}, ${formatDuration(health.headAgeSeconds)} old`)]
}

function judgeRpc({ rpc }: Facts): Finding[] {
  if (rpc === undefined) return []
  if (!('answer' in rpc)) return [failure('chain', rpc.message)]
  return judgeHealth('chain', rpc.answer)
}

function judgeGeth({ geth }: Facts): Finding[] {
  // Whoever uses another's node, or a test chain, has none.
  if (!('answer' in geth)) return geth.code === 'CHAIN_NOT_RUNNING' ? [] : [failure('geth', geth.message)]
  const { status, health, healthFailure } = geth.answer
  if (status.phase !== 'running')
    return [failure('geth', status.lastFailure?.message ?? `geth is ${status.phase}: look at "chiral chain logs".`)]
  if (health === undefined) return [failure('geth', healthFailure ?? 'geth does not tell how it is doing.')]
  return judgeHealth('geth', health)
}

function judgeHealth(
  check: 'chain' | 'geth',
  { chainId, height, headAgeSeconds, warnings }: ChainHealthView,
): Finding[] {
  if (warnings.length > 0) return warnings.map(({ message }) => warning(check, message))
  return [ok(check, `chain ${chainId}, block ${height}, ${formatDuration(headAgeSeconds)} old`)]
}

const ok = (check: Finding['check'], message: string): Finding => ({ check, verdict: 'ok', message })
const warning = (check: Finding['check'], message: string): Finding => ({ check, verdict: 'warning', message })
const failure = (check: Finding['check'], message: string): Finding => ({ check, verdict: 'failure', message })
