import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { mergeBootnodes, mergeStaticNodes } from '../../chain/geth/bootnodes.ts'
import { type ChainControl, connectControl } from '../../chain/geth/control.ts'
import { isReachableHost } from '../../chain/geth/enode.ts'
import { chainIdOfGenesis } from '../../chain/geth/genesis.ts'
import {
  DEFAULT_P2P_PORT,
  DEFAULT_RPC_PORT,
  DEFAULT_WS_PORT,
  type MiningPlan,
} from '../../chain/geth/geth-arguments.ts'
import { findGeth } from '../../chain/geth/geth-binary.ts'
import { gethPaths } from '../../chain/geth/geth-directory.ts'
import { DAG_FOLDER } from '../../chain/geth/install-paths.ts'
import { type Supervisor, superviseGeth } from '../../chain/geth/supervisor.ts'
import { ChiralError, codeOf, messageOf } from '../../domain/errors.ts'
import { type Address, parseAddress } from '../../domain/ids.ts'
import { systemClock } from '../../system/clock.ts'
import type { Logger } from '../../system/logger.ts'
import type { NetworkConfig } from '../node-config.ts'
import { walletAddress } from '../wallet.ts'
import { startDynamicBootnodes } from './dynamic-bootnodes.ts'

/** The genesis of the network, part of this program. */
const NETWORK_GENESIS = fileURLToPath(new URL('../../../genesis.json', import.meta.url))

export interface ChainNodeOptions {
  readonly dataDirectory: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** `--geth`. */
  readonly geth?: string | undefined
  /** Default: the network's. */
  readonly genesisFile?: string | undefined
  readonly bootnodes: { readonly commandLine: readonly string[]; readonly settings: readonly string[] }
  /** Always connected with, and dialled again when they are gone. */
  readonly staticNodes: { readonly commandLine: readonly string[]; readonly settings: readonly string[] }
  readonly mine: boolean
  readonly minerThreads: number
  /** Default: the wallet of the data directory. */
  readonly etherbase?: string | undefined
  readonly nat: string
  readonly discovery: boolean
  readonly p2pPort?: number | undefined
  readonly rpcPort?: number | undefined
  readonly wsPort?: number | undefined
  readonly dagFolder?: string | undefined
  readonly onDag?: ((progress: { readonly epoch: number; readonly percent: number }) => void) | undefined
  /** Where the DHT is entered and served; without it bootnodes are those of the command line and the settings. */
  readonly network?: NetworkConfig | undefined
  readonly log: Logger
}

/** Where a data directory keeps its geth. */
export function gethDirectory(dataDirectory: string): string {
  return join(dataDirectory, 'geth')
}

/**
 * Runs geth for a data directory, and beside it a peer of the DHT where a network is named, until it is stopped.
 *
 * @throws ChiralError `GETH_MISSING`, `GETH_UNSUITABLE`, `GENESIS_INVALID`, `ETHERBASE_MISSING`, `USAGE`, `DECODE_FAILED` for an enode, and
 * as `superviseGeth`
 */
export async function startChainNode(options: ChainNodeOptions): Promise<Supervisor> {
  const { dataDirectory, env, genesisFile = NETWORK_GENESIS, onDag, log } = options
  const chainId = chainIdOfGenesis(await readGenesis(genesisFile), genesisFile)
  const sources = { ...options.bootnodes, builtIn: [] }
  const bootnodes = mergeBootnodes({ ...sources, dht: [] })
  const staticNodes = mergeStaticNodes([...options.staticNodes.commandLine, ...options.staticNodes.settings])
  const nat = checkNat(options.nat)
  const mining = options.mine ? await miningPlan(options) : undefined
  const { path } = await findGeth({ path: options.geth, env })
  let peerAddresses: readonly string[] | undefined = options.network === undefined ? [] : undefined
  const geth = await superviseGeth(
    { clock: systemClock, log },
    {
      directory: gethDirectory(dataDirectory),
      binary: path,
      env,
      genesisFile,
      plan: {
        dagFolder: options.dagFolder ?? DAG_FOLDER,
        chainId,
        p2pPort: options.p2pPort ?? DEFAULT_P2P_PORT,
        rpcPort: options.rpcPort ?? DEFAULT_RPC_PORT,
        wsPort: options.wsPort ?? DEFAULT_WS_PORT,
        nat,
        bootnodes,
        staticNodes,
        discovery: options.discovery,
        mining,
      },
      peerAddresses: () => peerAddresses,
      onEvent(event) {
        if (event.kind === 'dag') onDag?.(event)
      },
    },
  )
  if (options.network === undefined) return geth
  const dht = await startDynamicBootnodes(
    { geth, clock: systemClock, log },
    { chainId, sources, network: options.network, gethData: gethPaths(gethDirectory(dataDirectory)).data },
  ).catch(async (error: unknown) => {
    await geth.stop()
    throw error
  })
  peerAddresses = dht.addresses
  return {
    ...geth,
    async stop() {
      await dht.stop()
      return geth.stop()
    },
  }
}

/** How commands speak to the geth of a data directory. */
export function chainControl(dataDirectory: string): ChainControl {
  return connectControl({ clock: systemClock }, gethDirectory(dataDirectory))
}

/** The log of a data directory's geth; the part before the last rotation stands beside it as `.1`. */
export function chainLogFile(dataDirectory: string): string {
  return gethPaths(gethDirectory(dataDirectory)).log
}

async function readGenesis(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new ChiralError('FILE_UNREADABLE', `${path} cannot be read (${codeOf(error) ?? messageOf(error)}).`, {
      cause: error,
    })
  }
}

async function miningPlan({ etherbase, dataDirectory, minerThreads }: ChainNodeOptions): Promise<MiningPlan> {
  const account: Address | undefined =
    etherbase === undefined ? await walletAddress(dataDirectory) : parseAddress(etherbase)
  if (account === undefined)
    throw new ChiralError(
      'ETHERBASE_MISSING',
      'Nobody would get the reward of the blocks: give --etherbase with an address, or make a wallet with "chiral wallet new".',
    )
  return { etherbase: account, threads: minerThreads }
}

/** `extip:` is what others will be told, so it has to be an address they can reach. */
function checkNat(nat: string): string {
  const told = /^extip:(.*)$/.exec(nat)?.[1]
  if (told === undefined ? !/^(any|none|upnp|pmp)$/.test(nat) : !isReachableHost(told) && !told.startsWith('127.'))
    throw new ChiralError(
      'USAGE',
      `"${nat}" is no way through a router: use any, none, upnp, pmp, or extip: with the IP address others reach.`,
    )
  return nat
}
