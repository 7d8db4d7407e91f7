import { stat } from 'node:fs/promises'
import { type ContentStore, createContentStore } from '../content/content-store.ts'
import { createHashPool } from '../content/hash-pool.ts'
import { createLookup } from '../discovery/lookup.ts'
import { createPublisher } from '../discovery/publisher.ts'
import type { Bitfield } from '../domain/bitfield.ts'
import type { FileHash } from '../domain/ids.ts'
import { systemFileSystem } from '../system/file-system.ts'
import { createMetrics } from '../system/metrics.ts'
import { createBanList } from './ban-list.ts'
import { openChainStack } from './chain-stack.ts'
import { createDownloadStore } from './download/download-store.ts'
import { Downloads } from './download/downloads.ts'
import { createDownloadPayments } from './download/payments.ts'
import { findSeeders, prepareFile, termsOf } from './download/prepare.ts'
import { EventBus } from './event-bus.ts'
import { connectInBand, measureInBand, PROTOCOL_IDS, serveInBand } from './in-band.ts'
import { openNetwork } from './network-stack.ts'
import type { NodeConfig } from './node-config.ts'
import { measureChain } from './node-metrics.ts'
import { type NodeSystem, startSystem } from './node-system.ts'
import { openPayments } from './payment-stack.ts'
import { createPriceBook } from './price-book.ts'
import { RunningNode } from './running-node.ts'
import { seederViewOf } from './seeder-view.ts'
import { createShareStore } from './share-store.ts'
import { Shares } from './shares.ts'
import type { ChiralNode } from './types.ts'

/** Disk that downloads may take; the disk's own end comes first for most. */
const DEFAULT_CAPACITY_BYTES = 2 ** 50

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
    const chain = await openChainStack(config, system, (message) => events.notice('info', message))
    stack.defer(() => chain.stop())
    stack.defer(() => events.stop())
    const { database, signer, contract } = chain

    const paying = await openPayments(config, chain, system, (message) => events.notice('warn', message))
    stack.defer(() => paying.stop())
    const { payer, payee, confirmations } = paying
    const measured = createMetrics()
    measureChain(measured, paying, clock)

    const hashPool = createHashPool({ clock })
    stack.defer(() => hashPool.stop())
    const content = createContentStore({
      database,
      fileSystem: systemFileSystem,
      clock,
      failPoints,
      hashPool,
      capacityBytes: DEFAULT_CAPACITY_BYTES,
    })
    stack.defer(() => content.close())

    const network = await openNetwork(config, chain.offerChain, system)
    stack.defer(() => network.stop())
    const shares = new Shares({
      content,
      hashPool,
      store: createShareStore(database),
      signer,
      clock,
      log,
      confirmations,
      hasPeers: () => config.network.bootstrap.length > 0 || network.connections().length > 0,
      emit: (event) => events.emit(event),
    })
    const lookup = createLookup({ network, chain: chain.offerChain, clock, log })
    stack.defer(() => lookup.stop())
    const publisher = createPublisher(
      { network, signer, chain: chain.offerChain, catalog: shares, inBand: PROTOCOL_IDS, clock, log, random },
      { onWithdraw: (record, from) => void lookup.acceptWithdrawal(record, from) },
    )
    await publisher.start()
    stack.defer(() => publisher.stop())

    const metrics = measureInBand((options) => measured.counter(options))
    const serving = await serveInBand(network, {
      payee: signer.address,
      payments: payee,
      chunks: {
        have: (fileHash) => (shares.priceOf(fileHash) === undefined ? undefined : content.have(fileHash)),
        read: (fileHash, chunkIndex) => content.read(fileHash, chunkIndex),
        proof: async (fileHash, chunkIndex) => content.prove(fileHash, chunkIndex) ?? [],
        chunkHash: (fileHash, chunkIndex) => content.manifestOf(fileHash)?.chunkHashes[chunkIndex],
      },
      quotes: createPriceBook({ priceOf: (fileHash) => shares.priceOf(fileHash), clock }),
      clock,
      random,
      log,
      failPoints,
      metrics,
    })
    stack.defer(() => serving.stop()) // what it still writes must find the database open

    const bans = createBanList({ database, clock })
    const payments = createDownloadPayments({ payer })
    const prepareParts = {
      lookup,
      bans,
      clock,
      knownManifest: (fileHash: Parameters<typeof content.manifestOf>[0]) => content.manifestOf(fileHash),
      notice: (level: 'info' | 'warn', message: string) => events.notice(level, message),
    }
    const downloads = new Downloads({
      clock,
      log,
      random,
      failPoints,
      bans,
      payments,
      store: createDownloadStore(database),
      stallMs: config.downloads.stallMs,
      defaults: config.downloads,
      prepare: (reference, signal) => prepareFile(prepareParts, reference, signal),
      findSeeders: async (fileHash, signal) => (await findSeeders(prepareParts, fileHash, signal)).map(termsOf),
      openWriter: (manifest, out, options) => content.beginDownload(manifest, out, options),
      connect: (seeder, { job, paid, onLateChunk, resume, signal }) =>
        connectInBand(network, {
          seeder,
          fileHash: job.fileHash,
          protocol: job.protocol,
          account: paid ? payments.account(seeder.payee, job.downloadId) : undefined,
          clock,
          log,
          failPoints,
          metrics,
          resume,
          onLateChunk: (chunk, received) => onLateChunk?.({ chunk, bytes: received.chunk }),
          signal,
        }),
      block: (peerId, until) => network.blockPeer(peerId, until),
      changed: (download, options) => events.download(download, options),
      notice: (level, message) => events.notice(level, message),
      held: (fileHash, out) => heldFor(content, fileHash, out),
      balance: () => chain.client.balance(signer.address),
      gasCeiling: () => contract.feeCeiling('open'),
      seederView: (terms, sizeBytes) => seederViewOf(terms, sizeBytes),
      isFolder: async (path) => (await stat(path).catch(() => undefined))?.isDirectory() ?? false,
    })
    stack.defer(() => downloads.stop())
    await shares.start(publisher)
    downloads.resumeAll()
    return new RunningNode({
      system,
      chain,
      network,
      shares,
      lookup,
      downloads,
      payer,
      payee,
      chainHealth: () => paying.chainHealth(),
      metrics: measured,
      bans,
      events,
      findSeeders: (reference, signal) => findSeeders(prepareParts, reference, signal),
      stack: stack.move(),
    })
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}

/** What of a download to this target is here already. A copy elsewhere on this disk is not part of it. */
function heldFor(content: ContentStore, fileHash: FileHash, out: string): Bitfield | undefined {
  const started = content.list().some((file) => file.fileHash === fileHash && file.path === out)
  return started ? content.have(fileHash) : undefined
}
