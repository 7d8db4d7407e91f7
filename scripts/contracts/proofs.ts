/**
 * The claims of test/contracts/proofs, each shown by halmos for all inputs: it runs the contracts' bytecode with symbols for arguments and
 * asks a solver for any that breaks the claim. A claim it cannot decide counts as not shown.
 *
 * Nothing that needs a signature is among them: what halmos knows of ecrecover does not tell a valid signature from another.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { createFoundryProject, runForge } from './foundry-project.ts'
import { runPythonTool } from './python-tools.ts'

/** The longest claim takes half a minute on a busy core. */
const TIMEOUT_MS = 20 * 60_000
const SOLVER_TIMEOUT_MS = 60_000

const outputSchema = z.object({
  test_results: z.record(z.string(), z.array(z.object({ name: z.string(), exitcode: z.int() }))),
})

export type Proof = { readonly name: string; readonly shown: boolean }

export async function proveClaims(): Promise<Proof[]> {
  const project = await createFoundryProject({ optimized: false, onlyTests: ['proofs', 'support'], linkTests: true })
  try {
    const built = await runForge(project, ['build', '--ast'], { timeoutMs: TIMEOUT_MS })
    if (built.exitCode !== 0) throw new Error(`the proofs do not build with forge:\n${built.output}`)
    const path = join(project.root, 'proofs.json')
    const options = [
      '--function',
      'check_',
      '--solver-timeout-assertion',
      String(SOLVER_TIMEOUT_MS),
      '--json-output',
      path,
    ]
    const { output } = await runPythonTool('halmos', options, { cwd: project.root, timeoutMs: TIMEOUT_MS })
    const text = await readFile(path, 'utf8').catch(() => undefined)
    if (text === undefined) throw new Error(`halmos did not come to its end:\n${output}`)
    return parseProofs(text)
  } finally {
    await project.remove()
  }
}

export function parseProofs(json: string): Proof[] {
  const results = Object.entries(outputSchema.parse(JSON.parse(json)).test_results)
  const proofs = results.flatMap(([contract, claims]) =>
    claims.map(({ name, exitcode }) => ({ name: `${contract.split(':').at(-1)}.${name}`, shown: exitcode === 0 })),
  )
  if (proofs.length === 0) throw new Error('halmos found no claim in test/contracts/proofs.')
  return proofs
}

export function formatProofs(proofs: readonly Proof[]): string {
  const shown = proofs.filter((proof) => proof.shown).length
  return [
    ...proofs.map((proof) => `${proof.shown ? 'shown     ' : 'NOT SHOWN '}${proof.name}`),
    `${proofs.length} claims, ${shown} shown for all inputs`,
  ].join('\n')
}
