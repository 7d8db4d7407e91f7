import { parseWei } from '../../domain/amount.ts'
import { fromHex, toHex } from '../../domain/bytes.ts'
import { DecodeError } from '../../domain/errors.ts'
import { decodeCsv, encodeCsvRecord } from './csv.ts'
import { ALL_COLUMNS, columnsOf, decodeEntry, encodeEntry, type ReceiptEntry, type ReceiptRow } from './entry.ts'
import type { Statement } from './statement.ts'

/** What `chiral receipts export` writes and `verify` reads, in either form (docs/specs/10-receipts.md §4). */
export interface ReceiptsDocument {
  readonly entries: readonly ReceiptEntry[]
  readonly statement: Statement
}

export type ReceiptsFormat = 'csv' | 'json'

const FORMAT = 'chiral-receipts/1'
/** The last column of CSV: empty but in the last record, which holds nothing else. */
const STATEMENT_COLUMN = 'statement'

export function encodeReceipts(document: ReceiptsDocument, format: ReceiptsFormat): string {
  return format === 'csv' ? encodeAsCsv(document) : encodeAsJson(document)
}

/** @throws DecodeError that names the first entry that is none */
export function decodeReceipts(text: string): ReceiptsDocument {
  return text.trimStart().startsWith('{') ? decodeFromJson(text) : decodeFromCsv(text)
}

function encodeAsCsv({ entries, statement }: ReceiptsDocument): string {
  const columns = columnsOf(...new Set(entries.map(({ kind }) => kind)))
  const rows = entries.map((entry) => {
    const row = encodeEntry(entry)
    return [...columns.map((column) => row[column]), '']
  })
  const last = [...columns.map(() => ''), JSON.stringify(encodeStatement(statement))]
  const records = [[...columns, STATEMENT_COLUMN], ...rows, last]
  return records.map((record) => `${encodeCsvRecord(record)}\r\n`).join('')
}

function encodeAsJson({ entries, statement }: ReceiptsDocument): string {
  const lines = entries.map((entry) =>
    JSON.stringify(Object.fromEntries(Object.entries(encodeEntry(entry)).filter(([, text]) => text !== ''))),
  )
  const list = lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n]`
  return `{"format":"${FORMAT}","entries":${list},\n"statement":${JSON.stringify(encodeStatement(statement))}}\n`
}

function decodeFromCsv(text: string): ReceiptsDocument {
  const [header, ...records] = decodeCsv(text)
  const columns = [columnsOf(), columnsOf('quoted'), columnsOf('receipt'), ALL_COLUMNS]
    .map((names): readonly string[] => [...names, STATEMENT_COLUMN])
    .find((names) => names.join() === header?.join())
  if (columns === undefined)
    throw new DecodeError('The file is no export of receipts: its first line does not name their fields.')
  const last = records.pop()
  const statement = last?.length === columns.length && last.slice(0, -1).every((cell) => cell === '') ? last.at(-1) : ''
  if (statement === undefined || statement === '') throw missingStatement()
  const rows = records.map((record, index) => {
    if (record.length !== columns.length || record.at(-1) !== '')
      throw badEntry(index, 'it has other fields than the first line names')
    return rowOf((column) => record[columns.indexOf(column)])
  })
  return { entries: rows.map(decodeNumbered), statement: decodeStatement(parseJson(statement)) }
}

function decodeFromJson(text: string): ReceiptsDocument {
  const { format, entries, statement } = object(parseJson(text))
  if (format !== FORMAT || !Array.isArray(entries))
    throw new DecodeError(`The file is no export of receipts (${FORMAT}).`)
  if (statement === undefined) throw missingStatement()
  const rows = entries.map((entry: unknown, index) => {
    const fields = object(entry)
    const odd = Object.keys(fields).find((name) => !ALL_COLUMNS.some((column) => column === name))
    if (odd !== undefined) throw badEntry(index, `"${odd.slice(0, 40)}" is no field of it`)
    return rowOf((column) => fields[column])
  })
  return { entries: rows.map(decodeNumbered), statement: decodeStatement(statement) }
}

function rowOf(read: (column: keyof ReceiptRow) => unknown): ReceiptRow {
  const row: Partial<Record<keyof ReceiptRow, string>> = {}
  for (const column of ALL_COLUMNS) {
    const value = read(column)
    row[column] = typeof value === 'string' ? value : ''
  }
  return row as ReceiptRow // every column was set
}

function decodeNumbered(row: ReceiptRow, index: number): ReceiptEntry {
  try {
    return decodeEntry(row)
  } catch (error) {
    if (error instanceof DecodeError) throw badEntry(index, error.message, row.sequence)
    throw error
  }
}

function badEntry(index: number, reason: string, sequence = ''): DecodeError {
  const name = sequence === '' ? '' : ` (sequence ${sequence.slice(0, 20)})`
  return new DecodeError(`Entry ${index + 1} of the file${name} is bad: ${reason.replace(/\.$/, '')}.`)
}

function missingStatement(): DecodeError {
  return new DecodeError('The signed statement at the end is missing: the file was cut short.')
}

function encodeStatement({ signature, ...terms }: Statement): Record<string, string> {
  const fields = Object.entries(terms).map(([name, value]) => [name, String(value)])
  return { ...Object.fromEntries(fields), signature: `0x${toHex(signature)}` }
}

function decodeStatement(value: unknown): Statement {
  const fields = object(value)
  const text = (name: string): string => {
    const field = fields[name]
    if (typeof field !== 'string') throw new DecodeError(`The statement has no "${name}".`)
    return field
  }
  const count = (name: string): number => {
    const number = Number(parseWei(text(name)))
    if (!Number.isSafeInteger(number)) throw new DecodeError(`The statement has no valid "${name}".`)
    return number
  }
  const digest = text('digest')
  if (!/^[0-9a-f]{64}$/.test(digest)) throw new DecodeError('The statement has no valid "digest".')
  return {
    entries: count('entries'),
    length: count('length'),
    at: count('at'),
    signed: parseWei(text('signed')),
    received: parseWei(text('received')),
    deposited: parseWei(text('deposited')),
    refunded: parseWei(text('refunded')),
    earned: parseWei(text('earned')),
    digest,
    filter: text('filter'),
    signature: fromHex(text('signature')),
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new DecodeError('The file is no export of receipts: it is neither CSV nor JSON.')
  }
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new DecodeError('An object is missing in the export.')
  return value as Readonly<Record<string, unknown>> // any object can be read so
}
