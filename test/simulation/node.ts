import { openBitswap } from '../../src/bitswap/client.ts'
import { serveBitswap } from '../../src/bitswap/server.ts'
import { createPayee, type Payee } from '../../src/channel/payee.ts'
import { createPayer, type Payer } from '../../src/channel/payer.ts'
import { createWatcher } from '../../src/channel/watcher.ts'
import { type ContentStore, createContentStore } from '../../src/content/content-store.ts'
import type { Wei } from '../../src/domain/amount.ts'
import { ChiralError } from '../../src/domain/errors.ts'
import type { Address, FileHash } from '../../src/domain/ids.ts'
import type { ChunkClient } from '../../src/in-band/chunk-client.ts'
import type { ChunkSource, QuoteBook } from '../../src/in-band/chunk-source.ts'
import { createStreamMetrics } from '../../src/in-band/metrics.ts'
import type { PayeePayments, PayerAccount } from '../../src/in-band/payments.ts'
import { type BanList, createBanList } from '../../src/node/ban-list.ts'
import type { PreparedFile } from '../../src/node/download/dependencies.ts'
import { createDownloadStore } from '../../src/node/download/download-store.ts'
import { Downloads } from '../../src/node/download/downloads.ts'
import { createDownloadPayments } from '../../src/node/download/payments.ts'
import type { SourceTerms } from '../../src/node/download/source-host.ts'
import { createPriceBook } from '../../src/node/price-book.ts'
import { seederViewOf } from '../../src/node/seeder-view.ts'
import type { Machine, MachineParts } from './machine.ts'
import type { SimulatedNetwork } from './simulated-network.ts'
import type { ChunkName, Witness } from './witness.ts'

/** Disk that downloads may take: more than any run needs. */
const CAPACITY_BYTES = 2 ** 40
/** A stalled chunk is asked for elsewhere after this. */
const STALL_MS = 3_000
/** How long a search for seeders takes. */
const SEARCH_MS = 200

/** What a machine sells. */
export interface Share {
  readonly fileHash: FileHash
  readonly path: string
  readonly pricePerMiB: Wei
}

/** Where a seller's real parts are replaced by lying ones. */
export interface Lies {
  readonly chunks?: (honest: ChunkSource, node: LiarParts) => ChunkSource
  readonly quotes?: (honest: QuoteBook) => QuoteBook
  readonly payments?: (honest: PayeePayments, node: LiarParts) => PayeePayments
  /** What HELLO says instead of its own account. */
  readonly payee?: Address
}

export interface LiarParts {
  readonly machine: Machine
  readonly payee: Payee
  readonly parts: MachineParts
}

export interface NodeOptions {
  readonly network: SimulatedNetwork
  readonly witness: Witness
  readonly confirmations: number
  readonly creditCapTotal: Wei
  readonly redeemThreshold: Wei
  /** Everything the machine sells while it is up. A file it is still downloading is sold as far as it is held. */
  readonly shares: readonly Share[]
  readonly lies?: Lies
  /** Who offers a file now. */
  readonly search: (fileHash: FileHash) => readonly SourceTerms[]
  /** A voucher left, for this payee. */
  readonly onVoucher: (payee: Address) => void
  /** A chunk was committed, for this payer. */
  readonly onCommit: (payer: Address) => void
}

/** The composition of src/node/node.ts over a simulated machine; discovery is a list, and there is no hashing of shared files. */
export interface SimulatedNode {
  readonly machine: Machine
  readonly parts: MachineParts
  readonly payer: Payer
  readonly payee: Payee
  readonly content: ContentStore
  readonly downloads: Downloads
  readonly bans: BanList
  connect(
    seeder: Pick<SourceTerms, 'peerId' | 'payee'>,
    options: {
      readonly account?: PayerAccount | undefined
      readonly onLateChunk?: (chunk: ChunkName, bytes: Uint8Array) => void
    },
  ): Promise<ChunkClient>
}

/** Starts the program of a machine. Rejects where a real node would not start: while the chain is away. */
export async function startNode(machine: Machine, parts: MachineParts, options: NodeOptions): Promise<SimulatedNode> {
  const { life, database, wallet, log, failPoints, fileSystem } = parts
  const { contract } = wallet
  const { network, witness, shares } = options
  const { signer, chance: random } = machine
  const { clock } = life
  const shared = { database, signer, contract, clock, random, log, failPoints }
  const payer = createPayer(shared)
  const { confirmations, creditCapTotal, redeemThreshold } = options
  const payee = createPayee(shared, { confirmations, creditCapTotal, redeemThreshold })
  const watcher = createWatcher(
    { database, contract, log, observers: [payer.observer, payee.observer] },
    { startBlock: 0 },
  )
  const content = createContentStore({ database, fileSystem, clock, failPoints, capacityBytes: CAPACITY_BYTES })
  const bans = createBanList({ database, clock })
  const store = createDownloadStore(database)
  await watcher.start()
  await addShares(content, machine, shares, witness)

  const metrics = createStreamMetrics('bitswap')
  const priceOf = (fileHash: FileHash) => {
    const share = shares.find((candidate) => candidate.fileHash === fileHash)
    return share && { pricePerMiB: share.pricePerMiB, sizeBytes: witness.fileOf(fileHash).bytes.byteLength }
  }
  const liar: LiarParts = { machine, payee, parts }
  const honestQuotes = createPriceBook({ priceOf, clock })
  const honestChunks: ChunkSource = {
    have: (fileHash) => (priceOf(fileHash) === undefined ? undefined : content.have(fileHash)),
    read: (fileHash, chunkIndex) => content.read(fileHash, chunkIndex),
  }
  const honestPayments = witness.watchPayee(payee, options.onCommit)
  const chunks = options.lies?.chunks?.(honestChunks, liar) ?? honestChunks
  const quotes = options.lies?.quotes?.(honestQuotes) ?? honestQuotes
  const payments = options.lies?.payments?.(honestPayments, liar) ?? honestPayments
  network.listen(machine.peerId, life, (stream, remotePeerId) => {
    const served = { stream, remotePeerId, localPeerId: machine.peerId, payee: options.lies?.payee ?? signer.address }
    void serveBitswap({ ...served, payments, chunks, quotes, clock, random, log, metrics, failPoints })
  })

  const connect: SimulatedNode['connect'] = async (seeder, { account, onLateChunk }) => {
    const parties = { payer: signer.address, payee: seeder.payee }
    const client = await openBitswap({
      stream: await life.outside(() => network.dial(machine.peerId, seeder.peerId, life)),
      peerId: seeder.peerId,
      localPeerId: machine.peerId,
      payee: seeder.payee,
      account,
      clock,
      log,
      metrics,
      failPoints,
      onLateChunk: (chunk, { chunk: bytes }) => {
        witness.came(parties, chunk, bytes)
        onLateChunk?.(chunk, bytes)
      },
    })
    return seen(client, {
      asked: (price) => witness.asked(parties, price),
      came: (chunk, bytes) => witness.came(parties, chunk, bytes),
    })
  }

  const downloadPayments = createDownloadPayments({ payer })
  const search = async (fileHash: FileHash): Promise<SourceTerms[]> => {
    await life.wait(SEARCH_MS)
    return options.search(fileHash).filter(({ peerId, payee }) => bans.bannedUntil(peerId, payee) === undefined)
  }
  const downloads = new Downloads({
    clock,
    log,
    random,
    failPoints,
    bans,
    store,
    payments: downloadPayments,
    stallMs: STALL_MS,
    defaults: { maxSources: 8, window: 8, protocol: 'bitswap' },
    prepare: async (reference) => prepared(witness, reference, await search(witness.hashOf(reference))),
    findSeeders: search,
    openWriter: async (manifest, out, writing) => {
      const writer = await content.beginDownload(manifest, out, writing)
      return {
        get have() {
          return writer.have
        },
        async write(chunkIndex, bytes, alsoCommit) {
          const stored = await writer.write(chunkIndex, bytes, alsoCommit)
          if (stored) witness.wasStored(machine.name, { fileHash: manifest.fileHash, chunkIndex })
          return stored
        },
        finish: (finishing) => writer.finish(finishing),
        close: () => writer.close(),
      }
    },
    connect: (seeder, { job, paid, onLateChunk }) => {
      const account = witness.watchPayer(downloadPayments.account(seeder.payee, job.downloadId), () =>
        options.onVoucher(seeder.payee),
      )
      return connect(seeder, {
        account: paid ? account : undefined,
        onLateChunk: (chunk, bytes) => onLateChunk?.({ chunk, bytes }),
      })
    },
    block: async () => {},
    changed: () => {},
    notice: (level, message) => log[level]({}, message),
    held: (fileHash, out) =>
      content.list().some((file) => file.fileHash === fileHash && file.path === out)
        ? content.have(fileHash)
        : undefined,
    balance: async () => machine.balance(),
    gasCeiling: () => contract.feeCeiling('open'),
    seederView: (terms, sizeBytes) => seederViewOf(terms, sizeBytes),
    isFolder: async () => false,
  })
  return { machine, parts, payer, payee, content, downloads, bans, connect }
}

async function addShares(
  content: ContentStore,
  machine: Machine,
  shares: readonly Share[],
  witness: Witness,
): Promise<void> {
  for (const { fileHash, path } of shares) {
    if (!machine.files.paths().includes(path)) continue // it is still to be downloaded
    if (content.list().some((file) => file.fileHash === fileHash && file.path === path)) continue
    const stat = await machine.files.stat(path)
    if (stat === undefined) continue
    await content.addShared(path, { ...witness.fileOf(fileHash).hashed, mtimeNs: stat.mtimeNs })
  }
}

function prepared(witness: Witness, reference: string, seeders: readonly SourceTerms[]): PreparedFile {
  if (seeders.length === 0) throw new ChiralError('NO_SEEDERS', `Nobody offers ${reference}.`)
  const { manifest, hashed } = witness.fileOf(witness.hashOf(reference))
  const name = 'file'
  return { manifest, name, expectedSha256: hashed.sha256, sha256Required: false, publisher: undefined, seeders }
}

/** The client, with what is asked of it and what it hands out seen. */
function seen(
  client: ChunkClient,
  on: { asked: (price: Wei) => void; came: (chunk: ChunkName, bytes: Uint8Array) => void },
): ChunkClient {
  return {
    protocol: client.protocol,
    get payee() {
      return client.payee
    },
    get status() {
      return client.status
    },
    get ended() {
      return client.ended
    },
    quote: (fileHash, signal) => client.quote(fileHash, signal),
    async request(request) {
      on.asked(request.price)
      const received = await client.request(request)
      on.came(request, received.chunk)
      return received
    },
    withdraw: (chunk) => client.withdraw(chunk),
    verified: (chunk, price) => client.verified(chunk, price),
    alreadyHave: (chunk) => client.alreadyHave(chunk),
    settle: () => client.settle(),
    closeChannel: () => client.closeChannel(),
    close: () => client.close(),
  }
}
