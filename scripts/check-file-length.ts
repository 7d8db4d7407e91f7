/**
 * One file is one concept: at so many lines a second one is in it. Biome's rule counts the lines of a comment or of a text as one, so that a file could grow by
 * what it says of itself, or by its SQL.
 */

import { isMain } from './is-main.ts'
import { readTrackedFiles, type TextFile } from './tracked-files.ts'

const MOST_LINES = 300

/** What the generators make (CONTRIBUTING.md, Generated files). */
const GENERATED = /^src\/chain\/abi\/|\/messages\.d\.ts$/

/** One sentence for each file that is too long. */
export function findLongFiles({ path, text }: TextFile): string[] {
  if (!path.startsWith('src/') || GENERATED.test(path)) return []
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
  if (lines <= MOST_LINES) return []
  return [`${path} has ${lines} lines, and a file at most ${MOST_LINES}: find the second concept in it.`]
}

if (isMain(import.meta.filename)) {
  const problems = readTrackedFiles('src/*.ts').flatMap(findLongFiles)
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) process.exitCode = 1
}
