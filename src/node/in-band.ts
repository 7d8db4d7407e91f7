import { openBitswap } from '../bitswap/client.ts'
import { BITSWAP_PROTOCOL } from '../bitswap/protocol.ts'
import { serveBitswap } from '../bitswap/server.ts'
import { ChiralError, codeOf } from '../domain/errors.ts'
import type { FileHash } from '../domain/ids.ts'
import { IN_BAND_PROTOCOLS, type InBandProtocol } from '../domain/in-band-protocol.ts'
import type { ChunkClient, ChunkClientOptions } from '../in-band/chunk-client.ts'
import { type CounterFactory, createStreamMetrics, type StreamMetrics } from '../in-band/metrics.ts'
import type { ServeOptions } from '../in-band/serve-options.ts'
import type { Network } from '../network/network.ts'
import { openWebrpc } from '../webrpc/client.ts'
import { WEBRPC_PROTOCOL } from '../webrpc/protocol.ts'
import { serveWebrpc } from '../webrpc/server.ts'
import { SessionRegistry } from '../webrpc/session-registry.ts'
import type { SourceTerms } from './download/source-host.ts'

/** What an offer names, and a stream is opened with. */
export const PROTOCOL_IDS: Readonly<Record<InBandProtocol, string>> = {
  bitswap: BITSWAP_PROTOCOL,
  webrpc: WEBRPC_PROTOCOL,
}
/** Streams of one protocol a peer may have open at once: one is enough, a reconnect overlaps with its predecessor. */
const MAX_INBOUND_STREAMS = 4

type PerStream = 'stream' | 'remotePeerId' | 'localPeerId' | 'metrics' | 'signal'
type ServeParts = Omit<ServeOptions, PerStream> & { readonly metrics: InBandMetrics }
type InBandMetrics = Readonly<Record<InBandProtocol, StreamMetrics>>

/** What each protocol counts, as payer and as payee together. */
export function measureInBand(counter: CounterFactory): InBandMetrics {
  return { bitswap: createStreamMetrics('bitswap', counter), webrpc: createStreamMetrics('webrpc', counter) }
}

/** Answers payers on both protocols, with one set of books. `stop` resolves when all that was begun is written down. */
export async function serveInBand(network: Network, parts: ServeParts): Promise<{ stop: () => Promise<void> }> {
  const stopping = new AbortController()
  const serving = new Set<Promise<void>>()
  const sessions = new SessionRegistry(parts.random)
  const serve = {
    bitswap: serveBitswap,
    webrpc: (options: ServeOptions) => serveWebrpc({ ...options, sessions }),
  }
  for (const protocol of IN_BAND_PROTOCOLS) {
    const metrics = parts.metrics[protocol]
    await network.handle(
      PROTOCOL_IDS[protocol],
      async (stream, remotePeerId) => {
        const { signal } = stopping
        const given = { ...parts, stream, remotePeerId, localPeerId: network.peerId, metrics, signal }
        const served = serve[protocol](given)
        serving.add(served)
        await served.finally(() => serving.delete(served))
      },
      { maxInboundStreams: MAX_INBOUND_STREAMS },
    )
  }
  return {
    async stop() {
      stopping.abort()
      await Promise.allSettled(serving)
    },
  }
}

/** Which protocols to try with a seeder, best first. One whose offer is not at hand may speak any. */
export function protocolsToTry(
  wanted: InBandProtocol,
  offered: readonly InBandProtocol[] | undefined,
): InBandProtocol[] {
  const others = IN_BAND_PROTOCOLS.filter((protocol) => protocol !== wanted)
  return [wanted, ...others].filter((protocol) => offered === undefined || offered.includes(protocol))
}

export interface ConnectRequest
  extends Pick<ChunkClientOptions, 'account' | 'clock' | 'log' | 'failPoints' | 'onLateChunk'> {
  readonly seeder: Pick<SourceTerms, 'peerId' | 'addresses' | 'payee'> & Partial<Pick<SourceTerms, 'inBand'>>
  readonly fileHash: FileHash
  readonly protocol: InBandProtocol
  /** The session that broke, where the protocol has sessions. */
  readonly resume: string | undefined
  readonly metrics: InBandMetrics
  readonly signal: AbortSignal
}

/**
 * Connects to a seeder and shakes hands, on the wanted protocol if the seeder speaks it.
 * @throws ChiralError `PROTOCOL_UNSUPPORTED` when it speaks none of ours
 */
export async function connectInBand(network: Network, request: ConnectRequest): Promise<ChunkClient> {
  const { seeder, fileHash, protocol: wanted, resume, metrics, signal, ...given } = request
  await network.connect(seeder, signal)
  let failure: unknown = new ChiralError(
    'PROTOCOL_UNSUPPORTED',
    `${seeder.peerId} offers no protocol that sells chunks on a stream: use another seeder.`,
  )
  for (const protocol of protocolsToTry(wanted, seeder.inBand)) {
    try {
      const stream = await network.openStream(seeder.peerId, PROTOCOL_IDS[protocol], signal)
      const options = {
        ...given,
        stream,
        peerId: seeder.peerId,
        localPeerId: network.peerId,
        payee: seeder.payee,
        metrics: metrics[protocol],
      }
      return protocol === 'bitswap'
        ? await openBitswap(options)
        : await openWebrpc({ ...options, files: [fileHash], resume })
    } catch (error) {
      if (codeOf(error) !== 'PROTOCOL_UNSUPPORTED') throw error
      failure = error
    }
  }
  throw failure
}
