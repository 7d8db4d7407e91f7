import { access, mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { buildGeth } from '../../chain/geth/build-geth.ts'
import { findGeth, gethEnvironment } from '../../chain/geth/geth-binary.ts'
import { removeUnfinishedDags } from '../../chain/geth/geth-directory.ts'
import { parseGethLine } from '../../chain/geth/geth-log.ts'
import { DAG_FOLDER } from '../../chain/geth/install-paths.ts'
import { runTool } from '../../chain/geth/run-tool.ts'
import { ChiralError, codeOf } from '../../domain/errors.ts'
import { systemClock } from '../../system/clock.ts'

export interface InstallOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  /** `--geth`: use this one or fail. */
  readonly geth?: string | undefined
  /** Also make the mining data set of the first 30,000 blocks. */
  readonly dag: boolean
  readonly onStep: (text: string) => void
  readonly onDag: (progress: { readonly epoch: number; readonly percent: number }) => void
  readonly signal?: AbortSignal | undefined
}

export interface Installed {
  readonly path: string
  readonly client: string
  readonly version: string
  readonly origin: 'option' | 'path' | 'installed'
  /** File of the mining data set, where it was asked for. */
  readonly dagFile?: string | undefined
}

/** The file of epoch 0, as core-geth names it. */
const FIRST_DAG = 'full-R23-0-0000000000000000'
/** As go-ethereum names it. */
const FIRST_DAG_OF_GO_ETHEREUM = 'full-R23-0000000000000000'

/**
 * Finds a usable geth, or builds the pinned one. Nothing happens where one is there already.
 *
 * @throws ChiralError as `findGeth` for one that was named, and as `buildGeth`; `DAG_FAILED`
 */
export async function installGeth(options: InstallOptions): Promise<Installed> {
  const { env, geth, onStep, signal } = options
  const { path, version, origin } = await findGeth({ path: geth, env }).catch((error: unknown) => {
    if (codeOf(error) !== 'GETH_MISSING') throw error
    return buildGeth({ env, onStep, signal })
  })
  const dagFile = options.dag ? await makeFirstDag(path, version.client, options) : undefined
  return { path, ...version, origin, dagFile }
}

async function makeFirstDag(
  geth: string,
  client: string,
  { env, onStep, onDag, signal }: InstallOptions,
): Promise<string> {
  const file = join(DAG_FOLDER, client === 'go-ethereum' ? FIRST_DAG_OF_GO_ETHEREUM : FIRST_DAG)
  if (await exists(file)) return file
  await mkdir(DAG_FOLDER, { recursive: true })
  await removeUnfinishedDags(DAG_FOLDER, systemClock.now())
  onStep('making the mining data set (1 GiB, a few minutes of all cores, once)')
  const result = await runTool({
    command: geth,
    args: ['makedag', '0', DAG_FOLDER],
    env: gethEnvironment(env),
    signal,
    onLine(line) {
      const event = parseGethLine(line)
      if (event?.kind === 'dag') onDag(event)
    },
  })
  if (result.exitCode !== 0 || !(await exists(file)))
    throw new ChiralError(
      'DAG_FAILED',
      `geth did not make the mining data set (${result.lastErrors || 'it gave no reason'}): is there 1.1 GiB free at ${DAG_FOLDER}?`,
    )
  return file
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path)
    return (await stat(path)).size > 0
  } catch {
    return false
  }
}
