import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { codeOf } from '../domain/errors.ts'
import { writeFileAtomic } from '../system/atomic-file.ts'
import type { Random } from '../system/random.ts'

/** The files of one development chain. */
export interface DevChainPaths {
  readonly genesis: string
  readonly state: string
  readonly stateCopy: string
  readonly lock: string
  readonly log: string
}

export function devChainPaths(directory: string): DevChainPaths {
  return {
    genesis: join(directory, 'dev-chain.json'),
    state: join(directory, 'state.json'),
    stateCopy: join(directory, 'state.last.json'),
    lock: join(directory, 'dev-chain.lock'),
    log: join(directory, 'anvil.log'),
  }
}

/** What block 0 is made of: the same values give the same genesis hash again. And the port, so that --rpc stays right. */
export type DevChainGenesis = z.infer<typeof genesisSchema>
const genesisSchema = z.object({
  timestamp: z.int().nonnegative(),
  baseFeePerGas: z.int().positive(),
  port: z.int().min(1).max(65_535).optional(),
})

export async function readGenesis(path: string): Promise<DevChainGenesis | undefined> {
  const parsed = genesisSchema.safeParse(await readJson(path))
  return parsed.success ? parsed.data : undefined
}

/**
 * A first block nobody else has, so that a database, which is bound to the genesis hash, is never used on another person's
 * development chain: anvil lets us choose its time and its base fee, so the fee's low digits are random.
 */
export function newGenesis(nowMs: number, random: Random): DevChainGenesis {
  const noise = random.bytes(3).reduce((sum, byte) => sum * 256 + byte, 0)
  return { timestamp: Math.floor(nowMs / 1000), baseFeePerGas: 1_000_000_000 + noise }
}

export function writeGenesis(path: string, genesis: DevChainGenesis): Promise<void> {
  return writeFileAtomic(path, `${JSON.stringify(genesis, null, 2)}\n`)
}

/**
 * anvil rewrites its state in place every second, so a kill can leave half a file: then the last whole copy takes its place.
 *
 * @returns whether blocks were lost
 */
export async function repairState(paths: DevChainPaths): Promise<boolean> {
  const state = await readBytes(paths.state)
  if (state === undefined || isWhole(state)) return false
  const copy = await readBytes(paths.stateCopy)
  if (copy !== undefined && isWhole(copy)) await writeFileAtomic(paths.state, copy)
  else await rm(paths.state, { force: true }) // killed in its very first seconds: it begins again from the same first block
  return true
}

/** Keeps a whole copy of the state. @returns the bytes copied, for the next call to compare with */
export async function copyState(paths: DevChainPaths, last: Uint8Array | undefined): Promise<Uint8Array | undefined> {
  const state = await readBytes(paths.state)
  if (state === undefined || (last !== undefined && Buffer.compare(state, last) === 0) || !isWhole(state)) return last
  await writeFileAtomic(paths.stateCopy, state)
  return state
}

function isWhole(state: Uint8Array): boolean {
  try {
    JSON.parse(Buffer.from(state).toString('utf8'))
    return true
  } catch {
    return false
  }
}

async function readBytes(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

async function readJson(path: string): Promise<unknown> {
  const bytes = await readBytes(path)
  try {
    return bytes === undefined ? undefined : JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return undefined
  }
}
