import { ChiralError, codeOf } from '../../../src/domain/errors.ts'
import { installGeth } from '../../../src/node/geth/install.ts'

/** Building geth and its mining data takes minutes the first time in a checkout; afterwards it is found at once. */
export const INSTALL_TIMEOUT_MS = 20 * 60_000

export interface GethProgram {
  readonly path: string
  readonly dagFile: string
}

let found: Promise<GethProgram | undefined> | undefined

/**
 * The geth and mining data of this checkout, made when missing; `undefined` only where there is neither a geth nor Go, or no network to get the
 * sources over.
 */
export function gethProgram(): Promise<GethProgram | undefined> {
  found ??= install()
  return found
}

async function install(): Promise<GethProgram | undefined> {
  try {
    const { path, dagFile } = await installGeth({ env: process.env, dag: true, onStep: () => {}, onDag: () => {} })
    return dagFile === undefined ? undefined : { path, dagFile }
  } catch (error) {
    if (mayBeAbsent(error)) return undefined
    throw error
  }
}

/** Whoever has Go, and lacks a C compiler or has too old a Go, can install what is missing: to skip the tests then would hide them. */
export function mayBeAbsent(error: unknown): boolean {
  if (codeOf(error) === 'GETH_SOURCES_UNREACHABLE') return true
  return (
    error instanceof ChiralError && error.code === 'GETH_BUILD_IMPOSSIBLE' && error.details?.['goInstalled'] === false
  )
}
