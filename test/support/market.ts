import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createApiClient } from '../../src/api/client.ts'
import type { Download } from '../../src/api/schema.ts'
import { connectChain } from '../../src/chain/client.ts'
import { decodeChannelEvent } from '../../src/chain/payment-channel-events.ts'
import type { ChannelEvent } from '../../src/channel/channel-contract.ts'
import { type Address, parseAddress } from '../../src/domain/ids.ts'
import { systemClock } from '../../src/system/clock.ts'
import { freePort } from '../../src/system/free-port.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { fieldsOf } from './json.ts'
import { Processes, type Running, type StartOptions } from './processes.ts'
import { seededRandom } from './seeded-random.ts'

/** A chain, and folders for files and for the data of nodes; all of it gone when it is closed. */
export class Market {
  readonly folder: string
  readonly processes: Processes
  readonly chain: Running
  readonly rpcUrl: string
  /** The payment contract, which every node of this chain uses. */
  readonly contract: Address

  private constructor(parts: Pick<Market, 'folder' | 'processes' | 'chain' | 'rpcUrl' | 'contract'>) {
    this.folder = parts.folder
    this.processes = parts.processes
    this.chain = parts.chain
    this.rpcUrl = parts.rpcUrl
    this.contract = parts.contract
  }

  /** Starts `chiral chain dev`; the contract is deployed, so that no node of a test does it. */
  static async open(): Promise<Market> {
    const folder = await mkdtemp(join(tmpdir(), 'chiral-e2e-'))
    const processes = new Processes()
    try {
      const chain = processes.start(['chain', 'dev', '--json', '--data-dir', join(folder, 'chain')])
      const { rpcUrl } = fieldsOf(await chain.document())
      const url = String(rpcUrl)
      const deployer = processes.start(['daemon', '--json', '--data-dir', join(folder, 'deployer'), '--rpc', url])
      const contract = parseAddress(String(fieldsOf(fieldsOf(await deployer.document())['chain'])['contract']))
      await deployer.stop()
      return new Market({ folder, processes, chain, rpcUrl: url, contract })
    } catch (error) {
      await processes.stopAll()
      await rm(folder, { recursive: true, force: true })
      throw error
    }
  }

  async close(): Promise<void> {
    await this.processes.stopAll()
    await rm(this.folder, { recursive: true, force: true })
  }

  path(...names: string[]): string {
    return join(this.folder, ...names)
  }

  /** A file of reproducible bytes. */
  async file(name: string, sizeBytes: number): Promise<string> {
    const path = this.path(name)
    await writeFile(path, seededRandom(name).bytes(sizeBytes))
    return path
  }

  /** A seller: `chiral share` with a data directory of its own, and the same port after a restart. */
  async seller(name: string, file: string, price: string, listenOn?: string): Promise<Seller> {
    const listen = listenOn ?? `/ip4/127.0.0.1/tcp/${await freePort('127.0.0.1')}`
    return new Seller(this, { dataDirectory: this.path(name), file, price, listen })
  }

  /** A buyer: a data directory and a target. */
  buyer(name: string): Buyer {
    return new Buyer(this, { dataDirectory: this.path(name), out: this.path(`${name}.out`) })
  }

  /** What the contract reported, in chain order. */
  async events(): Promise<ChannelEvent[]> {
    const client = await connectChain({ rpcUrl: this.rpcUrl, clock: systemClock, log: silentLogger })
    try {
      const { number: toBlock } = await client.head()
      const logs = await client.logs({ address: this.contract, fromBlock: 0, toBlock })
      return logs.map(decodeChannelEvent).filter((event) => event !== undefined)
    } finally {
      client.close()
    }
  }

  /** Resolves once the contract's events satisfy `condition`; looks again at every new block. */
  async eventsUntil(condition: (events: readonly ChannelEvent[]) => boolean): Promise<ChannelEvent[]> {
    const client = await connectChain({ rpcUrl: this.rpcUrl, clock: systemClock, log: silentLogger })
    try {
      return await new Promise((resolve, reject) => {
        const look = (): void => {
          this.events().then((events) => {
            if (condition(events)) resolve(events)
          }, reject)
        }
        client.onHead(look)
        look()
      })
    } finally {
      client.close()
    }
  }
}

/** What the contract paid out to an account, and on how many channels. */
export function payoutsTo(
  events: readonly ChannelEvent[],
  parties: { readonly payer: Address; readonly payee: Address },
): { readonly paid: bigint; readonly opened: number; readonly closed: number } {
  const settled = new Map<string, bigint>()
  let closed = 0
  for (const event of events) {
    if (event.kind === 'opened' && event.payer === parties.payer && event.payee === parties.payee)
      settled.set(event.channelId, 0n)
    if (!settled.has(event.channelId)) continue
    if (event.kind === 'redeemed' || event.kind === 'closed') settled.set(event.channelId, event.settled)
    if (event.kind === 'closed') closed++
  }
  const paid = [...settled.values()].reduce((sum, amount) => sum + amount, 0n)
  return { paid, opened: settled.size, closed }
}

/** One `chiral share`, which may die and be started again. */
export class Seller {
  readonly dataDirectory: string
  readonly #market: Market
  readonly #options: { readonly file: string; readonly price: string; readonly listen: string }

  constructor(market: Market, options: { dataDirectory: string; file: string; price: string; listen: string }) {
    this.#market = market
    this.dataDirectory = options.dataDirectory
    this.#options = options
  }

  /** Resolves when the file is shared. `bootstrap`: peers it enters the network through. */
  async start(options: StartOptions = {}, bootstrap: readonly string[] = []): Promise<RunningSeller> {
    const { file, price, listen } = this.#options
    const { processes, rpcUrl } = this.#market
    const process = processes.start(
      [
        ...['share', '--json', '--price', price, '--data-dir', this.dataDirectory, '--rpc', rpcUrl],
        ...bootstrap.flatMap((address) => ['--bootstrap', address]),
        ...['--listen', listen, '--', file],
      ],
      options,
    )
    const { share, command } = fieldsOf(await process.document())
    const own = /--bootstrap (\S+)/.exec(String(command))?.[1]
    if (own === undefined) throw new Error(`share printed no bootstrap address: ${command}`)
    const { address } = await createApiClient({ dataDirectory: this.dataDirectory }).status()
    return { process, fileHash: String(fieldsOf(share)['fileHash']), bootstrap: own, address }
  }
}

export interface RunningSeller {
  readonly process: Running
  readonly fileHash: string
  readonly bootstrap: string
  readonly address: Address
}

/** One `chiral get`, which may die and be started again. */
export class Buyer {
  readonly dataDirectory: string
  readonly out: string
  readonly #market: Market

  constructor(market: Market, options: { dataDirectory: string; out: string }) {
    this.#market = market
    this.dataDirectory = options.dataDirectory
    this.out = options.out
  }

  /** The same command each time. */
  get(
    from: RunningSeller,
    { more = [], ...options }: StartOptions & { readonly more?: readonly string[] } = {},
  ): Running {
    const { processes, rpcUrl } = this.#market
    return processes.start(
      [
        ...['get', from.fileHash, '-o', this.out, '--bootstrap', from.bootstrap, '--rpc', rpcUrl],
        ...['--data-dir', this.dataDirectory, '--yes', '--json', ...more],
      ],
      options,
    )
  }

  /** Resolves when the running download has so many chunks, or `undefined` when it ended before. */
  async reached(get: Running, chunks: number): Promise<Download | undefined> {
    await get.line('stderr', /at risk/)
    for await (const event of createApiClient({ dataDirectory: this.dataDirectory }).events())
      if (event.kind === 'download' && event.download.verifiedChunks >= chunks) return event.download
    return undefined
  }
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
