/**
 * Runs the invariants of test/contracts with random calls and counts them. A contract of invariants is named `…Invariants`.
 *
 * Each invariant has a campaign and a seed of its own, since one seed gives all of them the same calls. A campaign checks its invariant
 * after every call, and all of its contract at the end of every run (`afterInvariant`).
 */
import { randomInt } from 'node:crypto'
import { z } from 'zod'
import { parseJsonLine } from './forge-output.ts'
import { buildProject, createFoundryProject, type FoundryProject, runForge } from './foundry-project.ts'
import { inParallel } from './in-parallel.ts'
import { type CampaignOutput, campaignSchema, type InvariantReport, makeReport } from './invariant-report.ts'

export type CampaignSize = {
  /** Of each contract or of each invariant. */
  readonly runs: number
  readonly depth: number
  /** Whether the invariants of a contract share the runs, or have so many each. */
  readonly shared: boolean
}

/** What two cores do in two minutes: every rule at the end of every run, and after every step in the runs of its own. */
export const USUAL: CampaignSize = { runs: 256, depth: 128, shared: true }
/** More than {@link LONG_STATE_CALLS}: 580 of a run's 1,408 steps change a contract's state. */
export const LONG: CampaignSize = { runs: 1_800, depth: 128, shared: false }
/** What a long run is for: so many calls that change a contract's state, or it fails. */
export const LONG_STATE_CALLS = 1_000_000

const TIMEOUT_MS = 100 * 60_000

const outputSchema = z.record(z.string(), z.object({ test_results: z.record(z.string(), campaignSchema) }))
const listSchema = z.record(z.string(), z.record(z.string(), z.array(z.string())))

/** @param seed Of the first campaign; the next ones count on from it. */
export async function measureInvariants(size: CampaignSize, seed: number): Promise<InvariantReport> {
  // Only what the invariants need, since building through the IR is most of the work.
  const project = await createFoundryProject({ optimized: true, onlyTests: ['invariant', 'support'] })
  try {
    await buildProject(project)
    const campaigns = planCampaigns(await listInvariants(project), size)
    if (campaigns.length === 0) throw new Error('test/contracts has no invariant.')
    const outputs = await inParallel(campaigns, (campaign, index) =>
      runCampaign(project, campaign, size.depth, seed + index),
    )
    return makeReport(seed, outputs)
  } finally {
    await project.remove()
  }
}

export function randomSeed(): number {
  return randomInt(1, 2 ** 31)
}

export type Campaign = { readonly contract: string; readonly invariant: string; readonly runs: number }

export function planCampaigns(invariants: ReadonlyMap<string, readonly string[]>, size: CampaignSize): Campaign[] {
  return [...invariants].flatMap(([contract, names]) => {
    const runs = size.shared ? Math.ceil(size.runs / names.length) : size.runs
    return names.map((invariant) => ({ contract, invariant, runs }))
  })
}

/** By contract. */
async function listInvariants(project: FoundryProject): Promise<Map<string, readonly string[]>> {
  const args = ['test', '--list', '--json', '--match-contract', 'Invariants$', '--match-test', '^invariant_']
  const { output } = await runForge(project, args, { timeoutMs: TIMEOUT_MS })
  const files = Object.values(listSchema.parse(parseJsonLine(output)))
  return new Map(files.flatMap((contracts) => Object.entries(contracts)))
}

async function runCampaign(
  project: FoundryProject,
  { contract, invariant, runs }: Campaign,
  depth: number,
  seed: number,
): Promise<CampaignOutput> {
  const one = ['--match-contract', `^${contract}$`, '--match-test', `^${invariant}\\(`]
  const { output } = await runForge(project, ['test', '--json', '--fuzz-seed', `0x${seed.toString(16)}`, ...one], {
    timeoutMs: TIMEOUT_MS,
    env: { FOUNDRY_INVARIANT_RUNS: String(runs), FOUNDRY_INVARIANT_DEPTH: String(depth) },
  })
  const outputs = outputSchema.safeParse(parseJsonLine(output))
  const [suite] = Object.values(outputs.data ?? {})
  const [result] = Object.values(suite?.test_results ?? {})
  if (result === undefined) throw new Error(`${contract}.${invariant} did not run:\n${output.slice(0, MOST_SHOWN)}`)
  return { ...result, name: `${contract}.${invariant}` }
}

/** Forge shows traces of some megabytes. */
const MOST_SHOWN = 2000
