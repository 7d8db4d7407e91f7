import type { Carrier } from '../../src/bitswap/bitswap-client.ts'
import { createBatchPayer } from '../../src/channel/batches/batch-payer.ts'
import { signingDomain } from '../../src/channel/eip712.ts'
import { createEscrowPayer, type EscrowPayer } from '../../src/channel/escrow/escrow-payer.ts'
import { withEscrows } from '../../src/channel/escrow/with-escrows.ts'
import { createPayee, type Payee } from '../../src/channel/payee.ts'
import { createPayer, DEFAULT_PREPAYMENT_CAP, type Payer } from '../../src/channel/payer.ts'
import { signQuote } from '../../src/channel/quote-promise.ts'
import { createQuoteTaker } from '../../src/channel/quotes.ts'
import type { TransferChain } from '../../src/channel/transfers/transfer-chain.ts'
import { createTransferPayer } from '../../src/channel/transfers/transfer-payer.ts'
import { createWatcher } from '../../src/channel/watcher.ts'
import { type ContentStore, createContentStore } from '../../src/content/content-store.ts'
import type { Wei } from '../../src/domain/amount.ts'
import { chunkLength } from '../../src/domain/chunk.ts'
import { type ConfirmationRule, confirmationRuleOf } from '../../src/domain/confirmation-rule.ts'
import { ChiralError } from '../../src/domain/errors.ts'
import { type Address, type FileHash, peerIdText } from '../../src/domain/ids.ts'
import type { InBandProtocol } from '../../src/domain/in-band-protocol.ts'
import type { PayBy } from '../../src/domain/pay-by.ts'
import { chunkPrice } from '../../src/domain/price.ts'
import type { ChunkClient } from '../../src/in-band/chunk-client.ts'
import type { ChunkSource, QuoteBook } from '../../src/in-band/chunk-source.ts'
import { GrantBook } from '../../src/in-band/grants.ts'
import type { PayeePayments, PayerAccount } from '../../src/in-band/payments.ts'
import type { SignQuote } from '../../src/in-band/signed-terms.ts'
import { type BanList, createBanList } from '../../src/node/ban-list.ts'
import type { PreparedFile } from '../../src/node/download/dependencies.ts'
import { createDownloadStore } from '../../src/node/download/download-store.ts'
import { Downloads } from '../../src/node/download/downloads.ts'
import { createDownloadPayments } from '../../src/node/download/payments.ts'
import { createRanking } from '../../src/node/download/ranking.ts'
import type { SourceTerms } from '../../src/node/download/source-host.ts'
import { gasCeilings } from '../../src/node/download-stack.ts'
import { connectInBand, measureInBand, PROTOCOL_IDS, serveInBand } from '../../src/node/in-band.ts'
import { createPriceBook } from '../../src/node/price-book.ts'
import { createPublicGate } from '../../src/node/public-gate.ts'
import { seederViewOf } from '../../src/node/seeder-view.ts'
import type { Gate } from '../../src/public-protocols/gate.ts'
import { Reputation } from '../../src/reputation/reputation.ts'
import { chunksHashOf } from '../../src/settlement/receipt.ts'
import { RateLimit } from '../../src/system/rate-limit.ts'
import { createCarrier, serveCarrier } from './carrier.ts'
import type { Machine, MachineParts } from './machine.ts'
import { Rush, seen } from './seen-client.ts'
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
  readonly lowestPricePerMiB?: Wei | undefined
}

/** Where a seller's real parts are replaced by lying ones. */
export interface Lies {
  readonly chunks?: (honest: ChunkSource, node: LiarParts) => ChunkSource
  readonly quotes?: (honest: QuoteBook) => QuoteBook
  readonly signQuote?: (honest: SignQuote) => SignQuote
  readonly payments?: (honest: PayeePayments, node: LiarParts) => PayeePayments
  /** What HELLO says instead of its own account. */
  readonly payee?: Address
}

export interface LiarParts {
  readonly machine: Machine
  readonly payee: Payee
  readonly parts: MachineParts
}

export interface NodeOptions extends ConfirmationRule {
  readonly network: SimulatedNetwork
  readonly witness: Witness
  readonly creditCapTotal: Wei
  readonly redeemThreshold: Wei
  /** Everything the machine sells while it is up. A file it is still downloading is sold as far as it is held. */
  readonly shares: readonly Share[]
  /** What it sells by, and what it buys by where the seller speaks it. */
  readonly plan: {
    readonly protocols: readonly InBandProtocol[]
    readonly prefers?: InBandProtocol
    readonly carries?: boolean
    readonly isCarried?: boolean
    readonly payBy?: PayBy
  }
  readonly lies?: Lies
  /** Who offers a file now. */
  readonly search: (fileHash: FileHash) => readonly SourceTerms[]
  /** A voucher left, for this payee. */
  readonly onVoucher: (payee: Address) => void
  /** A coin transfer is about to be offered to the chain. */
  readonly onTransfer: (transfer: { readonly payee: Address; readonly amount: Wei }) => void
  /** A chunk was committed, for this payer; `isServed`: it had a channel open when that was asked for. */
  readonly onCommit: (payer: Address, isServed: boolean) => void
  /** Chunks are asked for and refused without end, and without time going by: nothing else would ever happen. */
  readonly onRush: () => false
}

/** The composition of src/node/node.ts over a simulated machine; discovery is a list, and there is no hashing of shared files. */
export interface SimulatedNode {
  readonly machine: Machine
  readonly parts: MachineParts
  readonly payer: Payer
  readonly payee: Payee
  readonly escrows: EscrowPayer
  readonly content: ContentStore
  readonly downloads: Downloads
  readonly bans: BanList
  /** What brings the chunks of a seller in place of its stream, if anything does. */
  carrierTo(seller: Pick<SourceTerms, 'peerId' | 'inBand'>): Carrier | undefined
  connect(
    seeder: Pick<SourceTerms, 'peerId' | 'addresses' | 'payee'> & Partial<Pick<SourceTerms, 'inBand'>>,
    options: {
      readonly fileHash: FileHash
      readonly account?: PayerAccount | undefined
      /** The session that broke. */
      readonly resume?: string | undefined
      readonly carrier?: Carrier | undefined
      /** Instead of the one that the machine prefers. */
      readonly protocol?: InBandProtocol
      readonly signal?: AbortSignal
      readonly onLateChunk?: (chunk: ChunkName, bytes: Uint8Array) => void
    },
  ): Promise<ChunkClient>
}

/** Starts the program of a machine. Rejects where a real node would not start: while the chain is away. */
export async function startNode(machine: Machine, parts: MachineParts, options: NodeOptions): Promise<SimulatedNode> {
  const { life, database, wallet, log, failPoints, fileSystem } = parts
  const { transfers: transferChain, batches: batchChain } = wallet
  const { network, witness, shares } = options
  const { signer, chance: random } = machine
  const { clock } = life
  const site = wallet.escrows(signer)
  const contract = withEscrows(wallet.contract, site, database)
  const shared = { database, signer, contract, clock, random, log, failPoints }
  const payer = createPayer(shared)
  const domain = signingDomain(contract.chainId, contract.address)
  const transfers = createTransferPayer(
    { database, signer, domain, chain: watched(transferChain, options.onTransfer), random, log },
    { prepaymentCap: DEFAULT_PREPAYMENT_CAP },
  )
  const batchPayer = createBatchPayer({
    ...shared,
    domain,
    chain: batchChain,
    chunksHash: chunksHashOf,
    notice: (message) => log.warn({}, message),
  })
  life.onEnd(() => batchPayer.stop())
  const escrows = createEscrowPayer({ ...shared, site, observe: payer.observer.observe })
  life.onEnd(() => void escrows.stop())
  const { creditCapTotal, redeemThreshold } = options
  const payee = createPayee(
    { ...shared, transferChain, escrows: site },
    { ...confirmationRuleOf(options), creditCapTotal, redeemThreshold },
  )
  const watcher = createWatcher(
    { database, contract, log, observers: [payer.observer, payee.observer] },
    { startBlock: 0 },
  )
  const content = createContentStore({ database, fileSystem, clock, failPoints, capacityBytes: CAPACITY_BYTES })
  const bans = createBanList({ database, clock })
  const isInDefault = (account: string): boolean =>
    payee.debtors().some(({ payer: debtor, defaulted }) => defaulted && debtor === account)
  const reputation = new Reputation({ database, clock, log, isInDefault })
  const store = createDownloadStore(database)
  await watcher.start()
  await transfers.start()
  await batchPayer.start()
  await escrows.start()
  await addShares(content, machine, shares, witness)

  const metrics = measureInBand(() => ({ inc() {} }))
  const priceOf = (fileHash: FileHash) => {
    const share = shares.find((candidate) => candidate.fileHash === fileHash)
    return share && { ...share, sizeBytes: witness.fileOf(fileHash).bytes.byteLength }
  }
  const liar: LiarParts = { machine, payee, parts }
  const honestQuotes = createPriceBook({ priceOf, clock })
  const honestChunks: ChunkSource = {
    have: (fileHash) => (priceOf(fileHash) === undefined ? undefined : content.have(fileHash)),
    read: (fileHash, chunkIndex) => content.read(fileHash, chunkIndex),
  }
  const honestPayments = witness.watchPayee(payee, {
    payee: signer.address,
    isServed: (payer) =>
      [...payee.list(), ...payee.allocations()].some((channel) => channel.payer === payer && channel.phase === 'open'),
    onCommit: options.onCommit,
  })
  const chunks = options.lies?.chunks?.(honestChunks, liar) ?? honestChunks
  const quotes = options.lies?.quotes?.(honestQuotes) ?? honestQuotes
  const honestSignature: SignQuote = async (promise) =>
    (await honestQuotes.keep(promise.quoteId, promise.payer)) ? signQuote(domain, signer, promise) : undefined
  const payments = options.lies?.payments?.(honestPayments, liar) ?? honestPayments
  const { protocols, prefers = 'bitswap', payBy } = options.plan
  const peer = network.join(machine.peerId, life)
  const grants = new GrantBook(random)
  const spoken = new Set(protocols.map((protocol) => PROTOCOL_IDS[protocol]))
  await serveInBand(
    {
      peerId: machine.peerId,
      handle: async (id, handler, limits) => (spoken.has(id) ? peer.handle(id, handler, limits) : undefined),
    },
    {
      payee: options.lies?.payee ?? signer.address,
      payments,
      chunks,
      quotes,
      signQuote: options.lies?.signQuote?.(honestSignature) ?? honestSignature,
      clock,
      random,
      log,
      metrics,
      failPoints,
      ...(options.plan.carries === true ? { grants } : {}),
    },
  )
  const free: Gate = { admit: async () => ({ kind: 'admitted', finished: async () => {} }) }
  if (options.plan.carries === true)
    await serveCarrier(peer, { gate: createPublicGate({ grants, chunks, quotes, free, log }), chunks })

  const { onRush } = options
  const takeQuotes = createQuoteTaker({ ...shared, domain })
  const rush = new Rush()
  const connect: SimulatedNode['connect'] = async (seeder, options) => {
    const { fileHash, account, resume, carrier, protocol = prefers, signal, onLateChunk } = options
    const parties = { payer: signer.address, payee: seeder.payee }
    const client = await connectInBand(peer, {
      carrier,
      seeder,
      fileHash,
      protocol,
      resume,
      account,
      clock,
      log,
      metrics,
      failPoints,
      takeQuotes,
      signal: signal ?? new AbortController().signal,
      onLateChunk: (chunk, { chunk: bytes }) => {
        witness.came(parties, chunk, bytes)
        onLateChunk?.(chunk, bytes)
      },
    })
    return seen(client, {
      asked: (price) => {
        witness.asked(parties, price)
        return rush.allows(clock.monotonic()) || onRush()
      },
      came: (chunk, bytes) => witness.came(parties, chunk, bytes),
    })
  }

  const realPayments = createDownloadPayments({ payer, transfers, batchPayer, escrows })
  const downloadPayments: typeof realPayments = {
    ...realPayments,
    payByTransfer(terms, request) {
      // It pays for a chunk before it asks for one: the dearest, at most.
      const { sizeBytes } = witness.fileOf(request.fileHash).manifest
      const parties = { payer: signer.address, payee: terms.payee }
      witness.asked(parties, chunkPrice(terms.pricePerMiB, chunkLength(sizeBytes, 0)))
      return realPayments.payByTransfer(terms, request)
    },
  }
  const search = async (fileHash: FileHash): Promise<SourceTerms[]> => {
    await life.wait(SEARCH_MS)
    return options.search(fileHash).filter(({ peerId, payee }) => bans.bannedUntil(peerId, payee) === undefined)
  }
  const carrierTo: SimulatedNode['carrierTo'] = ({ peerId, inBand }) =>
    options.plan.isCarried === true && inBand.includes('bitswap') ? createCarrier(peer, peerId, clock) : undefined
  const downloads = new Downloads({
    clock,
    log,
    random,
    failPoints,
    bans,
    reputation,
    rate: new RateLimit(clock, 0),
    ranking: createRanking({ reputation, clock, random, inUse: () => 0 }),
    store,
    payments: downloadPayments,
    stallMs: STALL_MS,
    defaults: {
      maxSources: 8,
      window: 8,
      protocol: options.plan.isCarried === true ? 'http' : prefers,
      prefer: 'balanced',
      payBy,
    },
    prepare: async (reference) => prepared(witness, reference, await search(witness.hashOf(reference))),
    findSeeders: search,
    openWriter: async (manifest, out, writing) => {
      const writer = await content.beginDownload(manifest, out, writing)
      return {
        get have() {
          return writer.have
        },
        async write(chunkIndex, bytes, withBit) {
          const stored = await writer.write(chunkIndex, bytes, withBit)
          if (stored) witness.wasStored(machine.name, { fileHash: manifest.fileHash, chunkIndex })
          return stored
        },
        finish: (finishing) => writer.finish(finishing),
        close: () => writer.close(),
      }
    },
    connect: (seeder, { job, paid, resume, carrier, signal, onLateChunk }) => {
      const paying = paid ? downloadPayments.account(seeder.payee, job, { prepays: carrier === undefined }) : undefined
      return connect(seeder, {
        fileHash: job.fileHash,
        account: paying && witness.watchPayer(paying, () => options.onVoucher(seeder.payee)),
        resume,
        carrier,
        signal,
        onLateChunk: (chunk, bytes) => onLateChunk?.({ chunk, bytes }),
      })
    },
    publicly: {
      http: ({ url }, { fileHash }, { grant }) =>
        createCarrier(peer, peerIdText(url), clock).open({ fileHash, token: grant }),
    },
    block: async () => {},
    changed: () => {},
    notice: (level, message) => log[level]({}, message),
    held: async (fileHash, out) =>
      content.list().some((file) => file.fileHash === fileHash && file.path === out)
        ? content.have(fileHash)
        : undefined,
    balance: async () => machine.balance(),
    gasCeiling: gasCeilings({ transfers, batchPayer, escrows, contract }),
    seederView: (terms, sizeBytes) => seederViewOf(terms, sizeBytes),
    isFolder: async () => false,
  })
  return { machine, parts, payer, payee, escrows, content, downloads, bans, carrierTo, connect }
}

function watched(chain: TransferChain, onTransfer: NodeOptions['onTransfer']): TransferChain {
  return {
    ...chain,
    send(transfer) {
      onTransfer(transfer)
      return chain.send(transfer)
    },
  }
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
