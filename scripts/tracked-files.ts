import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from './generated-files.ts'

export type TextFile = {
  /** Relative to the checkout, with forward slashes. */
  readonly path: string
  readonly text: string
}

/** The text files under version control that match one of git's path patterns, as they stand on the disk. */
export function readTrackedFiles(...patterns: string[]): TextFile[] {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate', '--', ...patterns]
  const paths = execFileSync('git', args, { cwd: repositoryRoot, encoding: 'utf8' }).split('\0').filter(Boolean)
  return paths.flatMap((path) => {
    const text = readText(path)
    return text === undefined ? [] : [{ path, text }]
  })
}

/** `undefined` for a file that was deleted, is no file, or is not text. */
function readText(path: string): string | undefined {
  try {
    const text = readFileSync(join(repositoryRoot, path), 'utf8')
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}
