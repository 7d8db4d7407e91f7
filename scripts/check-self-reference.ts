/**
 * The repository speaks of itself only: no file names the machine it was written on or the place its packages came from.
 */

import { isMain } from './is-main.ts'
import { readTrackedFiles, type TextFile } from './tracked-files.ts'

const FORBIDDEN: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  {
    what: 'a path of one machine (write it relative to the checkout, or with ~)',
    pattern: /(?<![\w.~:}-])\/(?:work|home|root|Users)\/[\w.]/,
  },
  { what: 'a temporary path of one machine', pattern: /(?<![\w.~:}-])\/tmp\/[\w.]*\d{3,}/ },
  {
    what: 'a package registry',
    pattern: /\bhttps?:\/\/(?:[\w-]+\.)*(?:registry|artifactory|nexus|npm|pypi)\.[\w.-]+/i,
  },
]

/** npm notes where each package came from unless it is told not to (`omit-lockfile-registry-resolved`). */
const RESOLVED = /"resolved": "https?:/

/** One sentence per line that names what it should not. */
export function findForeignReferences({ path, text }: TextFile): string[] {
  if (path.endsWith('package-lock.json'))
    return RESOLVED.test(text) ? [`${path} names the registry: remove "resolved".`] : []
  return text.split('\n').flatMap((line, index) => {
    const found = FORBIDDEN.find(({ pattern }) => pattern.test(line))
    return found ? [`${path}:${index + 1} names ${found.what}.`] : []
  })
}

if (isMain(import.meta.filename)) {
  const problems = readTrackedFiles().flatMap(findForeignReferences)
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) process.exitCode = 1
}
