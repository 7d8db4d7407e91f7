import { median } from '../transfer/report.ts'

/** Who seeds to whom. The seeders are ours and stock WebTorrent in Node; the leechers are these and stock WebTorrent in Chromium. */
export const WAYS = ['ours-ours', 'stock-stock', 'ours-stock', 'ours-page', 'stock-page'] as const

export type Way = (typeof WAYS)[number]

export interface Sample {
  readonly way: Way
  readonly mbPerSecond: number
  readonly firstConnectionMs: number
  /** Milliseconds of a processor for each MB; of a page's leecher 0, as its browser is many processes. */
  readonly leecherMs: number
  readonly seederMs: number
}

/** Medians and their ratios, `null` for what was left out: a table, or with `json` one line. */
export function report(
  samples: readonly Sample[],
  { json, sizeBytes, runs }: { readonly json: boolean; readonly sizeBytes: number; readonly runs: number },
): void {
  const of = (way: Way, what: keyof Omit<Sample, 'way'> = 'mbPerSecond'): number | undefined =>
    median(samples.filter((sample) => sample.way === way).map((sample) => sample[what]))
  const ratio = (a: Way, b: Way): number | null => {
    const [over, under] = [of(a), of(b)]
    return over === undefined || under === undefined ? null : Number((over / under).toFixed(3))
  }
  const each = WAYS.flatMap((way) => {
    const [mbPerSecond, firstConnectionMs, leecherMs, seederMs] = [
      of(way),
      of(way, 'firstConnectionMs'),
      of(way, 'leecherMs'),
      of(way, 'seederMs'),
    ].map((value) => Number((value ?? 0).toPrecision(4)))
    return of(way) === undefined ? [] : [[way, { mbPerSecond, firstConnectionMs, leecherMs, seederMs }] as const]
  })
  const summary = {
    /** Node to Node: two of ours over two stock ones, and our seeder over a stock one to the same stock leecher. */
    oursOverStock: ratio('ours-ours', 'stock-stock'),
    ourSeederOverStock: ratio('ours-stock', 'stock-stock'),
    /** Node to Chromium. */
    ourSeederOverStockToPage: ratio('ours-page', 'stock-page'),
    each: Object.fromEntries(each),
  }
  if (json) {
    console.log(JSON.stringify(summary))
    return
  }
  console.log(`${sizeBytes / 2 ** 20} MiB over WebRTC, median of ${runs}; ms of a processor for each MB`)
  console.table(summary.each)
  console.log(`two of ours / two of stock WebTorrent: ${summary.oursOverStock}`)
  console.log(`our seeder / stock WebTorrent, to stock WebTorrent in Node: ${summary.ourSeederOverStock}`)
  console.log(`our seeder / stock WebTorrent, to Chromium: ${summary.ourSeederOverStockToPage}`)
}
