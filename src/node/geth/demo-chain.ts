import { mkdir, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { faucetSigner } from '../../chain/faucet.ts'
import { TEST_CHAIN_ID, testGenesis } from '../../chain/geth/genesis.ts'
import { makeShortDagFolder } from '../../chain/geth/short-dag-folder.ts'
import { type Supervisor, superviseGeth } from '../../chain/geth/supervisor.ts'
import { decodeHash, decodeNumber, decodeQuantity } from '../../chain/rpc-values.ts'
import { ChiralError, DecodeError } from '../../domain/errors.ts'
import { systemClock } from '../../system/clock.ts'
import { freePort } from '../../system/free-port.ts'
import { silentLogger } from '../../system/logger.ts'
import { systemRandom } from '../../system/random.ts'
import { type InstallOptions, installGeth } from './install.ts'

const HOST = '127.0.0.1'
const NONCE = /^0x[0-9a-f]{16}$/

/** What shows that blocks were really mined. */
export interface MinedChain {
  readonly client: string
  readonly chainId: number
  readonly genesisHash: string
  readonly firstBlock: number
  readonly lastBlock: number
  /** Of the last block, decimal. */
  readonly difficulty: string
  /** Of the last block: what Ethash found. */
  readonly mixHash: string
  readonly nonce: string
}

export interface DemoChain {
  readonly rpcUrl: string
  mined(): Promise<MinedChain>
  stop(): Promise<void>
}

/**
 * A test chain of its own on this machine: one real geth that mines with Ethash until it is stopped. geth and its mining data are
 * installed when they are missing, which takes minutes once.
 *
 * @throws as `installGeth` and `superviseGeth`
 */
export async function startDemoChain(
  options: Omit<InstallOptions, 'dag'> & { readonly directory: string },
): Promise<DemoChain> {
  const { directory, env, onStep } = options
  const { path, dagFile } = await installGeth({ ...options, dag: true })
  if (dagFile === undefined) throw new ChiralError('DAG_FAILED', 'There is no mining data set.')
  await mkdir(directory, { recursive: true })
  const genesisFile = join(directory, 'genesis.json')
  await writeFile(genesisFile, JSON.stringify(testGenesis(systemRandom.bytes(8))))
  onStep('starting geth, which mines')
  const geth = await superviseGeth(
    { clock: systemClock, log: silentLogger },
    {
      directory: join(directory, 'geth'),
      binary: path,
      env,
      genesisFile,
      plan: {
        dagFolder: await makeShortDagFolder(directory, dagFile),
        chainId: TEST_CHAIN_ID,
        p2pPort: await freePort(HOST),
        rpcPort: await freePort(HOST),
        wsPort: await freePort(HOST),
        nat: `extip:${HOST}`,
        bootnodes: [],
        staticNodes: [],
        discovery: false,
        // One core is left for those who use the chain.
        mining: { etherbase: faucetSigner().address, threads: Math.max(1, availableParallelism() - 1) },
      },
    },
  )
  return { rpcUrl: geth.rpcUrl, mined: () => readMined(geth), stop: async () => void (await geth.stop()) }
}

async function readMined({ ipc, genesisHash }: Supervisor): Promise<MinedChain> {
  const [client, head] = await Promise.all([ipc.clientVersion(), ipc.ask('eth_getBlockByNumber', ['latest', false])])
  if (typeof head !== 'object' || head === null) throw new DecodeError('geth did not show its newest block.')
  const { number, difficulty, mixHash, nonce } = head as Record<string, unknown> // boundary: each is decoded below
  if (typeof nonce !== 'string' || !NONCE.test(nonce)) throw new DecodeError('The newest block has no nonce.')
  return {
    client,
    chainId: TEST_CHAIN_ID,
    genesisHash,
    firstBlock: 1,
    lastBlock: decodeNumber(number),
    difficulty: decodeQuantity(difficulty).toString(),
    mixHash: decodeHash(mixHash),
    nonce,
  }
}
