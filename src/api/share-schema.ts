import { z } from 'zod'
import { count, fileHashCodec, list, nonEmptyText, weiCodec } from './convert.ts'

/** Bytes as base64 text. */
const base64Codec = z.codec(
  z.base64(),
  z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  { decode: (text) => Buffer.from(text, 'base64'), encode: (bytes) => Buffer.from(bytes).toString('base64') },
)

/* What is for sale here. Part of schema.ts by its rules. */

export const shareRequestSchema = z
  .strictObject({
    path: nonEmptyText.describe('Absolute path of a file or folder; it is seeded in place.'),
    pricePerMiB: weiCodec,
    lowestPricePerMiB: weiCodec.optional().describe('A bid from here up to the price is taken; absent: none is.'),
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
    lowestPricePerMiB: weiCodec.optional().describe('Told to nobody else.'),
    totalPrice: weiCodec,
    announced: z.boolean(),
    httpUrl: z.string().optional().describe('Where the file is served over HTTP, if it is.'),
    ed2kLink: z.string().optional().describe('What other ed2k clients find the file by, if it is served to them.'),
    folder: z
      .object({
        files: count,
        ownRecords: count.describe('So many of them, the largest, are found by their own ids.'),
        skipped: list(z.object({ path: z.string(), why: z.enum(['hidden', 'symbolic link', 'not a regular file']) })),
        skippedCount: count,
      })
      .optional()
      .describe('Of a folder, whose listing this is. Size and prices are those of its files together.'),
  })
  .meta({ id: 'Share' })

export const torrentSchema = z
  .object({
    fileHash: fileHashCodec,
    infohash: z.string(),
    name: z.string(),
    sizeBytes: count,
    magnet: z.string(),
    peers: list(z.string()).describe('Where this node serves it, as host:port.'),
    torrent: base64Codec.describe('The .torrent file, in base64.'),
  })
  .meta({ id: 'Torrent' })
