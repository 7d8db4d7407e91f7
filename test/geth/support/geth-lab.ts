import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { faucetSigner } from '../../../src/chain/faucet.ts'
import { TEST_CHAIN_ID, testGenesis } from '../../../src/chain/geth/genesis.ts'
import type { GethPlan } from '../../../src/chain/geth/geth-arguments.ts'
import type { GethIpc } from '../../../src/chain/geth/geth-ipc.ts'
import type { GethEvent } from '../../../src/chain/geth/geth-log.ts'
import { makeShortDagFolder } from '../../../src/chain/geth/short-dag-folder.ts'
import { type Supervisor, superviseGeth } from '../../../src/chain/geth/supervisor.ts'
import { type ChainBlock, decodeBlock } from '../../../src/chain/rpc-values.ts'
import { signTransaction } from '../../../src/chain/transaction-signing.ts'
import { whenIndexed } from '../../../src/chain/when-indexed.ts'
import { wei } from '../../../src/domain/amount.ts'
import type { Address } from '../../../src/domain/ids.ts'
import { systemClock } from '../../../src/system/clock.ts'
import { freePort } from '../../../src/system/free-port.ts'
import { silentLogger } from '../../../src/system/logger.ts'
import { systemRandom } from '../../../src/system/random.ts'
import type { GethProgram } from './geth-program.ts'

const GWEI = 10n ** 9n
/** How long a test waits for something geth does by itself, such as finding a peer through discovery. */
const WAIT_MS = 120_000
const POLL_MS = 100

export interface LabNode {
  readonly supervisor: Supervisor
  readonly ipc: GethIpc
  readonly directory: string
}

export interface NodeOptions {
  readonly name: string
  /** Runs geth with the command line it is given; default: geth itself. */
  readonly binary?: string
  readonly directory?: string
  readonly genesisFile?: string
  readonly plan?: Partial<GethPlan>
  readonly onEvent?: (event: GethEvent) => void
}

/** Real geths on a test chain of their own, in a folder of their own. */
export class GethLab {
  readonly folder: string
  readonly genesisFile: string
  readonly program: GethProgram
  readonly #dagFolder: string
  readonly #running = new Set<Supervisor>()

  private constructor(folder: string, genesisFile: string, program: GethProgram, dagFolder: string) {
    this.folder = folder
    this.genesisFile = genesisFile
    this.program = program
    this.#dagFolder = dagFolder
  }

  static async create(program: GethProgram): Promise<GethLab> {
    const folder = await mkdtemp(join(tmpdir(), 'chiral-geth-'))
    const genesisFile = await writeGenesis(folder, 'genesis.json')
    return new GethLab(folder, genesisFile, program, await makeShortDagFolder(folder, program.dagFile))
  }

  /** The first block of a chain like this one, but another. */
  anotherGenesis(): Promise<string> {
    return writeGenesis(this.folder, 'another-genesis.json')
  }

  /** A geth that mines only when told to, with `mine`. */
  async start({ name, binary, directory, genesisFile, plan = {}, onEvent }: NodeOptions): Promise<LabNode> {
    const host = '127.0.0.1'
    const supervisor = await superviseGeth(
      { clock: systemClock, log: silentLogger },
      {
        directory: directory ?? join(this.folder, name),
        binary: binary ?? this.program.path,
        env: process.env,
        genesisFile: genesisFile ?? this.genesisFile,
        plan: {
          dagFolder: this.#dagFolder,
          chainId: TEST_CHAIN_ID,
          p2pPort: await freePort(host),
          rpcPort: await freePort(host),
          wsPort: await freePort(host),
          nat: `extip:${host}`,
          bootnodes: [],
          staticNodes: [],
          discovery: false,
          ...plan,
        },
        ...(onEvent === undefined ? {} : { onEvent }),
      },
    )
    this.#running.add(supervisor)
    return { supervisor, ipc: supervisor.ipc, directory: directory ?? join(this.folder, name) }
  }

  /**
   * A geth that finds a block about every second, without any work, and believes others that they worked: for tests of what is independent
   * of work.
   */
  async withoutWork(): Promise<string> {
    const path = join(this.folder, 'geth-without-work')
    await writeFile(path, `#!/bin/sh\nexec '${this.program.path}' --fakepow.poisson "$@"\n`, { mode: 0o755 })
    return path
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running].map((supervisor) => supervisor.stop()))
    await rm(this.folder, { recursive: true, force: true })
  }
}

async function writeGenesis(folder: string, name: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, JSON.stringify(testGenesis(systemRandom.bytes(8))))
  return path
}

export async function headOf({ ipc }: LabNode): Promise<ChainBlock> {
  return decodeBlock(await ipc.ask('eth_getBlockByNumber', ['latest', false]))
}

export async function blockOf({ ipc }: LabNode, number: number): Promise<ChainBlock | undefined> {
  const answer = await ipc.ask('eth_getBlockByNumber', [`0x${number.toString(16)}`, false])
  return answer === null ? undefined : decodeBlock(answer)
}

/** Mines on one thread until the node's head is `blocks` higher. */
export async function mine(node: LabNode, blocks: number, etherbase: Address): Promise<ChainBlock> {
  const from = (await headOf(node)).number
  await startMining(node, etherbase)
  for (let goal = from + 1; goal <= from + blocks; goal++)
    await eventually(`block ${goal}`, async () => ((await headOf(node)).number >= goal ? true : undefined))
  await stopMining(node)
  // One more may have been found in the moment of stopping.
  return headOf(node)
}

export async function startMining({ ipc }: LabNode, etherbase: Address): Promise<void> {
  await ipc.ask('miner_setEtherbase', [etherbase])
  await ipc.ask('miner_start', [1])
}

export async function stopMining({ ipc }: LabNode): Promise<void> {
  await ipc.ask('miner_stop')
}

/** Sends coins of the well-known test account; returns the transaction's hash. */
export async function sendCoins({ ipc }: LabNode, to: Address, nonce: number): Promise<string> {
  const fees = { kind: 'eip1559', maxFeePerGas: 10n * GWEI, maxPriorityFeePerGas: GWEI } as const
  const unsigned = { chainId: TEST_CHAIN_ID, nonce, to, data: '0x', value: wei(1n), gasLimit: 21_000n, fees }
  const signed = signTransaction(unsigned, faucetSigner(), systemClock.now())
  await ipc.ask('eth_sendRawTransaction', [signed.raw])
  return signed.hash
}

export interface Receipt {
  readonly status: string
  readonly blockHash: string
}

export async function receiptOf({ ipc }: LabNode, transaction: string): Promise<Receipt | undefined> {
  const answer = await whenIndexed(systemClock, () => ipc.ask('eth_getTransactionReceipt', [transaction]))
  return answer === null ? undefined : (answer as Receipt) // geth is what is tested: a wrong form fails the test
}

/**
 * geth tells nobody when such a thing happens, so it is asked until it has.
 * @param instead What there is in its place, for whoever reads the failure
 */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined>,
  instead: () => Promise<string> = async () => 'nothing',
): Promise<T> {
  const until = performance.now() + WAIT_MS
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (performance.now() > until)
      throw new Error(`${what} did not come about in ${WAIT_MS / 1000} s, but: ${await instead()}`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

/** All of them have the same head, at `height` or above. */
export function agreement(nodes: readonly LabNode[], height: number): Promise<ChainBlock> {
  const agreed = async (): Promise<ChainBlock | undefined> => {
    const [first, ...others] = await Promise.all(nodes.map(headOf))
    const same = first !== undefined && others.every(({ hash }) => hash === first.hash)
    return same && first.number >= height ? first : undefined
  }
  const heads = async (): Promise<string> => {
    const each = nodes.map(async (node) => {
      const { number, hash } = await headOf(node)
      return `${number} ${hash.slice(0, 10)} with ${(await node.ipc.peers()).length} peers`
    })
    return (await Promise.all(each)).join(', ')
  }
  return eventually(`agreement on a head at ${height} or above`, agreed, heads)
}
