import type { TransferRef } from '../../domain/coin-transfer.ts'
import { ChiralError } from '../../domain/errors.ts'
import type { Address } from '../../domain/ids.ts'
import type { Clock } from '../../system/clock.ts'
import type { Database } from '../../system/database.ts'
import type { ReadDoubt } from '../snapshot.ts'
import { judgeTransfer, type TransferVerdict } from './judge-transfer.ts'
import type { TransferChain } from './transfer-chain.ts'
import { type CountedTransfer, findCountedTransfer } from './transfer-store.ts'

/** Who says HELLO with a transaction again and again makes us ask the chain about it no more often than this. */
const MIN_LOOK_INTERVAL_MS = 1000
/** Transactions looked up at once; further HELLOs wait. It takes no account to name one, so strangers get no more of the node than this. */
const MAX_LOOKS = 8

/** The payee's look at the transactions that payers name. */
export interface TransferIntake {
  /**
   * The transfer, if it is still to be counted; `undefined` when it was. Asks the chain at most once.
   * @throws ChiralError `TRANSFER_INVALID`, `TRANSFER_UNCONFIRMED` (with `blocksLeft`), `SPLIT_SUSPECTED`, `CHAIN_UNREACHABLE`
   */
  check(payer: Address, transfer: TransferRef): Promise<CountedTransfer | undefined>
}

export function createTransferIntake(
  deps: {
    readonly database: Database
    readonly chain: TransferChain
    readonly clock: Clock
    readonly doubt: ReadDoubt
  },
  options: { readonly payee: Address; readonly confirmations: number },
): TransferIntake {
  const { database, chain, clock, doubt } = deps
  const { payee, confirmations } = options
  const lookers = createTurns(MAX_LOOKS)
  /** The last look for a claim, while it is young. */
  const looks = new Map<string, { readonly at: number; readonly verdict: Promise<TransferVerdict> }>()

  async function look(payer: Address, { transactionHash, fileHash }: TransferRef): Promise<TransferVerdict> {
    for (;;) {
      const firmBlock = doubt()?.firmBlock
      const { number: headNumber } = await chain.head()
      const seen = await chain.find(transactionHash)
      const terms = { chainId: chain.chainId, headNumber, confirmations, firmBlock }
      // What was read while the doubt arose may be of the new branch.
      if (doubt()?.firmBlock === firmBlock) return judgeTransfer(seen, { payer, payee, fileHash }, terms)
    }
  }

  function lookOnce(payer: Address, transfer: TransferRef): Promise<TransferVerdict> {
    const now = clock.monotonic()
    for (const [key, { at }] of looks) if (now - at >= MIN_LOOK_INTERVAL_MS) looks.delete(key)
    const key = `${payer} ${transfer.transactionHash} ${transfer.fileHash}`
    const last = looks.get(key)
    if (last !== undefined) return last.verdict
    const verdict = lookers.run(() => look(payer, transfer))
    looks.set(key, { at: now, verdict })
    return verdict
  }

  return {
    async check(payer, transfer) {
      const { transactionHash, fileHash } = transfer
      const counted = database.read((connection) => findCountedTransfer(connection, transactionHash))
      if (counted !== undefined) {
        if (counted.payer === payer && counted.fileHash === fileHash) return undefined
        throw invalid(transfer, 'it was counted for another payer or file')
      }
      const verdict = await lookOnce(payer, transfer)
      switch (verdict.kind) {
        case 'counts':
          return { ...transfer, payer, amount: verdict.amount, blockNumber: verdict.blockNumber }
        case 'waits':
          throw new ChiralError(
            'TRANSFER_UNCONFIRMED',
            `The transfer ${transactionHash} lacks ${verdict.blocksLeft} blocks: try again when it has them.`,
            { details: { transactionHash, blocksLeft: verdict.blocksLeft } },
          )
        case 'held':
          throw new ChiralError(
            'SPLIT_SUSPECTED',
            `The chain may be split: the transfer ${transactionHash} is not counted until that is over.`,
            { details: { transactionHash } },
          )
        case 'invalid':
          throw invalid(transfer, verdict.why)
      }
    },
  }
}

function invalid({ transactionHash }: TransferRef, why: string): ChiralError {
  return new ChiralError('TRANSFER_INVALID', `The transaction ${transactionHash} does not pay for this: ${why}.`, {
    details: { transactionHash },
  })
}

/** So many at once; the rest in the order they came. */
function createTurns(most: number): { run<T>(work: () => Promise<T>): Promise<T> } {
  const waiting: (() => void)[] = []
  let running = 0
  return {
    async run(work) {
      if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve))
      else running++
      try {
        return await work()
      } finally {
        // The place goes over to the next, if there is one.
        const next = waiting.shift()
        if (next === undefined) running--
        else next()
      }
    },
  }
}
