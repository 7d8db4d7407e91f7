import { wei } from '../../src/domain/amount.ts'
import { IN_BAND_PROTOCOLS } from '../../src/domain/in-band-protocol.ts'
import type { BuyerPlan, Purchase, Scenario, SellerPlan } from './scenario.ts'

/** A run in which nothing goes wrong but what the test says. */
export function calm(changes: Partial<Scenario> & Pick<Scenario, 'sellers' | 'buyers'>): Scenario {
  return {
    seed: 'calm',
    line: { latencyMs: 20, jitterMs: 5, bytesPerMs: 1_000 },
    chain: { blockSeconds: 2, windowSeconds: 90, windowBlocks: 10, fee: wei(3n), dropProbability: 0 },
    confirmations: 2,
    rpcMs: 10,
    lostHeads: 0,
    creditCapTotal: wei(10n ** 17n),
    minDeposit: wei(1n),
    redeemThreshold: wei(10n ** 17n),
    faults: [],
    faultsEndMs: 1_000,
    ...changes,
  }
}

export function seller(name: string, changes: Partial<SellerPlan> = {}): SellerPlan {
  return { name, pricePerMiB: wei(1_000n), files: [5], protocols: IN_BAND_PROTOCOLS, crashPoints: [], ...changes }
}

export function buyer(
  name: string,
  purchases: readonly Partial<Purchase>[],
  changes: Partial<BuyerPlan> = {},
): BuyerPlan {
  const whole = purchases.map((purchase) => ({ file: 5, closeChannels: true, window: 8, maxSources: 8, ...purchase }))
  return {
    name,
    purchases: whole,
    prefers: 'bitswap',
    protocols: IN_BAND_PROTOCOLS,
    crashPoints: [],
    ...changes,
  }
}
