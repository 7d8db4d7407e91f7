/**
 * Runs every invariant of test/contracts with random calls and counts them: `node scripts/contracts/invariants.ts [--long] [--seed N]`.
 *
 * Each invariant has a campaign and a seed of its own, since one seed gives all of them the same calls. A campaign checks its invariant
 * after every call and all of them at the end of every run (`afterInvariant`).
 */
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { stopChildrenOnSignals } from '../child-process.ts'
import { isMain } from '../is-main.ts'
import { parseJsonLine } from './forge-output.ts'
import { buildProject, createFoundryProject, type FoundryProject, runForge } from './foundry-project.ts'
import { inParallel } from './in-parallel.ts'

export type CampaignSize = { readonly runs: number; readonly depth: number }

export const USUAL: CampaignSize = { runs: 256, depth: 128 }
/** More than a million successful calls, also of those that change a contract's state. */
export const LONG: CampaignSize = { runs: 1600, depth: 128 }

/** A step that is rarer says nothing about what it could break. */
export const LEAST_SHARE = 0.02

const TIMEOUT_MS = 100 * 60_000

export type StepCounts = { readonly calls: number; readonly reverts: number }

export type InvariantReport = {
  readonly seed: number
  /** Calls that did something; those that reverted are not among them. */
  readonly successfulCalls: number
  readonly allCalls: number
  /** By handler, then by step. */
  readonly handlers: ReadonlyMap<string, ReadonlyMap<string, StepCounts>>
  readonly invariants: readonly string[]
  /** Invariants that were broken, with forge's words. */
  readonly violations: readonly string[]
  /** Steps that succeeded too rarely. */
  readonly rare: readonly string[]
}

const metricsSchema = z.record(z.string(), z.object({ calls: z.int(), reverts: z.int(), discards: z.int() }))
const resultSchema = z.object({
  status: z.string(),
  reason: z.string().nullable(),
  kind: z.union([z.object({ Invariant: z.object({ metrics: metricsSchema }) }), z.object({})]),
})
const outputSchema = z.record(z.string(), z.object({ test_results: z.record(z.string(), resultSchema) }))
const listSchema = z.record(z.string(), z.record(z.string(), z.array(z.string())))

export async function runInvariants(
  project: FoundryProject,
  size: CampaignSize,
  seed: number,
): Promise<InvariantReport> {
  const invariants = await listInvariants(project)
  if (invariants.length === 0) throw new Error('test/contracts has no invariant.')
  const outputs = await inParallel(invariants, (invariant, index) =>
    runCampaign(project, invariant, size, seed + index),
  )
  return makeReport(seed, invariants, outputs)
}

/** `<contract>.<function>`. */
async function listInvariants(project: FoundryProject): Promise<string[]> {
  const { output } = await runForge(project, ['test', '--list', '--json', '--match-test', '^invariant_'], {
    timeoutMs: TIMEOUT_MS,
  })
  const contracts = Object.values(listSchema.parse(parseJsonLine(output)))
  return contracts.flatMap((contract) =>
    Object.entries(contract).flatMap(([name, tests]) => tests.map((test) => `${name}.${test}`)),
  )
}

type CampaignOutput = z.infer<typeof resultSchema> & { readonly name: string }

async function runCampaign(
  project: FoundryProject,
  invariant: string,
  size: CampaignSize,
  seed: number,
): Promise<CampaignOutput> {
  const [contract, test] = invariant.split('.')
  const { output } = await runForge(
    project,
    [
      'test',
      '--json',
      '--fuzz-seed',
      `0x${seed.toString(16)}`,
      '--match-contract',
      `^${contract}$`,
      '--match-test',
      `^${test}\\(`,
    ],
    {
      timeoutMs: TIMEOUT_MS,
      env: { FOUNDRY_INVARIANT_RUNS: String(size.runs), FOUNDRY_INVARIANT_DEPTH: String(size.depth) },
    },
  )
  const outputs = outputSchema.safeParse(parseJsonLine(output))
  const [suite] = Object.values(outputs.data ?? {})
  const [result] = Object.values(suite?.test_results ?? {})
  if (result === undefined) throw new Error(`${invariant} did not run:\n${output}`)
  return { ...result, name: invariant }
}

function makeReport(seed: number, invariants: readonly string[], outputs: readonly CampaignOutput[]): InvariantReport {
  const handlers = new Map<string, Map<string, StepCounts>>()
  for (const { kind } of outputs) {
    for (const [path, { calls, reverts }] of Object.entries('Invariant' in kind ? kind.Invariant.metrics : {})) {
      const [handler = path, step = path] = path.split(':').at(-1)?.split('.') ?? []
      const steps = handlers.get(handler) ?? new Map<string, StepCounts>()
      const before = steps.get(step) ?? { calls: 0, reverts: 0 }
      handlers.set(handler, steps.set(step, { calls: before.calls + calls, reverts: before.reverts + reverts }))
    }
  }
  const all = [...handlers.values()].flatMap((steps) => [...steps.values()])
  return {
    seed,
    invariants,
    handlers,
    successfulCalls: sum(all.map(successes)),
    allCalls: sum(all.map(({ calls }) => calls)),
    violations: outputs
      .filter(({ status }) => status !== 'Success')
      .map(({ name, reason }) => `${name}: ${reason ?? 'failed'}`),
    rare: [...handlers].flatMap(([handler, steps]) => findRare(handler, steps)),
  }
}

/** The steps below {@link LEAST_SHARE} of their handler's successful calls. */
export function findRare(handler: string, steps: ReadonlyMap<string, StepCounts>): string[] {
  const total = sum([...steps.values()].map(successes))
  return [...steps]
    .filter(([, counts]) => successes(counts) < LEAST_SHARE * total || successes(counts) === 0)
    .map(([step]) => `${handler}.${step}`)
}

export function printInvariants(report: InvariantReport): void {
  for (const [handler, steps] of report.handlers) {
    const total = sum([...steps.values()].map(successes))
    console.log(`\n${handler.padEnd(24)}${'calls'.padStart(10)}${'succeeded'.padStart(12)}${'share'.padStart(9)}`)
    for (const [step, counts] of [...steps].sort(([a], [b]) => a.localeCompare(b))) {
      const share = `${((100 * successes(counts)) / total).toFixed(1)} %`
      console.log(
        `  ${step.padEnd(22)}${String(counts.calls).padStart(10)}${String(successes(counts)).padStart(12)}${share.padStart(9)}`,
      )
    }
  }
  for (const violation of report.violations) console.log(`BROKEN  ${violation}`)
  for (const step of report.rare) console.log(`RARE    ${step} is below ${LEAST_SHARE * 100} % of the successful calls`)
  console.log(
    `${report.invariants.length} invariants, ${report.allCalls} calls, ${report.successfulCalls} successful, ` +
      `${report.violations.length} broken (seed ${report.seed})`,
  )
}

export function randomSeed(): number {
  return randomInt(1, 2 ** 31)
}

function successes({ calls, reverts }: StepCounts): number {
  return calls - reverts
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { long: { type: 'boolean' }, seed: { type: 'string' } } })
  stopChildrenOnSignals()
  const project = await createFoundryProject({ optimized: true })
  try {
    await buildProject(project)
    const size = values.long === true ? LONG : USUAL
    const report = await runInvariants(project, size, values.seed === undefined ? randomSeed() : Number(values.seed))
    printInvariants(report)
    if (report.violations.length + report.rare.length > 0) process.exitCode = 1
  } finally {
    await project.remove()
  }
}

if (isMain(import.meta.filename)) await main()
