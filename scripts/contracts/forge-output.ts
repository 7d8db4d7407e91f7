/** The one line of JSON in forge's output, before and after which its warnings stand; `undefined` when there is none. */
export function parseJsonLine(output: string): unknown {
  const line = output.split('\n').find((text) => text.startsWith('{'))
  return line === undefined ? undefined : JSON.parse(line)
}

export type BranchCount = {
  /** Relative to the project. */
  readonly file: string
  readonly found: number
  readonly hit: number
}

/** The branches of each file of an lcov report. */
export function parseLcovBranches(lcov: string): BranchCount[] {
  return lcov.split('end_of_record').flatMap((record) => {
    const field = (name: string): string | undefined => new RegExp(`^${name}:(.*)$`, 'm').exec(record)?.[1]
    const file = field('SF')
    return file === undefined ? [] : [{ file, found: Number(field('BRF') ?? 0), hit: Number(field('BRH') ?? 0) }]
  })
}
