import { scrypt as nodeScrypt, type ScryptOptions } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import {
  decryptKeystoreJson,
  encryptKeystoreJson,
  scrypt as ethersScrypt,
  HDNodeWallet,
  isError,
  Mnemonic,
} from 'ethers'
import { scrypt as wasmScrypt } from 'hash-wasm'
import { fromHex } from '../domain/bytes.ts'
import { ChiralError, codeOf, messageOf } from '../domain/errors.ts'
import { type Address, parseAddress } from '../domain/ids.ts'
import { createFileAtomic } from '../system/atomic-file.ts'
import type { Random } from '../system/random.ts'
import { createSigner, type Signer } from '../system/signer.ts'

/** The first account of BIP-44 for Ethereum: what every other wallet derives from the same words. */
export const DERIVATION_PATH = "m/44'/60'/0'/0/0"
/** 256 bits of entropy: 24 words. */
const ENTROPY_LENGTH = 32
/** geth's standard strength: 256 MiB and about a second for each guess at a password. */
export const SCRYPT_STANDARD: ScryptParameters = { N: 2 ** 18, r: 8, p: 1 }
/** geth's light strength, milliseconds: for tests, and for an empty password, which no work makes harder to guess. */
export const SCRYPT_LIGHT: ScryptParameters = { N: 2 ** 12, r: 8, p: 6 }
/** A keystore from elsewhere may ask for any amount of memory; no known wallet asks for more than this. */
const MAX_SCRYPT_BYTES = 1024 * 1024 * 1024
/** The largest keystore of any known wallet is below 2 KiB. */
const MAX_KEYSTORE_BYTES = 64 * 1024

export interface ScryptParameters {
  readonly N: number
  readonly r: number
  readonly p: number
}

export interface OpenWallet {
  readonly signer: Signer
  readonly address: Address
  /** The words, where the file holds them (a file of geth does not). Shown to the user on request, never logged. */
  readonly phrase: string | undefined
}

export interface KeystoreOptions {
  readonly path: string
  /** Encrypts the file. Empty protects by file permission alone; whether that is allowed is the caller's decision (test coin). */
  readonly password: string
  /** Default: standard, or light where the password is empty. */
  readonly scrypt?: ScryptParameters
}

/**
 * Makes a new wallet of 24 words and writes it to a new Web3 Secret Storage V3 file (mode 0600).
 *
 * @throws ChiralError `KEYSTORE_EXISTS`: a keystore is never overwritten
 */
export function createKeystore(dependencies: { random: Random }, options: KeystoreOptions): Promise<OpenWallet> {
  return store(
    HDNodeWallet.fromMnemonic(Mnemonic.fromEntropy(dependencies.random.bytes(ENTROPY_LENGTH)), DERIVATION_PATH),
    options,
  )
}

/** The wallet of 12 to 24 BIP-39 words. @throws ChiralError `PHRASE_INVALID`, `KEYSTORE_EXISTS` */
export function importPhrase(phrase: string, options: KeystoreOptions): Promise<OpenWallet> {
  return store(walletOfPhrase(phrase), options)
}

/** Opens a keystore of ours, geth's or any other wallet's. @throws ChiralError `KEYSTORE_MISSING`, `KEYSTORE_INVALID`, `KEYSTORE_PASSWORD` */
export async function openKeystore(options: { path: string; password: string }): Promise<OpenWallet> {
  return decryptKeystore(await readKeystore(options.path), options)
}

/** The words and the address of BIP-44's first account. @throws ChiralError `PHRASE_INVALID` */
export function addressOfPhrase(phrase: string): Address {
  return parseAddress(walletOfPhrase(phrase).address)
}

/**
 * Writes a copy of a keystore, with the same password, to a new file after checking that the password opens it: a backup nobody can
 * open is none. @throws as `openKeystore`, `KEYSTORE_EXISTS` and `KEYSTORE_UNWRITABLE`
 */
export async function backupKeystore(options: { path: string; password: string; to: string }): Promise<OpenWallet> {
  const json = await readKeystore(options.path)
  const wallet = await decryptKeystore(json, options)
  await writeNew(options.to, json)
  return wallet
}

async function store(wallet: HDNodeWallet, options: KeystoreOptions): Promise<OpenWallet> {
  useNativeScrypt()
  const json = await encryptKeystoreJson(
    {
      address: wallet.address,
      privateKey: wallet.privateKey,
      ...(wallet.mnemonic === null
        ? {}
        : { mnemonic: { entropy: wallet.mnemonic.entropy, path: DERIVATION_PATH, locale: 'en' } }),
    },
    options.password,
    { scrypt: options.scrypt ?? (options.password === '' ? SCRYPT_LIGHT : SCRYPT_STANDARD) },
  )
  await writeNew(options.path, json)
  return openWallet(wallet.privateKey, wallet.mnemonic?.phrase)
}

async function writeNew(path: string, json: string): Promise<void> {
  const written = await createFileAtomic(path, json).catch((cause: unknown) => {
    throw new ChiralError(
      'KEYSTORE_UNWRITABLE',
      `The wallet file ${path} cannot be written (${codeOf(cause) ?? messageOf(cause)}): choose another place.`,
      { details: { path }, cause },
    )
  })
  if (written) return
  throw new ChiralError(
    'KEYSTORE_EXISTS',
    `${path} exists and is not overwritten: it may hold money. Move it away first, or choose another place.`,
    { details: { path } },
  )
}

async function readKeystore(path: string): Promise<string> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (cause) {
    throw new ChiralError(
      'KEYSTORE_MISSING',
      `There is no readable wallet at ${path} (${messageOf(cause)}): make one with "chiral wallet new".`,
      {
        details: { path },
        cause,
      },
    )
  }
  if (bytes.byteLength > MAX_KEYSTORE_BYTES) throw invalid(path)
  return Buffer.from(bytes).toString('utf8')
}

async function decryptKeystore(
  json: string,
  { path, password }: { path: string; password: string },
): Promise<OpenWallet> {
  requireVersion3(json, path)
  useNativeScrypt()
  try {
    const account = await decryptKeystoreJson(json, password)
    const { mnemonic } = account
    return openWallet(
      account.privateKey,
      mnemonic === undefined ? undefined : Mnemonic.fromEntropy(mnemonic.entropy).phrase,
    )
  } catch (cause) {
    if (isError(cause, 'INVALID_ARGUMENT') && cause.argument === 'password')
      throw new ChiralError('KEYSTORE_PASSWORD', `The password does not open the wallet ${path}: try again.`, {
        details: { path },
      })
    throw invalid(path, cause)
  }
}

/** ethers reads version 1 and 2 wrongly rather than not at all. */
function requireVersion3(json: string, path: string): void {
  let version: unknown
  try {
    version = Object.entries(JSON.parse(json)).find(([name]) => name.toLowerCase() === 'version')?.[1]
  } catch (cause) {
    throw invalid(path, cause)
  }
  if (Number(version) !== 3) throw invalid(path)
}

function openWallet(privateKey: string, phrase: string | undefined): OpenWallet {
  const signer = createSigner(fromHex(privateKey))
  return { signer, address: signer.address, phrase }
}

function walletOfPhrase(phrase: string): HDNodeWallet {
  const words = phrase.trim().toLowerCase().split(/\s+/)
  const text = words.join(' ')
  if (!Mnemonic.isValidMnemonic(text))
    throw new ChiralError(
      'PHRASE_INVALID',
      `These ${words.length} words are not a wallet: give the 12 or 24 English words in their order and check the spelling.`,
      { details: { words: words.length } },
    )
  return HDNodeWallet.fromPhrase(text, '', DERIVATION_PATH)
}

function invalid(path: string, cause?: unknown): ChiralError {
  // The cause may quote the file: it is kept from the message.
  return new ChiralError(
    'KEYSTORE_INVALID',
    `${path} is not a wallet file or is damaged: restore it from a backup or from its words.`,
    {
      details: { path },
      cause,
    },
  )
}

/** ethers' own scrypt is JavaScript and takes seconds; this is the same function in native code. */
function useNativeScrypt(): void {
  ethersScrypt.register(async (password, salt, N, r, p, length) => {
    // 128·N·r is what the algorithm works on; the rest of the allowance is the library's own.
    const maxmem = 128 * N * r + 128 * r * p + 1024 * 1024
    if (maxmem > MAX_SCRYPT_BYTES) throw new RangeError('scrypt parameters need too much memory')
    if (N < 2 ** (16 * r)) return opensslScrypt(password, salt, length, { N, r, p, maxmem })
    // RFC 7914 §2 has no larger N and OpenSSL refuses it, but the Web3 Secret Storage specification's own example has one.
    return wasmScrypt({
      password,
      salt,
      hashLength: length,
      costFactor: N,
      blockSize: r,
      parallelism: p,
      outputType: 'binary',
    })
  })
}

const opensslScrypt = promisify<Uint8Array, Uint8Array, number, ScryptOptions, Buffer>(nodeScrypt)
