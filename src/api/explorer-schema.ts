import { z } from 'zod'
import { addressCodec, channelIdCodec, count, instant, list, weiCodec } from './convert.ts'

/** What the explorer shows: the chain as anybody sees it. Lists are capped where they are made. */

const hash = z.string().regex(/^0x[0-9a-fA-F]{64}$/, 'a hash is 0x and 64 hexadecimal digits')
/** Block numbers below 10^15: more than a chain has in a million years. */
const blockId = z.union([z.string().regex(/^(0|[1-9][0-9]{0,14})$/, 'a block is a number or a hash'), hash])

export const blockParamsSchema = z.strictObject({ blockId })
export const transactionParamsSchema = z.strictObject({ transactionHash: hash })
export const accountParamsSchema = z.strictObject({ address: addressCodec })

export const explorerBlockSchema = z
  .object({
    number: count,
    hash: z.string(),
    parentHash: z.string(),
    minedAt: instant,
    miner: addressCodec,
    difficulty: z.string().describe('Decimal digits.'),
    gasUsed: count,
    gasLimit: count,
    uncles: count,
    transactionCount: count,
    transactions: list(z.string()).describe('Hashes, in order; at most 256.'),
  })
  .meta({ id: 'ExplorerBlock' })

export const explorerTransactionSchema = z
  .object({
    hash: z.string(),
    phase: z.enum(['pending', 'success', 'reverted']),
    blockNumber: count.optional(),
    from: addressCodec,
    to: addressCodec.optional(),
    value: weiCodec,
    nonce: count,
    dataBytes: count,
    fee: weiCodec.optional(),
  })
  .meta({ id: 'ExplorerTransaction' })

export const explorerAccountSchema = z
  .object({ address: addressCodec, balance: weiCodec, transactionCount: count, isContract: z.boolean() })
  .meta({ id: 'ExplorerAccount' })

export const explorerChannelSchema = z
  .object({
    channelId: channelIdCodec,
    payer: addressCodec,
    payee: addressCodec,
    phase: z.enum(['open', 'closing', 'closed']),
    openedIn: count.describe('Block.'),
    deposit: weiCodec,
    settled: weiCodec,
  })
  .meta({ id: 'ExplorerChannel' })
