import { bindDatabase } from '../chain/binding.ts'
import { connectChain } from '../chain/client.ts'
import { createCoinTransfers } from '../chain/coin-transfers.ts'
import { verifyContract } from '../chain/contract-identity.ts'
import { createPaymentChannelContract } from '../chain/payment-channel-contract.ts'
import { createTransactionQueue } from '../chain/transaction-queue.ts'
import type { ChannelSummary } from '../channel/channel-summary.ts'
import { signingDomain } from '../channel/eip712.ts'
import { createPayer, DEFAULT_PREPAYMENT_CAP } from '../channel/payer.ts'
import { createTransferPayer } from '../channel/transfers/transfer-payer.ts'
import { createWatcher } from '../channel/watcher.ts'
import { createContentStore } from '../content/content-store.ts'
import { createLookup } from '../discovery/lookup.ts'
import type { Wei } from '../domain/amount.ts'
import { ChiralError } from '../domain/errors.ts'
import type { Address, ChannelId } from '../domain/ids.ts'
import type { InBandProtocol } from '../domain/in-band-protocol.ts'
import { createNetwork } from '../network/libp2p-network.ts'
import type { NetworkScope } from '../network/network.ts'
import type { TransportName } from '../network/transports.ts'
import { createBanList } from '../node/ban-list.ts'
import { dhtPrefixOf } from '../node/dht-prefix.ts'
import { createDownloads, gasCeilings } from '../node/download-stack.ts'
import { EventBus } from '../node/event-bus.ts'
import { measureInBand } from '../node/in-band.ts'
import type { DownloadPlan, DownloadView, NodeEvent } from '../node/types.ts'
import { Reputation } from '../reputation/reputation.ts'
import { systemClock } from '../system/clock.ts'
import { noFailPoints } from '../system/fail-points.ts'
import type { Logger } from '../system/logger.ts'
import { createMetrics } from '../system/metrics.ts'
import { systemRandom } from '../system/random.ts'
import { RateLimit } from '../system/rate-limit.ts'
import { createSigner } from '../system/signer.ts'
import { afterTurn } from './after-turn.ts'
import { openBrowserDatabase } from './database/browser-database.ts'
import { noLog } from './no-log.ts'
import { peerSeed } from './peer-seed.ts'
import { openStorage } from './storage/storage.ts'
import { openStoredFiles } from './storage/stored-files.ts'
import { createStoredPages } from './storage/stored-pages.ts'

/** What a page says of the network it buys in. */
export interface BrowserPayerOptions {
  /** 32 bytes: the key of the wallet that pays. Never use a wallet from two places at once: each would sign from books of its own. */
  readonly privateKey: Uint8Array
  /** JSON-RPC of the chain, which must let pages of this origin ask (CORS). */
  readonly rpcUrl: string
  /** The PaymentChannel contract. Its code is checked. */
  readonly contract: Address
  /** No event of the contract is in an older block. */
  readonly contractBlock?: number
  /** Peers to begin with: addresses a page can dial, `/ws`, `/wss`, `/webrtc-direct` or `/p2p-circuit/webrtc`. */
  readonly bootstrap: readonly string[]
  readonly scope?: NetworkScope
  /** What to dial with; all that a browser has by default. */
  readonly transports?: readonly TransportName[]
  /** STUN and TURN servers for `/webrtc`; none by default. */
  readonly iceServers?: readonly string[]
  readonly log?: Logger
}

export interface BrowserDownloadRequest {
  /** File hash, CID or `sha256:<hex>`. */
  readonly reference: string
  /** Most that may be spent on chunks and gas; without it, what the plan says. */
  readonly maxTotal?: Wei
  readonly maxPrice?: Wei
  readonly protocol?: InBandProtocol
}

/** A wallet in a page: finds files, buys them from many peers at once, and remembers over reloads what it has and what it owes. */
export interface BrowserPayer {
  readonly address: Address
  /** What a download would cost, and the most that could be lost, before anything is signed. */
  plan(request: BrowserDownloadRequest, signal?: AbortSignal): Promise<DownloadPlan>
  /** Begins, or goes on with what an earlier page began; resolves at once, and events tell the rest. */
  download(request: BrowserDownloadRequest, signal?: AbortSignal): Promise<DownloadView>
  /** Those of this page, and those of earlier ones that had not ended: they go on by themselves. */
  downloads(): DownloadView[]
  pause(downloadId: string): Promise<void>
  resume(downloadId: string): Promise<void>
  cancel(downloadId: string): Promise<void>
  subscribe(listener: (event: NodeEvent) => void): () => void
  /** The bytes of a finished download. @throws ChiralError `DOWNLOAD_INCOMPLETE`, `DOWNLOAD_UNKNOWN` */
  file(downloadId: string): Promise<Blob>
  balance(): Promise<Wei>
  channels(): ChannelSummary[]
  /** Starts the dispute window of a channel whose payee does not close it. */
  closeChannel(channelId: ChannelId): Promise<void>
  withdrawChannel(channelId: ChannelId): Promise<void>
  /** Lets go of network and storage; downloads go on when the next payer of this wallet is made. */
  stop(): Promise<void>
}

/** As a node has them by default, but for fewer sources: each is a connection that the browser counts. */
const DOWNLOADS = { window: 32, maxSources: 4, stallMs: 20_000, protocol: 'bitswap', prefer: 'balanced' } as const
/** The browser ends earlier, at the quota it gives the origin. */
const CAPACITY_BYTES = 2 ** 50
const NEVER = new AbortController().signal

/**
 * Everything of a node that buys, in a page. State stands in an IndexedDB database named after the wallet; one tab at a time uses it.
 *
 * @throws ChiralError `PAGE_OPEN_ELSEWHERE`, `STORE_FAILED`, `CHAIN_UNREACHABLE`, `CHAIN_MISMATCH`, `CONTRACT_MISMATCH`
 */
export async function createBrowserPayer(options: BrowserPayerOptions): Promise<BrowserPayer> {
  const system = { clock: systemClock, random: systemRandom, log: options.log ?? noLog, failPoints: noFailPoints }
  const { clock, log } = system
  await using stack = new AsyncDisposableStack()
  const signer = createSigner(options.privateKey)
  const storage = await openStorage(`chiral/${signer.address}`, clock)
  stack.defer(() => storage.close())
  const database = await openBrowserDatabase(createStoredPages(storage), afterTurn)
  stack.defer(() => database.stop())
  const files = await openStoredFiles(storage, clock)

  const client = await connectChain({ rpcUrl: options.rpcUrl, clock, log })
  stack.defer(() => client.close())
  await bindDatabase(database, client.identity)
  await verifyContract(client, options.contract)
  const queue = createTransactionQueue({ ...system, database, client, signer })
  await queue.start()
  stack.defer(() => queue.stop())
  const deployedAt = options.contractBlock ?? 0
  const contract = createPaymentChannelContract({ client, queue }, { address: options.contract, deployedAt })
  const payer = createPayer({ ...system, database, signer, contract })
  const transfers = createTransferPayer(
    {
      ...system,
      database,
      signer,
      domain: signingDomain(contract.chainId, contract.address),
      chain: createCoinTransfers({ client, queue }),
    },
    { prepaymentCap: DEFAULT_PREPAYMENT_CAP },
  )
  const watcher = createWatcher({ database, contract, log, observers: [payer.observer] }, { startBlock: deployedAt })
  await watcher.start()
  stack.defer(() => watcher.stop())
  await transfers.start()

  const chain = { ...client.identity, contract: options.contract }
  const network = await createNetwork({
    privateKeySeed: await peerSeed(storage, system.random),
    listen: [],
    scope: options.scope ?? 'public',
    bootstrap: options.bootstrap,
    dhtPrefix: dhtPrefixOf(chain),
    dhtClient: true,
    ...(options.transports === undefined ? {} : { transports: options.transports }),
    iceServers: options.iceServers ?? [],
    clock,
    log,
  })
  await network.start()
  stack.defer(() => network.stop())
  const lookup = createLookup({ network, chain, clock, log })
  stack.defer(() => lookup.stop())

  const events = new EventBus(clock)
  stack.defer(() => events.stop())
  const content = createContentStore({ database, fileSystem: files, clock, capacityBytes: CAPACITY_BYTES })
  stack.defer(() => content.close())
  const metrics = createMetrics()
  // A page sells nothing, so nobody can owe it.
  const reputation = new Reputation({ database, clock, log: system.log, isInDefault: () => false })
  stack.defer(() => reputation.flush())
  const { downloads } = createDownloads({
    system,
    database,
    network,
    lookup,
    content,
    payer,
    transfers,
    bans: createBanList({ database, clock }),
    reputation,
    rate: new RateLimit(clock, 0),
    events,
    metrics: measureInBand((counter) => metrics.counter(counter)),
    config: DOWNLOADS,
    balance: () => client.balance(signer.address),
    gasCeiling: gasCeilings({ transfers, contract }),
    publicly: {},
    isFolder: async () => false,
  })
  stack.defer(() => downloads.stop())
  downloads.resumeAll()

  const moved = stack.move()
  const targeted = (request: BrowserDownloadRequest) => ({ ...request, out: targetOf(request), closeChannels: true })
  return {
    address: signer.address,
    plan: (request, signal = NEVER) => downloads.plan(targeted(request), signal),
    download: (request, signal = NEVER) => downloads.start(targeted(request), signal),
    downloads: () => downloads.list(),
    pause: (downloadId) => downloads.pause(downloadId),
    resume: (downloadId) => downloads.resume(downloadId),
    cancel: (downloadId) => downloads.cancel(downloadId),
    subscribe: (listener) => events.subscribe(listener),
    async file(downloadId) {
      const download = downloads.get(downloadId)
      if (download === undefined)
        throw new ChiralError('DOWNLOAD_UNKNOWN', `There is no download ${downloadId}.`, { details: { downloadId } })
      if (download.phase !== 'done')
        throw new ChiralError('DOWNLOAD_INCOMPLETE', `The download ${downloadId} has not ended: wait until it is done.`)
      return files.blob(download.out)
    },
    balance: () => client.balance(signer.address),
    channels: () => payer.list(),
    async closeChannel(channelId) {
      await payer.requestClose(channelId)
    },
    async withdrawChannel(channelId) {
      await payer.withdraw(channelId)
    },
    stop: () => moved.disposeAsync(),
  }
}

/** A page has no folders: what was asked for is the name. */
function targetOf({ reference }: BrowserDownloadRequest): string {
  return `/${reference}`
}
