import type { Batch, BatchPlan } from '../api/schema.ts'
import type { Wei } from '../domain/amount.ts'
import { ChiralError, codeOf } from '../domain/errors.ts'
import type { BatchPayBy, PayByChoice } from '../domain/pay-by.ts'
import type { App } from './app.ts'
import { obtainConsent, riskLine } from './consent.ts'
import { exitCodeOf } from './exit-codes.ts'
import { formatBytes, formatDuration, formatTable } from './format.ts'
import type { ListedItem } from './list-file.ts'
import { renderBatch } from './progress.ts'
import type { Session } from './session.ts'
import { sourceName } from './source-name.ts'
import { type TransferOptions, transferOf } from './transfer-options.ts'
import { watchBatch } from './watch.ts'

/** How soon a state shows that arrived between two progress lines. */
const SHOW_EVERY_MS = 1_000
/** Failed files that are named one by one. */
const MAX_FAILURES_TOLD = 10

/** What is asked for several files at once. */
export type BatchPayByChoice = Extract<PayByChoice, BatchPayBy | 'auto'>

/** A batch as it is asked for. */
export interface BatchOptions {
  readonly items: readonly ListedItem[]
  readonly out: string
  readonly maxTotal: Wei | undefined
  readonly maxPrice: Wei | undefined
  readonly bid: Wei | undefined
  readonly yes: boolean
  readonly overwrite: boolean
  readonly closeChannels: boolean
  readonly transfer: TransferOptions
  readonly listingsAsFiles: boolean
  readonly payBy: BatchPayByChoice | undefined
  /** Only show what it would cost. */
  readonly dryRun: boolean
}

/** All files with one question, one budget and one summary; the exit code says whether all of them came. */
export async function getBatch(app: App, session: Session, options: BatchOptions): Promise<void> {
  const { client, signal } = session
  const { maxTotal, maxPrice, bid, overwrite, closeChannels, transfer, listingsAsFiles, payBy } = options
  const request = {
    items: options.items,
    out: options.out,
    closeChannels,
    ...(maxTotal === undefined ? {} : { maxTotal }),
    ...(maxPrice === undefined ? {} : { maxPrice }),
    ...(bid === undefined ? {} : { bid }),
    ...(overwrite ? { overwrite } : {}),
    ...transferOf(transfer),
    ...(listingsAsFiles ? { listingsAsFiles } : {}),
    ...(payBy === undefined ? {} : { payBy }),
  }
  app.output.progress(`finding seeders of ${options.items.length === 1 ? 'the listing' : 'the files'}`)
  const plan = await client.planBatch(request, { signal })
  app.output.clearProgress()
  const question = { lines: describe(plan, session), total: plan.totalPrice, least: plan.leastPrice, gas: plan.gas }
  if (options.dryRun) return showPlan(app, plan, question.lines)
  await obtainConsent(app, session, question, { maxTotal, maxPrice, yes: options.yes })
  signal.throwIfAborted()
  const { batchId } = await client.batch(request)
  const batch = await follow(app, session, batchId)
  await report(app, session, batch)
}

function showPlan({ output }: App, plan: BatchPlan, lines: readonly string[]): void {
  if (output.json) output.document(plan)
  else for (const line of lines) output.data(line)
}

function describe(plan: BatchPlan, session: Session): string[] {
  const held = plan.filesHeld === 0 ? '' : `, ${plan.filesHeld} of them already here`
  const lines = plan.listings.map(
    ({ name, files, publisher }) => `${name}  ${plural(files, 'file')}, listed by ${publisher}`,
  )
  lines.push(`${plural(plan.files, 'file')}  ${formatBytes(plan.sizeBytes)}${held}`)
  lines.push(...failureLines(plan))
  lines.push(`  total         ${plan.totalPrice === 0n ? 'free' : `at most ${session.amount(plan.totalPrice)}`}`)
  if (plan.totalPrice === 0n) return lines
  for (const { payee, files, lowestPrice, highestPrice } of plan.seeders) {
    const price = lowestPrice === highestPrice ? '' : ` to ${session.amount(highestPrice)}`
    lines.push(`  seeder        ${payee}  ${plural(files, 'file')} at ${session.amount(lowestPrice)}${price} per MiB`)
  }
  lines.push(
    plan.payBy === 'escrow'
      ? `  locked        ${session.amount(plan.deposit)} once for all seeders, what is not spent returns`
      : `  deposit       ${session.amount(plan.deposit)} in ${plural(plan.seeders.length, 'channel')}, what is not spent returns`,
    `  gas           ${session.amount(plan.gas)} at most`,
    riskLine(plan, session),
    `  wallet        ${session.amount(plan.walletBalance)}`,
  )
  return lines
}

/** Until the end, or until Ctrl-C, which pauses: what was paid for is kept and the same command goes on from there. */
async function follow({ output }: App, session: Session, batchId: string): Promise<Batch> {
  const { client, signal } = session
  const { testCoin } = session.status.chain
  let latest: Batch | undefined
  const show = (): void => {
    if (latest !== undefined) output.progress(renderBatch({ ...latest, testCoin }, output.width))
  }
  const repeat = setInterval(show, SHOW_EVERY_MS)
  try {
    const onUpdate = (batch: Batch): void => {
      latest = batch
      show()
    }
    return await watchBatch(client, batchId, { onUpdate, onNotice: (notice) => output.told(notice) }, signal)
  } catch (error) {
    if (codeOf(error) !== 'INTERRUPTED') throw error
    await client.pauseBatch(batchId).catch(() => undefined)
    const done = latest === undefined ? '' : ` after ${latest.filesDone} of ${plural(latest.files, 'file')}`
    throw new ChiralError('INTERRUPTED', `Paused${done}: nothing is lost, run the same command again to resume.`)
  } finally {
    clearInterval(repeat)
    output.endProgress()
  }
}

async function report(app: App, session: Session, batch: Batch): Promise<void> {
  const { output } = app
  if (output.json) output.document(batch)
  else
    for (const { path, state } of await session.client.batchFiles(batch.batchId))
      if (state === 'done') output.data(path)
  const { files, filesDone, verifiedBytes, seconds, transferSeconds, transferBytes, spent, gasSpent } = batch
  const speed = transferSeconds > 0 ? `, ${formatBytes(transferBytes / transferSeconds)}/s` : ''
  output.notice(
    `${filesDone} of ${plural(files, 'file')}, ${formatBytes(verifiedBytes)} verified in ${formatDuration(seconds)}${speed}`,
  )
  output.notice(`  spent   ${session.amount(spent)}, and ${session.amount(gasSpent)} for gas`)
  const used = batch.sources.filter(({ chunks, paid }) => chunks > 0 || paid > 0n)
  const rows = used.map((source) => [
    sourceName(source),
    `${source.chunks}`,
    formatBytes(source.bytes),
    session.amount(source.paid),
  ])
  if (rows.length > 0)
    for (const line of formatTable([['seeder', 'chunks', 'size', 'paid'], ...rows], [1, 2, 3]))
      output.notice(`  ${line}`)
  if (batch.phase === 'done') return
  for (const line of failureLines(batch)) output.notice(line)
  const { code, message } = endOf(batch)
  output.failure(message)
  app.exitWith(exitCodeOf(code))
}

function failureLines({ failures, filesFailed }: Pick<Batch, 'failures' | 'filesFailed'>): string[] {
  const told = failures.slice(0, MAX_FAILURES_TOLD)
  const lines = told.map(({ path, reference, message }) => `  not had       ${path ?? reference}: ${message}`)
  const more = filesFailed - told.length
  return more > 0 ? [...lines, `  not had       and ${plural(more, 'file')} more`] : lines
}

function endOf({ phase, error }: Batch): { readonly code: string; readonly message: string } {
  if (error !== undefined) return error
  if (phase === 'paused')
    return { code: 'INTERRUPTED', message: 'The batch was paused: run the same command again to resume.' }
  return { code: 'DOWNLOAD_CANCELLED', message: 'The batch was cancelled.' }
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
