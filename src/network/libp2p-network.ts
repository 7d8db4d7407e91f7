import type { Libp2p, PeerId } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { CID } from 'multiformats/cid'
import { ChiralError, messageOf } from '../domain/errors.ts'
import { type PeerIdText, peerIdText } from '../domain/ids.ts'
import { deadline, delay } from '../system/clock.ts'
import type { DuplexStream } from '../system/duplex-stream.ts'
import { parseMultiaddr, peerIdOf, scopeAllows } from './addresses.ts'
import { type Bootstrap, createBootstrap, notReady } from './bootstrap.ts'
import { findProviders, provide, routingTableSize } from './dht.ts'
import { toDuplexStream } from './duplex.ts'
import { portForOthers } from './forwarded-address.ts'
import { createNode, type NetworkOptions, type Services } from './libp2p-node.ts'
import { CONNECT_TIMEOUT_MS, DHT_QUERY_TIMEOUT_MS, OPEN_STREAM_TIMEOUT_MS, READY_POLL_MS } from './limits.ts'
import type { ConnectionInfo, ForwardedAddress, Network, PeerTarget, Provider, StreamHandler } from './network.ts'
import { createPeerGate, type PeerGate } from './peer-gate.ts'
import { createRelays, type Relays } from './relays.ts'

/** @throws DecodeError when an address is none */
export async function createNetwork(options: NetworkOptions): Promise<Network> {
  const addresses = options.bootstrap.map(parseMultiaddr)
  const gate = createPeerGate(options)
  for (const address of addresses) gate.trust(address.toString())
  const node = await createNode(options, gate)
  const { clock, log } = options
  const bootstrap = createBootstrap({ node, addresses, clock, log })
  const listen = (address: Multiaddr): Promise<void> => node.services.listening.at(address)
  const relays = createRelays({ node, listen, addresses: (options.relays ?? []).map(parseMultiaddr), clock, log })
  return new Libp2pNetwork(node, { bootstrap, relays }, gate, options)
}

class Libp2pNetwork implements Network {
  readonly peerId: PeerIdText
  readonly #node: Libp2p<Services>
  readonly #bootstrap: Bootstrap
  readonly #relays: Relays
  readonly #gate: PeerGate
  readonly #options: NetworkOptions

  constructor(
    node: Libp2p<Services>,
    { bootstrap, relays }: { bootstrap: Bootstrap; relays: Relays },
    gate: PeerGate,
    options: NetworkOptions,
  ) {
    this.peerId = peerIdText(node.peerId.toString())
    this.#node = node
    this.#bootstrap = bootstrap
    this.#relays = relays
    this.#gate = gate
    this.#options = options
  }

  addresses(): string[] {
    return this.#node.getMultiaddrs().map(String)
  }

  listeningPort(): number | undefined {
    return portForOthers(this.#node.services.listening.addresses())
  }

  forwarded(change: ForwardedAddress): void {
    this.#node.services.listening.forwarded(change)
  }

  async start(): Promise<void> {
    try {
      await this.#node.start()
    } catch (error) {
      const { listen } = this.#options
      throw new ChiralError(
        'LISTEN_FAILED',
        `The node cannot listen where it was told to: choose a free port and an address of this machine for ${listen.join(', ')}.`,
        { details: { listen }, cause: error },
      )
    }
    this.#bootstrap.start()
    await this.#relays.start()
  }

  async stop(): Promise<void> {
    this.#gate.shut()
    await Promise.all([this.#bootstrap.stop(), this.#relays.stop()])
    await this.#node.stop()
  }

  async ready(signal: AbortSignal): Promise<void> {
    if (this.#options.bootstrap.length === 0) return
    while (this.routingTableSize() === 0) {
      try {
        await delay(this.#options.clock, READY_POLL_MS, signal)
      } catch {
        throw notReady(this.#bootstrap, this.#options.bootstrap)
      }
    }
  }

  routingTableSize(): number {
    return routingTableSize(this.#node.services.dht)
  }

  async connect(target: PeerTarget, signal: AbortSignal): Promise<PeerIdText> {
    const addresses = target.addresses.map(parseMultiaddr)
    if (target.trusted === true) for (const address of addresses) this.#gate.trust(address.toString())
    const expected = target.peerId ?? addresses.map(peerIdOf).find((id) => id !== undefined)
    if (expected !== undefined && this.isConnected(peerIdText(expected))) return peerIdText(expected)
    const limit = this.#limit(CONNECT_TIMEOUT_MS, signal)
    try {
      const peer = expected === undefined ? undefined : peerIdFromString(expected)
      // a `/p2p/` of somebody else would make libp2p refuse the whole list
      const dialable = addresses
        .filter((address) => expected === undefined || (peerIdOf(address) ?? expected) === expected)
        .map((address) => (peerIdOf(address) === undefined && peer ? address.encapsulate(`/p2p/${peer}`) : address))
      const connection = await this.#node.dial(dialable.length > 0 || peer === undefined ? dialable : peer, {
        signal: limit.signal,
      })
      return peerIdText(connection.remotePeer.toString())
    } catch (error) {
      throw this.#unreachable(expected ?? target.addresses.join(', '), error, signal)
    } finally {
      limit.done()
    }
  }

  async disconnect(peerId: PeerIdText): Promise<void> {
    await this.#node.hangUp(peerIdFromString(peerId))
  }

  isConnected(peerId: PeerIdText): boolean {
    // over a limited one, through a relay, nothing but the way to a better one is sent
    return this.#node
      .getConnections(peerIdFromString(peerId))
      .some(({ status, limits }) => status === 'open' && limits === undefined)
  }

  connections(): ConnectionInfo[] {
    return this.#node.getConnections().map((connection) => ({
      peerId: peerIdText(connection.remotePeer.toString()),
      address: connection.remoteAddr.toString(),
      direction: connection.direction,
      ...(connection.encryption === undefined ? {} : { encrypter: connection.encryption }),
      ...(connection.rtt === undefined ? {} : { latencyMs: connection.rtt }),
    }))
  }

  onConnect(listener: (peerId: PeerIdText) => void): () => void {
    return this.#on('peer:connect', listener)
  }

  onDisconnect(listener: (peerId: PeerIdText) => void): () => void {
    return this.#on('peer:disconnect', listener)
  }

  async blockPeer(peerId: PeerIdText, until: number): Promise<void> {
    this.#gate.block(peerId, until)
    await this.disconnect(peerId)
  }

  async ping(peerId: PeerIdText, signal: AbortSignal): Promise<number> {
    try {
      return await this.#node.services.ping.ping(peerIdFromString(peerId), { signal })
    } catch (error) {
      throw this.#unreachable(peerId, error, signal)
    }
  }

  async openStream(peerId: PeerIdText, protocol: string, signal: AbortSignal): Promise<DuplexStream> {
    const limit = this.#limit(OPEN_STREAM_TIMEOUT_MS, signal)
    try {
      const stream = await this.#node.dialProtocol(peerIdFromString(peerId), protocol, { signal: limit.signal })
      return toDuplexStream(stream, this.#options.clock)
    } catch (error) {
      if (error instanceof Error && error.name === 'UnsupportedProtocolError')
        throw new ChiralError('PROTOCOL_UNSUPPORTED', `The peer ${peerId} does not speak ${protocol}.`, {
          details: { peerId, protocol },
          cause: error,
        })
      throw this.#unreachable(peerId, error, signal)
    } finally {
      limit.done()
    }
  }

  async handle(protocol: string, handler: StreamHandler, options: { maxInboundStreams: number }): Promise<void> {
    const { clock, log } = this.#options
    await this.#node.handle(
      protocol,
      async (stream, connection) => {
        const remote = peerIdText(connection.remotePeer.toString())
        const duplex = toDuplexStream(stream, clock)
        try {
          await handler(duplex, remote)
        } catch (error) {
          log.debug({ protocol, peer_id: remote, err: error }, 'a stream handler failed')
          duplex.abort(error instanceof Error ? error : new Error(String(error)))
        }
      },
      options,
    )
  }

  async unhandle(protocol: string): Promise<void> {
    await this.#node.unhandle(protocol)
  }

  provide(cid: CID, signal: AbortSignal): Promise<number> {
    return provide(this.#node.services.dht, cid, this.#limit(DHT_QUERY_TIMEOUT_MS, signal))
  }

  async unprovide(cid: CID): Promise<void> {
    await this.#node.services.dht.cancelReprovide(cid)
  }

  async *findProviders(cid: CID, signal: AbortSignal): AsyncIterable<Provider> {
    const limit = this.#limit(DHT_QUERY_TIMEOUT_MS, signal)
    for await (const { id, multiaddrs } of findProviders(this.#node.services.dht, cid, limit)) {
      if (id.equals(this.#node.peerId)) continue
      const dialable = multiaddrs.filter((address) => scopeAllows(this.#options.scope, address))
      yield { peerId: peerIdText(id.toString()), addresses: [...new Set(dialable.map(String))] }
    }
  }

  #on(event: 'peer:connect' | 'peer:disconnect', listener: (peerId: PeerIdText) => void): () => void {
    const onEvent = ({ detail }: CustomEvent<PeerId>): void => listener(peerIdText(detail.toString()))
    this.#node.addEventListener(event, onEvent)
    return () => this.#node.removeEventListener(event, onEvent)
  }

  #limit(milliseconds: number, signal: AbortSignal): { signal: AbortSignal; done: () => void } {
    return deadline(this.#options.clock, milliseconds, new Error(`no answer within ${milliseconds / 1000} s`), signal)
  }

  #unreachable(peer: string, error: unknown, signal: AbortSignal): unknown {
    if (signal.aborted) return signal.reason
    if (this.#gate.isBlocked(peer))
      return new ChiralError('PEER_BLOCKED', `The peer ${peer} is blocked because of what it did before.`, {
        details: { peer },
        cause: error,
      })
    return new ChiralError('PEER_UNREACHABLE', `The peer ${peer} cannot be reached: ${reasonOf(error)}.`, {
      details: { peer },
      cause: error,
    })
  }
}

/** libp2p collects one error per address; the first says it best. */
function reasonOf(error: unknown): string {
  const first = error instanceof AggregateError ? error.errors[0] : error
  return messageOf(first).split('\n')[0]?.replace(/\.$/, '') ?? 'unknown reason'
}
