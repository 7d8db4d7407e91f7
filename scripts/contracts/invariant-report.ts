/** What the campaigns of the invariants came to. No I/O. */
import { z } from 'zod'

/** A step that is rarer says nothing about what it could break. */
export const LEAST_SHARE = 0.02

/** Steps that are there for what surrounds a contract, or that must change nothing in it: they succeed without changing its state. */
const CHANGE_NO_STATE: ReadonlySet<string> = new Set([
  'intrude',
  'passBlocks',
  'passTime',
  'setAccepts',
  'setWalletAccepts',
  'touchEnded',
])

export type StepCounts = { readonly calls: number; readonly reverts: number }

export type InvariantReport = {
  readonly seed: number
  /** Calls that did something; those that reverted are not among them. */
  readonly successfulCalls: number
  /** Those of them that changed the state of a contract. */
  readonly stateCalls: number
  readonly allCalls: number
  /** By handler, then by step. */
  readonly handlers: ReadonlyMap<string, ReadonlyMap<string, StepCounts>>
  readonly invariants: number
  /** Invariants that were broken, with forge's words. */
  readonly violations: readonly string[]
  /** Steps that succeeded too rarely. */
  readonly rare: readonly string[]
}

const metricsSchema = z.record(z.string(), z.object({ calls: z.int(), reverts: z.int() }))

/** What forge says of one invariant. `kind` has no metrics when the test could not begin. */
export const campaignSchema = z.object({
  status: z.string(),
  reason: z.string().nullish(),
  kind: z.union([z.object({ Invariant: z.object({ metrics: metricsSchema }) }), z.object({})]),
})

export type CampaignOutput = z.infer<typeof campaignSchema> & { readonly name: string }

export function makeReport(seed: number, outputs: readonly CampaignOutput[]): InvariantReport {
  const handlers = countSteps(outputs)
  const all = [...handlers.values()].flatMap((steps) => [...steps.values()])
  const changing = [...handlers.values()].flatMap((steps) => [...steps].filter(([step]) => !CHANGE_NO_STATE.has(step)))
  return {
    seed,
    invariants: outputs.length,
    handlers,
    successfulCalls: sum(all.map(successes)),
    stateCalls: sum(changing.map(([, counts]) => successes(counts))),
    allCalls: sum(all.map(({ calls }) => calls)),
    violations: outputs
      .filter(({ status }) => status !== 'Success')
      .map(({ name, reason }) => `${name}: ${reason ?? 'failed'}`),
    rare: [...handlers].flatMap(([handler, steps]) => findRare(handler, steps)),
  }
}

function countSteps(outputs: readonly CampaignOutput[]): Map<string, Map<string, StepCounts>> {
  const handlers = new Map<string, Map<string, StepCounts>>()
  for (const { kind } of outputs) {
    for (const [path, { calls, reverts }] of Object.entries('Invariant' in kind ? kind.Invariant.metrics : {})) {
      const [handler = path, step = path] = path.split(':').at(-1)?.split('.') ?? []
      const steps = handlers.get(handler) ?? new Map<string, StepCounts>()
      const before = steps.get(step) ?? { calls: 0, reverts: 0 }
      handlers.set(handler, steps.set(step, { calls: before.calls + calls, reverts: before.reverts + reverts }))
    }
  }
  return handlers
}

/** The steps below {@link LEAST_SHARE} of their handler's successful calls. */
function findRare(handler: string, steps: ReadonlyMap<string, StepCounts>): string[] {
  const total = sum([...steps.values()].map(successes))
  return [...steps]
    .filter(([, counts]) => successes(counts) < LEAST_SHARE * total || successes(counts) === 0)
    .map(([step]) => `${handler}.${step}`)
}

export function formatInvariants(report: InvariantReport): string {
  const handlers = [...report.handlers].flatMap(([handler, steps]) => formatHandler(handler, steps))
  return [
    ...handlers,
    ...report.violations.map((violation) => `BROKEN  ${violation}`),
    ...report.rare.map((step) => `RARE    ${step} is below ${LEAST_SHARE * 100} % of the successful calls`),
    `${report.invariants} invariants, ${report.allCalls} calls, ${report.successfulCalls} successful, ` +
      `${report.stateCalls} of these changed a contract, ${report.violations.length} broken (seed ${report.seed})`,
  ].join('\n')
}

function formatHandler(handler: string, steps: ReadonlyMap<string, StepCounts>): string[] {
  const total = sum([...steps.values()].map(successes))
  const row = (name: string, calls: string, succeeded: string, share: string): string =>
    name.padEnd(24) + calls.padStart(10) + succeeded.padStart(12) + share.padStart(9)
  const rows = [...steps]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([step, counts]) => {
      const share = `${((100 * successes(counts)) / total).toFixed(1)} %`
      return row(`  ${step}`, String(counts.calls), String(successes(counts)), share)
    })
  return [row(handler, 'calls', 'succeeded', 'share'), ...rows, '']
}

function successes({ calls, reverts }: StepCounts): number {
  return calls - reverts
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
