import { createHash, randomFillSync } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ChainClient, connectChain } from '../../src/chain/client.ts'
import { type DevChain, startDevChain } from '../../src/chain/dev-chain.ts'
import { parseCoins, type Wei } from '../../src/domain/amount.ts'
import type { Address } from '../../src/domain/ids.ts'
import { auditAccounts } from '../../src/node/audit.ts'
import { startNode } from '../../src/node/node.ts'
import type { NodeConfig } from '../../src/node/node-config.ts'
import type { NodeSystem } from '../../src/node/node-system.ts'
import type {
  ChiralNode,
  DownloadPhase,
  DownloadRequest,
  DownloadView,
  NodeStatus,
  ShareView,
} from '../../src/node/types.ts'
import { systemClock } from '../../src/system/clock.ts'
import { silentLogger } from '../../src/system/logger.ts'

/** A requested chunk that has not come in this time is hedged: short, so that a test with a stalled seeder is. */
const STALL_MS = 1_000

/** What of a node's configuration a test may choose. */
export interface NodeChoices {
  readonly downloads?: Partial<NodeConfig['downloads']>
  readonly payments?: Partial<NodeConfig['payments']>
  readonly storage?: Partial<NodeConfig['storage']>
  readonly uploads?: NodeConfig['uploads']
  readonly http?: NodeConfig['http']
  readonly bittorrent?: NodeConfig['bittorrent']
  readonly ed2k?: NodeConfig['ed2k']
  readonly network?: Partial<NodeConfig['network']>
  readonly system?: Partial<NodeSystem>
}

/** A whole node on 127.0.0.1, with its data directory. */
export interface LiveNode {
  readonly node: ChiralNode
  readonly config: NodeConfig
  readonly status: NodeStatus
  stop(): Promise<void>
}

/** One real chain and whole nodes on it, in one process. */
export interface Swarm {
  readonly chain: DevChain
  readonly directory: string
  /** The configuration of a node; the same name is the same data directory. */
  config(name: string, choices?: NodeChoices): NodeConfig
  /** Starts a node, or starts it again after it was stopped. */
  start(name: string, choices?: NodeChoices): Promise<LiveNode>
  /** Registers what is to be stopped with the swarm. */
  defer(stop: () => Promise<void>): void
  /** A new file of random bytes. */
  file(name: string, sizeBytes: number): Promise<{ readonly path: string; readonly bytes: Buffer }>
  /** A path inside the swarm's folder that nothing uses yet. */
  path(name: string): string
  /** Σ payouts of the contract to an account, by the chain's events alone. */
  received(account: Address): Promise<Wei>
  /** Resolves when `condition` holds, which is asked now and after each block. */
  untilBlock(condition: () => Promise<boolean>): Promise<void>
  stop(): Promise<void>
}

export async function startSwarm(options: { readonly blockTimeSeconds?: number } = {}): Promise<Swarm> {
  const stack = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'chiral-swarm-'))
  stack.defer(() => rm(directory, { recursive: true, force: true }))
  const chain = await startDevChain({ directory: join(directory, 'chain'), log: silentLogger, ...options })
  stack.defer(() => chain.stop())
  const bootstrap: string[] = []
  let contract: Address | undefined

  const config = (
    name: string,
    { downloads, payments, storage, uploads, http, bittorrent, ed2k, network }: NodeChoices = {},
  ): NodeConfig => ({
    dataDirectory: join(directory, name),
    chain: { rpcUrl: chain.rpcUrl },
    network: {
      listen: ['/ip4/127.0.0.1/tcp/0'],
      announce: [],
      bootstrap: [...bootstrap],
      scope: 'loopback',
      ...network,
    },
    payments: { redeemAbove: parseCoins('1'), creditCapTotal: parseCoins('1'), contractWallets: false, ...payments },
    downloads: { window: 8, maxSources: 8, stallMs: STALL_MS, protocol: 'bitswap', prefer: 'balanced', ...downloads },
    storage: { memoryBytes: 2 ** 24, ...storage },
    uploads,
    http,
    bittorrent,
    ed2k,
    walletPassword: '',
    logLevel: 'silent',
  })

  return {
    chain,
    directory,
    config,
    async start(name, choices = {}) {
      const chosen = config(name, choices)
      const node = await startNode(chosen, choices.system)
      stack.defer(() => node.stop())
      const status = await node.status()
      contract ??= status.chain.contract
      if (bootstrap.length === 0) bootstrap.push(...status.addresses)
      return { node, config: chosen, status, stop: () => node.stop() }
    },
    defer: (stop) => stack.defer(stop),
    async file(name, sizeBytes) {
      const bytes = randomFillSync(Buffer.alloc(sizeBytes))
      const path = join(directory, name)
      await writeFile(path, bytes)
      return { path, bytes }
    },
    path: (name) => join(directory, name),
    async received(account) {
      if (contract === undefined) throw new Error('no node was started, so nothing is deployed')
      const [audited] = await auditAccounts({ rpcUrl: chain.rpcUrl, contract, accounts: [account], fromBlock: 0 })
      if (audited === undefined) throw new Error(`${account} was not audited`)
      return audited.received
    },
    async untilBlock(condition) {
      const client = await connectChain({ rpcUrl: chain.rpcUrl, clock: systemClock, log: silentLogger })
      try {
        while (!(await condition())) await new Promise<void>((resolve) => untilHead(client, resolve))
      } finally {
        client.close()
      }
    },
    stop: () => stack.disposeAsync(),
  }
}

/** A new file of random bytes, shared by all of these nodes. */
export async function shareNew(
  swarm: Pick<Swarm, 'file'>,
  by: readonly { readonly node: ChiralNode }[],
  file: { readonly name: string; readonly sizeBytes: number; readonly pricePerMiB: Wei },
): Promise<ShareView> {
  const { path } = await swarm.file(file.name, file.sizeBytes)
  const [share] = await Promise.all(by.map(({ node }) => node.share({ path, pricePerMiB: file.pricePerMiB })))
  if (share === undefined) throw new Error('nobody shares it')
  return share
}

function untilHead(client: ChainClient, resolve: () => void): void {
  const unsubscribe = client.onHead(() => {
    unsubscribe()
    resolve()
  })
}

const ENDED: readonly DownloadPhase[] = ['done', 'failed', 'cancelled', 'paused']

/** Resolves with the first view of a download that satisfies `accept`, at once when it does already. */
export function untilDownload(
  node: ChiralNode,
  downloadId: string,
  accept: (view: DownloadView) => boolean,
): Promise<DownloadView> {
  return new Promise((resolve) => {
    const look = (view: DownloadView | undefined): void => {
      if (view?.downloadId !== downloadId || !accept(view)) return
      unsubscribe()
      resolve(view)
    }
    const unsubscribe = node.subscribe((event) => {
      if (event.kind === 'download') look(event.download)
    })
    look(node.downloadOf(downloadId))
  })
}

export function untilEnded(node: ChiralNode, downloadId: string): Promise<DownloadView> {
  return untilDownload(node, downloadId, ({ phase }) => ENDED.includes(phase))
}

/** Starts a download and waits for its end, whatever that is. */
export async function get(
  node: ChiralNode,
  request: Omit<DownloadRequest, 'closeChannels'> & { readonly closeChannels?: boolean },
): Promise<DownloadView> {
  const { downloadId } = await node.download({ closeChannels: true, ...request })
  return untilEnded(node, downloadId)
}

export async function sha256Of(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex')
}
