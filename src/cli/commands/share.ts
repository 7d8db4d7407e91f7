import { setTimeout as sleep } from 'node:timers/promises'
import { Command } from '@commander-js/extra-typings'
import type { Share, Status } from '../../api/schema.ts'
import { type Wei, ZERO_WEI } from '../../domain/amount.ts'
import { ChiralError } from '../../domain/errors.ts'
import { type App, amountArgument } from '../app.ts'
import { type Earnings, earnedSince, earningsOf } from '../earnings.ts'
import { readableFile } from '../files.ts'
import { formatBytes, shellQuote } from '../format.ts'
import type { Output } from '../output.ts'
import { renderHashing } from '../progress.ts'
import type { Session } from '../session.ts'
import { withDaemon } from './daemon.ts'

type Prices = Pick<Share, 'pricePerMiB' | 'lowestPricePerMiB'>

/** How often the earnings line is looked up. */
const EARNINGS_EVERY_MS = 3_000

export function shareCommand(app: App) {
  return new Command('share')
    .description('seed files or folders at a price and print their ids')
    .argument('<path...>', 'files and folders to share; they are seeded in place')
    .option('--price <amount>', 'coins per MiB, such as 0.001, or wei such as 1000wei; 0 is free', amountArgument)
    .option('--free', 'the same as --price 0')
    .option('--lowest-price <amount>', 'take a bid from here up to the price; nobody is told', amountArgument)
    .addHelpText(
      'after',
      `
A folder has one id, of a listing that names its files: "chiral get" of it brings them all. Hidden files and symbolic
links are left out. Without a running daemon the command stays and seeds until Ctrl-C.

Examples:
  chiral share video.mp4 --price 0.001
  chiral share --free notes.txt slides.pdf
  chiral share photos/ --price 0.001 --lowest-price 0.0008
  chiral share --price 1000wei -- -odd-name.bin`,
    )
    .action(async (files, options) => {
      const prices = { pricePerMiB: priceOf(options), lowestPricePerMiB: options.lowestPrice }
      const paths: string[] = []
      for (const file of files) paths.push(await readableFile(file, app.io.workingDirectory, { folders: true }))
      await withDaemon(app, { start: true }, (session) => share(app.output, session, paths, prices))
    })
}

function priceOf({ price, free }: { price?: Wei | undefined; free?: true | undefined }): Wei {
  if (free === true && price !== undefined && price !== ZERO_WEI)
    throw new ChiralError('USAGE', '--free and --price contradict each other: give one of them.')
  if (free === true) return ZERO_WEI
  if (price === undefined)
    throw new ChiralError(
      'USAGE',
      'A price is missing: give --price in coins per MiB, such as --price 0.001, or --free.',
    )
  return price
}

async function share(output: Output, session: Session, paths: readonly string[], prices: Prices): Promise<void> {
  for (const path of paths) {
    const view = await shareOne(output, session, path, prices)
    announce(output, session, view)
  }
  if (session.foreground) await seed(output, session)
}

async function shareOne(output: Output, session: Session, path: string, prices: Prices): Promise<Share> {
  const watching = new AbortController()
  const watched = watchHashing(output, session, path, watching.signal)
  try {
    return await session.client.share({ path, ...prices }, { signal: session.signal })
  } finally {
    watching.abort()
    await watched
    output.endProgress()
  }
}

async function watchHashing(output: Output, { client }: Session, path: string, signal: AbortSignal): Promise<void> {
  try {
    for await (const event of client.events({ signal }))
      if (event.kind === 'hashing' && event.path === path) output.progress(renderHashing(event, output.width))
  } catch {
    // Only the progress is lost; the request itself reports what went wrong.
  }
}

function announce(output: Output, session: Session, view: Share): void {
  const command = getCommand(view, session.status)
  if (output.json) {
    output.document({ kind: 'share', share: view, command })
  } else output.data(view.fileHash)
  output.notice(`  name    ${view.name}`)
  const parts = view.folder === undefined ? plural(view.chunks, 'chunk') : plural(view.folder.files, 'file')
  output.notice(`  size    ${formatBytes(view.sizeBytes)} (${plural(view.sizeBytes, 'byte')}, ${parts})`)
  const { files = 0, ownRecords = files } = view.folder ?? {}
  if (files > ownRecords)
    output.notice(
      `  note    the ${ownRecords} largest files are found by ids of their own, the others by this one: chiral find ID --in ${view.fileHash}`,
    )
  for (const { path, why } of view.folder?.skipped ?? []) output.notice(`  left out  ${path} (${why})`)
  const untold = (view.folder?.skippedCount ?? 0) - (view.folder?.skipped.length ?? 0)
  if (untold > 0) output.notice(`  left out  and ${untold} more`)
  output.notice(`  price   ${view.pricePerMiB === 0n ? 'free' : `${session.amount(view.pricePerMiB)} per MiB`}`)
  if (view.lowestPricePerMiB !== undefined)
    output.notice(`  lowest  ${session.amount(view.lowestPricePerMiB)} per MiB, to who bids so much; nobody is told`)
  output.notice(`  total   ${session.amount(view.totalPrice)}`)
  if (!view.announced) output.notice('  note    no other peer knows of this file yet; announcing goes on')
  if (view.httpUrl !== undefined) output.notice(`  url     ${view.httpUrl}`)
  if (view.ed2kLink !== undefined) output.notice(`  ed2k    ${view.ed2kLink}`)
  output.notice(`  get it  ${command}`)
}

/** The line another person pastes. */
function getCommand(view: Share, status: Status): string {
  const words = ['chiral', 'get', view.fileHash, '-o', view.name.startsWith('-') ? `./${view.name}` : view.name]
  const bootstrap = bootstrapAddress(status)
  if (bootstrap !== undefined) words.push('--bootstrap', bootstrap)
  words.push('--rpc', status.chain.rpcUrl)
  return words.map(shellQuote).join(' ')
}

/** The address most likely to work from elsewhere: plain TCP, not on loopback when there is a choice. */
function bootstrapAddress({ addresses, peerId }: Status): string | undefined {
  const tcp = addresses.filter((address) => /\/tcp\/\d+(\/p2p\/|$)/.test(address))
  const chosen = tcp.find((address) => !/^\/ip4\/127\.|^\/ip6\/::1\//.test(address)) ?? tcp[0] ?? addresses[0]
  return chosen === undefined || chosen.includes('/p2p/') ? chosen : `${chosen}/p2p/${peerId}`
}

/** Shows what is earned until Ctrl-C, which is the normal end. */
async function seed(output: Output, session: Session): Promise<void> {
  output.notice('Seeding; Ctrl-C ends it.')
  const { client, signal, amount } = session
  let before: Earnings | undefined
  let last = ''
  while (!signal.aborted) {
    const found = await Promise.all([lookUpEarnings(client), client.shares(), client.peers()]).catch(() => undefined)
    if (found !== undefined) {
      const [now, shares, peers] = found
      before ??= now
      const since = earnedSince(before, now)
      const line = [
        `seeding ${plural(shares.length, 'file')}`,
        plural(peers.length, 'peer'),
        plural(since.payers, 'open channel'),
        `earned ${amount(since.earned)}`,
        `on chain ${amount(since.redeemed)}`,
      ].join('  ')
      output.progress(line)
      if (output.json && last !== '' && line !== last) output.document({ kind: 'earnings', ...since })
      last = line
    }
    // A look that failed, as without the chain, is no reason to stop seeding: the next one may succeed.
    await sleep(EARNINGS_EVERY_MS, undefined, { signal }).catch(() => undefined)
  }
  output.endProgress()
  output.notice('Stopping: earnings are kept, and redeemed by policy.')
}

async function lookUpEarnings(client: Session['client']): Promise<Earnings> {
  const [channels, history] = await Promise.all([client.channels(), client.history()])
  return earningsOf(channels, history)
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
