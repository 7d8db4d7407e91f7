import { z } from 'zod'
import { IN_BAND_PROTOCOLS } from '../domain/in-band-protocol.ts'
import {
  addressCodec,
  channelIdCodec,
  count,
  fileHashCodec,
  instant,
  list,
  nonEmptyText,
  peerIdCodec,
  signedWeiCodec,
  text,
  weiCodec,
} from './convert.ts'

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

export const statusSchema = z
  .object({
    version: z.string(),
    address: addressCodec,
    peerId: peerIdCodec,
    addresses: list(z.string()),
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
  })
  .meta({ id: 'Status' })

export const shareRequestSchema = z
  .strictObject({
    path: nonEmptyText.describe('Absolute path of the file; it is seeded in place.'),
    pricePerMiB: weiCodec,
  })
  .meta({ id: 'ShareRequest' })

export const shareSchema = z
  .object({
    fileHash: fileHashCodec,
    cid: z.string(),
    sha256: z.string(),
    name: z.string(),
    path: z.string(),
    sizeBytes: count,
    chunks: count,
    pricePerMiB: weiCodec,
    totalPrice: weiCodec,
    announced: z.boolean(),
  })
  .meta({ id: 'Share' })

const inBandProtocol = z.enum(IN_BAND_PROTOCOLS)

export const downloadRequestSchema = z
  .strictObject({
    reference: nonEmptyText.describe('File hash, CID or sha256:<64 hexadecimal digits>.'),
    out: nonEmptyText.describe('Absolute target path; a folder means the published name inside it.'),
    maxTotal: weiCodec.optional(),
    maxPrice: weiCodec.optional(),
    overwrite: z.boolean().optional(),
    closeChannels: z.boolean().default(true),
    maxSources: z.int().min(1).max(256).optional(),
    window: z.int().min(1).max(64).optional(),
    protocol: inBandProtocol.optional().describe('Used with seeders that speak it; with others another.'),
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
    sizeBytes: count,
    chunks: count,
    chunksHeld: count,
    totalPrice: weiCodec,
    cheapest: seederSchema.optional(),
    dearest: seederSchema.optional(),
    deposit: weiCodec,
    maxLoss: weiCodec,
    gas: weiCodec,
    walletBalance: weiCodec,
    seeders: list(seederSchema),
  })
  .meta({ id: 'Plan' })

export const sourceSchema = z
  .object({
    peerId: peerIdCodec,
    payee: addressCodec,
    phase: z.enum(['connecting', 'confirming', 'active', 'idle', 'failed', 'banned']),
    protocol: inBandProtocol.optional(),
    blocksLeft: count.optional(),
    channelId: channelIdCodec.optional(),
    chunks: count,
    bytes: count,
    verified: weiCodec,
    paid: weiCodec,
    vouchers: count,
    bytesPerSecond: z.number().nonnegative(),
    error: failure,
  })
  .meta({ id: 'Source' })

export const downloadSchema = z
  .object({
    downloadId: z.string(),
    reference: z.string(),
    fileHash: fileHashCodec.optional(),
    name: z.string(),
    out: z.string(),
    phase: z.enum(['finding', 'opening', 'downloading', 'settling', 'done', 'failed', 'paused', 'cancelled']),
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
    sources: list(sourceSchema),
    error: failure,
  })
  .meta({ id: 'Download' })

export const findQuerySchema = z.strictObject({ reference: nonEmptyText })
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
  })
  .meta({ id: 'Channel' })
export const closeChannelSchema = z.object({ transactionHash: z.string(), closesAt: instant.optional() })

export const peerSchema = z
  .object({
    peerId: peerIdCodec,
    address: z.string(),
    direction: z.enum(['inbound', 'outbound']),
    latencyMs: z.number().nonnegative().optional(),
    bannedUntil: instant.optional(),
  })
  .meta({ id: 'Peer' })

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
    z.object({ kind: z.literal('share'), share: shareSchema }),
    z.object({ kind: z.literal('hashing'), path: z.string(), hashedBytes: count, sizeBytes: count }),
    z.object({ kind: z.literal('notice'), level: z.enum(['info', 'warn']), message: z.string() }),
  ])
  .meta({ id: 'Event' })

export const healthSchema = z.object({ status: z.literal('ok') })
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
export type HistoryEntry = z.output<typeof historyEntrySchema>
export type Channel = z.output<typeof channelSchema>
export type Peer = z.output<typeof peerSchema>
export type ApiEvent = z.output<typeof eventSchema>
