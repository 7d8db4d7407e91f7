import { formatCoins, type Wei, wei } from '../domain/amount.ts'
import { DecodeError } from '../domain/errors.ts'
import { type Address, type FileHash, parseAddress } from '../domain/ids.ts'
import type { ChainClient } from './client.ts'
import type { EscrowLocation } from './escrow-location.ts'
import { type PaidRecord, recordsIn } from './escrow-payments.ts'
import type { Head } from './head-tracker.ts'
import { decodeBytes, decodeHash, decodeNumber, decodeQuantity, decodeText } from './rpc-values.ts'
import type { SentTransaction, TransactionQueue } from './transaction-queue.ts'

/** The 21,000 of a transfer and its 32 bytes of calldata at their dearest (EIP-7623: 40 each), rounded up. */
const TRANSFER_GAS = 25_000n

/** A transaction as the node knows it. */
export interface SeenTransfer {
  readonly transactionHash: string
  readonly from: Address
  /** Absent: it creates a contract. */
  readonly to: Address | undefined
  readonly amount: Wei
  readonly data: Uint8Array
  /** Absent: it could be sent on any chain. */
  readonly chainId: number | undefined
  /** Absent while it is in no block. */
  readonly mined: { readonly blockNumber: number; readonly status: 'success' | 'reverted' } | undefined
  /** Of one that called the Escrow: whom `payBatch` paid in it, nobody while it is in no block. Absent for all others. */
  readonly paid?: readonly PaidRecord[]
}

/** Transfers of coin with a file hash as calldata. Reads as ChainClient, writes as TransactionQueue; both throw what those throw. */
export interface CoinTransfers {
  readonly chainId: number
  head(): Promise<Head>
  onHead(listener: (head: Head) => void): () => void
  /** Two requests, and for what went to the Escrow one more. */
  find(transactionHash: string): Promise<SeenTransfer | undefined>
  feeCeiling(): Promise<Wei>
  send(args: {
    readonly payee: Address
    readonly fileHash: FileHash
    readonly amount: Wei
    readonly key: string
  }): Promise<SentTransaction>
  /** What was sent with this key, if anything. */
  sent(key: string): SentTransaction | undefined
}

export function createCoinTransfers(dependencies: {
  readonly client: ChainClient
  readonly queue: TransactionQueue
  /** Absent: no batches are looked into. */
  readonly escrow?: Pick<EscrowLocation, 'find'>
}): CoinTransfers {
  const { client, queue } = dependencies

  /** Only what was sent to the Escrow can hold a payment of its sender: the contract names its caller. */
  async function paidIn(
    { to, transactionHash: hash }: Pick<SeenTransfer, 'to' | 'transactionHash'>,
    mined: SeenTransfer['mined'],
  ): Promise<Pick<SeenTransfer, 'paid'>> {
    if (to === undefined || (await dependencies.escrow?.find())?.address !== to) return {}
    if (mined?.status !== 'success') return { paid: [] }
    return { paid: await recordsIn(client, to, { hash, blockNumber: mined.blockNumber }) }
  }

  return {
    chainId: client.identity.chainId,
    head: () => client.head(),
    onHead: (listener) => client.onHead(listener),
    async find(transactionHash) {
      const answer = await client.request('eth_getTransactionByHash', [transactionHash])
      if (answer === null || answer === undefined) return undefined
      const receipt = await client.receipt(transactionHash)
      const transfer = decodeTransfer(answer)
      return { ...transfer, mined: receipt, ...(await paidIn(transfer, receipt)) }
    },
    feeCeiling: () => queue.feeCeiling(TRANSFER_GAS),
    send: ({ payee, fileHash, amount, key }) =>
      queue.send({
        key,
        purpose: `pay ${payee} ${formatCoins(amount)} coins for ${fileHash.slice(0, 12)}…`,
        to: payee,
        data: `0x${fileHash}`,
        value: amount,
        gasLimit: TRANSFER_GAS,
      }),
    sent: (key) => queue.find(key),
  }
}

function decodeTransfer(answer: unknown): Omit<SeenTransfer, 'mined'> {
  if (typeof answer !== 'object' || answer === null)
    throw new DecodeError('The chain answered something that is not a transaction.')
  const fields = answer as Readonly<Record<string, unknown>> // boundary: every field is decoded below
  const { to, chainId } = fields
  return {
    transactionHash: decodeHash(fields['hash']),
    from: parseAddress(decodeText(fields['from'])),
    to: to === null || to === undefined ? undefined : parseAddress(decodeText(to)),
    amount: wei(decodeQuantity(fields['value'])),
    data: fields['input'] === '0x' ? new Uint8Array(0) : decodeBytes(fields['input']),
    chainId: chainId === null || chainId === undefined ? undefined : decodeNumber(chainId),
  }
}
