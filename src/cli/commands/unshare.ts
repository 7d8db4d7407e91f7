import { Command } from '@commander-js/extra-typings'
import type { App } from '../app.ts'
import { withDaemon } from './daemon.ts'

export function unshareCommand(app: App) {
  return new Command('unshare')
    .description('stop seeding a file; the file itself stays')
    .argument('<id>', 'file id as "chiral share" printed it')
    .addHelpText('after', '\nExample:\n  chiral unshare 4bf5…c3')
    .action(async (id) => {
      const { parseFileHash } = await import('../../domain/ids.ts')
      const fileHash = parseFileHash(id)
      await withDaemon(app, { start: false }, async ({ client }) => {
        await client.unshare(fileHash)
        if (app.output.json) app.output.document({ fileHash })
        app.output.notice(`${fileHash} is no longer shared.`)
      })
    })
}
