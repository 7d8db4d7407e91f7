import { DecodeError } from '../../domain/errors.ts'

/** What a spreadsheet would take for the beginning of a formula, or would cut away to find one. */
const FORMULA = /^'*[=+\-@\t\r]/
const GUARDED = /^'+[=+\-@\t\r]/
const MUST_QUOTE = /[",\r\n]/

/** One record of RFC 4180, without its line end. A cell that a spreadsheet would compute gets an apostrophe before it. */
export function encodeCsvRecord(cells: readonly string[]): string {
  return cells
    .map((cell) => {
      const text = FORMULA.test(cell) ? `'${cell}` : cell
      return MUST_QUOTE.test(text) ? `"${text.replaceAll('"', '""')}"` : text
    })
    .join(',')
}

/** The records of a CSV text; every line may end with LF or CR LF, the last with nothing. @throws DecodeError */
export function decodeCsv(text: string): string[][] {
  const records: string[][] = []
  let record: string[] = []
  let position = 0
  while (position < text.length) {
    const { cell, end } = text[position] === '"' ? quoted(text, position + 1) : plain(text, position)
    record.push(GUARDED.test(cell) ? cell.slice(1) : cell)
    position = end
    if (text[position] === ',') {
      position++
      if (position < text.length) continue
      record.push('')
    } else if (text.startsWith('\r\n', position)) position += 2
    else if (text[position] === '\n') position++
    else if (position < text.length) throw new DecodeError(`The CSV is broken after record ${records.length}.`)
    records.push(record)
    record = []
  }
  return records
}

function plain(text: string, start: number): { cell: string; end: number } {
  let end = start
  while (end < text.length && !',\n'.includes(text.charAt(end))) end++
  if (text[end] === '\n' && text[end - 1] === '\r' && end > start) end--
  return { cell: text.slice(start, end), end }
}

function quoted(text: string, start: number): { cell: string; end: number } {
  let cell = ''
  for (let position = start; ; ) {
    const quote = text.indexOf('"', position)
    if (quote === -1) throw new DecodeError('A quoted cell of the CSV does not end.')
    cell += text.slice(position, quote)
    if (text[quote + 1] !== '"') return { cell, end: quote + 1 }
    cell += '"'
    position = quote + 2
  }
}
