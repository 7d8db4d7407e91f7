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
    .description('paid against unpaid, a bare libp2p exchange and Helia, in separate processes, taking turns')
    .option('--size <MiB>', 'size of the file (default: 512)')
    .option('--runs <number>', 'runs, of which the median counts (default: 5)')
    .option('--windows <list>', 'requests outstanding (default: 1,8,32)')
    .option('--without <system...>', 'systems to leave out: helia, bare, unpaid, paid, unpaid-webrpc, paid-webrpc')
    .action(({ size, runs, windows, without }) =>
      run(app, 'transfer/main.ts', [
        ...(size === undefined ? [] : ['--size', size]),
        ...(runs === undefined ? [] : ['--runs', runs]),
        ...(windows === undefined ? [] : ['--windows', windows]),
        ...(without ?? []).flatMap((name) => ['--without', name]),
        ...(app.output.json ? ['--json'] : []),
      ]),
    )
  return command
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
