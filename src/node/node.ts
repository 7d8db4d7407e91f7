import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { signingDomain } from '../channel/eip712.ts'
import { signQuote } from '../channel/quote-promise.ts'
import { createQuoteTaker } from '../channel/quotes.ts'
import { createHashPool } from '../content/hash-pool.ts'
import { createLookup } from '../discovery/lookup.ts'
import { createPublisher } from '../discovery/publisher.ts'
import type { ChunkSource } from '../in-band/chunk-source.ts'
import { GrantBook } from '../in-band/grants.ts'
import { Reputation } from '../reputation/reputation.ts'
import { createMetrics } from '../system/metrics.ts'
import { RateLimit } from '../system/rate-limit.ts'
import { createBanList } from './ban-list.ts'
import { createBatches, listingsFolder } from './batch-stack.ts'
import { openChainStack } from './chain-stack.ts'
import { findInListing } from './download/find-files.ts'
import { findSeeders } from './download/prepare.ts'
import { createDownloads, gasCeilings } from './download-stack.ts'
import { EventBus } from './event-bus.ts'
import { freeGate } from './free-gate.ts'
import { createFreeSources } from './free-sources/start.ts'
import { measureInBand, servedInBand, serveInBand } from './in-band.ts'
import { openNetwork } from './network-stack.ts'
import type { NodeConfig } from './node-config.ts'
import { measureChain } from './node-metrics.ts'
import { type NodeSystem, startSystem } from './node-system.ts'
import { openPayments } from './payment-stack.ts'
import { createPeerBook } from './peer-book.ts'
import { startPortMapping } from './port-mapping-stack.ts'
import { createPrefetchMetrics, measureShelf } from './prefetch/metrics.ts'
import { Shelf } from './prefetch/shelf.ts'
import { startPrefetching } from './prefetch/start.ts'
import { withShelf } from './prefetch/with-shelf.ts'
import { createPriceBook, QUOTE_TTL_MS } from './price-book.ts'
import { publicConnectors } from './public-connectors.ts'
import { createPublicGate } from './public-gate.ts'
import { openPublic, type PublicStack } from './public-stack.ts'
import { createQuoteStore } from './quote-store.ts'
import { RunningNode } from './running-node.ts'
import { servedProtocols } from './served-protocols.ts'
import { createShareStore } from './share-store.ts'
import { Shares } from './shares.ts'
import { openStorage } from './storage-stack.ts'
import type { ChiralNode } from './types.ts'
import { createVoucherGate } from './voucher-gate.ts'
import { refuseBanned, watchPayers } from './watch-payers.ts'

/**
 * Starts a whole node over one data directory: chain, wallet, channels, network, discovery, files.
 *
 * @throws ChiralError with the code of the part that cannot start: `CHAIN_UNREACHABLE`, `CHAIN_MISMATCH`, `WALLET_PASSWORD`,
 *   `CONTRACT_UNKNOWN`, `LISTEN_FAILED`, `STORE_FAILED` …
 */
export async function startNode(config: NodeConfig, overrides: Partial<NodeSystem> = {}): Promise<ChiralNode> {
  const stack = new AsyncDisposableStack()
  try {
    const system = await startSystem(config, overrides)
    const { clock, random, log, failPoints } = system
    const events = new EventBus(clock)
    const mapping = startPortMapping(config.network, system) // it looks for a router while the chain is opened
    stack.defer(() => mapping.stop())
    const chain = await openChainStack(config, system, (message) => events.notice('info', message))
    stack.defer(() => chain.stop())
    stack.defer(() => events.stop())
    const { database, signer } = chain

    const paying = await openPayments(config, chain, system, (message) => events.notice('warn', message))
    stack.defer(() => paying.stop())
    const { payer, transfers, batchPayer, escrows, payee, receipts, confirmationRule } = paying
    const domain = signingDomain(chain.contract.chainId, chain.contract.address)
    const measured = createMetrics()
    measureChain(measured, paying, clock)

    const hashPool = createHashPool({ clock })
    stack.defer(() => hashPool.stop())
    const storage = await openStorage(config.storage, { clock, log, failPoints, database, hashPool, metrics: measured })
    stack.defer(() => storage.stop())
    const { content } = storage

    const prefetchMetrics = createPrefetchMetrics((options) => measured.counter(options))
    const shelf = new Shelf({
      content,
      metrics: prefetchMetrics,
      folder: join(config.dataDirectory, 'ahead'),
      limitBytes: config.downloads.prefetchBytes ?? 0,
    })
    await shelf.makeRoom() // the limit may be lower than it was
    measureShelf(measured, shelf)

    const limits = {
      downloads: new RateLimit(clock, config.downloads.maxRate ?? 0),
      uploads: new RateLimit(clock, config.uploads?.maxRate ?? 0),
    }
    const bans = createBanList({ database, clock })
    const isInDefault = (account: string): boolean =>
      payee.debtors().some(({ payer: debtor, defaulted }) => defaulted && debtor === account)
    const reputation = new Reputation({ database, clock, log, isInDefault })
    stack.defer(() => reputation.flush())

    const network = await openNetwork(config, chain.offerChain, system)
    stack.defer(() => network.stop())
    const ports = await mapping.open(network)
    let publicly: PublicStack | undefined
    const shares = new Shares({
      content,
      hashPool,
      store: createShareStore(database),
      signer,
      clock,
      log,
      confirmationRule,
      acceptsEscrows: config.payments.acceptEscrows ?? true,
      listingsFolder: listingsFolder(config),
      publicly: {
        endpointsOf: (share) => publicly?.endpointsOf(share) ?? {},
        urlOf: (share) => publicly?.http.urlOf(share),
        prepare: async (share, signal) => publicly?.prepare(share, signal),
        forget: async (fileHash) => publicly?.forget(fileHash),
        hashBeside: (pass) => (publicly === undefined ? pass(undefined) : publicly.hashBeside(pass)),
      },
      hasPeers: () => config.network.bootstrap.length > 0 || network.connections().length > 0,
      emit: (event) => events.emit(event),
    })
    const signedQuotes = createQuoteStore({ database, clock })
    const kept = { store: signedQuotes, loaded: await signedQuotes.load(QUOTE_TTL_MS) }
    const quotes = createPriceBook({ priceOf: (fileHash) => shares.get(fileHash), clock, kept })
    const grants = new GrantBook(random)
    const chunks: ChunkSource = {
      have: (fileHash) => (shares.get(fileHash) === undefined ? undefined : content.have(fileHash)),
      read: (fileHash, chunkIndex) => content.read(fileHash, chunkIndex),
      proof: async (fileHash, chunkIndex) => content.prove(fileHash, chunkIndex) ?? [],
      chunkHash: (fileHash, chunkIndex) => content.manifestOf(fileHash)?.chunkHashes[chunkIndex],
    }
    const free = freeGate(config, { shares, quotes, clock })
    const vouchers =
      config.http?.vouchers === false ? undefined : createVoucherGate({ payee: refuseBanned(payee, bans), quotes, log })
    const protocols = servedProtocols(config, { addresses: network.addresses(), isMapped: ports.isMapped() })
    const serving = await openPublic(
      { ...config, uploads: { ...config.uploads, protocols } },
      {
        system,
        database,
        network,
        ports,
        content,
        grants,
        gate: createPublicGate({ grants, chunks, quotes, free, vouchers, log }),
        paymentTerms: vouchers && {
          chainId: chain.contract.chainId,
          contract: chain.contract.address,
          payee: signer.address,
          confirmations: confirmationRule.confirmations,
        },
        counter: (options) => measured.counter(options),
        gauge: (options) => measured.gauge(options),
        share: (fileHash) => shares.get(fileHash),
        rate: limits.uploads,
      },
    )
    publicly = serving
    stack.defer(() => serving.stop())
    await mapping.ready() // the first offers name what a router forwards
    const lookup = createLookup({ network, chain: chain.offerChain, clock, log })
    stack.defer(() => lookup.stop())
    const served = servedInBand(protocols)
    const publisher = createPublisher(
      { network, signer, chain: chain.offerChain, catalog: shares, inBand: served, clock, log, random },
      { onWithdraw: (record, from) => void lookup.acceptWithdrawal(record, from) },
    )
    await publisher.start()
    stack.defer(() => publisher.stop())

    const metrics = measureInBand((options) => measured.counter(options))
    const inBand = await serveInBand(network, {
      payee: signer.address,
      payments: watchPayers(payee, { reputation, bans }),
      grants,
      chunks,
      quotes,
      signQuote: async (promise) =>
        (await quotes.keep(promise.quoteId, promise.payer)) ? signQuote(domain, signer, promise) : undefined,
      clock,
      random,
      log,
      failPoints,
      metrics,
      served,
      rate: limits.uploads,
    })
    stack.defer(() => inBand.stop()) // what it still writes must find the database open

    const money = {
      balance: () => chain.client.balance(signer.address),
      gasCeiling: gasCeilings({ transfers, batchPayer, escrows, contract: chain.contract }),
    }
    const isFolder = async (path: string): Promise<boolean> =>
      (await stat(path).catch(() => undefined))?.isDirectory() ?? false
    const parts = {
      system,
      database,
      network,
      lookup,
      content: withShelf(content, shelf, log),
      payer,
      transfers,
      batchPayer,
      escrows,
      bans,
      reputation,
      rate: limits.downloads,
      events,
      metrics,
      takeQuotes: createQuoteTaker({ database, domain, signer, clock }),
      ...money,
    }
    const connectors = publicConnectors({
      network: config.network,
      clock,
      random,
      log,
      ed2kSelf: serving.ed2k.self,
      counter: (options) => measured.counter(options),
    })
    const buying = createDownloads({
      ...parts,
      publicly: connectors,
      freeSources: (store) =>
        createFreeSources({
          ...{ system, bans, store, scope: config.network.scope },
          ...{ trackers: serving.trackers, dht: serving.dht.peers, kad: serving.kad.node },
          meet: connectors.meet,
        }),
      config: config.downloads,
      isFolder,
    })
    const { downloads, search } = buying
    stack.defer(() => downloads.stop())
    const batches = createBatches({ ...parts, config }, buying)
    stack.defer(() => batches.stop())
    const fetching = { random, settings: config.downloads }
    const ahead = { shelf, metrics: prefetchMetrics, log, events, content, buying, batches, fetching }
    const prefetching = startPrefetching({ ...ahead, listingsFolder: listingsFolder(config) })
    stack.defer(() => prefetching.stop())
    await shares.start(publisher)
    downloads.resumeAll()
    batches.resumeAll()
    return new RunningNode({
      system,
      chain,
      network,
      portMapping: () => mapping.view(),
      shares,
      http: serving.http,
      bittorrent: serving.bittorrent,
      lookup,
      downloads,
      batches,
      payer,
      payee,
      batchPayer,
      receipts,
      escrowSite: paying.escrowSite,
      chainHealth: () => paying.chainHealth(),
      storage: () => storage.view(),
      metrics: measured,
      bans,
      reputation,
      limits,
      peerBook: await createPeerBook({ network, bans, reputation, receipts, clock }),
      events,
      findSeeders: (reference, { listing, signal }) =>
        listing === undefined
          ? findSeeders(search, reference, signal)
          : findInListing(search, reference, { listing, signal }),
      stack: stack.move(),
    })
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}
