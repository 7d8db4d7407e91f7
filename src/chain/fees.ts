/** What a transaction offers for gas, in wei per gas. */
export type GasFees =
  | { readonly kind: 'eip1559'; readonly maxFeePerGas: bigint; readonly maxPriorityFeePerGas: bigint }
  | { readonly kind: 'legacy'; readonly gasPrice: bigint }

/**
 * geth's miners and its gossip leave out transactions that tip less (`--miner.gasprice`), although the base fee alone, which falls
 * to 7 wei on an idle London chain, would do.
 */
export const MIN_TIP = 1_000_000_000n
/** The base fee grows by at most 1/8 a block: twice today's lasts for six full blocks. */
const BASE_FEE_HEADROOM = 2n
/** geth wants 10 % more on both fields for a replacement; 25 % gets there in fewer steps. */
const BUMP_PERCENT = 125n

/** The rules of EIP-1559 where blocks have a base fee, else EIP-155 with the node's price. */
export function chooseFees(chain: {
  readonly baseFeePerGas: bigint | undefined
  readonly suggestedTip: bigint | undefined
  readonly gasPrice: bigint
}): GasFees {
  if (chain.baseFeePerGas === undefined) return { kind: 'legacy', gasPrice: max(chain.gasPrice, MIN_TIP) }
  const maxPriorityFeePerGas = max(chain.suggestedTip ?? 0n, MIN_TIP)
  return {
    kind: 'eip1559',
    maxFeePerGas: BASE_FEE_HEADROOM * chain.baseFeePerGas + maxPriorityFeePerGas,
    maxPriorityFeePerGas,
  }
}

/** What a replacement of a transaction with `previous` fees has to offer now. */
export function bumpFees(previous: GasFees, current: GasFees): GasFees {
  if (previous.kind === 'legacy' || current.kind === 'legacy')
    return { kind: 'legacy', gasPrice: max(bump(maxPrice(previous)), maxPrice(current)) }
  return {
    kind: 'eip1559',
    maxFeePerGas: max(bump(previous.maxFeePerGas), current.maxFeePerGas),
    maxPriorityFeePerGas: max(bump(previous.maxPriorityFeePerGas), current.maxPriorityFeePerGas),
  }
}

/** The most one unit of gas may cost. */
export function maxPrice(fees: GasFees): bigint {
  return fees.kind === 'legacy' ? fees.gasPrice : fees.maxFeePerGas
}

function bump(value: bigint): bigint {
  return (value * BUMP_PERCENT + 99n) / 100n
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}
