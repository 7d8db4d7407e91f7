import { mkdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { backupKeystore, createKeystore, importPhrase, type OpenWallet, openKeystore } from '../chain/keystore.ts'
import { ChiralError, codeOf } from '../domain/errors.ts'
import { type Address, parseAddress } from '../domain/ids.ts'
import { systemRandom } from '../system/random.ts'

const keystoreSchema = z.object({ address: z.string() })

/** The wallet's file in a data directory. */
export function keystorePath(dataDirectory: string): string {
  return join(dataDirectory, 'keystore.json')
}

/**
 * Makes the wallet of a data directory, of 24 new words or of `phrase`.
 * @throws ChiralError `KEYSTORE_EXISTS`, `PHRASE_INVALID`
 */
export async function createWallet(options: {
  dataDirectory: string
  password: string
  phrase?: string
}): Promise<{ address: Address; phrase: string }> {
  await mkdir(options.dataDirectory, { recursive: true, mode: 0o700 })
  const file = { path: keystorePath(options.dataDirectory), password: options.password }
  const wallet =
    options.phrase === undefined
      ? await createKeystore({ random: systemRandom }, file)
      : await importPhrase(options.phrase, file)
  return { address: wallet.address, phrase: wallet.phrase ?? options.phrase ?? '' }
}

/** Copies the keystore after checking that the password opens it. @throws ChiralError `WALLET_MISSING`, `KEYSTORE_EXISTS` */
export async function backupWallet(options: {
  dataDirectory: string
  password: string
  path: string
}): Promise<{ address: Address }> {
  const path = keystorePath(options.dataDirectory)
  await requireWallet(path)
  return backupKeystore({ path, password: options.password, to: options.path })
}

/** The wallet's address, which stands in the keystore unencrypted; `undefined` when there is no wallet. */
export async function walletAddress(dataDirectory: string): Promise<Address | undefined> {
  const text = await readFile(keystorePath(dataDirectory), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const { address } = keystoreSchema.parse(JSON.parse(text))
  return parseAddress(`0x${address.replace(/^0x/, '')}`)
}

async function hasWallet(dataDirectory: string): Promise<boolean> {
  return (await stat(keystorePath(dataDirectory)).catch(() => undefined)) !== undefined
}

/**
 * Opens the wallet of a data directory; makes one first where there is none and `create` allows it.
 * @throws ChiralError `WALLET_MISSING`, `WALLET_PASSWORD`, `KEYSTORE_INVALID`
 */
export async function openWallet(options: {
  dataDirectory: string
  password: string
  create: boolean
}): Promise<OpenWallet> {
  const path = keystorePath(options.dataDirectory)
  if (options.create && !(await hasWallet(options.dataDirectory))) await createWallet(options)
  await requireWallet(path)
  try {
    return await openKeystore({ path, password: options.password })
  } catch (error) {
    if (codeOf(error) !== 'KEYSTORE_PASSWORD') throw error
    throw new ChiralError(
      'WALLET_PASSWORD',
      `The password does not open the wallet ${path}: give it with --password-file or CHIRAL_PASSWORD.`,
      { details: { path }, cause: error },
    )
  }
}

async function requireWallet(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined)
  if (found !== undefined) return
  throw new ChiralError('WALLET_MISSING', `There is no wallet at ${path}: make one with "chiral wallet new".`, {
    details: { path },
  })
}
