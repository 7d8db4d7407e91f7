import { Command } from '@commander-js/extra-typings'
import { ChiralError } from '../../domain/errors.ts'
import type { ConfigInput } from '../../node/config.ts'
import { type App, integerArgument } from '../app.ts'
import { isTestChain } from '../chain-probe.ts'
import type { ChainStatusView, GethParts } from '../geth-parts.ts'
import { outputLogger } from '../output-log.ts'
import { endedOrAborted } from '../wait.ts'
import { detach } from './detach.ts'
import { type MeetingFlags, meetingOf } from './meeting.ts'
import { renderDag } from './render-dag.ts'

/** geth takes more only to have them wait for each other. */
const MAX_THREADS = 256

export function startCommand(app: App) {
  return chainStart('start')
    .description('run geth on the network’s chain until Ctrl-C; restarted when it ends by itself')
    .option('--mine', 'mine blocks (the first time, a data set of 1 GiB is made: minutes)')
    .option('--miner-threads <number>', 'threads that mine', integerArgument(1, MAX_THREADS), 1)
    .option('--etherbase <address>', 'who gets the reward (default: the wallet of the data directory)')
    .option('--validator', 'check every block without any key: neither wallet nor mining, and no peers but those named')
    .option('--discovery', 'look for peers (default, except with --validator)')
    .option('--no-discovery', 'look for no peers but those named')
    .option('--detach', 'leave it running in the background; "chiral chain stop" ends it')
    .addHelpText(
      'after',
      '\nWith --rpc no geth is started: it is checked that the node there is on the same chain.\n\nExamples:\n  chiral chain start --bootnodes enode://…@203.0.113.7:30303\n  chiral chain start --mine --miner-threads 2 --detach\n  chiral chain start --validator --static-nodes enode://…@203.0.113.7:30303,enode://…@203.0.113.8:30303\n  chiral chain start --bootstrap /ip4/203.0.113.7/tcp/4001/p2p/12D3Koo…    (chain nodes are found in the DHT)',
    )
    .action((options) => start(app, options))
}

export function bootnodeCommand(app: App) {
  return chainStart('bootnode')
    .description('run a geth that others enter the chain through, and print its enode')
    .option('--detach', 'leave it running in the background; "chiral chain stop" ends it')
    .addHelpText(
      'after',
      '\nThe printed enode is for --bootnodes of other nodes, so it needs an address they reach.\n\nExample:\n  chiral chain bootnode --nat extip:203.0.113.7',
    )
    .action((options) => {
      if (!options.nat.startsWith('extip:'))
        throw new ChiralError(
          'USAGE',
          'The enode of a bootnode has to name an address others reach: give --nat extip: with the IP address of this machine.',
        )
      return start(app, { ...options, minerThreads: 1, discovery: true })
    })
}

/** The options that both have. */
function chainStart(name: string) {
  return new Command(name)
    .option('--bootnodes <enodes>', 'enodes to enter the chain through, with commas between them', commaList, [])
    .option('--static-nodes <enodes>', 'enodes to be connected with always, with commas between them', commaList, [])
    .option('--nat <way>', 'how others reach this node: any, none, upnp, pmp or extip:IP', 'any')
    .option('--p2p-port <port>', 'port for other nodes, TCP and UDP (default: 30303)', integerArgument(1, 65_535))
    .option('--rpc-port <port>', 'JSON-RPC port on 127.0.0.1 (default: 8545)', integerArgument(1, 65_535))
    .option('--ws-port <port>', 'WebSocket port on 127.0.0.1 (default: 8546)', integerArgument(1, 65_535))
    .option('--genesis <file>', 'genesis of another chain than the network’s')
    .option('--geth <path>', 'the geth to run (default: the one installed, else one on PATH)')
    .option('--dag-dir <folder>', 'where mining data sets are kept (default: in this checkout)')
}

interface StartFlags extends MeetingFlags {
  readonly nat: string
  readonly p2pPort?: number | undefined
  readonly rpcPort?: number | undefined
  readonly wsPort?: number | undefined
  readonly genesis?: string | undefined
  readonly geth?: string | undefined
  readonly dagDir?: string | undefined
  readonly minerThreads: number
  readonly detach?: true | undefined
}

async function start(app: App, options: StartFlags): Promise<void> {
  const { io, flags, output } = app
  const { dataDirectoryOf, loadConfig } = await import('../../node/config.ts')
  const input: ConfigInput = { flags, ...io, isTestChain }
  const dataDirectory = dataDirectoryOf(input)
  const geth = await io.node.geth()
  if (flags.rpc !== undefined) return useExisting(app, geth, flags.rpc)
  const config = await loadConfig(input)
  const { network, discovery } = meetingOf(options, config, flags)
  if (options.detach === true) return show(app, await detach(app, geth, dataDirectory))
  const chain = await geth.start({
    dataDirectory,
    env: io.env,
    geth: options.geth,
    genesisFile: options.genesis,
    bootnodes: { commandLine: options.bootnodes, settings: config.chainBootnodes },
    staticNodes: { commandLine: options.staticNodes, settings: config.chainStaticNodes },
    network,
    mine: options.mine === true,
    minerThreads: options.minerThreads,
    etherbase: options.etherbase,
    nat: options.nat,
    discovery,
    p2pPort: options.p2pPort,
    rpcPort: options.rpcPort,
    wsPort: options.wsPort,
    dagFolder: options.dagDir,
    onDag: (progress) => output.progress(renderDag(progress, output.width)),
    log: outputLogger(output),
  })
  show(app, chain.status())
  await endedOrAborted(chain.ended, io.interrupt)
  output.clearProgress()
  output.notice('Stopping geth: it writes its blocks and states first.')
  const { saved } = await chain.stop()
  if (!saved) output.warn('geth did not say that its state is saved: the next start checks it.')
}

/** Another's node takes the place of one of ours: it has only to be on a chain this program knows. */
async function useExisting({ output }: App, geth: GethParts, rpcUrl: string): Promise<void> {
  const health = await geth.remoteHealth(rpcUrl)
  if (output.json) return output.document({ rpcUrl, health })
  output.data(rpcUrl)
  output.notice(`A node of chain ${health.chainId} at block ${health.height} runs there already: none was started.`)
}

function show({ output }: App, status: ChainStatusView): void {
  if (output.json) output.document(status)
  else output.data(status.enode ?? status.rpcUrl)
  output.notice(`geth runs on chain ${status.chainId}: JSON-RPC at ${status.rpcUrl}, log in ${status.logFile}.`)
  for (const address of status.peerAddresses ?? []) output.notice(`Others find this node with --bootstrap ${address}`)
}

function commaList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}
