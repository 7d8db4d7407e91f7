/**
 * What slither finds in the contracts, and what of it is not explained in test/contracts/slither.json. An explanation that explains
 * nothing any more is a failure too.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { repositoryRoot } from '../generated-files.ts'
import { createFoundryProject, runForge } from './foundry-project.ts'
import { runPythonTool } from './python-tools.ts'

/** Building takes five seconds, and slither as many. */
const TIMEOUT_MS = 10 * 60_000

const explanationsSchema = z.array(
  z.strictObject({
    check: z.string(),
    /** Contract and function; or all places, for a check that is about style or takes our words for something else. */
    where: z.union([z.literal('everywhere'), z.array(z.string())]),
    reason: z.string().min(1),
  }),
)

export type Explanations = z.infer<typeof explanationsSchema>

const outputSchema = z.object({
  success: z.literal(true),
  results: z.object({
    detectors: z
      .array(
        z.object({
          check: z.string(),
          impact: z.string(),
          elements: z.array(
            z.object({
              name: z.string(),
              type_specific_fields: z.object({ parent: z.object({ name: z.string() }).optional() }).optional(),
            }),
          ),
        }),
      )
      .default([]),
  }),
})

export type Finding = { readonly check: string; readonly impact: string; readonly where: string }

export type SlitherReport = {
  readonly findings: readonly Finding[]
  readonly unexplained: readonly Finding[]
  /** Explanations, in words, that no finding needs. */
  readonly stale: readonly string[]
}

export async function findIssues(): Promise<SlitherReport> {
  const project = await createFoundryProject({ optimized: false, onlyTests: [] })
  try {
    const built = await runForge(project, ['build', '--build-info', '--ast'], { timeoutMs: TIMEOUT_MS })
    if (built.exitCode !== 0) throw new Error(`the contracts do not build with forge:\n${built.output}`)
    const read = [
      '--compile-force-framework',
      'foundry',
      '--foundry-ignore-compile',
      '--filter-paths',
      'node_modules|mocks',
    ]
    const path = join(project.root, 'slither.json')
    // It exits with an error when it finds anything.
    const { output } = await runPythonTool('slither', ['.', ...read, '--json', path], {
      cwd: project.root,
      timeoutMs: TIMEOUT_MS,
    })
    const text = await readFile(path, 'utf8').catch(() => undefined)
    if (text === undefined) throw new Error(`slither could not read the build:\n${output}`)
    return judgeFindings(parseFindings(text), await readExplanations())
  } finally {
    await project.remove()
  }
}

export function parseFindings(json: string): Finding[] {
  return outputSchema.parse(JSON.parse(json)).results.detectors.map(({ check, impact, elements: [element] }) => {
    const parent = element?.type_specific_fields?.parent?.name
    return { check, impact, where: [parent, element?.name].filter((name) => name !== undefined).join('.') }
  })
}

export function judgeFindings(findings: readonly Finding[], explanations: Explanations): SlitherReport {
  const covers = ({ check, where }: Explanations[number], finding: Finding, place?: string): boolean =>
    check === finding.check &&
    (place === undefined ? where === 'everywhere' || where.includes(finding.where) : finding.where === place)
  const stale = explanations.flatMap((explanation) =>
    (explanation.where === 'everywhere' ? [undefined] : explanation.where)
      .filter((place) => !findings.some((finding) => covers(explanation, finding, place)))
      .map((place) => `${explanation.check} ${place ?? 'everywhere'}`),
  )
  const unexplained = findings.filter((finding) => !explanations.some((explanation) => covers(explanation, finding)))
  return { findings, unexplained, stale }
}

async function readExplanations(): Promise<Explanations> {
  const text = await readFile(join(repositoryRoot, 'test/contracts/slither.json'), 'utf8')
  return explanationsSchema.parse(JSON.parse(text))
}

export function formatSlither({ findings, unexplained, stale }: SlitherReport): string {
  return [
    ...unexplained.map(({ check, impact, where }) => `FOUND   ${impact} ${check} in ${where}`),
    ...stale.map((words) => `STALE   nothing is found any more: ${words}`),
    `${findings.length} findings of slither, ${unexplained.length} not explained`,
  ].join('\n')
}
