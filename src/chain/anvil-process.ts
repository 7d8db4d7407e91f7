import { DEVELOPMENT_CHAIN_ID } from '../domain/chains.ts'
import { ChiralError } from '../domain/errors.ts'
import { type Clock, delay } from '../system/clock.ts'
import { type GuardedProcess, startGuarded } from '../system/guarded-process.ts'
import type { Logger } from '../system/logger.ts'
import { anvilBinary } from './anvil-binary.ts'
import { type ChainClient, connectChain } from './client.ts'
import type { DevChainGenesis, DevChainPaths } from './dev-chain-files.ts'
import { decodeNumber } from './rpc-values.ts'

/** Gas limit of a block, as on the network (chains.json): what does not fit there must not fit here. */
const BLOCK_GAS_LIMIT = 4_700_000
/** Coins of each well-known account: worthless, and never to run out. */
const WELL_KNOWN_BALANCE = 1_000_000_000
/**
 * Blocks whose state can still be read: what a node of the network keeps too. With a limit anvil keeps them in memory; without
 * one it writes a file for each older block to the user's home folder, gigabytes in an hour, and leaves them there when it is killed.
 */
const STATES_KEPT = 128
/** anvil answers 40 ms after its start; a loaded machine with a large state takes longer. */
const READY_TIMEOUT_MS = 20_000
const READY_POLL_MS = 10
/** What anvil gets to write its state. */
const STOP_GRACE_MS = 5_000

export interface AnvilProcess {
  readonly pid: number
  readonly genesisHash: string
  readonly exited: Promise<unknown>
  /** Ends it after it has written its state. */
  stop(): Promise<void>
}

export interface AnvilOptions {
  readonly paths: DevChainPaths
  readonly genesis: DevChainGenesis
  readonly host: string
  readonly port: number
  /** Default: a block for each transaction. */
  readonly blockTimeSeconds?: number | undefined
}

/** Starts anvil and resolves when it answers. @throws ChiralError `DEV_CHAIN_FAILED`, `DEV_CHAIN_UNSUPPORTED` */
export async function startAnvil(
  dependencies: { readonly clock: Clock; readonly log: Logger },
  options: AnvilOptions,
): Promise<AnvilProcess> {
  const { clock } = dependencies
  const errors: string[] = []
  const child = await startGuarded(
    {
      command: anvilBinary(),
      args: anvilArguments(options),
      logFile: options.paths.log,
      onErrorLine: (line) => errors.push(line),
    },
    clock,
  )
  const failed = child.exited.then(() => {
    throw new ChiralError(
      'DEV_CHAIN_FAILED',
      `The development chain ended at once: ${errors.at(0) ?? 'it gave no reason'} (see ${options.paths.log}).`,
      { details: { log: options.paths.log } },
    )
  })
  failed.catch(() => {}) // after the start nobody waits for it
  try {
    const pid = await Promise.race([child.pid, failed])
    const genesisHash = await Promise.race([ready(dependencies, options), failed])
    return { pid, genesisHash, exited: child.exited, stop: () => stop(child) }
  } catch (error) {
    await stop(child)
    throw error
  }
}

function anvilArguments(options: AnvilOptions): string[] {
  return [
    ...['--quiet', '--host', options.host, '--port', String(options.port)],
    ...['--chain-id', String(DEVELOPMENT_CHAIN_ID), '--hardfork', 'london', '--gas-limit', String(BLOCK_GAS_LIMIT)],
    ...['--timestamp', String(options.genesis.timestamp)],
    ...['--block-base-fee-per-gas', String(options.genesis.baseFeePerGas)],
    ...['--state', options.paths.state, '--state-interval', '1'],
    ...['--prune-history', String(STATES_KEPT)],
    ...['--balance', String(WELL_KNOWN_BALANCE)],
    ...(options.blockTimeSeconds === undefined ? [] : ['--block-time', String(options.blockTimeSeconds)]),
  ]
}

/** Resolves with the genesis hash when the chain that answers is the one we started. */
async function ready(
  dependencies: { readonly clock: Clock; readonly log: Logger },
  { host, port, genesis }: AnvilOptions,
): Promise<string> {
  const { clock } = dependencies
  const until = clock.monotonic() + READY_TIMEOUT_MS
  for (;;) {
    const client = await connectChain({ ...dependencies, rpcUrl: `http://${host}:${port}` }).catch(() => undefined)
    if (client !== undefined)
      try {
        if ((await client.block(0))?.timestamp === genesis.timestamp) {
          await catchUpWithTime(client, clock)
          return client.identity.genesisHash
        }
      } finally {
        client.close()
      }
    if (clock.monotonic() > until)
      throw new ChiralError(
        'DEV_CHAIN_FAILED',
        `The development chain does not answer on port ${port}: choose another.`,
      )
    await delay(clock, READY_POLL_MS)
  }
}

/** anvil's time stands still while it does not run; dispute windows and people go by the clock on the wall. */
async function catchUpWithTime(client: ChainClient, clock: Clock): Promise<void> {
  const now = Math.floor(clock.now() / 1000)
  const { timestamp } = await client.head()
  if (timestamp < now) decodeTime(await client.request('anvil_setTime', [now]))
}

function decodeTime(answer: unknown): void {
  if (typeof answer !== 'number') decodeNumber(answer) // the offset in seconds, as one or the other
}

async function stop(child: GuardedProcess): Promise<void> {
  await child.stop(STOP_GRACE_MS)
}
