import { Command } from '@commander-js/extra-typings'
import type { App } from '../app.ts'
import { EXIT_NOT_FOUND } from '../exit-codes.ts'
import { formatTable } from '../format.ts'
import type { Session } from '../session.ts'
import { withDaemon } from './daemon.ts'

export function findCommand(app: App) {
  return new Command('find')
    .description('show who offers a file, at what price; nothing is spent')
    .argument('<id>', 'file id (64 hexadecimal digits), CID, or sha256:<64 digits>')
    .option('--in <folder>', 'id of a folder the file is in: the smaller files of a folder are found by it alone')
    .addHelpText(
      'after',
      '\nExamples:\n  chiral find 4bf5…c3\n  chiral find sha256:9f86…08 --json\n  chiral find 77a0…1e --in 4bf5…c3',
    )
    .action(async (reference, { in: listing }) => {
      const { parseFileReference } = await import('../../domain/cid.ts')
      parseFileReference(reference)
      if (listing !== undefined) parseFileReference(listing)
      await withDaemon(app, { start: true }, (session) => find(app, session, { reference, listing }))
    })
}

async function find(
  app: App,
  { client, signal, amount }: Session,
  query: { reference: string; listing: string | undefined },
): Promise<void> {
  const { output } = app
  output.progress('finding seeders')
  const { fileHash, json, seeders } = await client.find(query, { signal })
  output.clearProgress()
  if (seeders.length === 0) app.exitWith(EXIT_NOT_FOUND)
  if (output.json) return output.document(json)
  if (seeders.length === 0) return output.notice(`Nobody reachable offers ${fileHash}.`)
  const rows = seeders.map(({ peerId, payee, pricePerMiB, chunks, protocols }) => [
    peerId,
    payee,
    pricePerMiB === 0n ? 'free' : `${amount(pricePerMiB)}/MiB`,
    `${chunks}`,
    protocols.join(','),
  ])
  for (const line of formatTable([['peer', 'payee', 'price', 'chunks', 'protocols'], ...rows], [2, 3]))
    output.data(line)
}
