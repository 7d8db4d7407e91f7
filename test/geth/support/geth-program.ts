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
