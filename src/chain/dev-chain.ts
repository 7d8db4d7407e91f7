import { mkdir, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { DEVELOPMENT_CHAIN_ID } from '../domain/chains.ts'
import { ChiralError, codeOf, messageOf } from '../domain/errors.ts'
import { type Clock, delay, systemClock } from '../system/clock.ts'
import { freePort, isPortFree } from '../system/free-port.ts'
import { keepAlive } from '../system/keep-alive.ts'
import type { Logger } from '../system/logger.ts'
import { systemProcessTable } from '../system/process-table.ts'
import { type Random, systemRandom } from '../system/random.ts'
import { type AnvilProcess, startAnvil } from './anvil-process.ts'
import { connectChain } from './client.ts'
import {
  copyState,
  type DevChainGenesis,
  type DevChainPaths,
  devChainPaths,
  newGenesis,
  readGenesis,
  repairState,
  writeGenesis,
} from './dev-chain-files.ts'
import { type ChainLock, readLock, reapStale, takeLock, updateLock } from './process-lock.ts'

/** How much of the chain a kill in the middle of anvil's own write may cost. */
const COPY_STATE_MS = 5_000
/** The owner of the lock may be just starting. */
const ATTACH_TIMEOUT_MS = 20_000
const ATTACH_POLL_MS = 50
/** A port found free can be taken by another program before anvil listens on it. */
const MAX_PORT_TRIES = 3
/** anvil that keeps dying has a reason that starting it again does not mend. */
const MAX_RESTARTS = 3

export interface DevChainOptions {
  /** Holds everything the chain is; made when missing. */
  readonly directory: string
  /** Default: the one it had last time, else one that is free. */
  readonly port?: number | undefined
  /** Seconds between blocks; default: a block for each transaction, at once. */
  readonly blockTimeSeconds?: number | undefined
  readonly log: Logger
  readonly clock?: Clock
  readonly random?: Random
}

export interface DevChain {
  readonly rpcUrl: string
  readonly chainId: number
  readonly genesisHash: string
  /** Process id of the chain itself. */
  readonly pid: number
  /** False when another process started it: then `stop` leaves it running. */
  readonly owned: boolean
  /** Resolves when the chain has ended for good; never for one that is not owned. */
  readonly exited: Promise<void>
  /** Resolves when the state is on disk. Twice is fine. */
  stop(): Promise<void>
}

const HOST = '127.0.0.1'

/**
 * The embedded development chain: anvil, chain 98767, test coin, ready in well under a second. It keeps its blocks over restarts and
 * kills, and ends with the process that started it. A second start in the same directory attaches to the one that runs.
 *
 * @throws ChiralError `DEV_CHAIN_UNSUPPORTED`, `DEV_CHAIN_FAILED`, `DEV_CHAIN_PORT`, `DEV_CHAIN_BUSY`
 */
export function startDevChain(options: DevChainOptions): Promise<DevChain> {
  return keepAlive(startOrAttach(options))
}

async function startOrAttach(options: DevChainOptions): Promise<DevChain> {
  const { clock = systemClock } = options
  const directory = resolve(options.directory)
  const paths = devChainPaths(directory)
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const until = clock.monotonic() + ATTACH_TIMEOUT_MS
  const ownerPid = systemProcessTable.currentPid
  for (;;) {
    if (await takeLock(paths.lock, { ownerPid })) return own(paths, options)
    const lock = await readLock(paths.lock)
    if (lock === undefined || !systemProcessTable.isRunning(lock.ownerPid)) {
      await reapStale(paths.lock, lock, { mark: paths.state })
      continue
    }
    const attached = await attach(lock, options)
    if (attached !== undefined) return attached
    if (clock.monotonic() > until)
      throw new ChiralError(
        'DEV_CHAIN_BUSY',
        `Process ${lock.ownerPid} holds the development chain in ${directory} but the chain does not answer: end that process, or delete ${paths.lock} when it is none of ours.`,
        { details: { directory, ownerPid: lock.ownerPid } },
      )
    await delay(clock, ATTACH_POLL_MS)
  }
}

/** `undefined` while it does not answer. */
async function attach(lock: ChainLock, options: DevChainOptions): Promise<DevChain | undefined> {
  const { port, genesisHash, chainPid } = lock
  if (port === undefined || genesisHash === undefined || chainPid === undefined) return undefined
  if (options.port !== undefined && options.port !== port)
    throw portTaken(options.port, `it runs on port ${port} already`)
  const rpcUrl = `http://${HOST}:${port}`
  const { clock = systemClock, log } = options
  try {
    const client = await connectChain({ rpcUrl, clock, log, expected: { genesisHash } })
    client.close()
  } catch (error) {
    if (codeOf(error) === 'CHAIN_UNREACHABLE') return undefined
    throw error
  }
  return {
    rpcUrl,
    chainId: DEVELOPMENT_CHAIN_ID,
    genesisHash,
    pid: chainPid,
    owned: false,
    exited: new Promise(() => {}),
    stop: async () => {},
  }
}

async function own(paths: DevChainPaths, options: DevChainOptions): Promise<DevChain> {
  const { clock = systemClock, random = systemRandom, log } = options
  try {
    const stored = (await readGenesis(paths.genesis)) ?? newGenesis(clock.now(), random)
    // Durable before the first block: whatever is killed from here on, the chain starts again from the same one.
    await writeGenesis(paths.genesis, stored)
    const first = await startOnSomePort(paths, stored, options)
    return supervise(first.anvil, first.genesis, { paths, options, clock, log })
  } catch (error) {
    await rm(paths.lock, { force: true })
    throw error
  }
}

async function startOnSomePort(
  paths: DevChainPaths,
  stored: DevChainGenesis,
  options: DevChainOptions,
): Promise<{ readonly anvil: AnvilProcess; readonly genesis: DevChainGenesis & { readonly port: number } }> {
  for (let tries = 1; ; tries++) {
    const port = await choosePort(options.port, stored.port)
    const genesis = { ...stored, port }
    await writeGenesis(paths.genesis, genesis)
    try {
      return { anvil: await launch(paths, genesis, port, options), genesis }
    } catch (error) {
      const taken =
        options.port === undefined && codeOf(error) === 'DEV_CHAIN_FAILED' && !(await isPortFree(HOST, port))
      if (!taken || tries === MAX_PORT_TRIES) throw error
    }
  }
}

async function choosePort(wanted: number | undefined, last: number | undefined): Promise<number> {
  if (wanted === undefined) return last !== undefined && (await isPortFree(HOST, last)) ? last : freePort(HOST)
  if (await isPortFree(HOST, wanted)) return wanted
  throw portTaken(wanted, 'another program listens on it')
}

async function launch(
  paths: DevChainPaths,
  genesis: DevChainGenesis,
  port: number,
  options: DevChainOptions,
): Promise<AnvilProcess> {
  const { clock = systemClock, log, blockTimeSeconds } = options
  if (await repairState(paths))
    log.warn({}, 'the development chain was killed while it wrote; its last seconds are lost')
  const anvil = await startAnvil({ clock, log }, { paths, genesis, host: HOST, port, blockTimeSeconds })
  const ownerPid = systemProcessTable.currentPid
  await updateLock(paths.lock, { ownerPid, chainPid: anvil.pid, port, genesisHash: anvil.genesisHash })
  return anvil
}

/** Keeps the chain running, and a whole copy of its state, until it is stopped. */
function supervise(
  first: AnvilProcess,
  genesis: DevChainGenesis & { readonly port: number },
  context: { paths: DevChainPaths; options: DevChainOptions; clock: Clock; log: Logger },
): DevChain {
  const { paths, options, clock, log } = context
  let anvil = first
  let stopping = false
  let copied: Uint8Array | undefined
  let copying: Promise<void> = Promise.resolve()
  let cancelCopy = (): void => {}

  async function copy(): Promise<void> {
    const lock = await readLock(paths.lock)
    if (lock?.chainPid === anvil.pid) {
      copied = await copyState(paths, copied)
      return
    }
    // The folder was deleted or replaced while we ran: whoever uses it now must not find our blocks in it.
    log.error({ lock: paths.lock }, 'the folder of the development chain was taken away; it stops')
    stopping = true
    await anvil.stop()
  }

  function scheduleCopy(): void {
    cancelCopy = clock.schedule(COPY_STATE_MS, () => {
      copying = copy()
        .catch((error: unknown) => log.warn({ reason: messageOf(error) }, 'the development chain could not be copied'))
        .finally(() => {
          if (!stopping) scheduleCopy()
        })
    })
  }

  async function keepRunning(): Promise<void> {
    for (let restarts = 0; ; restarts++) {
      await anvil.exited
      if (stopping || restarts === MAX_RESTARTS) return
      log.warn({}, 'the development chain ended unasked and is started again')
      anvil = await launch(paths, genesis, genesis.port, options)
      if (stopping) return anvil.stop()
    }
  }

  async function run(): Promise<void> {
    try {
      await keepRunning()
    } catch (error) {
      log.error({ reason: messageOf(error) }, 'the development chain cannot be started again')
    }
    stopping = true
    cancelCopy()
    await copying
    if ((await readLock(paths.lock))?.ownerPid === systemProcessTable.currentPid) await rm(paths.lock, { force: true })
  }

  scheduleCopy()
  const exited = run()
  return {
    rpcUrl: `http://${HOST}:${genesis.port}`,
    chainId: DEVELOPMENT_CHAIN_ID,
    genesisHash: first.genesisHash,
    owned: true,
    get pid() {
      return anvil.pid
    },
    exited,
    async stop() {
      stopping = true
      await anvil.stop()
      await exited
    },
  }
}

function portTaken(port: number, reason: string): ChiralError {
  return new ChiralError('DEV_CHAIN_PORT', `The development chain cannot use port ${port}: ${reason}.`, {
    details: { port },
  })
}
