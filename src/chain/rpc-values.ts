import { fromHex } from '../domain/bytes.ts'
import { DecodeError } from '../domain/errors.ts'
import { type Address, parseAddress } from '../domain/ids.ts'

/** Decoders of what a node answers: JSON to domain types. All throw DecodeError alone. */

export interface ChainBlock {
  readonly number: number
  /** `0x` and 64 hex digits. */
  readonly hash: string
  readonly parentHash: string
  /** Unix seconds. */
  readonly timestamp: number
  /** Wei per gas; `undefined` before London. */
  readonly baseFeePerGas: bigint | undefined
  readonly gasLimit: bigint
}

export interface ChainLog {
  readonly address: Address
  readonly topics: readonly string[]
  readonly data: string
  readonly blockNumber: number
  readonly blockHash: string
  readonly transactionHash: string
  readonly logIndex: number
}

export interface ChainReceipt {
  readonly transactionHash: string
  readonly blockNumber: number
  readonly blockHash: string
  readonly status: 'success' | 'reverted'
  readonly gasUsed: bigint
  /** Wei per gas. */
  readonly effectiveGasPrice: bigint
  readonly contractAddress: Address | undefined
}

export function decodeQuantity(value: unknown): bigint {
  if (typeof value !== 'string' || !/^0x[0-9a-f]{1,64}$/i.test(value))
    throw new DecodeError('The chain answered something that is not a number.')
  return BigInt(value)
}

/** A number below 2^53: block numbers, nonces, times. */
export function decodeNumber(value: unknown): number {
  const number = Number(decodeQuantity(value))
  if (!Number.isSafeInteger(number)) throw new DecodeError('The chain answered a number that is too large.')
  return number
}

export function decodeHash(value: unknown): string {
  if (typeof value !== 'string' || !/^0x[0-9a-f]{64}$/i.test(value))
    throw new DecodeError('The chain answered something that is not a hash.')
  return value.toLowerCase()
}

export function decodeBytes(value: unknown): Uint8Array {
  if (typeof value !== 'string') throw new DecodeError('The chain answered something that is not bytes.')
  return fromHex(value)
}

export function decodeText(value: unknown): string {
  if (typeof value !== 'string') throw new DecodeError('The chain answered something that is not text.')
  return value
}

export function decodeBlock(value: unknown): ChainBlock {
  const block = decodeObject(value)
  return {
    number: decodeNumber(block.number),
    hash: decodeHash(block.hash),
    parentHash: decodeHash(block.parentHash),
    timestamp: decodeNumber(block.timestamp),
    baseFeePerGas: block.baseFeePerGas == null ? undefined : decodeQuantity(block.baseFeePerGas),
    gasLimit: decodeQuantity(block.gasLimit),
  }
}

export function decodeLogs(value: unknown): ChainLog[] {
  if (!Array.isArray(value)) throw new DecodeError('The chain answered no list of logs.')
  return value.map((entry) => {
    const log = decodeObject(entry)
    if (!Array.isArray(log.topics)) throw new DecodeError('The chain answered a log without topics.')
    return {
      address: parseAddress(decodeText(log.address)),
      topics: log.topics.map(decodeHash),
      data: decodeText(log.data),
      blockNumber: decodeNumber(log.blockNumber),
      blockHash: decodeHash(log.blockHash),
      transactionHash: decodeHash(log.transactionHash),
      logIndex: decodeNumber(log.logIndex),
    }
  })
}

/** `undefined` while the transaction is in no block. */
export function decodeReceipt(value: unknown): ChainReceipt | undefined {
  if (value === null || value === undefined) return undefined
  const receipt = decodeObject(value)
  if (receipt.blockNumber == null) return undefined
  return {
    transactionHash: decodeHash(receipt.transactionHash),
    blockNumber: decodeNumber(receipt.blockNumber),
    blockHash: decodeHash(receipt.blockHash),
    status: decodeQuantity(receipt.status) === 1n ? 'success' : 'reverted',
    gasUsed: decodeQuantity(receipt.gasUsed),
    effectiveGasPrice: decodeQuantity(receipt.effectiveGasPrice),
    contractAddress: receipt.contractAddress == null ? undefined : parseAddress(decodeText(receipt.contractAddress)),
  }
}

function decodeObject(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new DecodeError('The chain answered something that is not an object.')
  return value as Record<string, unknown> // boundary: every field is decoded by the caller
}
