import { z } from 'zod'
import { BATCH_PAY_BY } from '../domain/pay-by.ts'
import { PREFERENCES } from '../domain/preference.ts'
import { WANTED_PROTOCOLS } from '../domain/transfer.ts'
import { MAX_BATCH_FILES } from '../node/batch-types.ts'
import {
  addressCodec,
  channelIdCodec,
  count,
  fileHashCodec,
  list,
  nonEmptyText,
  peerIdCodec,
  rate,
  text,
  weiCodec,
} from './convert.ts'

/* Batches: several files with one budget, one channel a seeder and one summary. Part of schema.ts by its rules. */

const failure = z.object({ code: z.string(), message: z.string() }).optional()

/** Of downloads and batches alike. */
export const phaseSchema = z.enum([
  'finding',
  'opening',
  'downloading',
  'settling',
  'done',
  'failed',
  'paused',
  'cancelled',
])

/** Of downloads and batches alike. */
export const bidSchema = weiCodec
  .optional()
  .describe('Offered per MiB, once, to each seeder that asks more; who does not take it is paid what it asks.')
export const freeSourcesSchema = z
  .boolean()
  .optional()
  .describe('Get chunks from peers of public swarms as well, for nothing; they learn what is wanted.')

export const batchRequestSchema = z
  .strictObject({
    items: z
      .array(
        z.strictObject({
          reference: nonEmptyText.describe(
            'File hash, CID or sha256:<64 hexadecimal digits>; of a listing: all its files.',
          ),
          path: nonEmptyText
            .optional()
            .describe(
              'Target below `out`; without one the published name. Of a listing: a folder, `.` for `out` itself.',
            ),
        }),
      )
      .min(1)
      .max(MAX_BATCH_FILES)
      .readonly(),
    out: nonEmptyText.describe(
      'Absolute path of the folder that all targets are below; it is made where there is none.',
    ),
    maxTotal: weiCodec.optional().describe('Of all files together, gas included.'),
    maxPrice: weiCodec.optional(),
    bid: bidSchema,
    overwrite: z.boolean().optional(),
    closeChannels: z.boolean().default(true),
    maxSources: z.int().min(1).max(256).optional().describe('Seeders used at once for one file.'),
    window: z.int().min(1).max(64).optional(),
    protocol: z.enum(WANTED_PROTOCOLS).optional(),
    prefer: z.enum(PREFERENCES).optional(),
    maxRate: rate.optional(),
    sequential: z.boolean().optional().describe('Each file in its order.'),
    freeSources: freeSourcesSchema,
    listingsAsFiles: z.boolean().optional().describe('Download a listing itself, and not what it lists.'),
    payBy: z
      .enum([...BATCH_PAY_BY, 'auto'])
      .optional()
      .describe('channel: one a seeder; escrow: coin that is locked first, once for all files and seeders.'),
  })
  .meta({ id: 'BatchRequest' })

export const listingSchema = z
  .object({ fileHash: fileHashCodec, name: z.string(), publisher: addressCodec, files: count, sizeBytes: count })
  .meta({ id: 'Listing' })

const batchFailure = z.object({
  reference: z.string(),
  path: z.string().optional(),
  code: z.string(),
  message: z.string(),
})

export const batchPlanSchema = z
  .object({
    batchId: z.string(),
    files: count,
    sizeBytes: count,
    filesHeld: count,
    totalPrice: weiCodec,
    leastPrice: weiCodec,
    payBy: z.enum(BATCH_PAY_BY),
    deposit: weiCodec,
    maxLoss: weiCodec,
    lostBefore: weiCodec,
    gas: weiCodec,
    walletBalance: weiCodec,
    seeders: list(
      z.object({
        peerId: peerIdCodec,
        payee: addressCodec,
        files: count,
        lowestPrice: weiCodec,
        highestPrice: weiCodec,
      }),
    ),
    listings: list(listingSchema),
    failures: list(batchFailure).describe('The first 100 files that cannot be had as things are.'),
    filesFailed: count,
  })
  .meta({ id: 'BatchPlan' })

export const batchSchema = z
  .object({
    batchId: z.string(),
    out: z.string(),
    phase: phaseSchema,
    payBy: z.enum(BATCH_PAY_BY),
    files: count,
    filesDone: count,
    filesFailed: count,
    sizeBytes: count,
    verifiedBytes: count,
    bytesPerSecond: z.number().nonnegative(),
    spent: weiCodec,
    gasSpent: weiCodec,
    seconds: z.number().nonnegative(),
    transferSeconds: z.number().nonnegative(),
    transferBytes: count,
    sources: list(
      z.object({
        peerId: peerIdCodec,
        payee: addressCodec,
        channelId: channelIdCodec.optional(),
        chunks: count,
        bytes: count,
        paid: weiCodec,
        vouchers: count,
        blocksLeft: count.optional(),
      }),
    ),
    listings: list(listingSchema),
    failures: list(batchFailure).describe('The first 100 files that failed.'),
    error: failure,
  })
  .meta({ id: 'Batch' })

export const batchFileSchema = z
  .object({
    reference: z.string(),
    fileHash: fileHashCodec.optional(),
    path: z.string(),
    sizeBytes: count,
    state: z.enum(['waiting', 'running', 'done', 'failed']),
    error: failure,
  })
  .meta({ id: 'BatchFile' })

export const batchParamsSchema = z.strictObject({ batchId: text })
