import { Command } from '@commander-js/extra-typings'
import type { App } from '../app.ts'
import { readableFile } from '../files.ts'
import { renderHashing } from '../progress.ts'

export function hashCommand(app: App) {
  return new Command('hash')
    .description('compute the id of a file, without a network')
    .argument('<file>', 'file to hash')
    .addHelpText(
      'after',
      '\nPrints the file hash; with --json also piecesRoot, sha256, cid and sizeBytes.\n\nExample:\n  chiral hash video.mp4 --json',
    )
    .action(async (file) => {
      const { io, output } = app
      const path = await readableFile(file, io.workingDirectory)
      const { fileHash, piecesRoot, sha256, cid, sizeBytes } = await io.node.hashFile(path, {
        onProgress: (progress) => output.progress(renderHashing(progress, output.width)),
        signal: io.interrupt,
      })
      output.endProgress()
      if (output.json) output.document({ fileHash, piecesRoot, sha256, cid, sizeBytes })
      else output.data(fileHash)
    })
}
