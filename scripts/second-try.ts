/**
 * What becomes of a suite of real processes in which something failed: the files concerned run once more, alone. No I/O.
 *
 * Such a suite shares the machine with whatever else runs on it, and a process that got no time looks like one that is broken. What fails
 * twice failed. What passes then is told apart from what passed at once, and never hidden: it is a defect of the test or of the product.
 */
import type { Counts, Failure, FileCounts } from './test-suites.ts'

/** More than this is no accident of the machine. */
const MOST_FILES = 3

/** The failure of a suite whose process went on after its last test. */
const END_TITLE = '(the end of the process)'

/** The counts of a process that had to be stopped: where everything else passed, that failed. @param heldBy what kept it going */
export function countHeld(counts: Counts, heldBy: string): Counts {
  if (counts.failed > 0) return counts
  const message = `Its tests had passed, and it went on until it was stopped. What held it: ${heldBy}.`
  return { ...counts, failed: 1, failures: [{ title: END_TITLE, message }] }
}

/** The files to run again; none where there is nothing to gain, or a failure belongs to no file. All of them where only the end failed. */
export function filesToTryAgain({ failures = [], files = {} }: Counts): string[] {
  if (failures.length === 1 && failures[0]?.title === END_TITLE) return Object.keys(files).filter((file) => file !== '')
  const named = failures.map(({ file }) => file)
  const failed = [...new Set(named.filter((file) => file !== undefined))]
  const allNamed = named.every((file) => file !== undefined && Object.hasOwn(files, file))
  return allNamed && failed.length <= MOST_FILES ? failed : []
}

/** The counts of both runs as one, each file as it ran last, and what failed at first and then passed. */
export function afterSecondTry(
  first: Counts,
  second: Counts,
): { readonly counts: Counts; readonly unsteady: readonly Failure[] } {
  const again = second.files ?? {}
  const files: Record<string, FileCounts> = { ...first.files, ...again }
  const failures = [
    ...(first.failures ?? []).filter(
      ({ file, title }) => title !== END_TITLE && (file === undefined || !Object.hasOwn(again, file)),
    ),
    ...(second.failures ?? []),
  ]
  const all = Object.values(files)
  const counts: Counts = {
    passed: all.reduce((sum, { passed }) => sum + passed, 0),
    failed: failures.length,
    skipped: all.flatMap(({ skipped }) => skipped),
    failures,
    files,
  }
  const stillFails = new Set(failures.map(({ title }) => title))
  const unsteady = (first.failures ?? []).filter(({ title }) => !stillFails.has(title))
  return { counts, unsteady }
}
