import { z } from 'zod'
import { count, instant, list, nonEmptyText, peerIdCodec, text, weiCodec } from './convert.ts'

/** What is known of peers, in the control API (docs/specs/08-control-api.md). */

const score = z.number().min(0).max(5).optional().describe('0 to 5; absent while too little is known.')

export const peerSchema = z
  .object({
    peerId: peerIdCodec,
    address: z.string(),
    direction: z.enum(['inbound', 'outbound']),
    latencyMs: z.number().nonnegative().optional(),
    bannedUntil: instant.optional(),
    score,
  })
  .meta({ id: 'Peer' })

export const banSchema = z
  .object({
    subject: z.string().describe('A peer id, an account, or the address of a peer of a public swarm.'),
    until: instant.describe('8640000000000000, the last instant there is, for what the user banned.'),
    reason: z.string(),
    isManual: z.boolean().describe('By the user, and not by what the peer did.'),
  })
  .meta({ id: 'Ban' })

export const peerDetailsSchema = z
  .object({
    peerId: z.string(),
    account: z.string(),
    score,
    terms: list(
      z.object({
        kind: z.string(),
        isGood: z.boolean(),
        weight: z.number().nonnegative().describe('What it is worth now, in paid chunks that verified.'),
        count: count.optional().describe('How often ever.'),
        firstAt: instant.optional(),
        lastAt: instant.optional(),
      }),
    ).describe('score = 5 · Σ good / (Σ good + Σ bad + priorFailures).'),
    priorFailures: z.number().nonnegative(),
    firstSeenAt: instant,
    uptime: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe('Of the connections that were tried, the part that came about.'),
    latencyMs: z.number().nonnegative().optional(),
    speeds: list(z.object({ protocol: z.string(), bytesPerSecond: z.number().nonnegative() })),
    paidTo: weiCodec,
    paidBy: weiCodec,
    isInDefault: z.boolean(),
    coolingUntil: instant.optional(),
    slowUntil: instant.optional(),
    bans: list(banSchema),
  })
  .meta({ id: 'PeerDetails' })

export const banRequestSchema = z
  .strictObject({
    peer: nonEmptyText.describe('A peer id, an account, or the address of a peer of a public swarm.'),
    reason: text.optional(),
  })
  .meta({ id: 'BanRequest' })
export const peerParamsSchema = z.strictObject({
  peer: nonEmptyText.describe('A peer id, an account, or the address of a peer of a public swarm.'),
})
