import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type ApiClient, createApiClient } from '../../api/client.ts'
import type { Status } from '../../api/schema.ts'
import { ChiralError } from '../../domain/errors.ts'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))
/** What a member gets to withdraw its offers and end. */
const STOP_TIMEOUT_MS = 15_000
/** Lines of a member's standard error that are shown when it fails. */
const SHOWN_ERROR_LINES = 5

/** One node of the demo: a process of its own, spoken to through its control API. */
export interface Member {
  readonly name: string
  readonly client: ApiClient
  readonly status: Status
  stop(): Promise<void>
}

/** Starts `chiral daemon` on a data directory of its own. @throws ChiralError `DEMO_MEMBER_FAILED` */
export async function startMember(options: {
  name: string
  dataDirectory: string
  rpcUrl: string
  bootstrap: readonly string[]
  listen: readonly string[]
  readyTimeoutMs: number
  env: Readonly<Record<string, string | undefined>>
}): Promise<Member> {
  const { name, dataDirectory, rpcUrl, bootstrap, listen } = options
  const args = [
    ...process.execArgv,
    MAIN,
    'daemon',
    '--json',
    ...['--data-dir', dataDirectory, '--rpc', rpcUrl, '--scope', 'loopback'],
    ...bootstrap.flatMap((address) => ['--bootstrap', address]),
    ...listen.flatMap((address) => ['--listen', address]),
  ]
  // A group of its own: Ctrl-C in the terminal is for the demo, which then ends its members in order.
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env: options.env, detached: true })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const errors: string[] = []
  createInterface(child.stderr).on('line', (line) => {
    errors.push(line)
    if (errors.length > SHOWN_ERROR_LINES) errors.shift()
  })
  try {
    await ready(child, exited, options.readyTimeoutMs)
    const client = createApiClient({ dataDirectory })
    return { name, client, status: await client.status(), stop: () => stop(child, exited) }
  } catch (error) {
    await stop(child, exited)
    throw new ChiralError('DEMO_MEMBER_FAILED', `The ${name} did not start: ${errors.join(' ') || 'it said nothing'}`, {
      cause: error,
    })
  }
}

/** The daemon prints one JSON document when it can be used. */
async function ready(child: ChildProcess, exited: Promise<void>, timeoutMs: number): Promise<void> {
  const { stdout } = child
  if (stdout === null) throw new Error('no output')
  const lines = createInterface(stdout)
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('not ready in time')), timeoutMs)
  })
  const gone = exited.then(() => Promise.reject(new Error('it ended')))
  const first = new Promise<void>((resolve) => lines.once('line', () => resolve()))
  try {
    await Promise.race([first, gone, late])
  } finally {
    clearTimeout(timer)
    gone.catch(() => {})
  }
}

async function stop(child: ChildProcess, exited: Promise<void>): Promise<void> {
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS)
  await exited
  clearTimeout(timer)
}
