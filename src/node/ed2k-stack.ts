import { isIPv6 } from 'node:net'
import type { ContentStore } from '../content/content-store.ts'
import type { BesideHasher, HashedFile } from '../content/hash-file.ts'
import { cleanFileName } from '../discovery/file-name.ts'
import { ChiralError, codeOf, messageOf } from '../domain/errors.ts'
import type { FileHash } from '../domain/ids.ts'
import type { GrantBook } from '../in-band/grants.ts'
import type { Network } from '../network/network.ts'
import { type Ed2kEndpoint, formatAddress } from '../public-protocols/ed2k/endpoint.ts'
import { HashBook } from '../public-protocols/ed2k/hash-book.ts'
import type { Hello } from '../public-protocols/ed2k/hello.ts'
import { type Ed2kSource, formatEd2kLink, MAX_ED2K_FILE_BYTES } from '../public-protocols/ed2k/link.ts'
import { createSeederMetrics } from '../public-protocols/ed2k/metrics.ts'
import type { ServedFiles } from '../public-protocols/ed2k/served-files.ts'
import { type Ed2kSeeder, startEd2kSeeder } from '../public-protocols/ed2k/server.ts'
import type { Gate } from '../public-protocols/gate.ts'
import { abortable } from '../system/abortable.ts'
import type { Database } from '../system/database.ts'
import type { CounterFactory, Metrics } from '../system/metrics.ts'
import type { RateLimit } from '../system/rate-limit.ts'
import { createEd2kStore, type Ed2kStore } from './ed2k-hash-store.ts'
import { defaultListen } from './http-listen.ts'
import type { HttpListen, NodeConfig } from './node-config.ts'
import type { NodeSystem } from './node-system.ts'
import { reachedAt } from './reached-at.ts'
import type { RouterPorts } from './router-ports.ts'
import type { StoredShare } from './share-store.ts'

/** The port that eDonkey clients have. */
const DEFAULT_PORT = 4_662

/** Files over ed2k. */
export interface Ed2kStack {
  /** As other clients see this node. */
  readonly self: Omit<Hello, 'nonce'>
  /** Runs a pass over a file that makes its id, and its ed2k hash with it where files are served this way. */
  hashBeside(pass: (beside: BesideHasher | undefined) => Promise<HashedFile>): Promise<HashedFile>
  /** Hashes a file that was shared before. Never rejects: without a hash the file is served by the other protocols. */
  prepare(share: StoredShare, signal?: AbortSignal): Promise<void>
  /** The file is not shared any more. */
  forget(fileHash: FileHash): Promise<void>
  /** As the offer of a file names it; `undefined` where it is not served this way, or is not hashed yet. */
  endpointOf(share: StoredShare): Ed2kEndpoint | undefined
  /** Stopping twice is fine. */
  stop(): Promise<void>
}

export interface Ed2kParts {
  readonly system: NodeSystem
  readonly database: Database
  readonly network: Pick<Network, 'addresses'>
  /** Of the router in front of this node; absent: there is none. */
  readonly ports?: RouterPorts | undefined
  readonly content: ContentStore
  readonly gate: Gate
  readonly grants: Pick<GrantBook, 'tokenWithId'>
  readonly counter: CounterFactory
  readonly gauge: Metrics['gauge']
  readonly rate: RateLimit
  /** A file of this node that is for whoever asks. */
  share(fileHash: FileHash): StoredShare | undefined
}

/** Serves what is shared over ed2k, where the configuration wants that. @throws ChiralError `LISTEN_FAILED` */
export async function openEd2k(config: NodeConfig, parts: Ed2kParts): Promise<Ed2kStack> {
  const { system, network, ports, content } = parts
  const { clock, log, random } = system
  const store = createEd2kStore(parts.database)
  const self = { userHash: await store.userHash(random), port: 0, name: 'Chiral', unpacks: true, largeFiles: true }
  const isWanted = config.uploads?.protocols?.includes('ed2k') ?? true
  const listen = config.ed2k?.listen
  const chosen = isWanted ? (listen ?? defaultListen(config.network.scope, network.addresses(), DEFAULT_PORT)) : 'off'
  if (chosen === 'off') return { ...OFF, self }
  const read = (fileHash: FileHash, chunkIndex: number): Promise<Uint8Array> => content.read(fileHash, chunkIndex)
  const book = new HashBook({ store, read, clock })
  const serving = {
    files: servedFiles(book, store, parts),
    gate: parts.gate,
    grantOf: (id: Uint8Array) => parts.grants.tokenWithId(id),
    clock,
    log,
    random,
    metrics: createSeederMetrics(parts.counter),
    rate: parts.rate,
    self,
  }
  const seeder = await startAt(chosen, listen === undefined, (port) =>
    startEd2kSeeder(serving, { host: chosen.host, port }),
  )
  measureQueue(parts.gauge, seeder)
  // Waited for, since other clients are told the port from the start.
  await ports?.map({ port: seeder.port, protocol: 'tcp' })
  const outer = (): HttpListen | undefined => reachedAt({ ...chosen, port: seeder.port }, network.addresses(), ports)[0]
  return {
    self: { ...self, port: ports?.isMapped() === true ? (outer()?.port ?? seeder.port) : seeder.port },
    async hashBeside(pass) {
      const beside = book.beside()
      try {
        const hashed = await pass(beside)
        await beside.done(hashed.fileHash)
        return hashed
      } catch (error) {
        beside.abandon()
        throw error
      }
    },
    async prepare({ fileHash, sizeBytes }, signal) {
      try {
        const made = book.make({ fileHash, sizeBytes })
        await (signal === undefined ? made : abortable(made, signal))
      } catch (error) {
        if (signal?.aborted === true || codeOf(error) === 'SHUTTING_DOWN') return
        log.warn(
          { file_hash: fileHash, code: codeOf(error), reason: messageOf(error) },
          'a file could not be hashed for ed2k',
        )
      }
    },
    forget: (fileHash) => book.forget(fileHash),
    endpointOf(share) {
      const hash = book.of(share.fileHash)
      const source = outer()
      const { sizeBytes } = share
      if (hash === undefined || source === undefined || sizeBytes > MAX_ED2K_FILE_BYTES) return undefined
      const sources: Ed2kSource[] = isIPv6(source.host) ? [] : [source]
      const link = formatEd2kLink({ name: nameOf(share), sizeBytes, hash, sources })
      return { link, address: formatAddress(source.host, source.port) }
    },
    async stop() {
      await Promise.all([seeder.stop(), book.stop()])
    },
  }
}

const OFF: Omit<Ed2kStack, 'self'> = {
  hashBeside: (pass) => pass(undefined),
  async prepare() {},
  async forget() {},
  endpointOf: () => undefined,
  async stop() {},
}

async function startAt(
  { port }: HttpListen,
  anyPort: boolean,
  start: (port: number) => Promise<Ed2kSeeder>,
): Promise<Ed2kSeeder> {
  try {
    return await start(port)
  } catch (error) {
    if (!anyPort || !(error instanceof ChiralError) || error.details['taken'] !== true) throw error
    return start(0)
  }
}

function measureQueue(gauge: Metrics['gauge'], seeder: Pick<Ed2kSeeder, 'waiting'>): void {
  gauge({
    name: 'chiral_ed2k_waiting',
    help: 'Clients that wait for a slot over ed2k, on a connection or away.',
    read: () => Object.entries(seeder.waiting()).map(([state, value]) => ({ value, labels: { state } })),
  })
}

function nameOf({ name, folder }: StoredShare): string {
  return cleanFileName(folder === undefined ? name : `${name}.listing`)
}

function servedFiles(book: HashBook, store: Ed2kStore, { share, content }: Ed2kParts): ServedFiles {
  return {
    file(hash) {
      const fileHash = book.fileOf(hash)
      const shared = fileHash === undefined ? undefined : share(fileHash)
      if (shared === undefined) return undefined
      const { sizeBytes } = shared
      return { hash, fileHash: shared.fileHash, sizeBytes, name: nameOf(shared), held: content.have(shared.fileHash) }
    },
    partHashes: (fileHash) => store.partHashes(fileHash),
    read: (fileHash, chunkIndex) => content.read(fileHash, chunkIndex),
  }
}
