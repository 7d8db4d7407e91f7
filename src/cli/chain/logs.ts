import { open, readFile, stat, watch } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { Command } from '@commander-js/extra-typings'
import { ChiralError, codeOf } from '../../domain/errors.ts'
import { type App, integerArgument } from '../app.ts'

const DEFAULT_LINES = 50

export function logsCommand(app: App) {
  return new Command('logs')
    .description('what the geth of the data directory has logged')
    .option('-n, --lines <number>', 'lines from the end', integerArgument(0, 1_000_000), DEFAULT_LINES)
    .option('-f, --follow', 'go on with what is logged from now on, until Ctrl-C')
    .action(async ({ lines, follow }) => {
      const { io, flags } = app
      const { dataDirectoryOf } = await import('../../node/config.ts')
      const path = (await io.node.geth()).logFile(dataDirectoryOf({ flags, ...io }))
      const text = await readLog(path)
      const all = text.split('\n').filter((line) => line !== '')
      for (const line of lines === 0 ? [] : all.slice(-lines)) app.output.data(line)
      if (follow === true) await followLog(app, path, Buffer.byteLength(text))
    })
}

async function readLog(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
    throw new ChiralError('CHAIN_NOT_RUNNING', `There is no log at ${path}: no chain was started here yet.`)
  }
}

/** A file that became shorter was begun anew. */
async function followLog({ io, output }: App, path: string, from: number): Promise<void> {
  let position = from
  let rest = ''
  const readOn = async (): Promise<void> => {
    const { size } = await stat(path)
    if (size < position) position = 0
    const file = await open(path)
    try {
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(size - position), position })
      position += bytesRead
      const lines = (rest + buffer.subarray(0, bytesRead).toString('utf8')).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) output.data(line)
    } finally {
      await file.close()
    }
  }
  try {
    for await (const { filename } of watch(dirname(path), { signal: io.interrupt }))
      if (filename === basename(path)) await readOn()
  } catch (error) {
    if (!io.interrupt.aborted) throw error
  }
}
