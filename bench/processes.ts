import { spawn } from 'node:child_process'
import { randomFillSync } from 'node:crypto'
import { createWriteStream, existsSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream/promises'
import { warmMemory } from './warm-memory.ts'

export interface Seeder {
  readonly ready: Readonly<Record<string, unknown>>
  /** What it has used of the processor; 0 where the system does not tell. */
  cpuSeconds(): number
  stop(): Promise<void>
}

/** What was moved while the clock ran. */
export interface Moved {
  readonly seconds: number
  readonly bytes: number
  /** Of the leecher's processor. */
  readonly cpuSeconds?: number
  readonly bySource?: readonly { readonly protocol?: string | undefined; readonly chunks: number }[]
  /** From asking for a connection to one on which chunks can be asked for. */
  readonly firstConnectionMs?: number | undefined
  /** Of another file just after it, where that was asked for. */
  readonly next?: Moved | undefined
}

export const MIB = 2 ** 20
/** A transfer that takes longer than this has stalled. */
const LEECH_TIMEOUT_MS = 300_000

/** What the launcher sets for our own sake; the rest of its options are what old Nodes need to run these files at all. */
const NURSERY_FLAG = /--max-semi-space-size=\d+/

const END_WITH_BENCH = new URL('end-with-bench.ts', import.meta.url).href

interface Program {
  /** Somebody else's program: V8 runs it as it runs anything. Ours runs as the launcher has it. */
  readonly stock?: boolean
}

/** Starts one, which prints one line of JSON when it is ready and serves until it is ended. */
export async function startSeeder(script: string, args: readonly string[], program: Program = {}): Promise<Seeder> {
  const child = startProgram(script, args, program)
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const line = new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve))
  const gone = exited.then(() => Promise.reject(new Error(`the seeder ${script} ended before it was ready`)))
  const ready: Record<string, unknown> = JSON.parse(await Promise.race([line, gone]))
  gone.catch(() => {})
  return {
    ready,
    cpuSeconds: () => cpuSecondsOf(child.pid ?? 0),
    async stop() {
      child.kill('SIGTERM')
      await exited
    },
  }
}

/** In user and system time, which /proc counts in hundredths of a second. */
export function cpuSecondsOf(pid: number): number {
  const path = `/proc/${pid}/stat`
  if (!existsSync(path)) return 0
  const fields = readFileSync(path, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** Runs one to its end, in memory that the machine has; the last line that it prints is what it moved. */
export async function runLeecher(script: string, args: readonly string[], program: Program = {}): Promise<Moved> {
  await warmMemory()
  const child = startProgram(script, args, program)
  const timer = setTimeout(() => child.kill('SIGKILL'), LEECH_TIMEOUT_MS)
  let last = ''
  createInterface(child.stdout).on('line', (line) => {
    last = line
  })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  clearTimeout(timer)
  if (code !== 0) throw new Error(`the leecher ${script} ended with ${code}`)
  return JSON.parse(last)
}

function startProgram(script: string, args: readonly string[], { stock = false }: Program) {
  const { NODE_OPTIONS = '', ...env } = process.env
  const options = stock ? NODE_OPTIONS.replace(NURSERY_FLAG, '') : NODE_OPTIONS
  return spawn(process.execPath, [...process.execArgv, '--import', END_WITH_BENCH, script, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'], // its input ends with this process
    env: { ...env, NODE_OPTIONS: options },
  })
}

/** In turn, from another one each time: what comes after the same neighbour in every run, finds the disk and the memory as that leaves them. */
export function beginningWith<T>(systems: readonly T[], run: number): T[] {
  const first = (run - 1) % systems.length
  return [...systems.slice(first), ...systems.slice(0, first)]
}

/** A file of random bytes: nothing on the way can make it smaller. */
export async function makeFile(path: string, sizeBytes: number): Promise<void> {
  await pipeline(function* () {
    for (let left = sizeBytes; left > 0; left -= MIB) yield randomFillSync(new Uint8Array(Math.min(left, MIB)))
  }, createWriteStream(path))
}
