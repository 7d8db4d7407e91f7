import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { ChiralError, messageOf } from '../../domain/errors.ts'
import { type GethVersion, judgeGeth } from './geth-version.ts'
import { INSTALLED_GETH, PINNED_GETH } from './install-paths.ts'
import { runTool } from './run-tool.ts'

export interface GethBinary {
  readonly path: string
  readonly version: GethVersion
  readonly origin: 'option' | 'path' | 'installed'
}

/** Variables that would change what our options say: geth takes every option from `GETH_…` too. */
const GETH_VARIABLE = /^GETH_/

/** The environment geth is run in. */
export function gethEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !GETH_VARIABLE.test(name)))
}

export interface FindGethOptions {
  /** `--geth`: this one or none. */
  readonly path?: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  /** Where the pinned build is; another one in tests. */
  readonly installed?: string
}

/**
 * A geth that can do what the chain needs: the one named, else the pinned build, else the first on PATH that qualifies. Whether it
 * does is found by running it, since a name says nothing.
 *
 * @throws ChiralError `GETH_UNSUITABLE` when the one named does not qualify, `GETH_MISSING` when there is none
 */
export async function findGeth(options: FindGethOptions): Promise<GethBinary> {
  const { path, env, installed = INSTALLED_GETH } = options
  if (path !== undefined) {
    const judged = await examine(path, env)
    if (judged.usable) return { path, version: judged.version, origin: 'option' }
    throw new ChiralError('GETH_UNSUITABLE', `${path} cannot run the chain: ${judged.reason}.`, { details: { path } })
  }
  const candidates = [
    { path: installed, origin: 'installed' as const },
    ...(env['PATH'] ?? '')
      .split(delimiter)
      .filter((folder) => folder !== '')
      .map((folder) => ({ path: join(folder, 'geth'), origin: 'path' as const })),
  ]
  const refused: string[] = []
  for (const candidate of candidates) {
    if (!(await isExecutable(candidate.path))) continue
    const judged = await examine(candidate.path, env)
    if (judged.usable) return { ...candidate, version: judged.version }
    refused.push(`${candidate.path} does not qualify: ${judged.reason}`)
  }
  throw new ChiralError(
    'GETH_MISSING',
    `No geth with Ethash was found${refused.length === 0 ? '' : ` (${refused.join('; ')})`}: run "chiral chain install", which builds ${PINNED_GETH.client} ${PINNED_GETH.version}, or name one with --geth.`,
    { details: { refused } },
  )
}

async function examine(path: string, env: FindGethOptions['env']) {
  const clean = gethEnvironment(env)
  try {
    const [version, help] = await Promise.all([
      runTool({ command: path, args: ['version'], env: clean }),
      runTool({ command: path, args: ['help'], env: clean }),
    ])
    return judgeGeth({ version: version.output, help: help.output })
  } catch (error) {
    return { usable: false as const, reason: messageOf(error).replace(/\.$/, '') }
  }
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
