import chains from '../../chains.json' with { type: 'json' }
import { parseWei } from './amount.ts'
import type { ConfirmationRule } from './confirmation-rule.ts'
import { ChiralError } from './errors.ts'

/** What is fixed for one chain. All of it comes from `chains.json`, from which genesis.json is generated too. */
export interface ChainParameters extends ConfirmationRule {
  readonly chainId: number
  readonly name: string
  /** Test coin is worth nothing; amounts are labelled so, and `wallet fund` works. */
  readonly testCoin: boolean
  /**
   * How many blocks must lie on the one that holds a deposit before it counts. 0, mined is enough, only where a block comes with
   * each transaction and nothing is ever undone.
   */
  readonly confirmations: number
}

const BY_ID = new Map<number, ChainParameters>(
  Object.entries(chains).map(([id, chain]) => [
    Number(id),
    {
      chainId: Number(id),
      name: chain.name,
      testCoin: chain.testCoin,
      confirmations: chain.confirmations,
      ...('small' in chain ? { small: { ...chain.small, amount: parseWei(chain.small.amount) } } : {}),
    },
  ]),
)

/** The embedded development chain. */
export const DEVELOPMENT_CHAIN_ID = 98767

/** @throws ChiralError `CHAIN_UNKNOWN` */
export function chainParameters(chainId: number): ChainParameters {
  const chain = BY_ID.get(chainId)
  if (chain === undefined)
    throw new ChiralError(
      'CHAIN_UNKNOWN',
      `Chain ${chainId} is not one of ours: use ${[...BY_ID.keys()].join(', ')}.`,
      { details: { chainId } },
    )
  return chain
}
