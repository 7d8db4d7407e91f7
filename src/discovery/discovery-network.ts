import type { CID } from 'multiformats/cid'
import type { PeerIdText } from '../domain/ids.ts'
import type { DuplexStream } from '../system/duplex-stream.ts'

/** A peer that the DHT says has something. */
export interface ProviderAddress {
  readonly peerId: PeerIdText
  readonly addresses: readonly string[]
}

/** What discovery needs of the network; `src/network` has it all. */
export interface DiscoveryNetwork {
  readonly peerId: PeerIdText
  addresses(): string[]
  connect(target: ProviderAddress, signal: AbortSignal): Promise<PeerIdText>
  connections(): readonly { readonly peerId: PeerIdText }[]
  onConnect(listener: (peerId: PeerIdText) => void): () => void
  openStream(peerId: PeerIdText, protocol: string, signal: AbortSignal): Promise<DuplexStream>
  handle(
    protocol: string,
    handler: (stream: DuplexStream, remote: PeerIdText) => Promise<void>,
    options: { readonly maxInboundStreams: number },
  ): Promise<void>
  unhandle(protocol: string): Promise<void>
  provide(cid: CID, signal: AbortSignal): Promise<number>
  unprovide(cid: CID): Promise<void>
  findProviders(cid: CID, signal: AbortSignal): AsyncIterable<ProviderAddress>
}
