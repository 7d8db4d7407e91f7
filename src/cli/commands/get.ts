import { Command, Option } from '@commander-js/extra-typings'
import type { Download, Plan } from '../../api/schema.ts'
import type { Wei } from '../../domain/amount.ts'
import { ChiralError, codeOf } from '../../domain/errors.ts'
import { PAY_BY_CHOICES, type PayByChoice } from '../../domain/pay-by.ts'
import { PREFERENCES } from '../../domain/preference.ts'
import { WANTED_PROTOCOLS } from '../../domain/transfer.ts'
import { type App, amountArgument, integerArgument } from '../app.ts'
import { obtainConsent, questionOf } from '../consent.ts'
import { targetPath } from '../files.ts'
import { formatBytes, formatDuration, formatTable } from '../format.ts'
import { type BatchOptions, type BatchPayByChoice, getBatch } from '../get-batch.ts'
import { type ListedItem, readList } from '../list-file.ts'
import { render } from '../progress.ts'
import type { Session } from '../session.ts'
import { sourceName } from '../source-name.ts'
import { rateArgument, type TransferOptions, transferOf } from '../transfer-options.ts'
import { watchDownload } from '../watch.ts'
import { withDaemon } from './daemon.ts'

/** How soon a state shows that arrived between two progress lines. */
const SHOW_EVERY_MS = 1_000

interface GetOptions extends TransferOptions {
  readonly out?: string | undefined
  readonly maxTotal?: Wei | undefined
  readonly maxPrice?: Wei | undefined
  readonly bid?: Wei | undefined
  readonly yes?: true | undefined
  readonly dryRun?: true | undefined
  readonly overwrite?: true | undefined
  readonly keepChannels?: true | undefined
  readonly payBy?: PayByChoice | undefined
  readonly prepay?: Wei | undefined
  readonly list?: string | undefined
  readonly listingAsFile?: true | undefined
  /** The target was given. */
  readonly named?: boolean | undefined
}

export function getCommand(app: App) {
  return new Command('get')
    .description('download files, paying each seeder for what arrived; the same command resumes')
    .argument('[id...]', 'file id (64 hexadecimal digits), CID, or sha256:<64 digits>; of a listing: all its files')
    .option(
      '--list <file>',
      'one id a line, after it perhaps a target below the folder; # begins a comment; - is standard input',
    )
    .option('-o, --out <path>', 'target file or folder (default: the published name in the current folder)')
    .option('--listing-as-file', 'download a listing itself and not the files that it names')
    .option('--max-total <amount>', 'most to spend in coins, gas included; answers the question', amountArgument)
    .option('--max-price <amount>', 'most per MiB; dearer seeders are not used; answers the question', amountArgument)
    .option(
      '--bid <amount>',
      'offer each seeder so much per MiB, once; who declines is paid what it asks',
      amountArgument,
    )
    .option('--yes', 'agree to the price without being asked')
    .option('--dry-run', 'only show what it would cost, and how the seeders would be paid')
    .option('--overwrite', 'replace a different file at the target')
    .option('--keep-channels', 'leave payment channels open for later downloads')
    .option('--seeders <number>', 'seeders used at once', integerArgument(1, 256))
    .option('--window <number>', 'requests outstanding per seeder', integerArgument(1, 64))
    .addOption(
      new Option('--protocol <name>', 'what to use with seeders that speak it; mixed is another with each').choices(
        WANTED_PROTOCOLS,
      ),
    )
    .addOption(new Option('--prefer <what>', 'which seeders come first').choices(PREFERENCES))
    .option('--max-rate <rate>', 'most bytes a second, such as 500k or 2M; 0 for no limit', rateArgument)
    .option('--sequential', 'in the order of the file, so that it can be played while it comes')
    .option('--free-sources', 'get chunks from peers of public swarms as well, for nothing; they learn what is wanted')
    .option('--no-free-sources', 'do not, whatever is configured')
    .addOption(new Option('--pay-by <way>', 'how and when the seeders are paid').choices(PAY_BY_CHOICES))
    .option('--prepay <amount>', 'most that a coin transfer pays ahead (default: one chunk)', amountArgument)
    .addHelpText(
      'after',
      `
Examples:
  chiral get 4bf5…c3 -o video.mp4 --max-total 0.5
  chiral get bafkrei… --yes
  chiral get bafkrei… --bid 0.0008
  chiral get sha256:9f86…08 -o downloads/
  chiral get 77aa…01 0c51…9e --list more.txt -o downloads/ --yes

Several ids, a list and a listing are one batch: one question, one budget, one channel a seeder (or one escrow for all), one summary.`,
    )
    .action(async (references, options) => {
      const { parseFileReference } = await import('../../domain/cid.ts')
      for (const reference of references) parseFileReference(reference)
      const listed = options.list === undefined ? [] : await readList(options.list, app.io)
      const items = [...new Set(references)].map((reference): ListedItem => ({ reference })).concat(listed)
      const [first] = items
      if (first === undefined)
        throw new ChiralError('USAGE', "Missing required argument 'id': give an id, or a --list that names some.")
      const isOne = references.length === 1 && options.list === undefined
      requireWay(options, { isOne })
      const out = await targetPath(options.out, app.io.workingDirectory, { folderNeeded: !isOne })
      await withDaemon(app, { start: true }, async (session) => {
        const wanted = {
          ...options,
          out,
          named: options.out !== undefined,
          maxTotal: options.maxTotal ?? session.budget.maxTotal,
        }
        if (isOne) await getOne(app, session, first.reference, wanted)
        else await getBatch(app, session, batchOf(session, items, wanted))
      })
    })
}

function requireWay({ payBy, prepay }: GetOptions, { isOne }: { readonly isOne: boolean }): void {
  if (!isOne) wayOfSeveral(payBy)
  if (prepay !== undefined && payBy !== 'transfer')
    throw new ChiralError('USAGE', '--prepay is for --pay-by transfer: vouchers pay one chunk ahead at most.')
}

/** @throws ChiralError `USAGE` for a way that pays for one file alone */
function wayOfSeveral(payBy: PayByChoice | undefined): BatchPayByChoice | undefined {
  if (payBy !== 'transfer' && payBy !== 'batch') return payBy
  throw new ChiralError(
    'USAGE',
    `--pay-by ${payBy} buys one file at a time: several are paid with channels, or from one escrow.`,
  )
}

function batchOf(
  session: Session,
  items: readonly ListedItem[],
  options: GetOptions & { readonly out: string },
): BatchOptions {
  return {
    items,
    out: options.out,
    maxTotal: options.maxTotal,
    maxPrice: options.maxPrice ?? session.budget.maxPrice,
    bid: options.bid,
    yes: options.yes === true,
    overwrite: options.overwrite === true,
    closeChannels: options.keepChannels !== true,
    transfer: options,
    listingsAsFiles: options.listingAsFile === true,
    payBy: wayOfSeveral(options.payBy),
    dryRun: options.dryRun === true,
  }
}

async function getOne(
  app: App,
  session: Session,
  reference: string,
  options: GetOptions & { readonly out: string },
): Promise<void> {
  const { client, signal } = session
  const maxPrice = options.maxPrice ?? session.budget.maxPrice
  const request = {
    reference,
    out: options.out,
    closeChannels: options.keepChannels !== true,
    ...(options.maxTotal === undefined ? {} : { maxTotal: options.maxTotal }),
    ...(maxPrice === undefined ? {} : { maxPrice }),
    ...(options.bid === undefined ? {} : { bid: options.bid }),
    ...(options.overwrite === undefined ? {} : { overwrite: true }),
    ...transferOf(options),
    ...(options.payBy === undefined ? {} : { payBy: options.payBy }),
    ...(options.prepay === undefined ? {} : { prepay: options.prepay }),
  }
  app.output.progress('finding seeders')
  const plan = await client.plan(request, { signal })
  app.output.clearProgress()
  if (plan.isListing && options.listingAsFile !== true) {
    // Without a target, in a folder of the listing's name.
    const item = options.named === true ? { reference, path: '.' } : { reference }
    return getBatch(app, session, batchOf(session, [item], options))
  }
  if (options.dryRun === true) return showPlan(app, session, plan)
  await obtainConsent(app, session, questionOf(plan, session), {
    maxTotal: options.maxTotal,
    maxPrice,
    yes: options.yes === true,
  })
  signal.throwIfAborted()
  const { downloadId } = await client.download(request)
  const download = await follow(app, session, downloadId)
  if (download.phase !== 'done') throw failureOf(download)
  report(app, session, download)
}

function showPlan({ output }: App, session: Session, plan: Plan): void {
  if (output.json) output.document(plan)
  else for (const line of questionOf(plan, session).lines) output.data(line)
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
        onNotice: (notice) => output.told(notice),
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
  const { sizeBytes, seconds, transferSeconds, transferBytes, spent, gasSpent, sources, sha256 } = download
  const speed = transferSeconds > 0 ? `, ${formatBytes(transferBytes / transferSeconds)}/s` : ''
  output.notice(`${formatBytes(sizeBytes)} verified in ${formatDuration(seconds)}${speed}`)
  if (sha256 !== undefined) output.notice(`  sha256  ${sha256}`)
  output.notice(`  spent   ${session.amount(spent)}, and ${session.amount(gasSpent)} for gas`)
  const used = sources.filter(({ chunks, paid }) => chunks > 0 || paid > 0n)
  if (used.length === 0) return
  const rows = used.map((source) => [
    sourceName(source),
    `${source.chunks}`,
    formatBytes(source.bytes),
    session.amount(source.pricePerMiB),
    session.amount(source.paid),
  ])
  const head = ['seeder', 'chunks', 'size', 'per MiB', 'paid']
  for (const line of formatTable([head, ...rows], [1, 2, 3, 4])) output.notice(`  ${line}`)
}
