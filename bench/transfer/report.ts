export interface Sample {
  readonly system: string
  readonly window: number
  readonly mbPerSecond: number
}

/** The window at which the one-number ratios are taken: the default. */
const DEFAULT_WINDOW = 32

export function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  if (sorted.length === 0) return undefined
  return sorted.length % 2 === 1 ? sorted[middle] : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}

const SYSTEMS = [
  'bare',
  'unpaid',
  'paid',
  'unpaid-webrpc',
  'paid-webrpc',
  'bittorrent',
  'ed2k',
  'helia',
  'webtorrent',
  'aria2',
]
/** Fits their names. */
const COLUMN = 15

/** Medians and their ratios: a table, or with `json` one line. */
export function report(
  samples: readonly Sample[],
  options: { windows: readonly number[]; json: boolean; sizeBytes: number; runs: number },
): void {
  const of = (system: string, window: number): number | undefined =>
    median(samples.filter((sample) => sample.system === system && sample.window === window).map((s) => s.mbPerSecond))
  const ratio = (a: number | undefined, b: number | undefined): number | null =>
    a === undefined || b === undefined ? null : Number((a / b).toFixed(3))
  const { windows } = options
  const ratios = (a: string, b: string): Record<string, number | null> =>
    Object.fromEntries(windows.map((window) => [String(window), ratio(of(a, window), of(b, window))]))
  const main = windows.includes(DEFAULT_WINDOW) ? DEFAULT_WINDOW : Math.max(...windows)
  const summary = {
    paidOverUnpaid: {
      bitswap: ratios('paid', 'unpaid'),
      webrpc: ratios('paid-webrpc', 'unpaid-webrpc'),
    },
    unpaidOverBare: ratio(of('unpaid', main), of('bare', main)),
    over: {
      helia: ratio(of('paid', main), of('helia', main)),
      webtorrent: ratio(of('paid', main), of('webtorrent', main)),
      aria2: ratio(of('paid', main), of('aria2', main)),
    },
    /** Ours of a free file, verified, over theirs. */
    bittorrentOverWebtorrent: ratio(of('bittorrent', main), of('webtorrent', main)),
    mbPerSecond: Object.fromEntries(
      SYSTEMS.map((system) => [
        system,
        Object.fromEntries(
          windows.flatMap((window) => {
            const value = of(system, window)
            return value === undefined ? [] : [[String(window), Number(value.toFixed(1))]]
          }),
        ),
      ]),
    ),
  }
  if (options.json) {
    console.log(JSON.stringify(summary))
    return
  }
  console.log(`${options.sizeBytes / 2 ** 20} MiB, median of ${options.runs}, MB/s`)
  console.log(['window', ...windows.map(String)].map((cell) => cell.padStart(COLUMN)).join(''))
  for (const system of SYSTEMS)
    console.log(
      [system, ...windows.map((window) => of(system, window)?.toFixed(1) ?? '–')]
        .map((cell) => cell.padStart(COLUMN))
        .join(''),
    )
  console.log(`paid / unpaid: ${JSON.stringify(summary.paidOverUnpaid)}`)
  console.log(`BitTorrent between two of ours / webtorrent: ${summary.bittorrentOverWebtorrent}`)
  console.log(`unpaid / bare: ${summary.unpaidOverBare}   paid over: ${JSON.stringify(summary.over)}`)
}
