import { Command, Option } from '@commander-js/extra-typings'
import type { Download } from '../../api/schema.ts'
import { subtractWei, type Wei } from '../../domain/amount.ts'
import { ChiralError, codeOf } from '../../domain/errors.ts'
import { IN_BAND_PROTOCOLS, type InBandProtocol } from '../../domain/in-band-protocol.ts'
import { type App, amountArgument, integerArgument } from '../app.ts'
import { obtainConsent } from '../consent.ts'
import { targetPath } from '../files.ts'
import { formatBytes, formatDuration, formatTable } from '../format.ts'
import { render } from '../progress.ts'
import type { Session } from '../session.ts'
import { watchDownload } from '../watch.ts'
import { withDaemon } from './daemon.ts'

/** How soon a state shows that arrived between two progress lines. */
const SHOW_EVERY_MS = 1_000

interface GetOptions {
  readonly out?: string | undefined
  readonly maxTotal?: Wei | undefined
  readonly maxPrice?: Wei | undefined
  readonly yes?: true | undefined
  readonly overwrite?: true | undefined
  readonly keepChannels?: true | undefined
  readonly seeders?: number | undefined
  readonly window?: number | undefined
  readonly protocol?: InBandProtocol | undefined
}

export function getCommand(app: App) {
  return new Command('get')
    .description('download files, paying each seeder for what arrived; the same command resumes')
    .argument('<id...>', 'file id (64 hexadecimal digits), CID, or sha256:<64 digits>')
    .option('-o, --out <path>', 'target file or folder (default: the published name in the current folder)')
    .option('--max-total <amount>', 'most to spend in coins, gas included; answers the question', amountArgument)
    .option('--max-price <amount>', 'most per MiB; dearer seeders are not used; answers the question', amountArgument)
    .option('--yes', 'agree to the price without being asked')
    .option('--overwrite', 'replace a different file at the target')
    .option('--keep-channels', 'leave payment channels open for later downloads')
    .option('--seeders <number>', 'seeders used at once', integerArgument(1, 256))
    .option('--window <number>', 'requests outstanding per seeder', integerArgument(1, 64))
    .addOption(new Option('--protocol <name>', 'how to buy from seeders that speak both').choices(IN_BAND_PROTOCOLS))
    .addHelpText(
      'after',
      `
Examples:
  chiral get 4bf5…c3 -o video.mp4 --max-total 0.5
  chiral get bafkrei… --yes
  chiral get sha256:9f86…08 -o downloads/`,
    )
    .action(async (references, options) => {
      const { parseFileReference } = await import('../../domain/cid.ts')
      for (const reference of references) parseFileReference(reference)
      const out = await targetPath(options.out, app.io.workingDirectory, { folderNeeded: references.length > 1 })
      await withDaemon(app, { start: true }, (session) => getAll(app, session, references, { ...options, out }))
    })
}

/** One after the other; a budget is for all of them together. */
async function getAll(
  app: App,
  session: Session,
  references: readonly string[],
  options: GetOptions & { readonly out: string },
): Promise<void> {
  let left = options.maxTotal ?? session.budget.maxTotal
  for (const reference of references) {
    const download = await getOne(app, session, reference, { ...options, maxTotal: left })
    if (left !== undefined) left = subtractWei(subtractWei(left, download.spent), download.gasSpent)
    report(app, session, download)
  }
}

async function getOne(
  app: App,
  session: Session,
  reference: string,
  options: GetOptions & { readonly out: string },
): Promise<Download> {
  const { client, signal } = session
  const maxPrice = options.maxPrice ?? session.budget.maxPrice
  const request = {
    reference,
    out: options.out,
    closeChannels: options.keepChannels !== true,
    ...(options.maxTotal === undefined ? {} : { maxTotal: options.maxTotal }),
    ...(maxPrice === undefined ? {} : { maxPrice }),
    ...(options.overwrite === undefined ? {} : { overwrite: true }),
    ...(options.seeders === undefined ? {} : { maxSources: options.seeders }),
    ...(options.window === undefined ? {} : { window: options.window }),
    ...(options.protocol === undefined ? {} : { protocol: options.protocol }),
  }
  app.output.progress('finding seeders')
  const plan = await client.plan(request, { signal })
  app.output.clearProgress()
  await obtainConsent(app, session, plan, { maxTotal: options.maxTotal, maxPrice, yes: options.yes === true })
  signal.throwIfAborted()
  const { downloadId } = await client.download(request)
  const download = await follow(app, session, downloadId)
  if (download.phase === 'done') return download
  throw failureOf(download)
}

/** Until the end, or until Ctrl-C, which pauses: what was paid for is kept and the same command goes on from there. */
async function follow({ output }: App, session: Session, downloadId: string): Promise<Download> {
  const { client, signal } = session
  const { testCoin } = session.status.chain
  let latest: Download | undefined
  const show = (): void => {
    if (latest !== undefined) output.progress(render({ ...latest, testCoin }, output.width))
  }
  // What came too soon after the line before is shown later, also when nothing follows.
  const repeat = setInterval(show, SHOW_EVERY_MS)
  try {
    return await watchDownload(
      client,
      downloadId,
      {
        onUpdate(download) {
          latest = download
          show()
        },
        onNotice: ({ level, message }) => (level === 'warn' ? output.warn(message) : output.notice(message)),
      },
      signal,
    )
  } catch (error) {
    if (codeOf(error) !== 'INTERRUPTED') throw error
    await client.pause(downloadId).catch(() => undefined)
    const done = latest === undefined ? '' : ` after ${latest.verifiedChunks} of ${latest.chunks} chunks`
    throw new ChiralError('INTERRUPTED', `Paused${done}: nothing is lost, run the same command again to resume.`)
  } finally {
    clearInterval(repeat)
    output.endProgress()
  }
}

function failureOf({ phase, error, name }: Download): ChiralError {
  if (error !== undefined) return new ChiralError(error.code, error.message)
  if (phase === 'paused')
    return new ChiralError('INTERRUPTED', `The download of ${name} was paused: run the same command again to resume.`)
  return new ChiralError(
    'DOWNLOAD_CANCELLED',
    `The download of ${name} ${phase === 'cancelled' ? 'was cancelled' : 'failed'}.`,
  )
}

function report({ output }: App, session: Session, download: Download): void {
  if (output.json) output.document(download)
  else output.data(download.out)
  const { sizeBytes, seconds, transferSeconds, spent, gasSpent, sources, sha256 } = download
  const speed = transferSeconds > 0 ? `, ${formatBytes(sizeBytes / transferSeconds)}/s` : ''
  output.notice(`${formatBytes(sizeBytes)} verified in ${formatDuration(seconds)}${speed}`)
  if (sha256 !== undefined) output.notice(`  sha256  ${sha256}`)
  output.notice(`  spent   ${session.amount(spent)}, and ${session.amount(gasSpent)} for gas`)
  const used = sources.filter(({ chunks, paid }) => chunks > 0 || paid > 0n)
  if (used.length === 0) return
  const rows = used.map(({ payee, chunks, bytes, paid }) => [
    payee,
    `${chunks}`,
    formatBytes(bytes),
    session.amount(paid),
  ])
  for (const line of formatTable([['seeder', 'chunks', 'size', 'paid'], ...rows], [1, 2, 3])) output.notice(`  ${line}`)
}
