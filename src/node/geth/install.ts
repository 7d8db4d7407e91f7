import { buildGeth } from '../../chain/geth/build-geth.ts'
import { findGeth } from '../../chain/geth/geth-binary.ts'
import { DAG_FOLDER } from '../../chain/geth/install-paths.ts'
import { codeOf } from '../../domain/errors.ts'
import { systemClock } from '../../system/clock.ts'
import { makeFirstDag } from './first-dag.ts'

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
  const dagFile = options.dag
    ? await makeFirstDag({ ...options, geth: path, client: version.client, folder: DAG_FOLDER, clock: systemClock })
    : undefined
  return { path, ...version, origin, dagFile }
}
