import { median } from '../transfer/report.ts'
import { SOURCES, type SourceName } from './sources.ts'

/** Two nodes of this project over HTTP, and stock parts: eight ranges of the file, and ranges of a chunk eight at a time, as they come and verified. */
export const PAIRS = ['free', 'paid', 'stock', 'stock-chunks', 'stock-verified'] as const

export type PairName = (typeof PAIRS)[number]

export type SourceSample = SourceName | 'all' | 'slow-all'

const NEXT = ['free-next', 'paid-next'] as const

export interface Sample {
  readonly of: PairName | (typeof NEXT)[number] | SourceSample
  readonly mbPerSecond: number
  /** Milliseconds of a processor for each MB. */
  readonly leecherMs: number
  readonly seederMs: number
}

/** Medians and their ratios, `null` for what was left out: a table, or with `json` one line. */
export function report(
  samples: readonly Sample[],
  options: {
    readonly json: boolean
    readonly sizeBytes: number
    readonly runs: number
    readonly capMbPerSecond: number
  },
): void {
  const { capMbPerSecond } = options
  const of = (name: Sample['of'], what: keyof Omit<Sample, 'of'> = 'mbPerSecond'): number | undefined =>
    median(samples.filter((sample) => sample.of === name).map((sample) => sample[what]))
  const alone = SOURCES.flatMap((name) => of(name) ?? [])
  const fastest = alone.length === 0 ? undefined : Math.max(...alone)
  const summary = {
    freeOverStock: ratio(of('free'), of('stock')),
    freeOverStockChunks: ratio(of('free'), of('stock-chunks')),
    freeOverStockVerified: ratio(of('free'), of('stock-verified')),
    paidOverFree: ratio(of('paid'), of('free')),
    paidOverFreeNext: ratio(of('paid-next'), of('free-next')),
    cappedOverSum: ratio(of('slow-all'), capMbPerSecond * SOURCES.length),
    allOverFastest: ratio(of('all'), fastest),
    each: Object.fromEntries(
      ([...PAIRS, ...NEXT, ...SOURCES, 'all', 'slow-all'] as const).flatMap((name) => {
        const [mbPerSecond, leecherMs, seederMs] = [of(name), of(name, 'leecherMs'), of(name, 'seederMs')]
        if (mbPerSecond === undefined) return []
        return [
          [name, { mbPerSecond: rounded(mbPerSecond), leecherMs: rounded(leecherMs), seederMs: rounded(seederMs) }],
        ]
      }),
    ),
  }
  if (options.json) {
    console.log(JSON.stringify(summary))
    return
  }
  console.log(`${options.sizeBytes / 2 ** 20} MiB, median of ${options.runs}; ms of a processor for each MB`)
  console.table(summary.each)
  console.log(
    `over HTTP, free / stock: ${summary.freeOverStock}, chunk by chunk: ${summary.freeOverStockChunks}, verified: ${summary.freeOverStockVerified}`,
  )
  console.log(
    `over HTTP, paid / free: ${summary.paidOverFree} of a new wallet, ${summary.paidOverFreeNext} when it buys the next`,
  )
  console.log(`three sources / their caps together: ${summary.cappedOverSum}`)
  console.log(`three sources / the fastest alone: ${summary.allOverFastest}`)
}

function ratio(a: number | undefined, b: number | undefined): number | null {
  return a === undefined || b === undefined ? null : Number((a / b).toFixed(3))
}

function rounded(value: number | undefined): number {
  return Number((value ?? 0).toPrecision(4))
}
