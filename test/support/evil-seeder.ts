import { basename } from 'node:path'
import type { ServeBitswapOptions } from '../../src/bitswap/bitswap-server.ts'
import { serveBitswap } from '../../src/bitswap/server.ts'
import { createCoinTransfers } from '../../src/chain/coin-transfers.ts'
import type { ChannelContract } from '../../src/channel/channel-contract.ts'
import { createPayee, type Payee } from '../../src/channel/payee.ts'
import { createWatcher } from '../../src/channel/watcher.ts'
import { FILE_HEADER_BYTES } from '../../src/content/file-header.ts'
import { hashFile } from '../../src/content/hash-file.ts'
import { createManifest, encodeManifest } from '../../src/content/manifest.ts'
import type { FileCatalog } from '../../src/discovery/catalog.ts'
import { signHeader } from '../../src/discovery/header.ts'
import type { OfferChain } from '../../src/discovery/offer.ts'
import { createPublisher } from '../../src/discovery/publisher.ts'
import type { Wei } from '../../src/domain/amount.ts'
import { Bitfield } from '../../src/domain/bitfield.ts'
import { CHUNK_SIZE_BYTES, chunkCount } from '../../src/domain/chunk.ts'
import type { Address, FileHash, PeerIdText } from '../../src/domain/ids.ts'
import type { InBandProtocol } from '../../src/domain/in-band-protocol.ts'
import { chunkPrice } from '../../src/domain/price.ts'
import type { ChunkSource, QuoteBook } from '../../src/in-band/chunk-source.ts'
import { createStreamMetrics } from '../../src/in-band/metrics.ts'
import type { PayeePayments } from '../../src/in-band/payments.ts'
import type { SignQuote } from '../../src/in-band/signed-terms.ts'
import type { Network, StreamHandler } from '../../src/network/network.ts'
import { openChainStack } from '../../src/node/chain-stack.ts'
import { PROTOCOL_IDS } from '../../src/node/in-band.ts'
import { openNetwork } from '../../src/node/network-stack.ts'
import type { NodeConfig } from '../../src/node/node-config.ts'
import { startSystem } from '../../src/node/node-system.ts'
import { createPriceBook } from '../../src/node/price-book.ts'
import type { DuplexStream } from '../../src/system/duplex-stream.ts'
import { systemFileSystem } from '../../src/system/file-system.ts'
import type { Signer } from '../../src/system/signer.ts'
import { serveWebrpc } from '../../src/webrpc/server.ts'
import { SessionRegistry } from '../../src/webrpc/session-registry.ts'

/** What a liar is made of, for its lies. */
export interface LiarParts {
  readonly network: Network
  readonly signer: Signer
  readonly chain: OfferChain
  readonly fileHash: FileHash
  readonly price: Wei
  readonly serve: (stream: DuplexStream, remote: PeerIdText, changes?: Partial<ServeBitswapOptions>) => Promise<void>
  /** Ends its network at once, without a farewell. */
  readonly vanish: () => Promise<void>
}

/** Where a seeder's real parts are replaced by lying ones. */
export interface Lies {
  /** `content` is the true file; `served` counts chunks that were asked for before this one. */
  readonly read?: (content: Buffer, chunkIndex: number, served: number, parts: LiarParts) => Promise<Uint8Array>
  readonly quotes?: (honest: QuoteBook) => QuoteBook
  /** Signs quotes, which it does not otherwise. */
  readonly signQuote?: SignQuote
  readonly payments?: (honest: PayeePayments) => PayeePayments
  readonly catalog?: (honest: FileCatalog, parts: LiarParts) => FileCatalog
  /** Changes what leaves on the stream. */
  readonly stream?: (stream: DuplexStream) => DuplexStream
  /** Replaces the whole chunk protocol. */
  readonly handler?: (parts: LiarParts) => StreamHandler
  /** Replaces the whole lookup protocol. */
  readonly lookup?: { readonly protocol: string; readonly handler: (parts: LiarParts) => StreamHandler }
}

export interface EvilSeeder {
  readonly address: Address
  readonly peerId: PeerIdText
  readonly fileHash: FileHash
  readonly network: Network
  /** Chunks that were asked for. */
  readonly asked: () => number
  /** Redeems all that it holds; resolves when the contract has paid. */
  redeemAll(): Promise<void>
  stop(): Promise<void>
}

/** A seeder of one file made of the real parts, except where it lies. Put together as src/node/node.ts does. */
export async function startEvilSeeder(options: {
  readonly config: NodeConfig
  readonly file: { readonly path: string; readonly bytes: Buffer }
  readonly pricePerMiB: Wei
  readonly lies: Lies
  /** The one it offers. */
  readonly protocol?: InBandProtocol
  /** Takes coin transfers, with the confirmations of its configuration. */
  readonly takesTransfers?: boolean
}): Promise<EvilSeeder> {
  const { config, file, pricePerMiB, lies, protocol = 'bitswap', takesTransfers = false } = options
  const stack = new AsyncDisposableStack()
  const system = await startSystem(config, {})
  const { clock, random, log, failPoints } = system
  const chain = await openChainStack(config, system, () => {})
  stack.defer(() => chain.stop())
  const { database, signer, contract, client } = chain
  const confirmations = config.payments.confirmations ?? client.parameters.confirmations
  const transferChain = takesTransfers ? { transferChain: createCoinTransfers(chain) } : {}
  const payee = createPayee(
    { database, signer, contract, clock, random, log, failPoints, ...transferChain },
    { confirmations },
  )
  stack.defer(async () => payee.stop())
  const watcher = createWatcher(
    { database, contract, log, observers: [payee.observer] },
    { startBlock: chain.contractBlock },
  )
  await watcher.start()
  stack.defer(() => watcher.stop())
  const network = await openNetwork(config, chain.offerChain, system)
  stack.defer(() => network.stop())

  const hashed = await hashFile(file.path, { fileSystem: systemFileSystem })
  const { fileHash, sha256, sizeBytes } = hashed
  const manifest = encodeManifest(createManifest(hashed))
  const have = new Bitfield(chunkCount(sizeBytes))
  for (let i = 0; i < have.length; i++) have.add(i)
  const price = chunkPrice(pricePerMiB, Math.min(sizeBytes, CHUNK_SIZE_BYTES))
  const header = signHeader(
    {
      fileHash,
      name: basename(file.path),
      mimeType: 'application/octet-stream',
      createdAt: clock.now(),
      sha256,
      sizeBytes,
    },
    signer,
  )
  const honestCatalog: FileCatalog = {
    offerTerms: (wanted) => (wanted === fileHash ? { pricePerMiB, minDeposit: price, confirmations, have } : undefined),
    headerRecord: (wanted) => (wanted === fileHash ? header : undefined),
    manifest: (wanted) =>
      wanted === fileHash
        ? { headerBlock: manifest.subarray(0, FILE_HEADER_BYTES), chunkHashes: manifest.subarray(FILE_HEADER_BYTES) }
        : undefined,
    fileHashOfSha256: (wanted) => (wanted === sha256 ? fileHash : undefined),
  }

  let asked = 0
  const chunks: ChunkSource = {
    have: (wanted) => (wanted === fileHash ? have : undefined),
    read: async (_, chunkIndex) => {
      const served = asked++
      return lies.read === undefined
        ? chunkOf(file.bytes, chunkIndex)
        : lies.read(file.bytes, chunkIndex, served, parts)
    },
  }
  const honestQuotes = createPriceBook({
    priceOf: (wanted) => (wanted === fileHash ? { pricePerMiB, sizeBytes } : undefined),
    clock,
  })
  const quotes = lies.quotes?.(honestQuotes) ?? honestQuotes
  const payments = lies.payments?.(payee) ?? payee
  const metrics = createStreamMetrics(protocol)
  const sessions = new SessionRegistry(random)
  const serve = protocol === 'bitswap' ? serveBitswap : serveWebrpc
  const stopping = new AbortController()
  const parts: LiarParts = {
    network,
    signer,
    chain: chain.offerChain,
    fileHash,
    price,
    serve: (stream, remotePeerId, changes = {}) =>
      serve({
        sessions,
        stream: lies.stream?.(stream) ?? stream,
        remotePeerId,
        localPeerId: network.peerId,
        payee: signer.address,
        payments,
        chunks,
        quotes,
        signQuote: lies.signQuote,
        clock,
        random,
        log,
        metrics,
        failPoints,
        signal: stopping.signal,
        ...changes,
      }),
    vanish: () => network.stop(),
  }
  const publisher = createPublisher({
    network,
    signer,
    chain: chain.offerChain,
    catalog: lies.catalog?.(honestCatalog, parts) ?? honestCatalog,
    inBand: { [protocol]: PROTOCOL_IDS[protocol] },
    clock,
    log,
    random,
  })
  await publisher.start()
  stack.defer(() => publisher.stop())
  if (lies.lookup !== undefined) {
    await network.unhandle(lies.lookup.protocol)
    await network.handle(lies.lookup.protocol, lies.lookup.handler(parts), { maxInboundStreams: 16 })
  }
  const handler = lies.handler?.(parts) ?? ((stream, remote) => parts.serve(stream, remote))
  await network.handle(PROTOCOL_IDS[protocol], handler, { maxInboundStreams: 4 })
  stack.defer(async () => stopping.abort())
  publisher.publish({ fileHash, sha256 })
  await publisher.announced(fileHash, AbortSignal.timeout(20_000))
  return {
    address: signer.address,
    peerId: network.peerId,
    fileHash,
    network,
    asked: () => asked,
    redeemAll: () => redeemAll(payee, contract),
    stop: () => stack.disposeAsync(),
  }
}

function redeemAll(payee: Payee, contract: ChannelContract): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = async (): Promise<void> => {
      for (const { channelId, vouchered } of payee.list()) {
        const onChain = await contract.channel(channelId)
        if (onChain !== undefined && onChain.settled < vouchered) return
      }
      unsubscribe()
      resolve()
    }
    const unsubscribe = contract.onHead(() => void look().catch(reject))
    payee.redeemDue({ all: true }).then(look).catch(reject)
  })
}

export function chunkOf(content: Buffer, chunkIndex: number): Uint8Array {
  return new Uint8Array(content.subarray(chunkIndex * CHUNK_SIZE_BYTES, (chunkIndex + 1) * CHUNK_SIZE_BYTES))
}

/** The first bytes of a chunk are others. */
export function corrupted(content: Buffer, chunkIndex: number): Uint8Array {
  const chunk = chunkOf(content, chunkIndex)
  chunk[0] = (chunk[0] ?? 0) ^ 0xff
  return chunk
}
