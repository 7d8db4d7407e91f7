import { explainSplit } from '../chain/split-step.ts'
import { type SplitWatch, startSplitWatch } from '../chain/split-watch.ts'
import { createPayee, type Payee } from '../channel/payee.ts'
import { createPayer, type Payer } from '../channel/payer.ts'
import { createWatcher } from '../channel/watcher.ts'
import { createHealthReader, minesOnDemand, viewOfHealth } from './chain-health.ts'
import type { ChainStack } from './chain-stack.ts'
import type { NodeConfig } from './node-config.ts'
import type { NodeSystem } from './node-system.ts'
import type { ChainHealthView } from './types.ts'

/** Everything of a node that pays and is paid, over one chain that is watched. */
export interface PaymentStack {
  readonly payer: Payer
  readonly payee: Payee
  readonly split: SplitWatch
  /** Blocks on a deposit before it is served against. */
  readonly confirmations: number
  chainHealth(): ChainHealthView
  stop(): Promise<void>
}

export async function openPayments(
  config: Pick<NodeConfig, 'dataDirectory' | 'chain' | 'payments'>,
  chain: ChainStack,
  system: NodeSystem,
  warn: (message: string) => void,
): Promise<PaymentStack> {
  const { clock, random, log, failPoints } = system
  const { client, database, signer, contract, rpcUrl } = chain
  const { dataDirectory } = config
  await using stack = new AsyncDisposableStack()
  const confirmations = config.payments.confirmations ?? client.parameters.confirmations
  const onDemand = await minesOnDemand(client)
  const readHealth = createHealthReader({ client, clock, rpcUrl, dataDirectory, gethIpc: config.chain.gethIpc })
  // First of all that follow the chain: what a head means for the money is decided when they hear of it.
  const split = await startSplitWatch({ client, readHealth, clock, log }, { confirmations, minesOnDemand: onDemand })
  stack.defer(() => split.stop())

  const parts = { database, signer, contract, clock, random, log, failPoints }
  const payer = createPayer(parts)
  const payee = createPayee(
    { ...parts, doubt: () => split.suspicion() },
    {
      confirmations,
      creditCapTotal: config.payments.creditCapTotal,
      redeemThreshold: config.payments.redeemAbove,
      contractWallets: config.payments.contractWallets,
    },
  )
  stack.defer(() => payee.stop())
  const watcher = createWatcher(
    { database, contract, log, observers: [payer.observer, payee.observer] },
    { startBlock: chain.contractBlock },
  )
  split.onChange((suspicion, before) => {
    // Deposits that were held back count now.
    if (suspicion === undefined) void watcher.look()
    else if (suspicion.lastSign !== undefined && before?.lastSign === undefined) warn(explainSplit(suspicion))
  })
  await watcher.start()
  stack.defer(() => watcher.stop())
  const moved = stack.move()
  return {
    payer,
    payee,
    split,
    confirmations,
    chainHealth: () => viewOfHealth(split, { clock, onDemand }),
    stop: () => moved.disposeAsync(),
  }
}
