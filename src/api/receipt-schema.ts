import { z } from 'zod'
import {
  addressCodec,
  channelIdCodec,
  count,
  fileHashCodec,
  instant,
  list,
  nonEmptyText,
  peerIdCodec,
  queryInstant,
  weiCodec,
} from './convert.ts'

/** The log of vouchers, receipts and payments, in the control API (docs/specs/08-control-api.md). */

export const receiptSchema = z
  .object({
    sequence: count,
    at: instant,
    kind: z.string(),
    role: z.enum(['payer', 'payee']),
    peer: addressCodec,
    peerId: peerIdCodec.optional(),
    channelId: channelIdCodec,
    amount: weiCodec.optional(),
    cumulativeAmount: weiCodec.optional(),
    refund: weiCodec.optional(),
    files: list(z.object({ fileHash: fileHashCodec, amount: weiCodec })).optional(),
    protocol: z.string().optional().describe('Of a receipt of an escrow: how the chunks came.'),
    transactionHash: z.string().optional(),
    blockNumber: count.optional(),
    undoes: count.optional().describe('The entry that a reorg made void.'),
  })
  .meta({ id: 'Receipt' })
const receiptsFilter = {
  since: queryInstant.optional(),
  until: queryInstant.optional(),
  fileHash: fileHashCodec.optional(),
  peer: nonEmptyText.optional().describe('An account, or a peer id.'),
}
export const receiptsQuerySchema = z.strictObject(receiptsFilter)
export const receiptsExportQuerySchema = z.strictObject({ ...receiptsFilter, format: z.enum(['csv', 'json']) })
export const receiptsExportSchema = z
  .object({ text: z.string().describe('What docs/specs/10-receipts.md describes.') })
  .meta({ id: 'ReceiptsExport' })
