import { resolve } from 'node:path'
import { Command } from '@commander-js/extra-typings'
import { ChiralError } from '../../domain/errors.ts'
import { createFileAtomic } from '../../system/atomic-file.ts'
import type { App } from '../app.ts'
import { withDaemon } from './daemon.ts'

export function torrentShowCommand(app: App) {
  return new Command('show')
    .description('print the magnet link of a shared file, for other BitTorrent clients')
    .argument('<id>', 'file id as "chiral share" printed it')
    .option('--output <file>', 'write the .torrent file')
    .addHelpText(
      'after',
      `
Other clients get what is free; what has a price leaves for "chiral get" alone.

Examples:
  chiral torrent show 4bf5…c3
  chiral torrent show 4bf5…c3 --output video.torrent`,
    )
    .action(async (id, { output: file }) => {
      const { parseFileHash } = await import('../../domain/ids.ts')
      const fileHash = parseFileHash(id)
      const { io, output } = app
      await withDaemon(app, { start: false }, async ({ client }) => {
        const { torrent, ...view } = await client.torrent(fileHash)
        const path = file === undefined ? undefined : resolve(io.workingDirectory, file)
        if (path !== undefined && !(await createFileAtomic(path, torrent)))
          throw new ChiralError('TARGET_EXISTS', `${path} is there already: give another name with --output.`)
        if (output.json) output.document({ ...view, ...(path === undefined ? {} : { path }) })
        else output.data(path ?? view.magnet)
      })
    })
}
