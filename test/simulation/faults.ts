/** What goes wrong in some seed besides liars; a disk is lost in scenarios of its own. */
export const MISFORTUNES = [
  'a machine died',
  'a machine died at a durable effect',
  'a commit that was not synced was lost',
  'a commit that was not synced was kept',
  'a write to a file that was not synced was lost',
  'a stream broke',
  'a line held everything up',
  'a chunk was lost on its way',
  'bytes were overtaken by later ones',
  'a voucher came again, or after a higher one',
  'the chain did not answer',
  'a node did not hear of a block',
  'a transaction was dropped',
  'the chain was reorganised',
  'a transaction was undone',
  'locked coin was reclaimed after its deadline',
] as const

export type Fault = (typeof MISFORTUNES)[number] | Lie
type Lie = `a liar ${string}`

export function lieOf(kind: string): Lie {
  return `a liar ${kind}`
}

/** How often something went wrong: a simulator whose faults do not happen proves nothing. */
export class FaultCounts {
  readonly #counts = new Map<Fault, number>()

  count(fault: Fault, times = 1): void {
    this.#counts.set(fault, this.of(fault) + times)
  }

  of(fault: Fault): number {
    return this.#counts.get(fault) ?? 0
  }

  add(others: FaultCounts): void {
    for (const [fault, times] of others.#counts) this.count(fault, times)
  }

  toString(): string {
    return [...this.#counts].map(([fault, times]) => `${String(times).padStart(9)}  ${fault}`).join('\n')
  }
}
