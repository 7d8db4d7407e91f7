import { z } from 'zod'
import { TRANSFER_PROTOCOLS } from '../domain/transfer.ts'
import { addressCodec, channelIdCodec, count, peerIdCodec, weiCodec } from './convert.ts'

const transferProtocol = z.enum(TRANSFER_PROTOCOLS)

/** One source of a download. */
export const sourceSchema = z
  .object({
    peerId: peerIdCodec,
    payee: addressCodec.describe(
      'The zero address: of nobody. A peer of a public swarm has no account and gets nothing.',
    ),
    phase: z.enum(['connecting', 'confirming', 'active', 'idle', 'failed', 'banned']),
    protocol: transferProtocol.optional().describe('What it was last spoken to with.'),
    blocksLeft: count.optional(),
    channelId: channelIdCodec.optional(),
    pricePerMiB: weiCodec.describe('What was agreed, or else what it asks.'),
    askedPricePerMiB: weiCodec.describe('Of its offer.'),
    chunks: count,
    chunksBy: z.partialRecord(transferProtocol, count).describe('What brought its chunks, since the node started.'),
    bytes: count,
    verified: weiCodec,
    paid: weiCodec,
    vouchers: count,
    bytesPerSecond: z.number().nonnegative(),
    error: z.object({ code: z.string(), message: z.string() }).optional(),
  })
  .meta({ id: 'Source' })
