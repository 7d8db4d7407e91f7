import { spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { ChiralError, codeOf } from '../../domain/errors.ts'
import type { App } from '../app.ts'
import type { ChainStatusView, GethParts } from '../geth-parts.ts'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))
/** A geth in the background that does not answer by then has failed; its start checks blocks after a kill. */
const DETACH_TIMEOUT_MS = 150_000
const DETACH_POLL_MS = 200

/** Starts this command again in a session of its own, without `--detach`, and waits until it answers and is in the DHT, where it is to be. */
export async function detach(app: App, geth: GethParts, dataDirectory: string): Promise<ChainStatusView> {
  const log = `${geth.logFile(dataDirectory)}.start`
  await mkdir(dirname(log), { recursive: true, mode: 0o700 })
  const out = openSync(log, 'w', 0o600)
  const args = [...process.execArgv, MAIN, ...process.argv.slice(2).filter((argument) => argument !== '--detach')]
  const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', out, out], env: app.io.env })
  let exitCode: number | null | undefined
  child.once('exit', (code) => {
    exitCode = code
  })
  child.unref()
  const control = geth.control(dataDirectory)
  const until = performance.now() + DETACH_TIMEOUT_MS
  while (exitCode === undefined && performance.now() < until) {
    const answer = await control.status().catch((error: unknown) => {
      if (codeOf(error) === 'CHAIN_NOT_RUNNING') return undefined
      throw error
    })
    const status = answer?.status
    if (status !== undefined && status.supervisorPid === child.pid && status.peerAddresses !== undefined) return status
    await sleep(DETACH_POLL_MS, undefined, { signal: app.io.interrupt })
  }
  throw new ChiralError('GETH_FAILED', `The chain did not start in the background: ${log} says why.`)
}
