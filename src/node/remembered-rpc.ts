import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { devChainPaths, readGenesis } from '../chain/dev-chain-files.ts'
import { ChiralError, codeOf, messageOf } from '../domain/errors.ts'
import { writeFileAtomic } from '../system/atomic-file.ts'

/** Where a data directory keeps the address of its chain. Only the owner may read it: an address may hold a key to a paid service. */
export function rememberedRpcPath(dataDirectory: string): string {
  return join(dataDirectory, 'chain-rpc')
}

/**
 * The JSON-RPC address that the data directory was last used with, as it stands in the file.
 * @throws ChiralError `CONFIG_INVALID` when the file cannot be read
 */
export async function readRememberedRpc(dataDirectory: string): Promise<string | undefined> {
  const path = rememberedRpcPath(dataDirectory)
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new ChiralError('CONFIG_INVALID', `${path}: the file cannot be read (${code ?? messageOf(error)}).`)
  }
}

/**
 * Keeps the address for runs that name none. That of the data directory's own development chain is not kept: such a run
 * starts that chain by itself.
 */
export async function rememberRpc(dataDirectory: string, rpcUrl: string): Promise<void> {
  if ((await readRememberedRpc(dataDirectory)) === rpcUrl || (await isOwnDevChain(dataDirectory, rpcUrl))) return
  await writeFileAtomic(rememberedRpcPath(dataDirectory), `${rpcUrl}\n`)
}

/** The folder of the development chain of a data directory. */
export function devChainDirectory(dataDirectory: string): string {
  return join(dataDirectory, 'chain')
}

async function isOwnDevChain(dataDirectory: string, rpcUrl: string): Promise<boolean> {
  const { hostname, port } = new URL(rpcUrl)
  if (hostname !== '127.0.0.1' && hostname !== 'localhost') return false
  const genesis = await readGenesis(devChainPaths(devChainDirectory(dataDirectory)).genesis)
  return genesis?.port === Number(port)
}

/** The same failure, with a word on where the address came from: nobody typed it in this time. */
export function blameRememberedRpc(error: unknown, dataDirectory: string): unknown {
  if (!(error instanceof ChiralError)) return error
  const origin = `The address was remembered in ${rememberedRpcPath(dataDirectory)}: give --rpc with the right one.`
  return new ChiralError(error.code, `${error.message} ${origin}`, { details: { ...error.details }, cause: error })
}
