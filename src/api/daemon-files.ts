import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { toHex } from '../domain/bytes.ts'
import { ChiralError, codeOf, messageOf } from '../domain/errors.ts'
import type { Random } from '../system/random.ts'
import { instant } from './convert.ts'

/*
 * What a daemon leaves in its data directory for its clients: `daemon.json` says where it listens, `api-token` lets in
 * whoever may read the owner's files, `daemon.lock` keeps a second daemon out.
 */

const TOKEN_FILE = 'api-token'
const DAEMON_FILE = 'daemon.json'
const LOCK_FILE = 'daemon.lock'
/** 256 bits: cannot be guessed, at any rate of guessing. */
const TOKEN_BYTES = 32
const TOKEN = /^[0-9a-f]{64}$/
/** Only the owner may read what lets one spend the owner's money. */
const OWNER_ONLY = 0o600

const daemonFileSchema = z.object({ pid: z.int().positive(), url: z.url(), startedAt: instant })
/** What `daemon.json` holds. */
export type DaemonFile = z.output<typeof daemonFileSchema>

/**
 * Takes the data directory for one daemon; the result gives it back.
 *
 * The lock is SQLite's exclusive lock on an empty database, that is one of the operating system: it goes with the
 * process however that ends, so there is no stale lock to recognise and no process id that another program may have got.
 * @throws ChiralError `DAEMON_RUNNING`, `DATA_DIRECTORY`
 */
export function lockDataDirectory(dataDirectory: string): () => void {
  makeDataDirectory(dataDirectory)
  const database = new DatabaseSync(join(dataDirectory, LOCK_FILE), { timeout: 0 })
  try {
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (!/lock|busy/i.test(messageOf(error))) throw error
    const pid = readDaemonFile(dataDirectory)?.pid
    throw new ChiralError(
      'DAEMON_RUNNING',
      `Another chiral process${pid === undefined ? '' : ` (${pid})`} uses ${dataDirectory}: stop it, or choose another folder with --data-dir.`,
      { details: { dataDirectory, ...(pid === undefined ? {} : { pid }) } },
    )
  }
  return () => {
    if (database.isOpen) database.close()
  }
}

function makeDataDirectory(dataDirectory: string): void {
  try {
    mkdirSync(dataDirectory, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new ChiralError(
      'DATA_DIRECTORY',
      `The data directory ${dataDirectory} cannot be made (${codeOf(error) ?? messageOf(error)}): choose another with --data-dir.`,
      { cause: error },
    )
  }
}

/** The token of the data directory, made at first use and kept, so that clients survive a restart of the daemon. */
export function ensureToken(dataDirectory: string, random: Random): string {
  const path = join(dataDirectory, TOKEN_FILE)
  const existing = readToken(dataDirectory)
  if (existing !== undefined) {
    if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, OWNER_ONLY)
    return existing
  }
  const token = toHex(random.bytes(TOKEN_BYTES))
  replaceFile(path, `${token}\n`)
  return token
}

export function readToken(dataDirectory: string): string | undefined {
  const text = readIfThere(join(dataDirectory, TOKEN_FILE))?.trim()
  return text !== undefined && TOKEN.test(text) ? text : undefined
}

export function writeDaemonFile(dataDirectory: string, file: DaemonFile): void {
  replaceFile(join(dataDirectory, DAEMON_FILE), `${JSON.stringify(file)}\n`)
}

/** `undefined` when there is none or it is not readable as one. */
export function readDaemonFile(dataDirectory: string): DaemonFile | undefined {
  const text = readIfThere(join(dataDirectory, DAEMON_FILE))
  if (text === undefined) return undefined
  try {
    return daemonFileSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** Removes what a daemon of process `pid` wrote; what another one wrote since stays. Without `pid`, whatever is there. */
export function removeDaemonFile(dataDirectory: string, pid?: number): void {
  if (pid !== undefined && readDaemonFile(dataDirectory)?.pid !== pid) return
  rmSync(join(dataDirectory, DAEMON_FILE), { force: true })
}

/** A reader sees the old content or the new, never half of it. */
function replaceFile(path: string, content: string): void {
  const temporary = `${path}.new`
  rmSync(temporary, { force: true })
  writeFileSync(temporary, content, { mode: OWNER_ONLY, flag: 'wx' })
  renameSync(temporary, path)
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw new ChiralError('STORE_FAILED', `${path} cannot be read: ${messageOf(error)}.`, { cause: error })
  }
}
