import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings'
import type { Receipt } from '../../api/schema.ts'
import { formatCoins } from '../../domain/amount.ts'
import { ChiralError } from '../../domain/errors.ts'
import type { FileHash } from '../../domain/ids.ts'
import { createFileAtomic } from '../../system/atomic-file.ts'
import type { App } from '../app.ts'
import { readableFile } from '../files.ts'
import { formatTable } from '../format.ts'
import type { Session } from '../session.ts'
import { withDaemon } from './daemon.ts'

interface FilterOptions {
  readonly since?: number
  readonly until?: number
  readonly file?: string
  readonly peer?: string
}

type Filter = Parameters<Session['client']['receipts']>[0]

export function receiptsCommand(app: App) {
  const command = new Command('receipts').description('the log of everything that was signed, taken and paid')
  withFilter(command.command('list'))
    .description('entries of the log, oldest first')
    .addHelpText('after', '\nExample:\n  chiral receipts list --since 2026-01-01 --json')
    .action(async (options) => {
      const filter = await filterOf(options)
      await withDaemon(app, { start: true }, (session) => list(app, session, filter))
    })
  withFilter(command.command('export'))
    .description('write the log, with a statement that the wallet signs, for "chiral receipts verify"')
    .addOption(
      new Option('--format <format>', 'of the file').choices(['csv', 'json'] as const).default('json' as const),
    )
    .option('-o, --out <file>', 'file to make; default: standard output')
    .addHelpText('after', '\nExample:\n  chiral receipts export --format csv -o receipts.csv')
    .action(async ({ format, out, ...options }) => {
      const filter = await filterOf(options)
      const { text } = await withDaemon(app, { start: true }, ({ client }) =>
        client.exportReceipts({ ...filter, format }),
      )
      await save(app, text, out)
    })
  command
    .command('verify')
    .description('check an export: needs no node, no wallet, no chain and no network')
    .argument('<file>', 'what "chiral receipts export" wrote')
    .addHelpText('after', '\nExample:\n  chiral receipts verify receipts.csv')
    .action((file) => verify(app, file))
  return command
}

function withFilter(command: Command) {
  return command
    .option(
      '--since <time>',
      'from this time on: a date or an ISO 8601 time, UTC where it names no zone',
      instantArgument,
    )
    .option('--until <time>', 'before this time', instantArgument)
    .option('--file <hash>', 'entries that name this file')
    .option('--peer <peer>', 'entries with this account or peer id')
}

async function filterOf({ since, until, file, peer }: FilterOptions): Promise<Filter> {
  return { since, until, peer, fileHash: file === undefined ? undefined : await fileHashOf(file) }
}

async function fileHashOf(text: string): Promise<FileHash> {
  const { parseFileReference } = await import('../../domain/cid.ts')
  const reference = parseFileReference(text)
  if (reference.kind === 'file') return reference.fileHash
  throw new ChiralError('USAGE', 'Receipts name files by their file hash: give that, or its CID, to --file.')
}

/** @throws InvalidArgumentError */
function instantArgument(text: string): number {
  const hasZone = /(?:Z|[+-][0-9]{2}:[0-9]{2})$/i.test(text)
  const isDate = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)
  const at = Date.parse(hasZone || isDate ? text : `${text}Z`)
  if (Number.isNaN(at) || at < 0)
    throw new InvalidArgumentError('Give a time such as 2026-01-31 or 2026-01-31T12:00:00Z.')
  return at
}

async function list({ output }: App, { client }: Session, filter: Filter): Promise<void> {
  const entries = await client.receipts(filter)
  if (output.json) return output.document(entries)
  if (entries.length === 0) return output.notice('There is no receipt.')
  const header = ['no.', 'time', 'we are', 'what', 'peer', 'amount', 'total', 'refund', 'channel', 'transaction']
  for (const line of formatTable([header, ...entries.map(rowOf)], [0, 5, 6, 7])) output.data(line)
}

function rowOf(receipt: Receipt): string[] {
  const { sequence, at, role, kind, peer, amount, cumulativeAmount, refund, channelId, transactionHash, undoes } =
    receipt
  const coins = (value: bigint | undefined): string => (value === undefined ? '' : formatCoins(value))
  return [
    String(sequence),
    new Date(at).toISOString().slice(0, 19).replace('T', ' '),
    role,
    undoes === undefined ? kind : `${kind} ${undoes}`,
    peer,
    coins(amount),
    coins(cumulativeAmount),
    coins(refund),
    kind === 'transferred' || kind === 'quoted' ? '-' : `${channelId.slice(0, 10)}…`,
    transactionHash ?? '-',
  ]
}

async function save({ io, output }: App, text: string, out: string | undefined): Promise<void> {
  if (out === undefined) {
    io.stdout.write(text)
    return
  }
  const path = resolve(io.workingDirectory, out)
  if (!(await createFileAtomic(path, text)))
    throw new ChiralError('TARGET_EXISTS', `${path} exists already: an export replaces no file, choose another name.`)
  if (output.json) output.document({ path })
  else output.data(path)
}

async function verify({ io, output }: App, file: string): Promise<void> {
  const path = await readableFile(file, io.workingDirectory)
  const { wallet, entries, filter, unchecked, ...totals } = await io.node.verifyReceipts(await readFile(path, 'utf8'))
  if (output.json) return output.document({ wallet, entries, filter, ...totals, unchecked })
  output.data(`wallet     ${wallet ?? '-'}`)
  output.data(`entries    ${entries}${filter === '' ? '' : ` (a part of the log: ${filter})`}`)
  for (const [name, amount] of Object.entries(totals)) output.data(`${name.padEnd(10)} ${formatCoins(amount)}`)
  if (unchecked > 0)
    output.warn(`${unchecked} vouchers are of contract wallets: only the chain can say whether they signed them.`)
  output.notice('Nothing was changed, and every voucher and receipt is signed by its payer.')
}
