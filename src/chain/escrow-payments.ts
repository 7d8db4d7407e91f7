import { type LogDescription, ZeroHash } from 'ethers'
import { formatCoins, type Wei, wei } from '../domain/amount.ts'
import { toHex } from '../domain/bytes.ts'
import { DecodeError } from '../domain/errors.ts'
import { type Address, type FileHash, parseAddress, parseFileHash } from '../domain/ids.ts'
import type { ChainClient } from './client.ts'
import { escrowInterface } from './escrow-interface.ts'
import type { EscrowLocation } from './escrow-location.ts'
import type { Head } from './head-tracker.ts'
import type { SentTransaction, TransactionQueue } from './transaction-queue.ts'

/** 21,000, and what `payBatch` itself and the return of what was skipped cost. */
const BATCH_GAS = 60_000n
/** The dearest payment: to an account that never was, or of a payee that burns the 50,000 it is given (docs/specs/04-escrow.md §4.3). */
const PAYMENT_GAS = 100_000n

/** One payee of a batch. Amounts are above zero. */
export interface BatchPayment {
  readonly payee: Address
  readonly amount: Wei
  readonly fileHash: FileHash
  /** 32 bytes; zeros where it is not said. */
  readonly chunksHash: Uint8Array
  /** At most eight characters of ASCII. */
  readonly protocol: string
}

/** What the contract says of one payment: `Paid` of docs/specs/04-escrow.md §4.4. */
export interface PaidRecord {
  readonly payer: Address
  readonly payee: Address
  readonly fileHash: FileHash
  readonly amount: Wei
}

/** `payBatch` of contracts/Escrow.sol. Reads as ChainClient, writes as TransactionQueue; both throw what those throw. */
export interface EscrowPayments {
  onHead(listener: (head: Head) => void): () => void
  /** The most that a batch with so many payees may cost in gas at today's price. */
  feeCeiling(payees: number): Promise<Wei>
  /** The signed bytes are durable when this resolves. A second one with this key is the same transaction. */
  payBatch(args: { readonly payments: readonly BatchPayment[]; readonly key: string }): Promise<SentTransaction>
  /** What was sent with this key, if anything. */
  sent(key: string): SentTransaction | undefined
  /** Who was paid in a transaction that is on the chain; whoever is missing was passed over. */
  paidIn(transaction: { readonly hash: string; readonly blockNumber: number }): Promise<readonly PaidRecord[]>
}

export function createEscrowPayments(dependencies: {
  readonly client: ChainClient
  readonly queue: TransactionQueue
  readonly escrow: EscrowLocation
}): EscrowPayments {
  const { client, queue, escrow } = dependencies
  return {
    onHead: (listener) => client.onHead(listener),
    feeCeiling: (payees) => queue.feeCeiling(gasOf(payees)),
    async payBatch({ payments, key }) {
      const value = wei(payments.reduce((sum, { amount }) => sum + amount, 0n))
      return queue.send({
        key,
        purpose: `pay ${payments.length} seeders ${formatCoins(value)} coins at once`,
        to: (await escrow.ensure()).address,
        data: escrowInterface.encodeFunctionData('payBatch', [payments.map(encodePayment)]),
        value,
        gasLimit: gasOf(payments.length),
      })
    },
    sent: (key) => queue.find(key),
    paidIn: async (transaction) => recordsIn(client, (await escrow.ensure()).address, transaction),
  }
}

/** The payments of batches that the contract at `escrow` made in one transaction. */
export async function recordsIn(
  client: ChainClient,
  escrow: Address,
  { hash, blockNumber }: { readonly hash: string; readonly blockNumber: number },
): Promise<PaidRecord[]> {
  const { topicHash } = escrowInterface.getEvent('Paid')
  const range = { fromBlock: blockNumber, toBlock: blockNumber }
  const logs = await client.logs({ address: escrow, ...range, topics: [topicHash] })
  return logs
    .filter(({ transactionHash }) => transactionHash === hash)
    .map((log) => decodePaid(escrowInterface.parseLog({ topics: [...log.topics], data: log.data })))
    .filter((record) => record !== undefined)
}

/** `undefined` for what was redeemed from an escrow: that is paid by a receipt, which counts by itself. */
function decodePaid(log: LogDescription | null): PaidRecord | undefined {
  if (log === null) throw new DecodeError('The chain answered a log that is no payment.')
  const { args } = log
  if (args.getValue('escrowId') !== ZeroHash) return undefined
  return {
    payer: parseAddress(String(args.getValue('payer'))),
    payee: parseAddress(String(args.getValue('payee'))),
    fileHash: parseFileHash(String(args.getValue('fileHash')).slice(2)),
    amount: wei(BigInt(args.getValue('amount'))),
  }
}

function gasOf(payees: number): bigint {
  return BATCH_GAS + BigInt(payees) * PAYMENT_GAS
}

function encodePayment({ payee, amount, fileHash, chunksHash, protocol }: BatchPayment) {
  return {
    payee,
    amount,
    fileHash: `0x${fileHash}`,
    chunksHash: `0x${toHex(chunksHash)}`,
    protocol: `0x${toHex(new TextEncoder().encode(protocol)).padEnd(16, '0')}`,
  }
}
