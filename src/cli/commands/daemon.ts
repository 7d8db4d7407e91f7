import { setTimeout as sleep } from 'node:timers/promises'
import { Command } from '@commander-js/extra-typings'
import type { ApiClient } from '../../api/client.ts'
import type { Daemon } from '../../api/daemon.ts'
import { ChiralError, codeOf, messageOf } from '../../domain/errors.ts'
import { VERSION } from '../../domain/version.ts'
import type { LoadedConfig } from '../../node/config.ts'
import type { NodeConfig } from '../../node/node-config.ts'
import type { Logger } from '../../system/logger.ts'
import { type App, integerArgument } from '../app.ts'
import { isTestChain } from '../chain-probe.ts'
import { outputLogger } from '../output-log.ts'
import { askSecret, canAsk } from '../prompt.ts'
import { checkFlags, createSession, isNoDaemon, type Session } from '../session.ts'
import { aborted } from '../wait.ts'

/** How long `daemon stop` waits: a node settles and redeems on its way out. */
const STOP_TIMEOUT_MS = 60_000
const STOP_POLL_MS = 100

export function daemonCommand(app: App) {
  const command = new Command('daemon')
    .description('run a node in the foreground until Ctrl-C; other commands then use it')
    .option(
      '--api-port <port>',
      'port of the control API on 127.0.0.1 (default: any free one)',
      integerArgument(0, 65535),
    )
    .addHelpText('after', '\nExamples:\n  chiral daemon --rpc http://127.0.0.1:8545\n  chiral daemon stop')
    .action((options) => runDaemon(app, options.apiPort))
  command
    .command('stop')
    .description('stop the daemon of the data directory')
    .action(() => stopDaemon(app))
  return command
}

/**
 * Runs `work` with the daemon of the data directory. When none runs, `start` says whether to start one in this process
 * for as long as `work` takes.
 * @throws ChiralError `DAEMON_NOT_RUNNING` | `DAEMON_UNREACHABLE` when there is none to use
 */
export async function withDaemon<T>(
  app: App,
  { start }: { readonly start: boolean },
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const config = await readConfig(app)
  const running = await connect(config.node.dataDirectory).catch((error: unknown) => {
    if (start && isNoDaemon(error)) return { error }
    throw error
  })
  if (!('error' in running)) {
    checkFlags(app, running.status)
    const { interrupt: signal } = app.io
    await enterNetwork(app, running.client, app.flags.bootstrap === undefined ? [] : config.node.network.bootstrap)
    return work(createSession(running.client, running.status, { foreground: false, budget: config.budget, signal }))
  }
  return inForeground(app, config, running.error, work)
}

/** A running daemon takes further peers; as at its start, one that does not answer is no reason to give up. */
async function enterNetwork({ io, output }: App, client: ApiClient, addresses: readonly string[]): Promise<void> {
  if (addresses.length === 0) return
  try {
    await client.connect({ addresses }, { signal: io.interrupt })
  } catch (error) {
    if (codeOf(error) !== 'BOOTSTRAP_UNREACHABLE') throw error
    output.warn(messageOf(error))
  }
}

async function inForeground<T>(
  app: App,
  config: LoadedConfig,
  connectError: unknown,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const log = config.logLevelChosen ? await logTo(config.node) : outputLogger(app.output)
  const daemon = await startHere(app, config.node, { log }).catch((error: unknown) => {
    // Somebody holds the data directory and still does not answer: that is what to tell.
    throw codeOf(error) === 'DAEMON_RUNNING' && codeOf(connectError) === 'DAEMON_UNREACHABLE' ? connectError : error
  })
  const shutdown = new AbortController()
  void daemon.shutdownRequested.then(() =>
    shutdown.abort(new ChiralError('INTERRUPTED', 'Stopped by "chiral daemon stop".')),
  )
  const signal = AbortSignal.any([app.io.interrupt, shutdown.signal])
  try {
    signal.throwIfAborted()
    const { createApiClient } = await import('../../api/client.ts')
    const client = createApiClient({ url: daemon.url, token: daemon.token })
    const status = await client.status()
    return await work(createSession(client, status, { foreground: true, budget: config.budget, signal }))
  } finally {
    await daemon.stop()
  }
}

async function connect(dataDirectory: string): Promise<{ client: ApiClient; status: Session['status'] }> {
  const { createApiClient } = await import('../../api/client.ts')
  const client = createApiClient({ dataDirectory })
  return { client, status: await client.status() }
}

export async function readConfig({ flags, io }: App): Promise<LoadedConfig> {
  const { loadConfig } = await import('../../node/config.ts')
  const { env, homeDirectory, workingDirectory } = io
  return loadConfig({ flags, env, homeDirectory, workingDirectory, isTestChain })
}

interface StartOptions {
  readonly log: Logger
  readonly apiPort?: number | undefined
}

async function logTo({ logLevel }: NodeConfig): Promise<Logger> {
  return (await import('../../system/logger.ts')).createLogger({ level: logLevel })
}

/** A wallet that wants a password gets one chance to ask for it, when somebody is there to answer. */
async function startHere(app: App, config: NodeConfig, options: StartOptions): Promise<Daemon> {
  try {
    return await startOnce(app, config, options)
  } catch (error) {
    if (codeOf(error) !== 'WALLET_PASSWORD' || config.walletPassword !== '' || !canAsk(app.io)) throw error
    const walletPassword = await askSecret(app.io, 'Wallet password: ')
    return startOnce(app, { ...config, walletPassword }, options)
  }
}

async function startOnce(app: App, config: NodeConfig, { log, apiPort }: StartOptions): Promise<Daemon> {
  const [{ startDaemon }, { systemClock }, { systemRandom }, { systemProcessTable }] = await Promise.all([
    import('../../api/daemon.ts'),
    import('../../system/clock.ts'),
    import('../../system/random.ts'),
    import('../../system/process-table.ts'),
  ])
  return startDaemon(
    {
      startNode: () => app.io.node.startNode(config, log),
      clock: systemClock,
      random: systemRandom,
      processes: systemProcessTable,
      log,
    },
    { dataDirectory: config.dataDirectory, version: VERSION, apiPort },
  )
}

async function runDaemon(app: App, apiPort: number | undefined): Promise<void> {
  const config = await readConfig(app)
  const node: NodeConfig = config.logLevelChosen ? config.node : { ...config.node, logLevel: 'info' }
  const daemon = await startHere(app, node, { log: await logTo(node), apiPort })
  try {
    const { createApiClient } = await import('../../api/client.ts')
    const status = await createApiClient({ url: daemon.url, token: daemon.token }).status()
    const { output } = app
    if (output.json) output.document({ url: daemon.url, dataDirectory: node.dataDirectory, ...status })
    output.notice(`Node ${status.peerId} with wallet ${status.address} on chain ${status.chain.chainId} is ready.`)
    for (const address of status.addresses) output.notice(`  listens on ${address}`)
    output.notice(`  control API on ${daemon.url}; Ctrl-C or "chiral daemon stop" ends it`)
    await Promise.race([daemon.shutdownRequested, aborted(app.io.interrupt)])
  } finally {
    await daemon.stop()
  }
}

async function stopDaemon(app: App): Promise<void> {
  const { dataDirectoryOf } = await import('../../node/config.ts')
  const dataDirectory = dataDirectoryOf({ flags: app.flags, ...app.io })
  const { client } = await connect(dataDirectory)
  await client.shutdown()
  const { lockDataDirectory } = await import('../../api/daemon-files.ts')
  for (let waited = 0; waited < STOP_TIMEOUT_MS; waited += STOP_POLL_MS) {
    try {
      lockDataDirectory(dataDirectory)()
      app.output.notice('The daemon has stopped.')
      return
    } catch (error) {
      if (codeOf(error) !== 'DAEMON_RUNNING') throw error
    }
    await sleep(STOP_POLL_MS, undefined, { signal: app.io.interrupt })
  }
  throw new ChiralError('TIMEOUT', `The daemon of ${dataDirectory} is still stopping after a minute; look at its log.`)
}
