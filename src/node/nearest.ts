/** A suggestion further away than this is more puzzling than none. */
const MAX_DISTANCE = 3

/** The candidate most like `word`, when one is close enough for a typing mistake. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: { readonly text: string; readonly distance: number } | undefined
  for (const text of candidates) {
    const distance = editDistance(word, text)
    if (distance <= MAX_DISTANCE && distance < text.length && (best === undefined || distance < best.distance))
      best = { text, distance }
  }
  return best?.text
}

/** Levenshtein: the least number of letters to add, drop or change. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
