import { cidOf } from '../domain/cid.ts'
import type { FileHash, PeerIdText } from '../domain/ids.ts'
import type { InBandProtocol } from '../domain/in-band-protocol.ts'
import { type Clock, deadline } from '../system/clock.ts'
import type { Logger } from '../system/logger.ts'
import type { Random } from '../system/random.ts'
import type { Signer } from '../system/signer.ts'
import { type Announcement, createAnnouncer, type PublishedFile } from './announcer.ts'
import type { FileCatalog } from './catalog.ts'
import { createLookupClient } from './client.ts'
import type { DiscoveryNetwork } from './discovery-network.ts'
import { createLimiter } from './limiter.ts'
import type { OfferChain } from './offer.ts'
import { createOfferBook } from './offer-book.ts'
import {
  LOOKUP_PROTOCOL,
  MAX_CONCURRENT_WITHDRAWALS,
  MAX_INBOUND_LOOKUP_STREAMS,
  MAX_WITHDRAW_PEERS,
  WITHDRAW_DEADLINE_MS,
} from './protocol.ts'
import { createLookupServer } from './server.ts'
import { signWithdrawal } from './withdraw.ts'

/** Tells the DHT what this node serves, and answers whoever asks on what terms. */
export interface Publisher {
  /** Begins to answer `/chiral/lookup/1`. A node that only downloads needs it too: seeders tell it when they leave. */
  start(): Promise<void>
  /** Offers a file and, unless it is silent, announces it now and every 3 minutes until it is withdrawn. Returns at once; twice is fine. */
  publish(file: PublishedFile): void
  /** Resolves with the number of peers that took the record, once there is one. @throws the signal's reason; `NOT_PUBLISHED` */
  announced(fileHash: FileHash, signal: AbortSignal): Promise<number>
  announcements(): Announcement[]
  /** Stops offering files and tells connected peers; best effort within 2 s. */
  withdraw(...fileHashes: readonly FileHash[]): Promise<void>
  /** Withdraws everything. Stopping twice is fine. */
  stop(): Promise<void>
}

export function createPublisher(
  dependencies: {
    network: DiscoveryNetwork
    signer: Signer
    chain: OfferChain
    catalog: FileCatalog
    /** Ids of the in-band protocols that are served. */
    inBand: Readonly<Partial<Record<InBandProtocol, string>>>
    clock: Clock
    random: Random
    log: Logger
  },
  options: {
    /** A connected peer says it leaves: `Lookup.acceptWithdrawal` is made for this. */
    onWithdraw?: (record: Uint8Array, from: PeerIdText) => void
  } = {},
): Publisher {
  const { network, signer, chain, catalog, clock, log } = dependencies
  const announcer = createAnnouncer(dependencies)
  const book = createOfferBook(dependencies)
  const client = createLookupClient(dependencies)
  const serve = createLookupServer({
    catalog,
    offers: { current: async (fileHash) => (announcer.has(fileHash) ? book.current(fileHash) : undefined) },
    onWithdraw: options.onWithdraw ?? (() => undefined),
    clock,
    log,
  })
  const limited = createLimiter(MAX_CONCURRENT_WITHDRAWALS)
  let unsubscribe = (): void => undefined

  async function withdrawAll(fileHashes: readonly FileHash[]): Promise<void> {
    const left = fileHashes.flatMap((fileHash) => announcer.remove(fileHash) ?? [])
    for (const { fileHash } of left) book.forget(fileHash)
    if (left.length === 0) return
    const limit = deadline(clock, WITHDRAW_DEADLINE_MS, new Error('the peers were not told in time'))
    const late = new Promise<void>((resolve) => limit.signal.addEventListener('abort', () => resolve()))
    await Promise.race([Promise.allSettled(left.flatMap((file) => tellPeers(file, limit.signal))), late])
    limit.done()
  }

  function tellPeers({ fileHash, sha256, silent, announcedAt }: Announcement, signal: AbortSignal): Promise<void>[] {
    if (silent === true) return []
    const forgotten = [fileHash, ...(sha256 === undefined ? [] : [sha256])].map((h) => network.unprovide(cidOf(h)))
    if (announcedAt === undefined) return forgotten
    const sequence = book.nextSequence()
    const record = signWithdrawal({ fileHash, peerId: network.peerId, chain, sequence }, signer)
    const peers = new Set(network.connections().map(({ peerId }) => peerId))
    const told = [...peers].slice(0, MAX_WITHDRAW_PEERS)
    return [...forgotten, ...told.map((peer) => limited(() => client.withdraw(peer, record, signal)))]
  }

  return {
    async start() {
      await network.handle(LOOKUP_PROTOCOL, serve, { maxInboundStreams: MAX_INBOUND_LOOKUP_STREAMS })
      unsubscribe = network.onConnect(() => announcer.hurry())
    },
    publish: (file) => announcer.add(file),
    announced: (fileHash, signal) => announcer.announced(fileHash, signal),
    announcements: () => announcer.list(),
    withdraw: (...fileHashes) => withdrawAll(fileHashes),
    async stop() {
      unsubscribe()
      await withdrawAll(announcer.list().map(({ fileHash }) => fileHash))
      await network.unhandle(LOOKUP_PROTOCOL)
    },
  }
}
