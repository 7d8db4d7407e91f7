import type { CID } from 'multiformats/cid'
import type { PeerIdText } from '../domain/ids.ts'
import type { DuplexStream } from '../system/duplex-stream.ts'

/** Where a node's peers live. It decides which addresses are announced and which are dialled. */
export type NetworkScope = 'public' | 'lan' | 'loopback'

/** Where a peer may be. Without `peerId` whoever answers is taken; with it, nobody else is. */
export interface PeerTarget {
  readonly peerId?: PeerIdText
  readonly addresses: readonly string[]
  /** The user named these addresses, so they are dialled even outside the scope. */
  readonly trusted?: boolean
}

/** A peer that said it has some content, and where it said it can be reached (filtered by scope). */
export interface Provider {
  readonly peerId: PeerIdText
  readonly addresses: readonly string[]
}

export interface ConnectionInfo {
  readonly peerId: PeerIdText
  /** The remote multiaddr of this connection. */
  readonly address: string
  readonly direction: 'inbound' | 'outbound'
  /** `/tls/1.0.0`, `/noise`; `native` where the transport encrypts by itself (WebRTC). */
  readonly encrypter?: string
  /** Round trip of the last health check, every 10 s; absent before the first. */
  readonly latencyMs?: number
}

/** A router's TCP port, on public IPv4 addresses, that leads to ours. */
export interface ForwardedAddress {
  /** The address of this machine that faces the router, and the port where it listens. */
  readonly own: { readonly host: string; readonly port: number }
  readonly before: { readonly host: string; readonly port: number } | undefined
  readonly after: { readonly host: string; readonly port: number } | undefined
}

/** Owns one incoming stream until its promise settles; a rejection resets the stream. */
export type StreamHandler = (stream: DuplexStream, remote: PeerIdText) => Promise<void>

/** The libp2p node, reduced to what the protocols of this program need. */
export interface Network {
  readonly peerId: PeerIdText
  /** Our dialable addresses with real ports, each ending in `/p2p/<peerId>`. */
  addresses(): string[]
  /** The TCP port on IPv4 where other machines find this one, whether or not it may be announced; `undefined`: none. */
  listeningPort(): number | undefined
  /** Announces an address at which a router forwards to us as well, or does so no more; one that has changed is both. */
  forwarded(change: ForwardedAddress): void
  /** Listens and begins to dial the bootstrap peers. @throws ChiralError `LISTEN_FAILED` */
  start(): Promise<void>
  /** Closes every connection. Stopping twice is fine. */
  stop(): Promise<void>

  /**
   * Resolves when the node takes part in the DHT; at once without bootstrap addresses.
   * @throws ChiralError `BOOTSTRAP_UNREACHABLE` or `BOOTSTRAP_OTHER_CHAIN` when `signal` aborts first; the node runs on.
   */
  ready(signal: AbortSignal): Promise<void>
  /** Peers in the DHT routing table. */
  routingTableSize(): number

  /** Connects, within 10 s. Returns at once when connected. @throws ChiralError `PEER_UNREACHABLE`, `PEER_BLOCKED` */
  connect(target: PeerTarget, signal: AbortSignal): Promise<PeerIdText>
  disconnect(peerId: PeerIdText): Promise<void>
  isConnected(peerId: PeerIdText): boolean
  connections(): ConnectionInfo[]
  /** Calls `listener` when the first connection to a peer opened. Returns the unsubscribe function. */
  onConnect(listener: (peerId: PeerIdText) => void): () => void
  /** Calls `listener` when the last connection to a peer closed. Returns the unsubscribe function. */
  onDisconnect(listener: (peerId: PeerIdText) => void): () => void
  /** Refuses and closes connections with a peer until `until` (milliseconds since 1970). */
  blockPeer(peerId: PeerIdText, until: number): Promise<void>
  /** Round trip in milliseconds. @throws ChiralError `PEER_UNREACHABLE` */
  ping(peerId: PeerIdText, signal: AbortSignal): Promise<number>

  /** @throws ChiralError `PEER_UNREACHABLE`, `PEER_BLOCKED`, `PROTOCOL_UNSUPPORTED` */
  openStream(peerId: PeerIdText, protocol: string, signal: AbortSignal): Promise<DuplexStream>
  /** `maxInboundStreams` counts per connection; more are reset. */
  handle(protocol: string, handler: StreamHandler, options: { readonly maxInboundStreams: number }): Promise<void>
  unhandle(protocol: string): Promise<void>

  /** Writes our provider record to the peers nearest to `cid`; resolves with how many took it. */
  provide(cid: CID, signal: AbortSignal): Promise<number>
  /** Forgets our own provider record; what others hold ages out. */
  unprovide(cid: CID): Promise<void>
  /** Asks the DHT. Yields each provider once, never ourselves; ends when the query ends or `signal` aborts. */
  findProviders(cid: CID, signal: AbortSignal): AsyncIterable<Provider>
}
