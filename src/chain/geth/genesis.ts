import { toQuantity } from 'ethers'
import chains from '../../../chains.json' with { type: 'json' }
import { ChiralError } from '../../domain/errors.ts'
import { DEPLOYMENT_FACTORY, DEPLOYMENT_FACTORY_CODE } from '../deployment-factory.ts'
import { faucetSigner } from '../faucet.ts'

/** The chain tests and demonstrations mine: the network's rules with a difficulty one core solves in a second or two. */
export const TEST_CHAIN_ID = 98768
/** Nothing is worth anything there, and it must never run out. */
const FAUCET_BALANCE = 10n ** 27n

/** What differs from chain to chain; the numbers in hexadecimal with `0x`. */
export interface GenesisParameters {
  readonly chainId: number
  readonly difficulty: string
  readonly gasLimit: string
  readonly extraData: string
}

export interface GenesisAccount {
  readonly balance: string
  readonly code?: string
}

/** The first block as `geth init` reads it: London from block 0, Ethash. */
export function composeGenesis(
  { chainId, difficulty, gasLimit, extraData }: GenesisParameters,
  alloc: Readonly<Record<string, GenesisAccount>>,
) {
  return {
    config: {
      chainId,
      homesteadBlock: 0,
      eip150Block: 0,
      eip155Block: 0,
      eip158Block: 0,
      byzantiumBlock: 0,
      constantinopleBlock: 0,
      petersburgBlock: 0,
      istanbulBlock: 0,
      muirGlacierBlock: 0,
      berlinBlock: 0,
      londonBlock: 0,
      ethash: {},
    },
    nonce: '0x0000000000000042',
    timestamp: '0x0',
    extraData,
    gasLimit,
    difficulty,
    mixHash: `0x${'0'.repeat(64)}`,
    coinbase: `0x${'0'.repeat(40)}`,
    alloc,
  }
}

/**
 * A genesis of the test chain that nobody else has (`salt` becomes its extra data), so that a database is never used on another test's
 * chain. The well-known faucet account has coins, and the deployment factory stands, as on the embedded development chain.
 */
export function testGenesis(salt: Uint8Array, accounts: Readonly<Record<string, bigint>> = {}) {
  const parameters = chains[TEST_CHAIN_ID]
  const balances = { [faucetSigner().address]: FAUCET_BALANCE, ...accounts }
  return composeGenesis(
    { chainId: TEST_CHAIN_ID, ...parameters, extraData: `0x${Buffer.from(salt).toString('hex')}` },
    {
      ...Object.fromEntries(
        Object.entries(balances).map(([address, balance]) => [address, { balance: toQuantity(balance) }]),
      ),
      [DEPLOYMENT_FACTORY]: { balance: '0x0', code: DEPLOYMENT_FACTORY_CODE },
    },
  )
}

/** The chain id a genesis file is for. @throws ChiralError `GENESIS_INVALID` */
export function chainIdOfGenesis(text: string, path: string): number {
  try {
    const genesis: unknown = JSON.parse(text)
    const config = fieldOf(genesis, 'config')
    const chainId = fieldOf(config, 'chainId')
    if (typeof chainId === 'number' && Number.isSafeInteger(chainId) && fieldOf(config, 'ethash') !== undefined)
      return chainId
  } catch {
    // not JSON: said below
  }
  throw new ChiralError(
    'GENESIS_INVALID',
    `${path} is not the genesis of an Ethash chain: take genesis.json of this repository, or make one as docs/operations/genesis.md says.`,
    { details: { path } },
  )
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined // any object has string keys
}
