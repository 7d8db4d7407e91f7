import type { ContentStore } from '../content/content-store.ts'
import type { BesideHasher, HashedFile } from '../content/hash-file.ts'
import { cleanFileName } from '../discovery/file-name.ts'
import { ChiralError, codeOf, messageOf } from '../domain/errors.ts'
import type { FileHash } from '../domain/ids.ts'
import type { TransferProtocol } from '../domain/transfer.ts'
import type { GrantBook } from '../in-band/grants.ts'
import type { Network } from '../network/network.ts'
import type { BittorrentEndpoint } from '../public-protocols/bittorrent/endpoint.ts'
import { formatMagnet } from '../public-protocols/bittorrent/magnet.ts'
import { createSeederMetrics } from '../public-protocols/bittorrent/metrics.ts'
import { newPeerId } from '../public-protocols/bittorrent/peer-id.ts'
import type { ServedTorrents } from '../public-protocols/bittorrent/served-torrents.ts'
import type { ServeParts } from '../public-protocols/bittorrent/served-wire.ts'
import { type BittorrentSeeder, startBittorrentSeeder } from '../public-protocols/bittorrent/server.ts'
import { encodeTorrent } from '../public-protocols/bittorrent/torrent.ts'
import { type StoredTorrent, TorrentBook } from '../public-protocols/bittorrent/torrent-book.ts'
import type { Gate } from '../public-protocols/gate.ts'
import { abortable } from '../system/abortable.ts'
import type { Database } from '../system/database.ts'
import type { CounterFactory } from '../system/metrics.ts'
import type { RateLimit } from '../system/rate-limit.ts'
import { announcedPeers, type BittorrentPlan, planBittorrent } from './bittorrent-listen.ts'
import type { NodeConfig } from './node-config.ts'
import type { NodeSystem } from './node-system.ts'
import { reachedAt } from './reached-at.ts'
import type { RouterPorts } from './router-ports.ts'
import type { StoredShare } from './share-store.ts'
import { startAtPort } from './start-at-port.ts'
import { createTorrentStore } from './torrent-store.ts'
import type { TorrentView } from './torrent-view.ts'

/** Files over BitTorrent. */
export interface BittorrentStack {
  /** Runs a pass over a file that makes its id, and the hashes of its torrent with it where files have torrents. */
  hashBeside(pass: (beside: BesideHasher | undefined) => Promise<HashedFile>): Promise<HashedFile>
  /** Makes the torrent of a file that is shared. Never rejects: without one the file is served by the other protocols. */
  prepare(share: StoredShare, signal?: AbortSignal): Promise<void>
  /** The file is not shared any more. */
  forget(fileHash: FileHash): Promise<void>
  /** As the offer of a file names it; `undefined` where it is not served this way, or its torrent is not made yet. */
  endpointOf(share: Pick<StoredShare, 'fileHash'>): BittorrentEndpoint | undefined
  /** @throws ChiralError `TORRENT_UNKNOWN` */
  torrentOf(fileHash: FileHash): TorrentView
  /** For other ways into the same swarms; `undefined` where no file has a torrent. */
  readonly swarms: Swarms | undefined
  /** Stopping twice is fine. */
  stop(): Promise<void>
}

/** The swarms of what is shared. */
export interface Swarms {
  readonly serving: ServeParts
  /** Of TCP; `undefined` where nobody is served there. */
  readonly port: number | undefined
  /** The same as others dial it: a setting or a router may put another in front. `undefined`: they cannot. */
  dialledPort(): number | undefined
  torrentOf(fileHash: FileHash): StoredTorrent | undefined
}

export interface BittorrentParts {
  readonly system: NodeSystem
  readonly database: Database
  readonly network: Pick<Network, 'addresses'>
  /** Of the router in front of this node; absent: there is none. */
  readonly ports?: RouterPorts | undefined
  readonly content: ContentStore
  readonly gate: Gate
  readonly grants: Pick<GrantBook, 'tokenWithId'>
  readonly counter: CounterFactory
  readonly rate: RateLimit
  /** A file of this node that is for whoever asks. */
  share(fileHash: FileHash): StoredShare | undefined
  /** Where peers of a swarm find each other, as magnets and torrents name it. */
  trackers(): readonly string[]
}

const OFF: BittorrentStack = {
  hashBeside: (pass) => pass(undefined),
  async prepare() {},
  async forget() {},
  endpointOf: () => undefined,
  torrentOf(fileHash) {
    throw new ChiralError('TORRENT_UNKNOWN', `${fileHash} has no torrent: this node does not serve over BitTorrent.`)
  },
  swarms: undefined,
  async stop() {},
}

/** Serves what is shared over BitTorrent, where the configuration wants that. @throws ChiralError `LISTEN_FAILED` */
export async function openBittorrent(config: NodeConfig, parts: BittorrentParts): Promise<BittorrentStack> {
  const { system, network, ports, content, gate } = parts
  const { clock, log, random } = system
  const wants = (protocol: TransferProtocol): boolean => config.uploads?.protocols?.includes(protocol) ?? true
  const own = planBittorrent(config.bittorrent ?? {}, config.network.scope, network.addresses())
  const plan = wants('bittorrent') ? own : undefined
  if (plan === undefined && !wants('webtorrent')) return OFF
  const read = (fileHash: FileHash, chunkIndex: number) => content.read(fileHash, chunkIndex, { once: true })
  const book = new TorrentBook({ store: createTorrentStore(parts.database), read })
  const serving = {
    torrents: servedTorrents(book, parts),
    gate,
    clock,
    log,
    random,
    metrics: createSeederMetrics(parts.counter),
    rate: parts.rate,
    peerId: newPeerId(random),
  }
  const seeder = plan && (await startSeeder(serving, plan))
  if (seeder !== undefined) void ports?.map({ port: seeder.port, protocol: 'tcp' }) // it never rejects; who opens everything waits for all ports
  const { announce } = config.bittorrent ?? {}
  const addresses = (): readonly string[] =>
    plan === undefined || seeder === undefined
      ? []
      : announce === undefined
        ? announcedPeers({ ...plan, port: seeder.port }, network.addresses(), ports)
        : announcedPeers(announce, network.addresses())
  const dialledPort = (): number | undefined => {
    if (announce !== undefined || plan === undefined || seeder === undefined) return announce && seeder && announce.port
    if (ports?.isMapped() !== true) return seeder.port
    return reachedAt({ ...plan, port: seeder.port }, network.addresses(), ports)[0]?.port
  }
  return {
    async hashBeside(pass) {
      const beside = book.beside()
      const hashed = await pass(beside)
      beside.done(hashed.fileHash)
      return hashed
    },
    async prepare(share, signal) {
      const { fileHash, sizeBytes } = share
      try {
        const made = book.make({ fileHash, sizeBytes, name: nameOf(share) })
        await (signal === undefined ? made : abortable(made, signal))
      } catch (error) {
        if (signal?.aborted === true || codeOf(error) === 'SHUTTING_DOWN') return
        log.warn({ file_hash: fileHash, code: codeOf(error), reason: messageOf(error) }, 'A torrent could not be made')
      }
    },
    forget: (fileHash) => book.forget(fileHash),
    endpointOf({ fileHash }) {
      const infohash = book.of(fileHash)?.infohash
      const peers = infohash === undefined ? [] : addresses()
      return infohash === undefined || peers.length === 0 ? undefined : { infohash, addresses: peers }
    },
    torrentOf: (fileHash) => viewOf(book, fileHash, { peers: addresses(), trackers: parts.trackers() }),
    swarms: { serving, port: seeder?.port, dialledPort, torrentOf: (fileHash) => book.of(fileHash) },
    async stop() {
      await Promise.all([seeder?.stop(), book.stop()])
    },
  }
}

function startSeeder(serving: ServeParts, { host, port, anyPort }: BittorrentPlan): Promise<BittorrentSeeder> {
  const start = (at: number): Promise<BittorrentSeeder> => startBittorrentSeeder(serving, { host, port: at })
  return anyPort ? startAtPort(port, start) : start(port)
}

/** The same for all who have the file under this name: it is part of the infohash. */
function nameOf({ name, folder }: StoredShare): string {
  return cleanFileName(folder === undefined ? name : `${name}.listing`)
}

function servedTorrents(book: TorrentBook, { share, content, grants }: BittorrentParts): ServedTorrents {
  return {
    torrent(infohash) {
      const fileHash = book.fileOf(infohash)
      const shared = fileHash === undefined ? undefined : share(fileHash)
      if (shared === undefined) return undefined
      const { sizeBytes, pricePerMiB } = shared
      const held = content.have(shared.fileHash)
      return { fileHash: shared.fileHash, sizeBytes, infohash, isFree: pricePerMiB === 0n, held }
    },
    infohash: (torrentKey) => book.infohashOf(torrentKey),
    read: (fileHash, chunkIndex) => content.read(fileHash, chunkIndex),
    info: (fileHash) => book.info(fileHash),
    grant: (grantId) => grants.tokenWithId(grantId),
  }
}

function viewOf(
  book: TorrentBook,
  fileHash: FileHash,
  { peers, trackers }: { readonly peers: readonly string[]; readonly trackers: readonly string[] },
): TorrentView {
  const torrent = book.of(fileHash)
  const info = book.info(fileHash)
  if (torrent === undefined || info === undefined)
    throw new ChiralError('TORRENT_UNKNOWN', `${fileHash} has no torrent: only what is shared here has one.`, {
      details: { fileHash },
    })
  const { infohash, name, sizeBytes } = torrent
  const magnet = formatMagnet({ infohash, name, sizeBytes, trackers, peers })
  return { fileHash, infohash, name, sizeBytes, magnet, peers, torrent: encodeTorrent(info, trackers) }
}
