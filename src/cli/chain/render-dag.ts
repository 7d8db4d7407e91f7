import type { DagProgress } from '../geth-parts.ts'

const BAR_WIDTH = 20

/** One line of at most `width` characters about a mining data set that is being made. */
export function renderDag({ epoch, percent }: DagProgress, width: number): string {
  const filled = Math.floor((percent / 100) * BAR_WIDTH)
  const bar = `[${'#'.repeat(filled)}${'-'.repeat(BAR_WIDTH - filled)}]`
  return `${String(percent).padStart(3)}%  ${bar}  making the mining data set of epoch ${epoch}`.slice(0, width)
}
