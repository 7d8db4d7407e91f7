/**
 * Code that meets a requirement quotes it, and the quote must still stand in the specification:
 *
 *     // SPEC 03 §4.2: "The payee MUST …"
 *
 * The text is looked for in section 4.2 of docs/specs/03-*.md. It may go on over several comment lines; `…` stands for
 * what was left out; line breaks and Markdown emphasis do not matter.
 */

import { isMain } from './is-main.ts'
import { readTrackedFiles, type TextFile } from './tracked-files.ts'

export type Quote = {
  readonly path: string
  readonly line: number
  /** The number of the specification, two digits. */
  readonly spec: string
  readonly section: string
  readonly text: string
}

/** A mention of a section; with a quote behind it when it is one. */
const QUOTE = /\bSPEC (\d\d) §([\d.]*\d)(?::\s*"([^"]*)")?/g
const COMMENT_LINE = /^\s*(?:\/\/\/?|\/\*\*?|\*)\s?(.*?)(?:\*\/)?\s*$/

export function findQuotes({ path, text }: TextFile): Quote[] {
  const quotes: Quote[] = []
  for (const comment of commentsOf(text)) {
    for (const match of comment.text.matchAll(QUOTE)) {
      const [, spec = '', section = '', quoted] = match
      if (quoted === undefined) continue
      const line = comment.line + comment.text.slice(0, match.index).split('\n').length - 1
      quotes.push({ path, line, spec, section, text: quoted })
    }
  }
  return quotes
}

/** One sentence per quote that is not in its section of `specs`. */
export function checkQuotes(quotes: readonly Quote[], specs: readonly TextFile[]): string[] {
  return quotes.flatMap((quote) => {
    const where = `${quote.path}:${quote.line}`
    const spec = specs.find(({ path }) => path.startsWith(`docs/specs/${quote.spec}-`))
    if (!spec) return [`${where} quotes SPEC ${quote.spec}, and docs/specs/ has no such file.`]
    const section = sectionOf(spec.text, quote.section)
    if (section === undefined) return [`${where} quotes §${quote.section}, which ${spec.path} does not have.`]
    if (contains(section, quote.text)) return []
    return [`${where}: §${quote.section} of ${spec.path} does not say "${quote.text.replace(/\s+/g, ' ')}".`]
  })
}

/** Runs of comment lines without their markers; the line is that of the first. */
function commentsOf(text: string): { line: number; text: string }[] {
  const comments: { line: number; text: string }[] = []
  let open: { line: number; text: string } | undefined
  for (const [index, source] of text.split('\n').entries()) {
    const content = COMMENT_LINE.exec(source)?.[1] ?? trailingComment(source)
    if (content === undefined) {
      open = undefined
    } else if (open) {
      open.text += `\n${content}`
    } else {
      open = { line: index + 1, text: content }
      comments.push(open)
    }
  }
  return comments
}

function trailingComment(line: string): string | undefined {
  return /\s\/\/\s?(.*)$/.exec(line)?.[1]
}

/** From the heading with this number to the next heading that is not below it. */
function sectionOf(text: string, number: string): string | undefined {
  const lines = text.split('\n')
  const start = lines.findIndex((line) => headingOf(line)?.number === number)
  const level = headingOf(lines[start] ?? '')?.level
  if (level === undefined) return undefined
  const length = lines.slice(start + 1).findIndex((line) => (headingOf(line)?.level ?? level + 1) <= level)
  return lines.slice(start, length === -1 ? undefined : start + 1 + length).join('\n')
}

function headingOf(line: string): { level: number; number: string | undefined } | undefined {
  const match = /^(#{1,6})\s+(?:§\s*)?(\d+(?:\.\d+)*)?/.exec(line)
  return match?.[1] === undefined ? undefined : { level: match[1].length, number: match[2] }
}

function contains(section: string, quote: string): boolean {
  const haystack = normalize(section)
  let from = 0
  for (const part of quote.split('…').map(normalize)) {
    const at = haystack.indexOf(part, from)
    if (at === -1) return false
    from = at + part.length
  }
  return true
}

function normalize(text: string): string {
  return text.replace(/[*_`]/g, '').replace(/\s+/g, ' ').trim()
}

if (isMain(import.meta.filename)) {
  const quotes = readTrackedFiles('src', 'contracts', 'scripts', 'bench').filter(isSource).flatMap(findQuotes)
  const problems = checkQuotes(quotes, readTrackedFiles('docs/specs'))
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) process.exitCode = 1
  else console.error(`${quotes.length} quotes stand in their specifications`)
}

/** This file shows a quote that is none. */
function isSource({ path }: TextFile): boolean {
  return /\.(ts|sol|proto|svelte)$/.test(path) && path !== 'scripts/check-spec-quotes.ts'
}
