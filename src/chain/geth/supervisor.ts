import { mkdir, writeFile } from 'node:fs/promises'
import { ChiralError, codeOf, messageOf } from '../../domain/errors.ts'
import { type Clock, delay } from '../../system/clock.ts'
import { keepAlive } from '../../system/keep-alive.ts'
import type { Logger } from '../../system/logger.ts'
import { systemProcessTable } from '../../system/process-table.ts'
import { openRotatingLog } from '../../system/rotating-log.ts'
import { updateLock } from '../process-lock.ts'
import type { ChainStatus } from './chain-status.ts'
import { serveControl } from './control.ts'
import { type GethPlan, gethConfig } from './geth-arguments.ts'
import { type GethPaths, gethPaths, removeUnfinishedDags } from './geth-directory.ts'
import { gethError, isPermanent } from './geth-failure.ts'
import { createGethIpc, type GethIpc, genesisHashOf } from './geth-ipc.ts'
import type { GethEvent } from './geth-log.ts'
import { type GethEnd, type GethLaunch, type GethProcess, initGeth, startGeth } from './geth-process.ts'
import { holdDirectory } from './hold-directory.ts'
import { NO_FAILURES, nextRestart } from './restart-policy.ts'
import { shownEnode } from './shown-enode.ts'

export interface SupervisorOptions {
  /** Holds everything; made when missing. */
  readonly directory: string
  readonly binary: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly genesisFile: string
  readonly plan: Omit<GethPlan, 'dataDirectory' | 'ipcPath' | 'configPath'>
  /** Where the DHT is entered through whatever runs beside geth; `undefined` until it does. */
  readonly peerAddresses?: () => readonly string[] | undefined
  /** Tells everything geth says that has a meaning. */
  readonly onEvent?: (event: GethEvent) => void
}

/** geth, kept running. */
export interface Supervisor {
  readonly rpcUrl: string
  readonly genesisHash: string
  readonly ipc: GethIpc
  status(): ChainStatus
  /** Ends geth in order and starts it again; resolves with whether blocks and states were seen on disk. */
  restart(): Promise<{ readonly saved: boolean }>
  /** Resolves with whether blocks and states were seen on disk. Twice is fine. */
  stop(): Promise<{ readonly saved: boolean }>
  /** Resolves when it was stopped; rejects when geth ended and starting it again cannot help. */
  readonly ended: Promise<void>
}

/**
 * Starts geth on the chain of a genesis and keeps it running: whatever ends it unasked, it is started again, later each time.
 *
 * @throws ChiralError `GETH_BUSY`, `GETH_OTHER_GENESIS`, `GETH_PORT_TAKEN`, `GETH_DISK_FULL`, `GETH_FAILED`
 */
export function superviseGeth(
  dependencies: { readonly clock: Clock; readonly log: Logger },
  options: SupervisorOptions,
): Promise<Supervisor> {
  return keepAlive(start(dependencies, options))
}

async function start(
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
  options: SupervisorOptions,
): Promise<Supervisor> {
  const paths = gethPaths(options.directory)
  await mkdir(paths.directory, { recursive: true, mode: 0o700 })
  const release = await holdDirectory(paths, clock)
  try {
    const state = new SupervisedGeth({ clock, log }, paths, options)
    await state.begin()
    const control = await serveControl(paths.control, state, clock)
    const released = state.ended
      .catch(() => {}) // told to whoever waits for `ended`
      .then(() => control.close())
      .then(release)
    return {
      rpcUrl: state.rpcUrl,
      genesisHash: state.genesisHash,
      ipc: state.ipc,
      ended: state.ended,
      status: () => state.status(),
      restart: () => state.restart(),
      // The directory is free again when it resolves. What the control socket is asked for cannot wait for the socket to close.
      async stop() {
        const result = await state.stop()
        await released
        return result
      },
    }
  } catch (error) {
    await release()
    throw error
  }
}

class SupervisedGeth implements Supervisor {
  readonly #clock: Clock
  readonly #log: Logger
  readonly #paths: GethPaths
  readonly #options: SupervisorOptions
  readonly #launch: GethLaunch
  readonly #stopping = new AbortController()
  readonly #ended = Promise.withResolvers<void>()
  readonly ipc: GethIpc
  #geth: GethProcess | undefined
  #phase: ChainStatus['phase'] = 'starting'
  #genesisHash = ''
  #client: string | undefined
  #dag: ChainStatus['dag']
  #refusedBlock: ChainStatus['refusedBlock']
  #restarts = 0
  #lastFailure: ChainStatus['lastFailure']
  #lastEnd: GethEnd | undefined
  /** Set while a restart that was asked for waits for the new geth. */
  #restarted: PromiseWithResolvers<void> | undefined

  constructor(
    { clock, log }: { readonly clock: Clock; readonly log: Logger },
    paths: GethPaths,
    options: SupervisorOptions,
  ) {
    this.#clock = clock
    this.#log = log
    this.#paths = paths
    this.#options = options
    const file = openRotatingLog(paths.log)
    this.#launch = {
      binary: options.binary,
      env: options.env,
      plan: { ...options.plan, dataDirectory: paths.data, ipcPath: paths.ipc, configPath: paths.config },
      logFile: paths.log,
      onLine: (line) => file.line(line),
      onEvent: (event) => this.#note(event),
    }
    this.ipc = createGethIpc({ clock }, paths.ipc)
    this.#ended.promise.catch(() => {}) // whoever waits for it is told; nobody has to
  }

  get ended(): Promise<void> {
    return this.#ended.promise
  }

  get rpcUrl(): string {
    return `http://127.0.0.1:${this.#options.plan.rpcPort}`
  }

  get genesisHash(): string {
    return this.#genesisHash
  }

  /** The first start: what goes wrong is for the caller. */
  async begin(): Promise<void> {
    await removeUnfinishedDags(this.#options.plan.dagFolder, this.#clock.now())
    await initGeth(this.#launch, this.#options.genesisFile)
    await writeFile(this.#paths.config, gethConfig(this.#options.plan), { mode: 0o600 })
    await this.#run()
    void keepAlive(this.#keepRunning())
  }

  async #run(): Promise<void> {
    this.#phase = 'starting'
    const geth = await startGeth({ clock: this.#clock }, this.#launch)
    this.#geth = geth
    const { rpcPort, bootnodes, staticNodes } = this.#options.plan
    this.#genesisHash = await genesisHashOf(this.ipc)
    this.#client = await this.ipc.clientVersion()
    const ownerPid = systemProcessTable.currentPid
    await updateLock(this.#paths.lock, { ownerPid, chainPid: geth.pid, port: rpcPort, genesisHash: this.#genesisHash })
    // geth finds bootnodes by discovery too, but later, and not where UDP is blocked.
    // Static ones it has from its configuration, unless it is a geth that reads them elsewhere; twice changes nothing.
    for (const enode of [...bootnodes, ...staticNodes]) await this.ipc.addPeer(enode)
    this.#phase = 'running'
  }

  async #keepRunning(): Promise<void> {
    let failures = NO_FAILURES
    for (;;) {
      const startedAt = this.#clock.monotonic()
      const end = await this.#geth?.ended
      this.#lastEnd = end
      this.#dag = undefined
      if (this.#stopping.signal.aborted) return this.#ended.resolve()
      try {
        if (this.#restarted === undefined) {
          const next = nextRestart(failures, this.#clock.monotonic() - startedAt)
          failures = next.state
          await this.#pause(end, next.delayMs)
        }
        await this.#run()
        this.#restarted?.resolve()
      } catch (error) {
        this.#restarted?.reject(error)
        if (this.#stopping.signal.aborted) return this.#ended.resolve()
        this.#fail(error)
        if (isPermanent(end?.failure) || codeOf(error) === 'GETH_OTHER_GENESIS') return this.#ended.reject(error)
      }
      this.#restarted = undefined
    }
  }

  async #pause(end: GethEnd | undefined, delayMs: number): Promise<void> {
    const error = gethError(end?.failure, { directory: this.#paths.directory, logFile: this.#paths.log })
    this.#fail(error)
    this.#phase = 'waiting'
    this.#restarts++
    this.#log.warn({ code: error.code, delay_ms: delayMs }, `${error.message} It is started again.`)
    await delay(this.#clock, delayMs, this.#stopping.signal)
  }

  #fail(error: unknown): void {
    this.#lastFailure = { code: codeOf(error) ?? 'INTERNAL', message: messageOf(error) }
  }

  #note(event: GethEvent): void {
    if (event.kind === 'dag') this.#dag = { epoch: event.epoch, percent: event.percent }
    if (event.kind === 'dag-complete') this.#dag = undefined
    if (event.kind === 'future-block')
      this.#refusedBlock = { blockTime: event.blockTime, refusedAtMs: this.#clock.now() }
    this.#options.onEvent?.(event)
  }

  status(): ChainStatus {
    const { plan, peerAddresses = () => [] } = this.#options
    const geth = this.#geth
    const addresses = peerAddresses()
    return {
      phase: this.#phase,
      supervisorPid: systemProcessTable.currentPid,
      gethPid: geth?.pid,
      client: this.#client,
      chainId: plan.chainId,
      genesisHash: this.#genesisHash === '' ? undefined : this.#genesisHash,
      rpcUrl: this.rpcUrl,
      wsUrl: `ws://127.0.0.1:${plan.wsPort}`,
      enode: geth === undefined ? undefined : shownEnode(geth.enode, plan.nat),
      bootnodes: [...plan.bootnodes],
      staticNodes: [...plan.staticNodes],
      peerAddresses: addresses && [...addresses],
      mining: plan.mining !== undefined,
      dag: this.#dag,
      refusedBlock: this.#refusedBlock,
      restarts: this.#restarts,
      lastFailure: this.#lastFailure,
      logFile: this.#paths.log,
    }
  }

  async restart(): Promise<{ readonly saved: boolean }> {
    if (this.#phase !== 'running' || this.#restarted !== undefined)
      throw new ChiralError('GETH_BUSY', `geth is ${this.#phase} just now: try again when it runs.`)
    const restarted = Promise.withResolvers<void>()
    this.#restarted = restarted
    const end = await this.#geth?.stop()
    if (end?.saved === false) this.#log.warn({}, 'geth did not say that its state is saved')
    await restarted.promise
    return { saved: end?.saved === true }
  }

  async stop(): Promise<{ readonly saved: boolean }> {
    this.#phase = 'stopping'
    this.#stopping.abort(new Error('the supervisor stops'))
    await this.#geth?.stop()
    await this.#ended.promise.catch(() => {})
    return { saved: this.#lastEnd?.saved === true }
  }
}
