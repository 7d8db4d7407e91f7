import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ChiralError, codeOf, messageOf } from '../domain/errors.ts'
import { parseRelativePath } from '../domain/relative-path.ts'
import type { Io } from './io.ts'
import { readStandardInput } from './prompt.ts'

/** 10,000 lines with paths of 300 bytes, as much as one request takes. */
const MAX_LIST_BYTES = 4 * 2 ** 20

export interface ListedItem {
  readonly reference: string
  /** Below the target folder. */
  readonly path?: string
}

/**
 * What `--list` names: one id a line, after it perhaps a space and where the file goes. `-` is standard input.
 * @throws ChiralError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `USAGE`
 */
export async function readList(file: string, io: Pick<Io, 'stdin' | 'workingDirectory'>): Promise<ListedItem[]> {
  const { parseFileReference } = await import('../domain/cid.ts') // not for --help
  const text = file === '-' ? await readStandardInput(io) : await textOf(resolve(io.workingDirectory, file))
  return parseList(text, parseFileReference)
}

/** `check` throws for what is no id. @throws ChiralError `USAGE` that names the line */
export function parseList(text: string, check: (reference: string) => unknown): ListedItem[] {
  return text.split('\n').flatMap((raw, index) => {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) return []
    const [, reference = '', path = ''] = /^(\S+)\s*(.*)$/.exec(line) ?? []
    const refuse = (why: string): ChiralError => new ChiralError('USAGE', `Line ${index + 1} of the list: ${why}`)
    try {
      check(reference)
    } catch (error) {
      throw refuse(messageOf(error))
    }
    if (path === '') return [{ reference }]
    const verdict = parseRelativePath(path)
    if (!verdict.accepted && path !== '.') throw refuse(`${path} cannot be a target: ${verdict.why}.`)
    return [{ reference, path }]
  })
}

async function textOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) throw new ChiralError('FILE_NOT_FOUND', `There is no file ${path}: check the name.`)
  if (!found.isFile() || found.size > MAX_LIST_BYTES)
    throw new ChiralError('FILE_UNREADABLE', `${path} is no list of ids: a list is a text file of at most 4 MiB.`)
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw new ChiralError('FILE_UNREADABLE', `${path} cannot be read (${codeOf(error)}).`, { cause: error })
  })
}
