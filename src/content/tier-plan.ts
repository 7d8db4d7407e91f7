/** `fast`: a small folder on a fast disk; `large`: the other one. */
export type Tier = 'fast' | 'large'

/** A file that may be moved. */
export interface TierFile {
  readonly path: string
  readonly tier: Tier
  readonly sizeBytes: number
  /** How often, of late, all of it was read from the disk. */
  readonly heat: number
}

/** Room in bytes that files of each folder may take together. */
export type TierLimits = Readonly<Record<Tier, number>>

/** So often a file must have been read before it is worth a move: reading it for the copy is one more. */
export const PROMOTE_HEAT = 2
/** A file gives way to one that is asked for so many times as often: two that are about equal must not change places for ever. */
const HEAT_RATIO = 2

/**
 * The next file to move, one at a time: the coldest out of a fast folder that is over its limit or has to make room, else the hottest into
 * it. `undefined`: all is where it should be, or nothing can be moved within the limits.
 */
export function planMove(files: readonly TierFile[], limits: TierLimits): TierFile | undefined {
  const used = (tier: Tier): number => sum(files.filter((file) => file.tier === tier))
  const [fastRoom, largeRoom] = [limits.fast - used('fast'), limits.large - used('large')]
  const coldestFirst = files.filter(({ tier }) => tier === 'fast').toSorted((a, b) => a.heat - b.heat)
  const leaving = coldestFirst.filter(({ sizeBytes }) => sizeBytes <= largeRoom)
  if (fastRoom < 0) return leaving[0]
  const hottestFirst = files.filter(({ tier }) => tier === 'large').toSorted((a, b) => b.heat - a.heat)
  for (const file of hottestFirst) {
    if (file.heat < PROMOTE_HEAT) return undefined
    if (file.sizeBytes <= fastRoom) return file
    const colder = leaving.filter(({ heat }) => heat * HEAT_RATIO <= file.heat)
    // What leaves for it must fit together, before the first is moved.
    const making = enough(colder, file.sizeBytes - fastRoom)
    if (making !== undefined && sum(making) <= largeRoom) return making[0]
  }
  return undefined
}

/** The first of the files that together have so many bytes; `undefined` when all have not. */
function enough(files: readonly TierFile[], sizeBytes: number): TierFile[] | undefined {
  for (let count = 1; count <= files.length; count++)
    if (sum(files.slice(0, count)) >= sizeBytes) return files.slice(0, count)
  return undefined
}

function sum(files: readonly TierFile[]): number {
  return files.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0)
}
