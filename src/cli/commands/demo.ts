import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from '@commander-js/extra-typings'
import { parseCoins, type Wei } from '../../domain/amount.ts'
import { ChiralError, messageOf } from '../../domain/errors.ts'
import { parseTransferProtocols, TRANSFER_PROTOCOLS, type TransferProtocol } from '../../domain/transfer.ts'
import { type App, amountArgument, integerArgument } from '../app.ts'
import { renderDag } from '../chain/render-dag.ts'
import type { DemoResult } from '../demo/run.ts'
import { formatAmount, formatBytes, formatDuration, formatTable } from '../format.ts'
import { render } from '../progress.ts'

const DEFAULT_PRICE = parseCoins('0.001')
const DEFAULT_SEEDERS = 3
/** What stands where nothing was brought, or paid. */
const NOTHING = 'none'
/** Each seeder is a process of its own. */
const MAX_SEEDERS = 32

export function demoCommand(app: App) {
  return new Command('demo')
    .description('the main job on this machine: a chain, seeders and a leecher; download, pay, settle, show every wei')
    .option('--file <path>', 'file to sell (default: 64 MiB made for the occasion)')
    .option('--seeders <number>', `how many seeders (default: ${DEFAULT_SEEDERS})`, integerArgument(1, MAX_SEEDERS))
    .option('--protocols <names>', 'a seeder for each of these, such as http,webrpc, or all', protocolsArgument)
    .option('--price <amount>', 'price per MiB', amountArgument, DEFAULT_PRICE)
    .option(
      '--chain <name>',
      'dev (the embedded one), or geth: a chain that is really mined',
      chainArgument,
      'dev' as const,
    )
    .option('--geth <path>', 'the geth to run (default: the one installed, which is built when missing)')
    .option(
      '--block-time <seconds>',
      'a block every so many seconds (default: one per transaction)',
      integerArgument(1, 3600),
    )
    .option('--confirmations <blocks>', 'blocks on a deposit before it is served against', integerArgument(0, 1000))
    .option('--transport <name>', 'tcp, ws or webrtc-direct', transportArgument, 'tcp' as const)
    .addHelpText(
      'after',
      '\nExamples:\n  chiral demo\n  chiral demo --protocols all\n  chiral demo --chain geth\n  chiral demo --file film.mkv --seeders 5 --block-time 2 --confirmations 2',
    )
    .action((options) => demo(app, options))
}

interface DemoFlags {
  readonly file?: string | undefined
  readonly seeders?: number | undefined
  readonly protocols?: readonly TransferProtocol[] | undefined
  readonly chain: 'dev' | 'geth'
  readonly geth?: string | undefined
  readonly price: Wei
  readonly blockTime?: number | undefined
  readonly confirmations?: number | undefined
  readonly transport: DemoTransport
}

async function demo({ io, output }: App, flags: DemoFlags): Promise<void> {
  if (flags.chain === 'geth' && flags.blockTime !== undefined)
    throw new ChiralError('USAGE', 'Miners decide when a block comes: leave out --block-time, or use --chain dev.')
  if (flags.protocols !== undefined && flags.seeders !== undefined)
    throw new ChiralError('USAGE', 'With --protocols there is a seeder for each: leave out --seeders.')
  const { runDemo } = await import('../demo/run.ts')
  const { readableFile } = await import('../files.ts')
  const file = flags.file === undefined ? undefined : await readableFile(flags.file, io.workingDirectory)
  const result = await runDemo(io.node, {
    file,
    seeders: flags.seeders ?? DEFAULT_SEEDERS,
    protocols: flags.protocols,
    chain: flags.chain,
    geth: flags.geth,
    pricePerMiB: flags.price,
    directory: await mkdtemp(join(tmpdir(), 'chiral-demo-')),
    blockTimeSeconds: flags.blockTime,
    confirmations: flags.confirmations,
    listen: [LISTEN[flags.transport]],
    env: io.env,
    signal: io.interrupt,
    onStep: (text) => output.notice(text),
    onDag: (progress) => output.progress(renderDag(progress, output.width)),
    onUpdate: (download) => output.progress(render({ ...download, testCoin: true }, output.width)),
  })
  output.endProgress()
  show(output, result)
  if (!result.verified)
    throw new ChiralError('DEMO_MISMATCH', 'What was paid, what the chain paid out and the balances do not agree.')
}

function show(output: App['output'], result: DemoResult): void {
  const { fileHash, sizeBytes, chunks, sha256, seeders, verified, seconds, chain } = result
  const rows = seeders.map((seeder) => [
    seeder.address,
    protocolOf(seeder),
    String(seeder.chunks),
    formatBytes(seeder.bytes),
    `${(seeder.bytesPerSecond / 1e6).toFixed(1)}`,
    String(seeder.vouchers),
    formatAmount(seeder.paidWei, true),
    formatAmount(seeder.receivedWei, true),
  ])
  const heading = ['seeder', 'protocol', 'chunks', 'bytes', 'MB/s', 'vouchers', 'paid', 'received']
  const table = formatTable([heading, ...rows], [2, 3, 4, 5, 6, 7])
  if (output.json) {
    for (const line of table) output.notice(line)
    output.document({
      fileHash,
      sizeBytes,
      chunks,
      sha256,
      seeders: seeders.map((seeder) => ({
        address: seeder.address,
        protocol: protocolOf(seeder),
        settlement: seeder.settlement ?? NOTHING,
        chunks: seeder.chunks,
        bytes: seeder.bytes,
        paidWei: seeder.paidWei,
        receivedWei: seeder.receivedWei,
      })),
      verified,
      seconds: Number(seconds.toFixed(3)),
      ...(chain && { chain }),
    })
    return
  }
  for (const line of table) output.data(line)
  output.data('')
  output.data(`${chunks} chunks, ${formatBytes(sizeBytes)}, id ${fileHash}`)
  output.data(`sha256 ${sha256} ${verified ? 'equal; every wei accounted for on the chain' : 'NOT as it should be'}`)
  if (chain !== undefined)
    output.data(
      `blocks ${chain.firstBlock} to ${chain.lastBlock} mined by ${chain.client}, the last with nonce ${chain.nonce}`,
    )
  output.data(`${formatDuration(seconds)} from nothing to settled`)
}

/** What brought the chunks of a seeder: one, unless that failed. */
function protocolOf({ protocols }: DemoResult['seeders'][number]): string {
  return protocols.length === 0 ? NOTHING : protocols.join(' and ')
}

function protocolsArgument(value: string): readonly TransferProtocol[] {
  if (value === 'all') return TRANSFER_PROTOCOLS
  try {
    return parseTransferProtocols(value.split(','))
  } catch (error) {
    throw new ChiralError('USAGE', `${messageOf(error)}, several with commas between them, or all.`)
  }
}

function chainArgument(value: string): 'dev' | 'geth' {
  if (value === 'dev' || value === 'geth') return value
  throw new ChiralError('USAGE', `"${value}" is not a chain of the demo: use dev or geth.`)
}

/** Where a node of the demo listens, by the transport that is shown. */
const LISTEN = {
  tcp: '/ip4/127.0.0.1/tcp/0',
  ws: '/ip4/127.0.0.1/tcp/0/ws',
  'webrtc-direct': '/ip4/127.0.0.1/udp/0/webrtc-direct',
} as const
type DemoTransport = keyof typeof LISTEN

function transportArgument(value: string): DemoTransport {
  if (value === 'tcp' || value === 'ws' || value === 'webrtc-direct') return value
  throw new ChiralError('USAGE', `"${value}" is not a transport of the demo: use tcp, ws or webrtc-direct.`)
}
