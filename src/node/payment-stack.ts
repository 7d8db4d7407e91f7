import { createCoinTransfers } from '../chain/coin-transfers.ts'
import { createEscrowPayments } from '../chain/escrow-payments.ts'
import { explainSplit } from '../chain/split-step.ts'
import { type SplitWatch, startSplitWatch } from '../chain/split-watch.ts'
import { type BatchPayer, createBatchPayer } from '../channel/batches/batch-payer.ts'
import { signingDomain } from '../channel/eip712.ts'
import { createEscrowPayer, type EscrowPayer } from '../channel/escrow/escrow-payer.ts'
import { withEscrows } from '../channel/escrow/with-escrows.ts'
import { createPayee, type Payee } from '../channel/payee.ts'
import { createPayer, DEFAULT_PREPAYMENT_CAP, type Payer } from '../channel/payer.ts'
import { createReceipts, type Receipts } from '../channel/receipts/receipts.ts'
import { createTransferPayer, type TransferPayer } from '../channel/transfers/transfer-payer.ts'
import { createWatcher } from '../channel/watcher.ts'
import { ZERO_WEI } from '../domain/amount.ts'
import type { ChainParameters } from '../domain/chains.ts'
import { type ConfirmationRule, SMALL_CONFIRMATIONS } from '../domain/confirmation-rule.ts'
import type { Address } from '../domain/ids.ts'
import { chunksHashOf } from '../settlement/receipt.ts'
import { createHealthReader, minesOnDemand, viewOfHealth } from './chain-health.ts'
import type { ChainStack } from './chain-stack.ts'
import { createEscrowPapers } from './escrow-papers.ts'
import { createEscrowSite, type NodeEscrowSite } from './escrow-site.ts'
import type { NodeConfig, PaymentsConfig } from './node-config.ts'
import type { NodeSystem } from './node-system.ts'
import type { ChainHealthView } from './types.ts'

const HOUR_MS = 60 * 60 * 1000

/** Everything of a node that pays and is paid, over one chain that is watched. */
export interface PaymentStack {
  readonly payer: Payer
  readonly transfers: TransferPayer
  readonly escrows: EscrowPayer
  readonly escrowSite: NodeEscrowSite
  readonly batchPayer: BatchPayer
  readonly payee: Payee
  readonly receipts: Receipts
  readonly split: SplitWatch
  readonly confirmationRule: ConfirmationRule
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
  const { client, database, signer, rpcUrl } = chain
  const { dataDirectory } = config
  const { redeemAfterHours, redeemFeePercent } = config.payments
  await using stack = new AsyncDisposableStack()
  const confirmationRule = chooseRule(config.payments, client.parameters)
  const { confirmations } = confirmationRule
  const onDemand = await minesOnDemand(client)
  const readHealth = createHealthReader({ client, clock, rpcUrl, dataDirectory, gethIpc: config.chain.gethIpc })
  // First of all that follow the chain: what a head means for the money is decided when they hear of it.
  const split = await startSplitWatch({ client, readHealth, clock, log }, { confirmations, minesOnDemand: onDemand })
  stack.defer(() => split.stop())

  const site = createEscrowSite(chain)
  const contract = withEscrows(chain.contract, site, database)
  const parts = { database, signer, contract, clock, random, log, failPoints }
  const payer = createPayer(parts)
  const escrows = createEscrowPayer({ ...parts, site, observe: payer.observer.observe })
  const transferChain = createCoinTransfers(chain)
  const domain = signingDomain(contract.chainId, contract.address)
  const transfers = createTransferPayer(
    { database, signer, domain, chain: transferChain, random, log },
    { prepaymentCap: DEFAULT_PREPAYMENT_CAP },
  )
  const batchPayer = createBatchPayer({
    ...parts,
    domain,
    chain: createEscrowPayments(chain),
    chunksHash: chunksHashOf,
    notice: warn,
  })
  stack.defer(() => batchPayer.stop())
  const payee = createPayee(
    {
      ...parts,
      doubt: () => split.suspicion(),
      escrows: site,
      ...(config.payments.acceptTransfers === false ? {} : { transferChain }),
    },
    {
      ...confirmationRule,
      creditCapTotal: config.payments.creditCapTotal,
      redeemThreshold: config.payments.redeemAbove,
      ...(redeemAfterHours === undefined ? {} : { redeemAfterMs: redeemAfterHours * HOUR_MS }),
      ...(redeemFeePercent === undefined ? {} : { redeemFeePercent }),
      contractWallets: config.payments.contractWallets,
      acceptEscrows: config.payments.acceptEscrows,
    },
  )
  stack.defer(() => payee.stop())
  const papersOf = (escrow: Address) => createEscrowPapers(contract.chainId, escrow, signer)
  const receipts = createReceipts({ ...parts, papersOf }, { genesisHash: client.identity.genesisHash })
  const watcher = createWatcher(
    { database, contract, log, observers: [payer.observer, payee.observer], receipts },
    { startBlock: chain.contractBlock },
  )
  split.onChange((suspicion, before) => {
    // Deposits that were held back count now.
    if (suspicion === undefined) void watcher.look()
    else if (suspicion.lastSign !== undefined && before?.lastSign === undefined) warn(explainSplit(suspicion))
  })
  await watcher.start()
  stack.defer(() => watcher.stop())
  await transfers.start()
  await batchPayer.start()
  await escrows.start()
  stack.defer(() => escrows.stop())
  const moved = stack.move()
  return {
    payer,
    transfers,
    batchPayer,
    escrows,
    escrowSite: site,
    payee,
    receipts,
    split,
    confirmationRule,
    chainHealth: () => viewOfHealth(split, { clock, onDemand }),
    stop: () => moved.disposeAsync(),
  }
}

/** What the operator set, otherwise what the chain's parameters say. */
function chooseRule(set: PaymentsConfig, chain: ChainParameters): ConfirmationRule {
  const confirmations = set.confirmations ?? chain.confirmations
  const amount = set.smallDeposit ?? chain.small?.amount ?? ZERO_WEI
  // Where nothing counts sooner, the offer need not say so.
  if (amount === 0n) return { confirmations }
  const small = { amount, confirmations: set.smallConfirmations ?? chain.small?.confirmations ?? SMALL_CONFIRMATIONS }
  return { confirmations, small }
}
