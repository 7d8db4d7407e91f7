import { setTimeout as delay } from 'node:timers/promises'
import { parseWei } from '../../src/domain/amount.ts'
import { TRANSFER_PROTOCOLS } from '../../src/domain/transfer.ts'
import { startNode } from '../../src/node/node.ts'
import type { NodeConfig } from '../../src/node/node-config.ts'
import type { ChiralNode, DownloadRequest, DownloadView } from '../../src/node/types.ts'
import { countBuffersAsMemory } from '../../src/system/garbage-collection.ts'
import type { Moved } from '../processes.ts'

/**
 * One side of a transfer between whole nodes at default settings, each a process of its own. Only what is given away has no limit a second.
 *
 * chiral.ts seed DIRECTORY RPC FILE PRICE_WEI [OPTIONS] → shares FILE at that price per MiB, prints { id, address, peerId, wallet, contract, ownId,
 * infohash } (this with settings for BitTorrent alone), serves until ended; prints its use of memory on SIGUSR2. OPTIONS: {@link SeedOptions} as JSON.
 * chiral.ts leech DIRECTORY RPC ID ADDRESS OUT WINDOW [PROTOCOL] [NEXT] → prints { seconds, bytes, cpuSeconds, bySource, firstConnectionMs, next }: from the first
 * request for a chunk until the last chunk, verified, is durable in the file and, when paid, in the ledger; `next` is the same of the file NEXT, which the same
 * wallet buys on the same channel after it.
 */
export interface SeedOptions {
  readonly network?: Partial<NodeConfig['network']>
  readonly uploads?: NodeConfig['uploads']
  readonly http?: NodeConfig['http']
  readonly bittorrent?: NodeConfig['bittorrent']
  /** A file that this seeder alone has. */
  readonly ownFile?: string
  /** Before memory is counted, V8 gives back to the system what it keeps for later. */
  readonly givesBack?: boolean
}

/** Between two looks at a download that connects. */
const LOOK_MS = 5
/** More than any machine sends. */
const NO_RATE = 1_000_000

countBuffersAsMemory() // as the program does
const [role, dataDirectory = '', rpcUrl = '', ...rest] = process.argv.slice(2)
if (role === 'seed') await seed(rest)
else await leech(rest)

function configOf({ network, http, bittorrent, uploads }: SeedOptions): NodeConfig {
  return {
    dataDirectory,
    chain: { rpcUrl },
    network: { listen: ['/ip4/127.0.0.1/tcp/0'], announce: [], bootstrap: [], scope: 'loopback', ...network },
    http: { freeRate: NO_RATE, freeRateEach: NO_RATE, ...http },
    bittorrent,
    uploads,
    payments: {
      redeemAbove: parseWei('1000000000000000000'),
      creditCapTotal: parseWei('1000000000000000000'),
      contractWallets: false,
    },
    downloads: { window: 32, maxSources: 8, stallMs: 5_000, protocol: undefined, prefer: 'balanced' },
    storage: { memoryBytes: 2 ** 26 },
    walletPassword: '',
    logLevel: 'error',
  }
}

// An orderly exit, so that --cpu-prof writes its profile.
process.once('SIGTERM', () => process.exit(0))

async function seed([path = '', price = '0', text = '{}']: string[]): Promise<void> {
  const options: SeedOptions = JSON.parse(text)
  const node = await startNode(configOf(options))
  const pricePerMiB = parseWei(price)
  const { fileHash } = await node.share({ path, pricePerMiB })
  const own = options.ownFile === undefined ? undefined : await node.share({ path: options.ownFile, pricePerMiB })
  const { addresses, peerId, address, chain } = await node.status()
  const { contract } = chain
  process.on('SIGUSR2', () => {
    if (options.givesBack === true) globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' })
    else globalThis.gc?.()
    console.log(JSON.stringify(process.memoryUsage()))
  })
  const infohash = options.bittorrent === undefined ? undefined : node.torrent(fileHash).infohash
  const ready = {
    id: fileHash,
    address: addresses[0],
    peerId,
    wallet: address,
    contract,
    ownId: own?.fileHash,
    infohash,
  }
  console.log(JSON.stringify(ready))
}

async function leech([
  reference = '',
  address = '',
  out = '',
  window = '32',
  name = '',
  next = '',
]: string[]): Promise<void> {
  const protocol = TRANSFER_PROTOCOLS.find((known) => known === name)
  const node = await startNode(configOf({ network: { bootstrap: [address] } }))
  const common = { closeChannels: false, window: Number(window), protocol }
  const moved = await get(node, { ...common, reference, out })
  const after = next === '' ? undefined : await get(node, { ...common, reference: next, out: `${out}.next` })
  console.log(JSON.stringify({ ...moved, next: after }))
  process.exit(0)
}

async function get(node: ChiralNode, request: DownloadRequest): Promise<Moved> {
  const ended = Promise.withResolvers<DownloadView>()
  let begun: NodeJS.CpuUsage | undefined
  let used: NodeJS.CpuUsage | undefined
  let downloadId: string | undefined
  const unsubscribe = node.subscribe((event) => {
    if (event.kind !== 'download') return
    // The first to be heard of is ours: whatever came before has ended.
    downloadId ??= event.download.downloadId
    const { phase } = event.download
    if (event.download.downloadId !== downloadId) return
    if (phase === 'downloading') begun ??= process.cpuUsage()
    if (phase === 'settling') used ??= process.cpuUsage(begun)
    if (phase === 'done' || phase === 'failed') ended.resolve(event.download)
  })
  const { downloadId: begunId } = await node.download(request)
  const firstConnection = firstConnectionMs(node, begunId)
  const download = await ended.promise
  unsubscribe()
  if (download.phase !== 'done') throw new Error(download.error?.message)
  return {
    seconds: download.transferSeconds,
    bytes: download.sizeBytes,
    cpuSeconds: used === undefined ? 0 : (used.user + used.system) / 1e6,
    bySource: download.sources.map(({ protocol, chunks }) => ({ protocol, chunks })),
    firstConnectionMs: await firstConnection,
  }
}

/** From the first source that is connected to, until it can be asked for chunks. What is told of a download comes in steps too wide for that. */
async function firstConnectionMs(node: ChiralNode, downloadId: string): Promise<number | undefined> {
  let begunAt: number | undefined
  for (;;) {
    const view = node.downloadOf(downloadId)
    const phases = view?.sources.map(({ phase }) => phase) ?? []
    if (phases.includes('connecting')) begunAt ??= performance.now()
    if (phases.includes('active')) return begunAt === undefined ? undefined : performance.now() - begunAt
    if (view === undefined || view.phase === 'done' || view.phase === 'failed') return undefined
    await delay(LOOK_MS)
  }
}
