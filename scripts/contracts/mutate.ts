/**
 * Breaks the contracts in each way of test/contracts/mutants and runs the tests, without the invariants: every mutant has to be caught.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { parseJsonLine } from './forge-output.ts'
import {
  buildProject,
  copyFoundryProject,
  createFoundryProject,
  type FoundryProject,
  runForge,
} from './foundry-project.ts'
import { inParallel, WORKERS } from './in-parallel.ts'
import { applyMutant, type Mutant } from './mutants.ts'

/** Enough to meet a bug that shows for most inputs. The same for every run, so that a mutant is not caught by chance. */
const FUZZ_RUNS = 64
const FUZZ_SEED = '0x1'

/** A changed contract is compiled and its tests run in about six seconds on a quiet core. */
const TIMEOUT_MS = 5 * 60_000

export type Verdict =
  | { readonly kind: 'caught'; readonly by: string }
  | { readonly kind: 'survived' }
  /** It does not apply any more, does not compile, or its tests did not end: it shows nothing, which is a failure too. */
  | { readonly kind: 'invalid'; readonly reason: string }

export type MutantResult = { readonly mutant: Mutant; readonly verdict: Verdict }

const resultsSchema = z.record(
  z.string(),
  z.object({ test_results: z.record(z.string(), z.object({ status: z.string() })) }),
)

/** @param say Is told each verdict as soon as it is known. */
export async function runMutants(mutants: readonly Mutant[], say: (line: string) => void): Promise<MutantResult[]> {
  const project = await createFoundryProject({ optimized: false })
  const copies: FoundryProject[] = []
  try {
    await buildProject(project)
    for (let worker = 0; worker < WORKERS; ++worker) copies.push(await copyFoundryProject(project))
    return await inParallel(mutants, async (mutant, _, worker) => {
      const copy = copies[worker]
      if (copy === undefined) throw new Error('there are as many copies as workers')
      const result = { mutant, verdict: await runMutant(copy, mutant) }
      say(formatResult(result))
      return result
    })
  } finally {
    await Promise.all([project, ...copies].map((copy) => copy.remove()))
  }
}

async function runMutant(project: FoundryProject, mutant: Mutant): Promise<Verdict> {
  const path = join(project.root, mutant.file)
  const source = await readFile(path, 'utf8')
  const changed = applyMutant(source, mutant)
  if (changed === undefined)
    return { kind: 'invalid', reason: `the text it replaces does not stand exactly once in ${mutant.file}` }
  await writeFile(path, changed)
  try {
    return await judge(project)
  } finally {
    await writeFile(path, source)
  }
}

async function judge(project: FoundryProject): Promise<Verdict> {
  const { output, timedOut } = await runForge(project, ['test', '--json', '--fail-fast', '--fuzz-seed', FUZZ_SEED], {
    timeoutMs: TIMEOUT_MS,
    env: { FOUNDRY_FUZZ_RUNS: String(FUZZ_RUNS) },
  })
  // No mutant makes a test run for ever; a machine that stands still must not be taken for a test that fails.
  if (timedOut) return { kind: 'invalid', reason: `the tests did not end within ${TIMEOUT_MS / 60_000} minutes` }
  const results = resultsSchema.safeParse(parseJsonLine(output))
  if (!results.success) return { kind: 'invalid', reason: `the tests did not run:\n${output}` }
  for (const [contract, { test_results }] of Object.entries(results.data))
    for (const [test, { status }] of Object.entries(test_results))
      if (status === 'Failure') return { kind: 'caught', by: `${contract.split(':').at(-1)}.${test}` }
  return { kind: 'survived' }
}

function formatResult({ mutant, verdict }: MutantResult): string {
  switch (verdict.kind) {
    case 'caught':
      return `caught    ${mutant.name.padEnd(40)} by ${verdict.by}`
    case 'survived':
      return `SURVIVED  ${mutant.name.padEnd(40)} ${mutant.breaks}`
    case 'invalid':
      return `INVALID   ${mutant.name.padEnd(40)} ${verdict.reason}`
  }
}
