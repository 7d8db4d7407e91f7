import { KEEP_ALIVE, type Libp2p, type PeerId } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import type { Multiaddr } from '@multiformats/multiaddr'
import { ChiralError, messageOf } from '../domain/errors.ts'
import { type Clock, deadline, delay } from '../system/clock.ts'
import type { Logger } from '../system/logger.ts'
import { peerIdOf } from './addresses.ts'
import { BOOTSTRAP_FIRST_REDIAL_MS, BOOTSTRAP_REDIAL_MS, CONNECT_TIMEOUT_MS } from './limits.ts'

/** The tag under which libp2p itself keeps a connection; it drops the tag for good after 31 s without the peer. */
const KEEP_ALIVE_TAG = `${KEEP_ALIVE}-bootstrap`
/** Of 100: when connections must go, a bootstrap peer's goes after those without a tag. */
const KEEP_ALIVE_VALUE = 50

/** Keeps connections to the bootstrap peers for as long as the node runs. */
export interface Bootstrap {
  start(): void
  stop(): Promise<void>
  /** Peers that answered at their configured address at least once. */
  reached(): readonly string[]
  /** The last failure per unreachable address, for messages. */
  failures(): readonly string[]
}

export function createBootstrap({
  node,
  addresses,
  clock,
  log,
}: {
  node: Libp2p
  addresses: readonly Multiaddr[]
  clock: Clock
  log: Logger
}): Bootstrap {
  const stopped = new AbortController()
  const reached = new Map<string, string>()
  const failures = new Map<string, string>()
  let running: Promise<void> = Promise.resolve()

  async function keep(address: Multiaddr): Promise<void> {
    const text = address.toString()
    let misses = 0
    while (!stopped.signal.aborted) {
      const known = peerIdOf(address) ?? reached.get(text)
      const peer = known === undefined ? undefined : peerIdFromString(known)
      const connected = peer !== undefined && node.getConnections(peer).length > 0
      // a peer that came back by itself has lost its tag all the same
      if (connected && reached.has(text)) await keepAlive(peer)
      else await dial(address, text)
      misses = failures.has(text) ? misses + 1 : 0
      await delay(clock, redialMs(misses), stopped.signal).catch(() => undefined)
    }
  }

  async function keepAlive(peer: PeerId): Promise<void> {
    await node.peerStore.merge(peer, { tags: { [KEEP_ALIVE_TAG]: { value: KEEP_ALIVE_VALUE } } })
  }

  async function dial(address: Multiaddr, text: string): Promise<void> {
    const late = new Error(`no answer within ${CONNECT_TIMEOUT_MS / 1000} s`)
    const limit = deadline(clock, CONNECT_TIMEOUT_MS, late, stopped.signal)
    try {
      const { remotePeer } = await node.dial(address, { signal: limit.signal })
      await keepAlive(remotePeer)
      if (failures.delete(text)) log.info({ address: text }, `The bootstrap peer ${text} answers again.`)
      reached.set(text, remotePeer.toString())
    } catch (error) {
      if (stopped.signal.aborted) return
      const reason = limit.signal.aborted ? messageOf(limit.signal.reason) : messageOf(error)
      if (!failures.has(text)) log.warn({ address: text, code: 'BOOTSTRAP_UNREACHABLE' }, unreachableSentence(text))
      log.debug({ address: text, reason }, 'bootstrap dial failed')
      failures.set(text, reason)
    } finally {
      limit.done()
    }
  }

  return {
    start() {
      running = Promise.all(addresses.map(keep)).then(() => undefined)
    },
    async stop() {
      stopped.abort()
      await running
    },
    reached: () => [...reached.values()],
    failures: () => [...failures.keys()],
  }
}

/** How long until the next look at a peer that did not answer so many times in a row. */
function redialMs(misses: number): number {
  return misses === 0
    ? BOOTSTRAP_REDIAL_MS
    : Math.min(BOOTSTRAP_FIRST_REDIAL_MS * 2 ** (misses - 1), BOOTSTRAP_REDIAL_MS)
}

/** What to tell when `ready` gave up, by what the bootstrap peers did. */
export function notReady(bootstrap: Bootstrap, configured: readonly string[]): ChiralError {
  if (bootstrap.reached().length > 0)
    return new ChiralError(
      'BOOTSTRAP_OTHER_CHAIN',
      'The bootstrap peer answers but serves another chain or network scope: use one of the same chain.',
      { details: { peers: bootstrap.reached() } },
    )
  return new ChiralError('BOOTSTRAP_UNREACHABLE', unreachableSentence(configured.join(', ')), {
    details: { addresses: configured },
  })
}

function unreachableSentence(address: string): string {
  return `The bootstrap peer ${address} cannot be reached: check the address and that it runs; it is tried again every ${BOOTSTRAP_REDIAL_MS / 1000} s.`
}
