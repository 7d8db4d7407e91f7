import type { Address } from '../../domain/ids.ts'

/** geth's own port for peers. */
export const DEFAULT_P2P_PORT = 30_303
export const DEFAULT_RPC_PORT = 8_545
export const DEFAULT_WS_PORT = 8_546

/** Miners hold the block gas limit here, where the genesis has it (chains.json); geth would push it to 30 million. */
export const BLOCK_GAS_LIMIT = 4_700_000
/** Enough for a small chain; geth would take 1 GiB. */
const CACHE_MEGABYTES = 256
/** geth stops in order when less is free, before a write fails half-way. */
const MIN_FREE_DISK_MEGABYTES = 128
/** What may be asked over HTTP and WebSocket: neither `admin` (peers), nor `personal` (keys), nor `miner`. */
const PUBLIC_APIS = 'eth,net,web3'
const LOOPBACK = '127.0.0.1'

export interface MiningPlan {
  /** Who gets the reward. */
  readonly etherbase: Address
  readonly threads: number
}

/** Everything one geth is started with. */
export interface GethPlan {
  readonly dataDirectory: string
  readonly ipcPath: string
  /** Where `gethConfig` is written to. */
  readonly configPath: string
  readonly dagFolder: string
  readonly chainId: number
  readonly p2pPort: number
  readonly rpcPort: number
  readonly wsPort: number
  /** `any`, `none`, `upnp`, `pmp`, `extip:<IP>`, as geth has it. */
  readonly nat: string
  /** Addresses to have connections with, as a network in CIDR form; none: all. */
  readonly netRestrict?: string | undefined
  /** Ours alone, possibly none. */
  readonly bootnodes: readonly string[]
  /** Enodes to be connected with always: geth dials them again whenever they are gone. */
  readonly staticNodes: readonly string[]
  /** False: nobody is looked for, only peers that were named are connected with. */
  readonly discovery: boolean
  readonly mining?: MiningPlan | undefined
}

/** The command line. Everything that would reach for a public network by default is set to something of ours. */
export function gethArguments(plan: GethPlan): string[] {
  return [
    ...(plan.staticNodes.length === 0 ? [] : ['--config', plan.configPath]),
    ...['--datadir', plan.dataDirectory, '--ipcpath', plan.ipcPath],
    ...['--networkid', String(plan.chainId), '--port', String(plan.p2pPort), '--nat', plan.nat],
    // Given even when empty: without the option geth asks the bootnodes of the public networks.
    ...['--bootnodes', plan.bootnodes.join(','), '--discovery.dns', ''],
    ...(plan.discovery ? [] : ['--nodiscover']),
    ...(plan.netRestrict === undefined ? [] : ['--netrestrict', plan.netRestrict]),
    ...['--http', '--http.addr', LOOPBACK, '--http.port', String(plan.rpcPort), '--http.api', PUBLIC_APIS],
    ...['--ws', '--ws.addr', LOOPBACK, '--ws.port', String(plan.wsPort), '--ws.api', PUBLIC_APIS],
    // For a consensus client, which this chain has none of; it cannot be turned off, so it gets any free port.
    ...['--authrpc.addr', LOOPBACK, '--authrpc.port', '0'],
    // Blocks are few and small, and a node killed with an unwritten state would go back to its last written one: so every state is
    // written, as archive nodes do, and whatever reads older blocks finds them.
    ...['--syncmode', 'full', '--gcmode', 'archive', '--snapshot=false'],
    ...['--cache', String(CACHE_MEGABYTES), '--datadir.minfreedisk', String(MIN_FREE_DISK_MEGABYTES)],
    ...['--ethash.dagdir', plan.dagFolder, '--miner.gaslimit', String(BLOCK_GAS_LIMIT)],
    ...(plan.mining === undefined ? [] : miningArguments(plan.mining)),
  ]
}

function miningArguments({ etherbase, threads }: MiningPlan): string[] {
  // geth counts hashes only together with everything else it can measure.
  return ['--mine', '--metrics', '--miner.threads', String(threads), '--miner.etherbase', etherbase]
}

/**
 * What has no option on the command line, as TOML. Static nodes stand there alone: the `static-nodes.json` of older geths is ignored, with an
 * error in the log.
 */
export function gethConfig({ staticNodes }: Pick<GethPlan, 'staticNodes'>): string {
  return `[Node.P2P]\nStaticNodes = [${staticNodes.map((enode) => JSON.stringify(enode)).join(', ')}]\n`
}

/** Puts the genesis into an empty data directory; changes nothing where the same one is. */
export function initArguments(dataDirectory: string, genesisFile: string): string[] {
  return ['--datadir', dataDirectory, 'init', genesisFile]
}
