import { isIP } from 'node:net'
import { ChiralError, codeOf, DecodeError, messageOf } from '../domain/errors.ts'
import { type PeerIdText, peerIdText } from '../domain/ids.ts'
import { parseMultiaddr, peerIdOf } from '../network/addresses.ts'
import type { Network } from '../network/network.ts'
import { parseTrackerUrl } from '../public-protocols/bittorrent/announce/tracker-url.ts'
import { type Clock, deadline } from '../system/clock.ts'
import { readFrames, writeFrame } from '../system/framing.ts'
import type { Logger } from '../system/logger.ts'

/** SPEC 13 §1.1: whoever opens a stream of it is told the trackers that the node runs. */
export const TRACKERS_PROTOCOL = '/chiral/trackers/1'
/** URLs in an answer: a tracker has one for each of HTTP, UDP and WebSocket. */
const MAX_URLS = 4
const MAX_ANSWER_BYTES = 2_048
/** Streams a peer may have open: it asks once a connection. */
const MAX_INBOUND_STREAMS = 2
const ANSWER_TIMEOUT_MS = 10_000
/** A peer may become a tracker, or one at another port, while the connection lasts. */
const ASK_AGAIN_MS = 10 * 60_000

/** Tells whoever asks where this node's own tracker is. Resolves with what ends that. */
export async function tellTrackers(
  network: Pick<Network, 'handle' | 'unhandle'>,
  own: () => readonly string[],
): Promise<() => Promise<void>> {
  await network.handle(
    TRACKERS_PROTOCOL,
    async (stream) => {
      await writeFrame(stream, new TextEncoder().encode(own().slice(0, MAX_URLS).join('\n')))
      await stream.close()
    },
    { maxInboundStreams: MAX_INBOUND_STREAMS },
  )
  return () => network.unhandle(TRACKERS_PROTOCOL)
}

export interface LearnerParts {
  readonly network: Pick<Network, 'onConnect' | 'isConnected' | 'openStream'>
  /** Multiaddrs of the peers that the settings name. Nobody else is asked. */
  readonly bootstrap: readonly string[]
  /** May this node go to this IP address? */
  allows(address: string): boolean
  readonly clock: Clock
  readonly log: Logger
  /** There are others than before. */
  onLearned(): void
}

export interface LearnedTrackers {
  urls(): readonly string[]
  stop(): void
}

/** Asks each bootstrap peer for its trackers when it is met, and now and then. */
export function learnTrackers(parts: LearnerParts): LearnedTrackers {
  const { network, clock, log, allows } = parts
  const wanted = new Set(
    parts.bootstrap
      .map((address) => peerIdOf(parseMultiaddr(address)))
      .filter((peerId) => peerId !== undefined)
      .map((peerId) => peerIdText(peerId)),
  )
  const known = new Map<PeerIdText, readonly string[]>()
  const stopped = new AbortController()

  async function ask(peerId: PeerIdText): Promise<void> {
    const late = new ChiralError('PEER_SILENT', `The peer ${peerId} did not say which trackers it runs.`)
    const limit = deadline(clock, ANSWER_TIMEOUT_MS, late, stopped.signal)
    try {
      const urls = (await fetchTrackers(network, peerId, limit.signal)).filter((url) => isUsable(url, allows))
      if (stopped.signal.aborted || urls.join() === (known.get(peerId)?.join() ?? '')) return
      known.set(peerId, urls)
      log.info({ peer_id: peerId, trackers: urls }, 'a bootstrap peer runs a tracker, which is used')
      parts.onLearned()
    } catch (error) {
      // Most run none.
      log.debug({ peer_id: peerId, code: codeOf(error), reason: messageOf(error) }, 'a peer named no trackers')
    } finally {
      limit.done()
    }
  }

  const unsubscribe = network.onConnect((peerId) => {
    if (wanted.has(peerId)) void ask(peerId)
  })
  let cancel = (): void => {}
  function askAll(): void {
    cancel = clock.schedule(ASK_AGAIN_MS, askAll)
    for (const peerId of wanted) if (network.isConnected(peerId)) void ask(peerId)
  }
  askAll()
  return {
    urls: () => [...new Set([...known.values()].flat())],
    stop() {
      unsubscribe()
      cancel()
      stopped.abort()
    },
  }
}

async function fetchTrackers(
  network: Pick<Network, 'openStream'>,
  peerId: PeerIdText,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const stream = await network.openStream(peerId, TRACKERS_PROTOCOL, signal)
  const abort = (): void => stream.abort(new ChiralError('CANCELLED', 'The trackers are not waited for.'))
  signal.addEventListener('abort', abort, { once: true })
  try {
    for await (const frame of readFrames(stream.source, MAX_ANSWER_BYTES)) return decodeTrackers(frame.subarray())
    throw new DecodeError('a peer ended the stream without its trackers.')
  } finally {
    signal.removeEventListener('abort', abort)
    await stream.close()
  }
}

/** @throws DecodeError for what is no list of URLs of trackers, one a line */
function decodeTrackers(bytes: Uint8Array): readonly string[] {
  const lines = Buffer.from(bytes)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
  if (lines.length > MAX_URLS) throw new DecodeError(`a peer names ${lines.length} trackers, more than ${MAX_URLS}.`)
  return lines.map((line) => parseTrackerUrl(line).href)
}

/**
 * SPEC 13 §1.1: "It MUST NOT use a URL whose host is an address outside of its scope (06 §2.1), or a name without TLS": where a name leads is checked at each
 * connection, and who answers there by its certificate.
 */
function isUsable(url: string, allows: LearnerParts['allows']): boolean {
  const { href, hostname } = parseTrackerUrl(url)
  return isIP(hostname) === 0 ? /^(?:https|wss):/.test(href) : allows(hostname)
}
