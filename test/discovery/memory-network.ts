import type { CID } from 'multiformats/cid'
import type { Uint8ArrayList } from 'uint8arraylist'
import type { DiscoveryNetwork, ProviderAddress } from '../../src/discovery/discovery-network.ts'
import { ChiralError } from '../../src/domain/errors.ts'
import { type PeerIdText, peerIdText } from '../../src/domain/ids.ts'
import type { DuplexStream } from '../../src/system/duplex-stream.ts'

type Handler = (stream: DuplexStream, remote: PeerIdText) => Promise<void>

/** Peers in one process with a perfect DHT: what libp2p does for real is tested in test/network. */
export class MemoryNetwork {
  readonly #peers = new Map<PeerIdText, MemoryPeer>()
  readonly #records = new Map<string, Set<PeerIdText>>()

  join(name: string): MemoryPeer {
    const peer = new MemoryPeer(this, peerIdText(name))
    this.#peers.set(peer.peerId, peer)
    return peer
  }

  peer(peerId: PeerIdText): MemoryPeer {
    const peer = this.#peers.get(peerId)
    if (peer === undefined || !peer.reachable) throw new ChiralError('PEER_UNREACHABLE', `${peerId} is gone`)
    return peer
  }

  providersOf(cid: CID): Set<PeerIdText> {
    const key = cid.toString()
    const known = this.#records.get(key) ?? new Set()
    this.#records.set(key, known)
    return known
  }
}

export class MemoryPeer implements DiscoveryNetwork {
  readonly peerId: PeerIdText
  readonly #network: MemoryNetwork
  readonly #handlers = new Map<string, Handler>()
  readonly #connected = new Set<PeerIdText>()
  readonly #listeners = new Set<(peerId: PeerIdText) => void>()
  /** What a test changes: off the network, or alone in the DHT. */
  reachable = true
  dhtPeers = 3
  provided = 0
  dials = 0

  constructor(network: MemoryNetwork, peerId: PeerIdText) {
    this.#network = network
    this.peerId = peerId
  }

  addresses(): string[] {
    return [`/ip4/127.0.0.1/tcp/1/p2p/${this.peerId}`]
  }

  async connect({ peerId }: ProviderAddress): Promise<PeerIdText> {
    this.dials++
    const remote = this.#network.peer(peerId)
    this.#connected.add(peerId)
    remote.#connected.add(this.peerId)
    for (const listener of remote.#listeners) listener(this.peerId)
    return peerId
  }

  connections(): { peerId: PeerIdText }[] {
    return [...this.#connected].map((peerId) => ({ peerId }))
  }

  onConnect(listener: (peerId: PeerIdText) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async openStream(peerId: PeerIdText, protocol: string): Promise<DuplexStream> {
    const handler = this.#network.peer(peerId).#handlers.get(protocol)
    if (handler === undefined) throw new ChiralError('PROTOCOL_UNSUPPORTED', `${peerId} does not speak ${protocol}`)
    const [near, far] = streamPair()
    handler(far, this.peerId).catch((error: Error) => far.abort(error))
    return near
  }

  async handle(protocol: string, handler: Handler): Promise<void> {
    this.#handlers.set(protocol, handler)
  }

  async unhandle(protocol: string): Promise<void> {
    this.#handlers.delete(protocol)
  }

  async provide(cid: CID): Promise<number> {
    this.provided++
    if (this.dhtPeers > 0) this.#network.providersOf(cid).add(this.peerId)
    return this.dhtPeers
  }

  async unprovide(): Promise<void> {
    // as in the DHT: only our own record goes, the others' age out
  }

  async *findProviders(cid: CID): AsyncIterable<ProviderAddress> {
    for (const peerId of this.#network.providersOf(cid)) yield { peerId, addresses: [] }
  }
}

/** Two ends of a stream without back-pressure. */
export function streamPair(): [DuplexStream, DuplexStream] {
  const forth = new Pipe()
  const back = new Pipe()
  const end = (out: Pipe, incoming: Pipe): DuplexStream => ({
    source: incoming,
    send: async (data) => out.push(data),
    close: async () => out.end(),
    abort: (reason) => {
      out.fail(reason)
      incoming.fail(reason)
    },
  })
  return [end(forth, back), end(back, forth)]
}

class Pipe {
  readonly #pieces: (Uint8Array | Uint8ArrayList)[] = []
  #ended = false
  #failure: Error | undefined
  #wake = (): void => undefined

  push(data: Uint8Array | Uint8ArrayList): void {
    if (this.#failure) throw this.#failure
    this.#pieces.push(data)
    this.#wake()
  }

  end(): void {
    this.#ended = true
    this.#wake()
  }

  fail(reason: Error): void {
    this.#failure ??= reason
    this.#wake()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array | Uint8ArrayList> {
    for (;;) {
      const piece = this.#pieces.shift()
      if (piece !== undefined) yield piece
      else if (this.#failure) throw this.#failure
      else if (this.#ended) return
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
    }
  }
}
