import { createHash, randomFillSync } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rm, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Download } from '../../api/schema.ts'
import type { Wei } from '../../domain/amount.ts'
import { ChiralError } from '../../domain/errors.ts'
import type { Address } from '../../domain/ids.ts'
import type { PayBy } from '../../domain/pay-by.ts'
import { TRANSFER_PROTOCOLS, type TransferProtocol } from '../../domain/transfer.ts'
import type { DagProgress, MinedChainView } from '../geth-parts.ts'
import type { NodeParts } from '../io.ts'
import { watchDownload } from '../watch.ts'
import { type Member, startMember } from './members.ts'

/** Bytes of the file the demo makes when none is given. */
const DEFAULT_FILE_BYTES = 64 * 1024 * 1024
const WRITE_BYTES = 1024 * 1024
/** A member of the demo that is not ready by then has failed; on a busy machine loading alone takes seconds. */
const READY_TIMEOUT_MS = 60_000
/** Where blocks are mined, a member waits for two or three of them, and each may take a minute. */
const READY_ON_MINED_CHAIN_TIMEOUT_MS = 10 * 60_000

export interface DemoOptions {
  readonly file: string | undefined
  readonly seeders: number
  /** A seeder for each of these, in place of `seeders` that serve by all. */
  readonly protocols: readonly TransferProtocol[] | undefined
  /** `dev`: the embedded chain; `geth`: one that is really mined. */
  readonly chain: 'dev' | 'geth'
  /** Which geth; default: the one installed. */
  readonly geth: string | undefined
  readonly pricePerMiB: Wei
  /** Holds everything; removed at the end unless it was there before. */
  readonly directory: string
  readonly blockTimeSeconds: number | undefined
  readonly confirmations: number | undefined
  /** Multiaddrs all members listen on. */
  readonly listen: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
  readonly onStep: (text: string) => void
  readonly onUpdate: (download: Download) => void
  readonly onDag: (progress: DagProgress) => void
}

export interface DemoSeeder {
  readonly address: Address
  readonly chunks: number
  readonly bytes: number
  readonly bytesPerSecond: number
  readonly vouchers: number
  /** What brought its chunks. */
  readonly protocols: readonly TransferProtocol[]
  /** How it was paid; absent where nothing was. */
  readonly settlement: PayBy | undefined
  /** By the leecher's ledger. */
  readonly paidWei: Wei
  /** By the contract's events, read from the chain. */
  readonly receivedWei: Wei
  /** The events, the balances and the gas agree to the wei. */
  readonly agrees: boolean
}

export interface DemoResult {
  readonly fileHash: string
  readonly sizeBytes: number
  readonly chunks: number
  readonly sha256: string
  readonly seeders: readonly DemoSeeder[]
  /** The file's bytes are the original's, and paid = received = balance change for every seeder. */
  readonly verified: boolean
  readonly seconds: number
  /** Of a chain that was mined. */
  readonly chain?: MinedChainView | undefined
}

/** What makes a seeder serve by one protocol. Peers of WebTorrent meet at a tracker, and there is none but its own. */
function servingBy(protocol: TransferProtocol | undefined): Readonly<Record<string, string>> {
  if (protocol === undefined) return {}
  const tracker = protocol === 'webtorrent' ? { CHIRAL_BITTORRENT_SERVE_TRACKER: 'true' } : {}
  return { CHIRAL_UPLOAD_PROTOCOLS: protocol, ...tracker }
}

/** The main job, for real: a chain, seeders and a leecher as processes, one file, every wei accounted for. */
export async function runDemo(parts: NodeParts, options: DemoOptions): Promise<DemoResult> {
  const { directory, onStep, signal } = options
  const startedAt = performance.now()
  const stack = new AsyncDisposableStack()
  await mkdir(directory, { recursive: true })
  stack.defer(() => rm(directory, { recursive: true, force: true }))
  try {
    const file = options.file === undefined ? await makeFile(join(directory, 'demo.bin')) : resolve(options.file)
    const { size } = await stat(file)
    onStep('starting a chain of our own')
    const chain = await startChain(parts, options)
    stack.defer(() => chain.stop())
    const env = {
      ...options.env,
      ...(options.confirmations === undefined ? {} : { CHIRAL_CONFIRMATIONS: String(options.confirmations) }),
    }
    const start = async (name: string, bootstrap: readonly string[], serves?: TransferProtocol): Promise<Member> => {
      const dataDirectory = join(directory, name)
      const member = await startMember({
        name,
        dataDirectory,
        rpcUrl: chain.rpcUrl,
        bootstrap,
        listen: options.listen,
        readyTimeoutMs: options.chain === 'geth' ? READY_ON_MINED_CHAIN_TIMEOUT_MS : READY_TIMEOUT_MS,
        env: { ...env, ...servingBy(serves) },
      })
      stack.defer(() => member.stop())
      signal.throwIfAborted()
      return member
    }
    onStep('starting the first seeder, which deploys the contract')
    const { protocols } = options
    const count = protocols?.length ?? options.seeders
    const first = await start('seeder-1', [], protocols?.[0])
    const { addresses } = first.status
    const others = Array.from({ length: count - 1 }, (_, i) => start(`seeder-${i + 2}`, addresses, protocols?.[i + 1]))
    onStep(`starting ${count - 1} more and the leecher`)
    const started = await Promise.allSettled([...others, start('leecher', addresses)])
    const members = started.map((result) => {
      if (result.status === 'rejected') throw result.reason
      return result.value
    })
    const leecher = members.pop()
    if (leecher === undefined) throw new Error('unreachable: the leecher was started')
    const seeders = [first, ...members]

    onStep('sharing the file from every seeder')
    const shares = await Promise.all(
      seeders.map(({ client }) => client.share({ path: file, pricePerMiB: options.pricePerMiB }, { signal })),
    )
    const share = shares[0]
    if (share === undefined) throw new Error('unreachable: a demo has a seeder')
    const { blockNumber } = (await leecher.client.status()).chain

    onStep('downloading')
    const out = join(directory, `downloaded-${basename(file)}`)
    const { downloadId } = await leecher.client.download({
      reference: share.fileHash,
      out,
      closeChannels: true,
      ...(protocols === undefined ? {} : { protocol: 'mixed' as const }),
    })
    const handlers = { onUpdate: options.onUpdate, onNotice: () => {} }
    const download = await watchDownload(leecher.client, downloadId, handlers, signal)
    if (download.phase !== 'done')
      throw new ChiralError(
        download.error?.code ?? 'DEMO_FAILED',
        download.error?.message ?? 'The download ended early.',
      )

    onStep('reading the payouts from the chain')
    const audited = await parts.auditAccounts({
      rpcUrl: chain.rpcUrl,
      contract: first.status.chain.contract,
      accounts: seeders.map(({ status }) => status.address),
      fromBlock: blockNumber,
    })
    const rows = audited.map(({ address, received, agrees }) => {
      const source = download.sources.find(({ payee }) => payee === address)
      const paidWei = source?.paid ?? (0n as Wei)
      return {
        address,
        chunks: source?.chunks ?? 0,
        bytes: source?.bytes ?? 0,
        bytesPerSecond: Math.round((source?.bytes ?? 0) / Math.max(download.transferSeconds, 0.001)),
        vouchers: source?.vouchers ?? 0,
        protocols: TRANSFER_PROTOCOLS.filter((protocol) => (source?.chunksBy[protocol] ?? 0) > 0),
        settlement:
          paidWei === 0n ? undefined : source?.channelId === undefined ? ('transfer' as const) : ('channel' as const),
        paidWei,
        receivedWei: received,
        agrees: agrees && received === paidWei && paidWei === (source?.verified ?? 0n),
      }
    })
    const sha256 = await sha256Of(out)
    const intact = sha256 === (await sha256Of(file)) && rows.reduce((sum, { bytes }) => sum + bytes, 0) === size
    return {
      fileHash: share.fileHash,
      sizeBytes: size,
      chunks: share.chunks,
      sha256,
      seeders: rows,
      verified: intact && rows.every(({ agrees }) => agrees),
      seconds: (performance.now() - startedAt) / 1000,
      chain: await chain.mined?.(),
    }
  } finally {
    await stack.disposeAsync()
  }
}

interface StartedChain {
  readonly rpcUrl: string
  mined?(): Promise<MinedChainView>
  stop(): Promise<void>
}

async function startChain(parts: NodeParts, options: DemoOptions): Promise<StartedChain> {
  const { blockTimeSeconds, env, geth, onStep, onDag, signal } = options
  const directory = join(options.directory, 'chain')
  if (options.chain === 'geth')
    return (await parts.geth()).startDemoChain({ directory, env, geth, onStep, onDag, signal })
  return parts.runDevChain({
    dataDirectory: directory,
    ...(blockTimeSeconds === undefined ? {} : { blockTimeSeconds }),
  })
}

async function makeFile(path: string): Promise<string> {
  const out = createWriteStream(path)
  await pipeline(function* () {
    for (let left = DEFAULT_FILE_BYTES; left > 0; left -= WRITE_BYTES)
      yield randomFillSync(new Uint8Array(Math.min(left, WRITE_BYTES)))
  }, out)
  return path
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: WRITE_BYTES }), hash)
  return hash.digest('hex')
}
