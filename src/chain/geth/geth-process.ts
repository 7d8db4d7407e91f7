import { ChiralError } from '../../domain/errors.ts'
import { type Clock, within } from '../../system/clock.ts'
import { startGuarded } from '../../system/guarded-process.ts'
import { type GethPlan, gethArguments, initArguments } from './geth-arguments.ts'
import { gethEnvironment } from './geth-binary.ts'
import { gethError } from './geth-failure.ts'
import { type GethEvent, type GethFailure, parseGethLine } from './geth-log.ts'
import { runTool } from './run-tool.ts'

/** geth answers a second or two after its start; after a kill it first checks its blocks. */
const READY_TIMEOUT_MS = 120_000
/** What geth gets to write its blocks and states; the same as its containers get. */
export const STOP_GRACE_MS = 120_000

export interface GethEnd {
  /** What it said it ended of; absent after a kill. */
  readonly failure?: GethFailure | undefined
  /** It said that blocks and states are on disk. */
  readonly saved: boolean
}

/** One geth, from start to end. */
export interface GethProcess {
  readonly pid: number
  /** As geth sees itself: the host may be 127.0.0.1. */
  readonly enode: string
  readonly ended: Promise<GethEnd>
  /** Resolves when it has ended, in order or killed after the grace. */
  stop(): Promise<GethEnd>
}

export interface GethLaunch {
  readonly binary: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly plan: GethPlan
  readonly logFile: string
  readonly onLine: (line: string) => void
  readonly onEvent: (event: GethEvent) => void
}

/**
 * Puts the genesis into the data directory; changes nothing when the same one is there.
 * @throws ChiralError `GETH_OTHER_GENESIS`, `GETH_BUSY`, `GETH_DISK_FULL`, `GETH_FAILED`
 */
export async function initGeth(launch: GethLaunch, genesisFile: string): Promise<void> {
  const { binary, env, plan, logFile, onLine } = launch
  let failure: GethFailure | undefined
  const result = await runTool({
    command: binary,
    args: initArguments(plan.dataDirectory, genesisFile),
    env: gethEnvironment(env),
    onLine(line) {
      onLine(line)
      const event = parseGethLine(line)
      if (event?.kind === 'failure') failure = event.failure
    },
  })
  if (result.exitCode !== 0) throw gethError(failure, { directory: plan.dataDirectory, logFile })
}

/** Starts geth and resolves when it can be asked. @throws ChiralError as `gethError` */
export async function startGeth({ clock }: { readonly clock: Clock }, launch: GethLaunch): Promise<GethProcess> {
  const { binary, env, plan, logFile, onLine, onEvent } = launch
  const enode = Promise.withResolvers<string>()
  const rpcOpen = Promise.withResolvers<void>()
  const webSocketOpen = Promise.withResolvers<void>()
  let failure: GethFailure | undefined
  let saved = false
  const onErrorLine = (line: string): void => {
    onLine(line)
    const event = parseGethLine(line)
    if (event === undefined) return
    // The first failure is the cause; what follows is its consequence.
    if (event.kind === 'failure') failure ??= event.failure
    if (event.kind === 'saved') saved = true
    if (event.kind === 'peer-to-peer') enode.resolve(event.enode)
    if (event.kind === 'rpc-open') rpcOpen.resolve()
    if (event.kind === 'websocket-open' && event.port === plan.wsPort) webSocketOpen.resolve()
    onEvent(event)
  }
  const child = await startGuarded(
    { command: binary, args: gethArguments(plan), env: gethEnvironment(env), onErrorLine },
    clock,
  )
  const ended = (async (): Promise<GethEnd> => {
    await child.exited
    await child.drained
    return { failure, saved }
  })()
  const stop = async (): Promise<GethEnd> => {
    await child.stop(STOP_GRACE_MS)
    return ended
  }
  const context = { directory: plan.dataDirectory, logFile }
  const endedEarly = ended.then((end): never => {
    throw gethError(end.failure, context)
  })
  endedEarly.catch(() => {}) // after the start nobody waits for it
  const late = (): Error =>
    new ChiralError('GETH_FAILED', `geth does not get ready (see ${logFile}): is the machine overloaded?`)
  try {
    const ready = Promise.all([child.pid, enode.promise, rpcOpen.promise, webSocketOpen.promise])
    const [pid, ownEnode] = await within(clock, READY_TIMEOUT_MS, late, Promise.race([ready, endedEarly]))
    return { pid, enode: ownEnode, ended, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
