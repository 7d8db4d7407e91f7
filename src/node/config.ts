import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { parse as parseToml, TomlError } from 'smol-toml'
import { parseCoins } from '../domain/amount.ts'
import { ChiralError, codeOf, messageOf } from '../domain/errors.ts'
import { bittorrentConfig } from './config-bittorrent.ts'
import { ed2kConfig } from './config-ed2k.ts'
import type { Setting } from './config-setting.ts'
import { type Budget, SETTINGS, type SettingName, type SettingValues } from './config-settings.ts'
import { storageConfig } from './config-storage.ts'
import { nearest } from './nearest.ts'
import type { NetworkConfig, NodeConfig } from './node-config.ts'
import { readRememberedRpc, rememberedRpcPath } from './remembered-rpc.ts'

/** Options of the command line that are settings; each wins over environment and file. */
export interface ConfigFlags {
  readonly dataDir?: string | undefined
  readonly config?: string | undefined
  readonly rpc?: string | undefined
  readonly bootstrap?: readonly string[] | undefined
  readonly listen?: readonly string[] | undefined
  readonly scope?: string | undefined
  readonly passwordFile?: string | undefined
  readonly logLevel?: string | undefined
}

/** Everything configuration is made from. */
export interface ConfigInput {
  readonly flags: ConfigFlags
  readonly env: Readonly<Record<string, string | undefined>>
  readonly homeDirectory: string
  readonly workingDirectory: string
  /** Asks a JSON-RPC on this machine whether its chain is a test chain; `undefined` when it does not answer. */
  readonly isTestChain: (rpcUrl: string) => Promise<boolean | undefined>
}

export interface LoadedConfig {
  readonly node: NodeConfig
  /** Budget of one download, when the user configured one. */
  readonly budget: Budget
  /** Enodes for the chain's own node. */
  readonly chainBootnodes: readonly string[]
  /** Those it is always connected with. */
  readonly chainStaticNodes: readonly string[]
  /** Of the peer beside a chain node: another port than the daemon's; absent where no way into the DHT is named. */
  readonly chainNetwork: NetworkConfig | undefined
  /** True when somebody chose the log level. */
  readonly logLevelChosen: boolean
}

/** Requests that keep a fast line busy over a round trip of 100 ms: 32 × 256 KiB = 8 MiB in flight. */
const DEFAULT_WINDOW = 32
/** More seeders rarely make a home line faster, and each costs a channel. */
const DEFAULT_MAX_SOURCES = 8
/** A failover "in seconds"; an honest seeder of 2 MiB/s still delivers a window in it. */
const DEFAULT_STALL_MS = 5_000
/** Who names no preference wants the file, soon, at a fair price, from somebody who can be trusted. */
const DEFAULT_PREFERENCE = 'balanced'
/** About a thousand times what redeeming costs in gas at 1 gwei. */
const DEFAULT_REDEEM_ABOVE = parseCoins('0.1')
/** Full credit for some sixty payers at 0.001 coin per MiB. */
const DEFAULT_CREDIT_CAP_TOTAL = parseCoins('1')
/** The port of IPFS and Ethereum consensus clients for the same purpose, so known to those who write firewall rules. */
const DEFAULT_PORT = 4001

/** `--data-dir`, else $CHIRAL_HOME, else `~/.chiral`; absolute. */
export function dataDirectoryOf({
  flags,
  env,
  homeDirectory,
  workingDirectory,
}: Omit<ConfigInput, 'isTestChain'>): string {
  const chosen = flags.dataDir ?? env['CHIRAL_HOME']
  if (chosen === '')
    throw invalid(flags.dataDir === '' ? '--data-dir' : 'CHIRAL_HOME', 'the name of a folder is needed')
  return resolve(workingDirectory, chosen ?? join(homeDirectory, '.chiral'))
}

/**
 * Flags > environment (CHIRAL_*) > TOML file (`--config`, else `<data directory>/chiral.toml`) > the chain the data
 * directory was used with before > defaults.
 * @throws ChiralError `CONFIG_INVALID` naming the flag, variable, or file and key, and what is accepted
 */
export async function loadConfig(input: ConfigInput): Promise<LoadedConfig> {
  const { flags, env, workingDirectory } = input
  const dataDirectory = dataDirectoryOf(input)
  const file =
    flags.config === undefined
      ? await readConfigFile(join(dataDirectory, 'chiral.toml'), { optional: true })
      : await readConfigFile(resolve(workingDirectory, flags.config), { optional: false })
  const values = readSettings(flags, env, file)
  const remembered = values.rpcUrl === undefined ? await rememberedRpc(dataDirectory) : undefined
  const rpcUrl = values.rpcUrl ?? remembered
  return {
    node: {
      dataDirectory,
      chain: {
        rpcUrl,
        rpcRemembered: remembered !== undefined,
        blockTimeSeconds: values.blockTimeSeconds,
        contract: values.contract,
        escrow: values.escrow,
        gethIpc: values.gethIpc === undefined ? undefined : resolve(workingDirectory, values.gethIpc),
      },
      network: await networkConfig({ ...values, rpcUrl }, input.isTestChain),
      http: {
        listen: values.httpListen,
        tls: values.httpTls,
        announceUrl: values.httpAnnounceUrl,
        freeRate: values.httpFreeRate,
        freeRateEach: values.httpFreeRateEach,
        vouchers: values.httpVouchers,
      },
      bittorrent: bittorrentConfig(values, workingDirectory),
      ed2k: ed2kConfig(values, workingDirectory),
      payments: {
        confirmations: values.confirmations,
        smallDeposit: values.smallDeposit,
        smallConfirmations: values.smallConfirmations,
        redeemAbove: values.redeemAbove ?? DEFAULT_REDEEM_ABOVE,
        redeemAfterHours: values.redeemAfterHours,
        redeemFeePercent: values.redeemFeePercent,
        creditCapTotal: values.creditCapTotal ?? DEFAULT_CREDIT_CAP_TOTAL,
        contractWallets: values.contractWallets ?? false,
        acceptTransfers: values.acceptTransfers,
        acceptEscrows: values.acceptEscrow,
      },
      downloads: {
        window: values.window ?? DEFAULT_WINDOW,
        maxSources: values.maxSources ?? DEFAULT_MAX_SOURCES,
        stallMs: values.stallMs ?? DEFAULT_STALL_MS,
        protocol: values.protocol,
        payBy: values.payBy,
        prefer: values.prefer ?? DEFAULT_PREFERENCE,
        maxRate: values.maxDownloadRate,
        prefetchBytes: values.prefetch,
        freeSources: values.freeSources,
      },
      storage: storageConfig(values, workingDirectory),
      uploads: {
        maxRate: values.maxUploadRate,
        protocols: values.uploadProtocols,
        natDefault: values.natDefault,
      },
      walletPassword: await readPassword(values, file, input),
      logLevel: values.logLevel ?? 'warn',
      failPoint: values.failPoint,
    },
    chainBootnodes: values.chainBootnodes ?? [],
    chainStaticNodes: values.chainStaticNodes ?? [],
    chainNetwork: chainNetworkConfig(values),
    budget: { maxTotal: values.maxTotal, maxPrice: values.maxPrice },
    logLevelChosen: values.logLevel !== undefined,
  }
}

interface ConfigFile {
  readonly path: string
  readonly values: ReadonlyMap<string, unknown>
}

async function readConfigFile(path: string, { optional }: { optional: boolean }): Promise<ConfigFile | undefined> {
  let content: string
  try {
    content = await readFile(path, 'utf8')
  } catch (error) {
    if (optional && codeOf(error) === 'ENOENT') return undefined
    if (optional && codeOf(error) === 'ENOTDIR')
      throw invalid('--data-dir', `${dirname(path)} is not a folder: choose another`)
    throw invalid(path, `the file cannot be read (${codeOf(error) ?? messageOf(error)})`)
  }
  try {
    return { path, values: flatten(path, parseToml(content)) }
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const reason = error.message.split('\n')[0]?.replace('Invalid TOML document: ', '')
    throw invalid(`${path}, line ${error.line}`, `it is not TOML: ${reason}`)
  }
}

/** `[chain] rpc_url` becomes `chain.rpc_url`. Anything that is not a setting is an error: a misspelt key must not pass. */
function flatten(path: string, document: Readonly<Record<string, unknown>>): Map<string, unknown> {
  const known = Object.values<Setting<unknown>>(SETTINGS).flatMap(({ key }) => (key === undefined ? [] : [key]))
  const tables = new Set(known.flatMap((key) => (key.includes('.') ? [key.slice(0, key.indexOf('.'))] : [])))
  const found = new Map<string, unknown>()
  for (const [name, value] of Object.entries(document)) {
    if (tables.has(name) && typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value)) found.set(`${name}.${key}`, inner)
    else found.set(name, value)
  }
  for (const key of found.keys()) {
    if (known.includes(key)) continue
    const suggestion = nearest(key, known) ?? known.find((candidate) => candidate.endsWith(`.${key}`))
    throw invalid(
      path,
      `the key "${key}" is unknown or not built yet${suggestion === undefined ? '' : ` (the nearest is "${suggestion}")`}`,
    )
  }
  return found
}

function readSettings(flags: ConfigFlags, env: ConfigInput['env'], file: ConfigFile | undefined): SettingValues {
  const values: Partial<Record<SettingName, unknown>> = {}
  const given = new Map<string, unknown>(Object.entries(flags))
  for (const [name, setting] of Object.entries<Setting<unknown>>(SETTINGS) as [SettingName, Setting<unknown>][]) {
    const { key, env: variable, flag, option } = setting
    const candidates: (readonly [where: string, value: unknown])[] = [
      [option ?? '', flag === undefined ? undefined : given.get(flag)],
      [variable ?? '', variable === undefined || env[variable] === '' ? undefined : env[variable]],
      [`${key} in ${file?.path}`, key === undefined ? undefined : file?.values.get(key)],
    ]
    const chosen = candidates.find(([, value]) => value !== undefined)
    if (chosen === undefined) continue
    const result = setting.schema.safeParse(chosen[1])
    if (!result.success) throw invalid(chosen[0], result.error.issues[0]?.message ?? 'the value is not valid')
    values[name] = result.data
  }
  return values as SettingValues // each value came out of the schema its type is made from
}

async function rememberedRpc(dataDirectory: string): Promise<string | undefined> {
  const text = await readRememberedRpc(dataDirectory)
  if (text === undefined) return undefined
  const result = SETTINGS.rpcUrl.schema.safeParse(text)
  if (!result.success)
    throw invalid(rememberedRpcPath(dataDirectory), result.error.issues[0]?.message ?? 'it is not an address')
  return result.data
}

async function networkConfig(values: SettingValues, isTestChain: ConfigInput['isTestChain']): Promise<NetworkConfig> {
  const scope = values.scope ?? (await defaultScope(values.rpcUrl, isTestChain))
  return {
    listen: values.listen ?? defaultListen(scope),
    announce: values.announce ?? [],
    bootstrap: values.bootstrap ?? [],
    scope,
    relays: values.relays ?? [],
    serveAsRelay: values.serveAsRelay ?? false,
    iceServers: values.iceServers ?? [],
    portMapping: values.portMapping ?? true,
  }
}

/** A chain node is there for other machines, so nothing is taken for granted of the chain it runs. */
function chainNetworkConfig({ listen, announce, bootstrap, scope }: SettingValues): NetworkConfig | undefined {
  if (listen === undefined && (bootstrap ?? []).length === 0) return undefined
  return {
    listen: listen ?? ['/ip4/0.0.0.0/tcp/0'],
    announce: announce ?? [],
    bootstrap: bootstrap ?? [],
    scope: scope ?? 'public',
  }
}

/** A test chain on this machine means trying things out: no other machine could take part, so nothing is opened to any. */
async function defaultScope(
  rpcUrl: string | undefined,
  isTestChain: ConfigInput['isTestChain'],
): Promise<NetworkConfig['scope']> {
  if (rpcUrl === undefined) return 'loopback'
  const { hostname } = new URL(rpcUrl)
  if (hostname !== 'localhost' && hostname !== '[::1]' && !hostname.startsWith('127.')) return 'public'
  return (await isTestChain(rpcUrl)) === false ? 'public' : 'loopback'
}

function defaultListen(scope: NetworkConfig['scope']): readonly string[] {
  return scope === 'loopback'
    ? ['/ip4/127.0.0.1/tcp/0', '/ip4/127.0.0.1/udp/0/webrtc-direct']
    : [`/ip4/0.0.0.0/tcp/${DEFAULT_PORT}`, `/ip4/0.0.0.0/udp/${DEFAULT_PORT}/webrtc-direct`]
}

/** A relative name means: beside the configuration file that has it, else in the working directory. */
async function readPassword(
  { passwordFile, walletPassword }: SettingValues,
  file: ConfigFile | undefined,
  { flags, env, workingDirectory }: ConfigInput,
): Promise<string> {
  if (passwordFile === undefined) return walletPassword ?? ''
  const { key, env: variable } = SETTINGS.passwordFile
  const fromFile = flags.passwordFile === undefined && !env[variable ?? ''] && file?.values.has(key ?? '') === true
  const path = resolve(fromFile ? dirname(file.path) : workingDirectory, passwordFile)
  try {
    return (await readFile(path, 'utf8')).split(/\r?\n/, 1)[0] ?? ''
  } catch (error) {
    throw invalid('The password file', `${path} cannot be read (${codeOf(error) ?? messageOf(error)})`)
  }
}

function invalid(where: string, reason: string): ChiralError {
  return new ChiralError('CONFIG_INVALID', `${where}: ${reason}.`, { details: { where } })
}
