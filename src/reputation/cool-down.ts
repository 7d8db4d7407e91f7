/** Silences in a row that are one accident too many. */
export const SILENCES_BEFORE_COOL_DOWN = 3
/** They count together when they are no further apart. */
export const SILENCE_WINDOW_MS = 5 * 60_000
/** How long a silent peer is left alone: a line that was cut is mended or its peer is gone. */
export const COOL_DOWN_MS = 10 * 60_000
/** How long a slow peer comes after others: longer than one file takes, shorter than a night. */
export const DEMOTION_MS = 60 * 60_000
/** Slow is less than this part of the median. */
const SLOW_PART = 0.1

export interface Silences {
  readonly silentAt: readonly number[]
  readonly coolUntil: number
}

/** One more silence. */
export function silence({ silentAt, coolUntil }: Silences, at: number): Silences {
  const recent = [...silentAt, at].filter((instant) => at - instant < SILENCE_WINDOW_MS)
  if (recent.length < SILENCES_BEFORE_COOL_DOWN) return { silentAt: recent, coolUntil }
  return { silentAt: [], coolUntil: Math.max(coolUntil, at + COOL_DOWN_MS) }
}

/** Who, of sources that were busy over the same time, brought less than a tenth of their median. */
export function slowOnes(brought: ReadonlyMap<string, number>): string[] {
  const sorted = [...brought.values()].sort((a, b) => a - b)
  if (sorted.length < 2) return []
  const middle = sorted.length / 2
  const median = ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2
  return [...brought].filter(([, bytes]) => bytes < median * SLOW_PART).map(([name]) => name)
}
