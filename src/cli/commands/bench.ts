import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Command } from '@commander-js/extra-typings'
import { ChiralError } from '../../domain/errors.ts'
import type { App } from '../app.ts'

const BENCHES = fileURLToPath(new URL('../../../bench/', import.meta.url))

export function benchCommand(app: App) {
  const command = new Command('bench').description('measure this program on this machine')
  command
    .command('transfer')
    .description(
      'paid against unpaid, a bare libp2p exchange, Helia, WebTorrent and aria2, in separate processes, taking turns',
    )
    .option('--size <MiB>', 'size of the file (default: 512)')
    .option('--runs <number>', 'runs, of which the median counts (default: 5)')
    .option('--windows <list>', 'requests outstanding (default: 1,8,32)')
    .option(
      '--without <system...>',
      'systems to leave out: bare, unpaid, paid, unpaid-webrpc, paid-webrpc, helia, webtorrent, aria2',
    )
    .action((options) => run(app, 'transfer/main.ts', argumentsOf(app, options)))
  command
    .command('http')
    .description('files over HTTP: against express and undici, paid against free, and three sources at once')
    .option('--size <MiB>', 'size of the file (default: 256)')
    .option('--runs <number>', 'runs, of which the median counts (default: 5)')
    .option('--without <part...>', 'parts to leave out: pairs, sources, capped')
    .action((options) => run(app, 'http/main.ts', argumentsOf(app, options)))
  command
    .command('webtorrent')
    .description('a free file over WebRTC: our node and stock WebTorrent, to each other and to Chromium, taking turns')
    .option('--size <MiB>', 'size of the file (default: 64)')
    .option('--runs <number>', 'runs, of which the median counts (default: 5)')
    .option('--without <way...>', 'ways to leave out: ours-ours, stock-stock, ours-stock, ours-page, stock-page')
    .action((options) => run(app, 'webrtc/main.ts', argumentsOf(app, options)))
  command
    .command('scale')
    .description('what a chunk costs in files of growing size, and a channel at a seeder that has many')
    .option('--sizes <list>', 'sizes in MiB (default: 10,100,1000,10240)')
    .option('--channels <list>', 'numbers of channels (default: 1,10,100,1000)')
    .option('--runs <number>', 'runs of each, of which the median counts (default: 3)')
    .option('--held', 'count what a channel holds in memory, without what the runtime keeps resident for later')
    .action((options) => run(app, 'scale/main.ts', argumentsOf(app, options)))
  return command
}

/** Options are named as they are here; one that may be given several times is, and one without a value has none. */
function argumentsOf(
  app: App,
  options: Readonly<Record<string, true | string | readonly string[]>>,
): readonly string[] {
  const given = Object.entries(options).flatMap(([name, value]) =>
    value === true ? [`--${name}`] : [value].flat().flatMap((one) => [`--${name}`, one]),
  )
  return [...given, ...(app.output.json ? ['--json'] : [])]
}

/** Benchmarks stand beside the program in the checkout, with dependencies of their own. */
async function run(app: App, script: string, args: readonly string[]): Promise<void> {
  const path = `${BENCHES}${script}`
  if (!existsSync(path))
    throw new ChiralError('FILE_NOT_FOUND', 'The benchmarks are part of the source checkout: run this command there.')
  const child = spawn(process.execPath, [...process.execArgv, path, ...args], { stdio: 'inherit' })
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve))
  if (code !== 0) app.exitWith(code ?? 1)
}
