import type { Carrier } from '../bitswap/bitswap-client.ts'
import { openBitswap } from '../bitswap/client.ts'
import { BITSWAP_PROTOCOL } from '../bitswap/protocol.ts'
import { serveBitswap } from '../bitswap/server.ts'
import { ChiralError, codeOf } from '../domain/errors.ts'
import type { FileHash } from '../domain/ids.ts'
import { IN_BAND_PROTOCOLS, type InBandProtocol } from '../domain/in-band-protocol.ts'
import { publicOf, TRANSFER_PROTOCOLS, type TransferProtocol } from '../domain/transfer.ts'
import type { ChunkClient, ChunkClientOptions } from '../in-band/chunk-client.ts'
import type { GrantBook } from '../in-band/grants.ts'
import { createStreamMetrics, type StreamMetrics } from '../in-band/metrics.ts'
import type { ServeOptions } from '../in-band/serve-options.ts'
import type { Network } from '../network/network.ts'
import type { CounterFactory } from '../system/metrics.ts'
import { openWebrpc } from '../webrpc/client.ts'
import { WEBRPC_PROTOCOL } from '../webrpc/protocol.ts'
import { serveWebrpc } from '../webrpc/server.ts'
import { SessionRegistry } from '../webrpc/session-registry.ts'
import type { SourceTerms } from './download/source-host.ts'
import { selectProtocols } from './select-protocol.ts'

/** What an offer names, and a stream is opened with. */
export const PROTOCOL_IDS: Readonly<Record<InBandProtocol, string>> = {
  bitswap: BITSWAP_PROTOCOL,
  webrpc: WEBRPC_PROTOCOL,
}
/** Streams of one protocol a peer may have open at once: one is enough, a reconnect overlaps with its predecessor. */
const MAX_INBOUND_STREAMS = 4

/** What a node offers of them that serves files by these: what comes by a public protocol for money is paid by bitswap. */
export function servedInBand(served: readonly TransferProtocol[] = TRANSFER_PROTOCOLS): ServedInBand {
  const isServed = (protocol: InBandProtocol): boolean =>
    served.includes(protocol) || (protocol === 'bitswap' && served.some((each) => publicOf(each) !== undefined))
  return Object.fromEntries(IN_BAND_PROTOCOLS.filter(isServed).map((protocol) => [protocol, PROTOCOL_IDS[protocol]]))
}

type ServedInBand = Readonly<Partial<Record<InBandProtocol, string>>>
type PerStream = 'stream' | 'remotePeerId' | 'localPeerId' | 'metrics' | 'signal'
type ServeParts = Omit<ServeOptions, PerStream> & {
  readonly metrics: InBandMetrics
  /** Default: all. */
  readonly served?: ServedInBand
  /** For the public protocols that are served beside. */
  readonly grants?: GrantBook
}
export type InBandMetrics = Readonly<Record<InBandProtocol, StreamMetrics>>

/** What each protocol counts, as payer and as payee together. */
export function measureInBand(counter: CounterFactory): InBandMetrics {
  return { bitswap: createStreamMetrics('bitswap', counter), webrpc: createStreamMetrics('webrpc', counter) }
}

/** Answers payers on the protocols that are served, with one set of books. `stop` resolves when all that was begun is written down. */
export async function serveInBand(
  network: Pick<Network, 'peerId' | 'handle'>,
  parts: ServeParts,
): Promise<{ stop: () => Promise<void> }> {
  const stopping = new AbortController()
  const serving = new Set<Promise<void>>()
  const sessions = new SessionRegistry(parts.random)
  const serve = {
    bitswap: (options: ServeOptions) => serveBitswap({ ...options, grants: parts.grants }),
    webrpc: (options: ServeOptions) => serveWebrpc({ ...options, sessions }),
  }
  for (const protocol of IN_BAND_PROTOCOLS) {
    const id = (parts.served ?? PROTOCOL_IDS)[protocol]
    if (id === undefined) continue
    const metrics = parts.metrics[protocol]
    await network.handle(
      id,
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
  wanted: InBandProtocol | undefined,
  offered: readonly InBandProtocol[] | undefined,
): InBandProtocol[] {
  const spoken = IN_BAND_PROTOCOLS.filter((protocol) => offered === undefined || offered.includes(protocol))
  const seeders: { readonly [Protocol in InBandProtocol]?: number } = Object.fromEntries(
    spoken.map((each) => [each, 1]),
  )
  return selectProtocols({ seeders, preferred: wanted })
}

export interface ConnectRequest
  extends Pick<ChunkClientOptions, 'account' | 'clock' | 'log' | 'failPoints' | 'takeQuotes' | 'onLateChunk'> {
  readonly seeder: Pick<SourceTerms, 'peerId' | 'addresses' | 'payee'> & Partial<Pick<SourceTerms, 'inBand'>>
  readonly fileHash: FileHash
  /** Absent: the first that both speak. */
  readonly protocol: InBandProtocol | undefined
  /** The session that broke, where the protocol has sessions. */
  readonly resume: string | undefined
  /** Another protocol that brings the chunks; the account, if any, must not prepay then. */
  readonly carrier?: Carrier | undefined
  readonly metrics: InBandMetrics
  readonly signal: AbortSignal
}

/**
 * Connects to a seeder and shakes hands, on the wanted protocol if the seeder speaks it.
 * @throws ChiralError `PROTOCOL_UNSUPPORTED` when it speaks none of ours
 */
export async function connectInBand(
  network: Pick<Network, 'peerId' | 'connect' | 'openStream'>,
  request: ConnectRequest,
): Promise<ChunkClient> {
  const { seeder, fileHash, protocol: wanted, resume, carrier, metrics, signal, ...given } = request
  // Payments for another protocol stay on the stream of the one that is as simple.
  const protocols = carrier === undefined ? protocolsToTry(wanted, seeder.inBand) : (['bitswap'] as const)
  await network.connect(seeder, signal)
  let failure: unknown = new ChiralError(
    'PROTOCOL_UNSUPPORTED',
    `${seeder.peerId} offers no protocol that sells chunks on a stream: use another seeder.`,
  )
  for (const protocol of protocols) {
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
        ? await openBitswap({ ...options, carrier })
        : await openWebrpc({ ...options, files: [fileHash], resume })
    } catch (error) {
      if (codeOf(error) !== 'PROTOCOL_UNSUPPORTED') throw error
      failure = error
    }
  }
  throw failure
}
