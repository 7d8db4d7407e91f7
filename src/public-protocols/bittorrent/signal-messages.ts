import { z } from 'zod'
import { DecodeError } from '../../domain/errors.ts'

/**
 * Messages of WebTorrent's trackers: JSON over a WebSocket, in which twenty bytes are a string of twenty characters up to U+00FF. The protocol has no
 * BEP; this is what stock clients send. docs/specs/13-trackers-and-webtorrent.md §3
 */

/** Characters of a session description: with sixteen candidates some 2,500. */
export const MAX_SDP_LENGTH = 8 * 1024
/** Offers that are looked at in one announce; stock clients send five. */
export const MAX_OFFERS = 10
/** A message: ten offers of some 2 KiB, and room. */
export const MAX_SIGNAL_BYTES = 64 * 1024

export interface SessionDescription {
  readonly type: 'offer' | 'answer'
  readonly sdp: string
}

/** Twenty bytes in JSON; as 40 hex digits here. */
const id = z
  .string()
  .refine((text) => text.length === 20 && Buffer.from(text, 'latin1').toString('latin1') === text)
  .transform((text) => Buffer.from(text, 'latin1').toString('hex'))
const description = <Type extends SessionDescription['type']>(type: Type) =>
  z.object({ type: z.literal(type), sdp: z.string().min(1).max(MAX_SDP_LENGTH) })

const announceSchema = z.object({
  action: z.literal('announce'),
  info_hash: id,
  peer_id: id,
  event: z.string().max(16).nullish(),
  left: z.number().nullish(),
  numwant: z.number().nullish(),
  offers: z
    .array(z.object({ offer: description('offer'), offer_id: id }))
    .max(MAX_OFFERS)
    .nullish(),
  /** With an answer: who made the offer. With an offer: who is to get it, which is ours alone. */
  to_peer_id: id.nullish(),
  answer: description('answer').nullish(),
  offer_id: id.nullish(),
})
const scrapeSchema = z.object({ action: z.literal('scrape'), info_hash: z.union([id, z.array(id).max(100)]) })
const requestSchema = z.discriminatedUnion('action', [announceSchema, scrapeSchema])

export type SignalAnnounce = z.infer<typeof announceSchema>
export type SignalRequest = z.infer<typeof requestSchema>

/** What a client says to a tracker. @throws DecodeError */
export function decodeSignalRequest(text: string): SignalRequest {
  return decode(text, requestSchema, 'no request to a tracker')
}

const noticeSchema = z.object({
  action: z.string().max(32).nullish(),
  info_hash: id.nullish(),
  peer_id: id.nullish(),
  interval: z.number().positive().nullish(),
  /** Peers that have all of the torrent, and those that do not. */
  complete: z.number().nullish(),
  incomplete: z.number().nullish(),
  'failure reason': z.string().max(500).nullish(),
  offer: description('offer').nullish(),
  answer: description('answer').nullish(),
  offer_id: id.nullish(),
})

/** What a tracker says to a client: an answer to its announce, or what another client had it pass on. */
export type SignalNotice = z.infer<typeof noticeSchema>

/** @throws DecodeError */
export function decodeSignalNotice(text: string): SignalNotice {
  return decode(text, noticeSchema, 'nothing a tracker says')
}

function decode<T>(text: string, schema: z.ZodType<T>, what: string): T {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new DecodeError('A message is no JSON.', { cause: String(cause) })
  }
  const { data, error } = schema.safeParse(json)
  if (data !== undefined) return data
  throw new DecodeError(`A message is ${what}: look at "${error?.issues[0]?.path.join('.') ?? ''}".`)
}

/** Hex digits as they stand in a message. */
export function binary(hex: string): string {
  return Buffer.from(hex, 'hex').toString('latin1')
}
