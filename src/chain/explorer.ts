import { type Wei, wei } from '../domain/amount.ts'
import { ChiralError, DecodeError } from '../domain/errors.ts'
import { type Address, parseAddress } from '../domain/ids.ts'
import type { ChainClient } from './client.ts'
import { decodeBlock, decodeHash, decodeNumber, decodeQuantity, decodeReceipt, decodeText } from './rpc-values.ts'

/** Blocks of one list: a page; each is one question to the node. */
export const MAX_LISTED_BLOCKS = 25
/** Transactions told of one block; 4.7 million gas hold 223 of the smallest. */
export const MAX_LISTED_TRANSACTIONS = 256

export interface ExplorerBlock {
  readonly number: number
  readonly hash: string
  readonly parentHash: string
  /** Milliseconds since 1970. */
  readonly minedAt: number
  readonly miner: Address
  readonly difficulty: string
  readonly gasUsed: number
  readonly gasLimit: number
  readonly uncles: number
  readonly transactionCount: number
  /** Hashes, in order; the first of them where there are more than are told. */
  readonly transactions: readonly string[]
}

export interface ExplorerTransaction {
  readonly hash: string
  readonly phase: 'pending' | 'success' | 'reverted'
  readonly blockNumber?: number | undefined
  readonly from: Address
  /** Absent for one that creates a contract. */
  readonly to?: Address | undefined
  readonly value: Wei
  readonly nonce: number
  readonly dataBytes: number
  /** What it cost its sender besides `value`. */
  readonly fee?: Wei | undefined
}

export interface ExplorerAccount {
  readonly address: Address
  readonly balance: Wei
  /** Transactions it has sent. */
  readonly transactionCount: number
  readonly isContract: boolean
}

/** Newest first. */
export async function readBlocks(client: ChainClient): Promise<ExplorerBlock[]> {
  const { number } = await client.head()
  const count = Math.min(MAX_LISTED_BLOCKS, number + 1)
  return Promise.all(Array.from({ length: count }, (_, back) => readBlock(client, String(number - back))))
}

/** @param id A number or a hash. @throws ChiralError `CHAIN_ITEM_UNKNOWN` */
export async function readBlock(client: ChainClient, id: string): Promise<ExplorerBlock> {
  const answer = id.startsWith('0x')
    ? await client.request('eth_getBlockByHash', [id, false])
    : await client.request('eth_getBlockByNumber', [`0x${BigInt(id).toString(16)}`, false])
  if (answer === null) throw unknown('block', id)
  const fields = fieldsOf(answer)
  const { number, hash, parentHash, timestamp, gasLimit } = decodeBlock(answer)
  const transactions = listOf(fields['transactions']).map(decodeHash)
  return {
    number,
    hash,
    parentHash,
    minedAt: timestamp * 1000,
    miner: parseAddress(decodeText(fields['miner'])),
    difficulty: decodeQuantity(fields['difficulty']).toString(),
    gasUsed: decodeNumber(fields['gasUsed']),
    gasLimit: Number(gasLimit),
    uncles: listOf(fields['uncles']).length,
    transactionCount: transactions.length,
    transactions: transactions.slice(0, MAX_LISTED_TRANSACTIONS),
  }
}

/** @throws ChiralError `CHAIN_ITEM_UNKNOWN` */
export async function readTransaction(client: ChainClient, hash: string): Promise<ExplorerTransaction> {
  const [answer, receipt] = await Promise.all([
    client.request('eth_getTransactionByHash', [hash]),
    client.request('eth_getTransactionReceipt', [hash]).then(decodeReceipt),
  ])
  if (answer === null) throw unknown('transaction', hash)
  const fields = fieldsOf(answer)
  return {
    hash: decodeHash(fields['hash']),
    phase: receipt === undefined ? 'pending' : receipt.status,
    blockNumber: receipt?.blockNumber,
    from: parseAddress(decodeText(fields['from'])),
    to: fields['to'] == null ? undefined : parseAddress(decodeText(fields['to'])),
    value: wei(decodeQuantity(fields['value'])),
    nonce: decodeNumber(fields['nonce']),
    dataBytes: (decodeText(fields['input']).length - 2) / 2,
    fee: receipt === undefined ? undefined : wei(receipt.gasUsed * receipt.effectiveGasPrice),
  }
}

export async function readAccount(client: ChainClient, address: Address): Promise<ExplorerAccount> {
  const [balance, transactionCount, code] = await Promise.all([
    client.balance(address),
    client.transactionCount(address, 'latest'),
    client.code(address),
  ])
  return { address, balance, transactionCount, isContract: code.byteLength > 0 }
}

function unknown(what: string, id: string): ChiralError {
  return new ChiralError('CHAIN_ITEM_UNKNOWN', `The chain has no ${what} ${id}.`, { details: { id } })
}

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new DecodeError('The chain answered a block without its lists.')
  return value
}

function fieldsOf(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new DecodeError('The chain answered something else.')
  return value as Record<string, unknown> // boundary: every field is decoded by the caller
}
