import { z } from 'zod'
import { PAY_BY, PAY_BY_CHOICES } from '../domain/pay-by.ts'
import { PREFERENCES } from '../domain/preference.ts'
import { WANTED_PROTOCOLS } from '../domain/transfer.ts'
import { type batchPlanSchema, batchSchema, bidSchema, freeSourcesSchema, phaseSchema } from './batch-schema.ts'
import {
  addressCodec,
  channelIdCodec,
  count,
  fileHashCodec,
  instant,
  list,
  nonEmptyText,
  peerIdCodec,
  rate,
  signedWeiCodec,
  text,
  weiCodec,
} from './convert.ts'
import type { peerDetailsSchema, peerSchema } from './peer-schema.ts'
import type { receiptSchema } from './receipt-schema.ts'
import { shareSchema } from './share-schema.ts'
import { sourceSchema } from './source-schema.ts'

/*
 * Every request, response and event of the control API (docs/specs/08-control-api.md). `z.output` of a schema is what the
 * program works with, `z.input` is the JSON. Requests are strict: a field nobody reads is a mistake of the caller.
 */

/** Why something failed: `code` is stable, `message` one sentence for a person. */
export const errorSchema = z.object({
  code: z.string(),
  message: z.string(),
  details: z.record(z.string(), z.unknown()).optional(),
})
export const errorResponseSchema = z.object({ error: errorSchema }).meta({ id: 'Error' })

const failure = z.object({ code: z.string(), message: z.string() }).optional()

const tiers = z.object({ fastUsed: count, largeUsed: count }).optional()

const portMapping = z
  .object({
    isAsked: z.boolean(),
    by: z.enum(['UPnP', 'NAT-PMP']).optional(),
    ports: list(
      z.object({
        port: count,
        protocol: z.enum(['tcp', 'udp']),
        external: z.object({ host: z.string(), port: count }),
      }),
    ),
    reason: z.string().optional(),
  })
  .describe('What a router in front of this node forwards, or why none does.')

export const statusSchema = z
  .object({
    version: z.string(),
    address: addressCodec,
    peerId: peerIdCodec,
    addresses: list(z.string()),
    portMapping,
    http: z
      .object({ url: z.string(), tlsFingerprint: z.string().optional() })
      .optional()
      .describe('Where files are served over HTTP; absent where they are not.'),
    chain: z.object({
      chainId: count,
      name: z.string(),
      testCoin: z.boolean(),
      genesisHash: z.string(),
      rpcUrl: z.string(),
      blockNumber: count,
      contract: addressCodec,
      health: z.object({
        peers: count.optional(),
        headAgeSeconds: count,
        warnings: list(z.object({ code: z.string(), message: z.string() })),
        split: z
          .object({ since: instant, signs: list(z.string()), message: z.string() })
          .optional()
          .describe('While the chain may be split.'),
      }),
    }),
    balance: weiCodec,
    peers: count,
    shares: count,
    downloads: count,
    storage: z
      .object({ used: count, capacity: count.optional(), memoryUsed: count, memoryLimit: count, tiers })
      .describe('Bytes: what downloads take on disk, what they may take, and the same of chunks in memory.'),
  })
  .meta({ id: 'Status' })

const payBySchema = z.enum(PAY_BY)

export const downloadRequestSchema = z
  .strictObject({
    reference: nonEmptyText.describe('File hash, CID or sha256:<64 hexadecimal digits>.'),
    out: nonEmptyText.describe('Absolute target path; a folder means the published name inside it.'),
    maxTotal: weiCodec.optional(),
    maxPrice: weiCodec.optional(),
    bid: bidSchema,
    overwrite: z.boolean().optional(),
    closeChannels: z.boolean().default(true),
    maxSources: z.int().min(1).max(256).optional(),
    window: z.int().min(1).max(64).optional(),
    protocol: z
      .enum(WANTED_PROTOCOLS)
      .optional()
      .describe('Used with seeders that speak it; with others another. mixed: another with each.'),
    prefer: z.enum(PREFERENCES).optional().describe('Orders the seeders; leaves nobody out.'),
    maxRate: rate.optional().describe('Of this download; the limit on all downloads holds besides.'),
    sequential: z.boolean().optional().describe('In the order of the file.'),
    freeSources: freeSourcesSchema,
    payBy: z
      .enum(PAY_BY_CHOICES)
      .optional()
      .describe('batch: all seeders at once, afterwards; escrow: of coin locked first, once for all.'),
    prepay: weiCodec.optional().describe('Most that one coin transfer pays ahead; default: a chunk.'),
  })
  .meta({ id: 'DownloadRequest' })

export const seederSchema = z
  .object({
    peerId: peerIdCodec,
    payee: addressCodec,
    pricePerMiB: weiCodec,
    totalPrice: weiCodec,
    chunks: count,
    protocols: list(z.string()),
    endpoint: z.string(),
  })
  .meta({ id: 'Seeder' })

export const planSchema = z
  .object({
    fileHash: fileHashCodec,
    publisher: addressCodec.optional(),
    name: z.string(),
    isListing: z.boolean().describe('What it lists is downloaded as a batch.'),
    sizeBytes: count,
    chunks: count,
    chunksHeld: count,
    totalPrice: weiCodec,
    bidPrice: weiCodec.optional().describe('At the cheapest, if it takes the bid.'),
    cheapest: seederSchema.optional(),
    dearest: seederSchema.optional(),
    payBy: payBySchema,
    deposit: weiCodec,
    maxLoss: weiCodec,
    lostBefore: weiCodec,
    gas: weiCodec,
    walletBalance: weiCodec,
    seeders: list(seederSchema),
  })
  .meta({ id: 'Plan' })

export const downloadSchema = z
  .object({
    downloadId: z.string(),
    reference: z.string(),
    fileHash: fileHashCodec.optional(),
    name: z.string(),
    out: z.string(),
    phase: phaseSchema,
    payBy: payBySchema,
    sizeBytes: count,
    chunks: count,
    verifiedChunks: count,
    verifiedBytes: count,
    bytesPerSecond: z.number().nonnegative(),
    sha256: z.string().optional(),
    spent: weiCodec,
    gasSpent: weiCodec,
    seconds: z.number().nonnegative(),
    transferSeconds: z.number().nonnegative(),
    transferBytes: count,
    sources: list(sourceSchema),
    error: failure,
  })
  .meta({ id: 'Download' })

export const findQuerySchema = z.strictObject({
  reference: nonEmptyText,
  listing: nonEmptyText.optional().describe('The id of a folder the file is in: who has that is asked.'),
})
export const findSchema = z
  .object({
    fileHash: fileHashCodec,
    json: z.unknown().describe('The record in the published metadata shape.'),
    seeders: list(seederSchema),
  })
  .meta({ id: 'Find' })

export const walletSchema = z
  .object({ address: addressCodec, balance: weiCodec, testCoin: z.boolean() })
  .meta({ id: 'Wallet' })
export const sendRequestSchema = z.strictObject({ to: addressCodec, amount: weiCodec }).meta({ id: 'SendRequest' })
export const fundRequestSchema = z.strictObject({ amount: weiCodec }).meta({ id: 'FundRequest' })
export const fundSchema = z.object({ balance: weiCodec })
export const transactionSchema = z.object({ transactionHash: z.string() }).meta({ id: 'Transaction' })

export const historyEntrySchema = z
  .object({
    at: instant,
    kind: z.string(),
    change: signedWeiCodec,
    fee: weiCodec,
    transactionHash: z.string().optional(),
    blockNumber: count.optional(),
    channelId: channelIdCodec.optional(),
    peer: addressCodec.optional(),
    note: z.string(),
  })
  .meta({ id: 'HistoryEntry' })

export const channelSchema = z
  .object({
    channelId: channelIdCodec,
    role: z.enum(['payer', 'payee']),
    peer: addressCodec,
    phase: z.string(),
    deposit: weiCodec,
    settled: weiCodec,
    vouchered: weiCodec,
    closesAt: instant.optional(),
    escrow: z
      .object({ fileHash: fileHashCodec, endsAt: instant })
      .optional()
      .describe('It is no channel, but what an escrow for this file allocates to the payee.'),
  })
  .meta({ id: 'Channel' })
export const channelsClosedSchema = z
  .object({ channelIds: z.array(channelIdCodec), transactionHash: z.string(), closesAt: instant.optional() })
  .meta({ id: 'ChannelsClosed' })
export const closeChannelSchema = z.object({ transactionHash: z.string(), closesAt: instant.optional() })

/** More than anybody pastes; each is dialled. */
const MAX_CONNECT_ADDRESSES = 64
export const connectRequestSchema = z
  .strictObject({
    addresses: z
      .array(nonEmptyText)
      .min(1)
      .max(MAX_CONNECT_ADDRESSES)
      .readonly()
      .describe('Multiaddrs, each ending in /p2p/<peer id>.'),
  })
  .meta({ id: 'ConnectRequest' })
export const connectSchema = z.object({ peerIds: list(peerIdCodec) })

export const eventSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('download'), download: downloadSchema }),
    z.object({ kind: z.literal('batch'), batch: batchSchema }),
    z.object({ kind: z.literal('share'), share: shareSchema }),
    z.object({ kind: z.literal('hashing'), path: z.string(), hashedBytes: count, sizeBytes: count }),
    z.object({ kind: z.literal('notice'), level: z.enum(['info', 'warn']), message: z.string() }),
  ])
  .meta({ id: 'Event' })

export const healthSchema = z.object({ status: z.literal('ok') })
export const limitsSchema = z.object({ downloads: rate, uploads: rate }).meta({ id: 'Limits' })
export const limitsRequestSchema = z
  .strictObject({ downloads: rate.optional(), uploads: rate.optional() })
  .meta({ id: 'LimitsRequest' })
export const emptySchema = z.strictObject({})
export const fileHashParamsSchema = z.strictObject({ fileHash: fileHashCodec })
export const downloadParamsSchema = z.strictObject({ downloadId: text })
export const channelParamsSchema = z.strictObject({ channelId: channelIdCodec })

export type Status = z.output<typeof statusSchema>
export type Share = z.output<typeof shareSchema>
export type Seeder = z.output<typeof seederSchema>
export type Plan = z.output<typeof planSchema>
export type Source = z.output<typeof sourceSchema>
export type Download = z.output<typeof downloadSchema>
export type BatchPlan = z.output<typeof batchPlanSchema>
export type Batch = z.output<typeof batchSchema>
export type Receipt = z.output<typeof receiptSchema>
export type HistoryEntry = z.output<typeof historyEntrySchema>
export type Channel = z.output<typeof channelSchema>
export type Peer = z.output<typeof peerSchema>
export type PeerDetails = z.output<typeof peerDetailsSchema>
export type ApiEvent = z.output<typeof eventSchema>
