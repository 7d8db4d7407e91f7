import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { codeOf } from '../../../src/domain/errors.ts'
import { installGeth } from '../../../src/node/geth/install.ts'

/** Building geth and its mining data takes minutes the first time in a checkout; afterwards it is found at once. */
export const INSTALL_TIMEOUT_MS = 20 * 60_000

export interface GethProgram {
  readonly path: string
  readonly dagFile: string
}

let found: Promise<GethProgram | undefined> | undefined

/** The geth and mining data of this checkout, made when missing; `undefined` only where no geth is and none can be built. */
export function gethProgram(): Promise<GethProgram | undefined> {
  found ??= install()
  return found
}

async function install(): Promise<GethProgram | undefined> {
  try {
    const { path, dagFile } = await installGeth({ env: process.env, dag: true, onStep: () => {}, onDag: () => {} })
    return dagFile === undefined ? undefined : { path, dagFile }
  } catch (error) {
    // Without Go, a compiler or the network; where all are there, failing to build is a failure of the tests.
    if (codeOf(error) === 'GETH_BUILD_IMPOSSIBLE' || codeOf(error) === 'GETH_SOURCES_UNREACHABLE') return undefined
    throw error
  }
}

/** The two words every mining data set begins with. */
const DAG_MAGIC = Buffer.from('fecaddbaaddee1fe', 'hex')

/**
 * A folder with the mining data of epoch 0, which is real, and for epoch 1 the beginning of a file: enough for geth to believe that it need
 * not make it, which would take all cores of every test for minutes. It is first read at block 30,000, which no test comes near.
 */
export async function makeDagFolder(folder: string, dagFile: string): Promise<string> {
  const dagFolder = join(folder, 'ethash')
  await mkdir(dagFolder)
  await symlink(dagFile, join(dagFolder, basename(dagFile)))
  const next = basename(dagFile).replace(/-(?:0-)?0{16}$/, (epoch) => (epoch.startsWith('-0-') ? '-1-' : '-'))
  await writeFile(join(dagFolder, `${next}290decd9548b62a8`), DAG_MAGIC)
  return dagFolder
}
