import { z } from 'zod'
import { type Wei, wei } from '../domain/amount.ts'
import type { Address, ChannelId, FileHash, PeerIdText } from '../domain/ids.ts'
import { isRate, RATE_RULE } from '../domain/rate.ts'

/*
 * The one place where values of the program meet JSON. Each codec reads JSON into the domain type (`decode`, by whoever
 * receives) and writes the domain type as JSON (`encode`, by whoever sends); schema.ts is built from them.
 *
 * Money is a decimal string of wei: a JSON number would lose digits above 2^53. Instants are whole milliseconds since 1970.
 */

/** Digits of 2^256 − 1, more than any amount on a chain has. */
const MAX_AMOUNT_DIGITS = 78
/** Longer text in a single field is a mistake, and would be echoed in errors and logs. */
const MAX_TEXT_LENGTH = 4096

export const weiCodec = z
  .codec(
    z
      .string()
      .max(MAX_AMOUNT_DIGITS)
      .regex(/^(0|[1-9][0-9]*)$/, 'an amount is a decimal string of wei'),
    z.custom<Wei>((value) => typeof value === 'bigint' && value >= 0n),
    { decode: (text) => wei(BigInt(text)), encode: (amount) => amount.toString() },
  )
  .meta({ id: 'Wei', description: 'An amount in wei (10⁻¹⁸ coin) as decimal digits.' })

export const signedWeiCodec = z
  .codec(
    z
      .string()
      .max(MAX_AMOUNT_DIGITS + 1)
      .regex(/^(0|-?[1-9][0-9]*)$/, 'an amount is a decimal string of wei'),
    z.custom<bigint>((value) => typeof value === 'bigint'),
    { decode: (text) => BigInt(text), encode: (amount) => amount.toString() },
  )
  .meta({ id: 'SignedWei', description: 'A change of a balance in wei; negative when money left.' })

export const fileHashCodec = z
  .codec(
    z.string().regex(/^(?:0x)?[0-9a-fA-F]{64}$/, 'a file hash is 64 hexadecimal digits'),
    z.custom<FileHash>((value) => typeof value === 'string'),
    // A brand constructor: the pattern above is the whole definition of a file hash, and domain/ids.ts would load ethers.
    { decode: (text) => text.slice(-64).toLowerCase() as FileHash, encode: (fileHash) => fileHash },
  )
  .meta({ id: 'FileHash', description: 'File id: 64 hexadecimal digits.' })

export const channelIdCodec = z
  .codec(
    z.string().regex(/^(?:0x)?[0-9a-fA-F]{64}$/, 'a channel id is 0x and 64 hexadecimal digits'),
    z.custom<ChannelId>((value) => typeof value === 'string'),
    { decode: (text) => `0x${text.slice(-64).toLowerCase()}` as ChannelId, encode: (channelId) => channelId },
  )
  .meta({ id: 'ChannelId', description: 'Payment channel: 0x and 64 hexadecimal digits.' })

/** An address as the node writes it. A typed-in one is checked, with its checksum, by `parseAddress` where it is used. */
export const addressCodec = z
  .codec(
    z.string().regex(/^0x[0-9a-fA-F]{40}$/, 'an address is 0x and 40 hexadecimal digits'),
    z.custom<Address>((value) => typeof value === 'string'),
    { decode: (text) => text as Address, encode: (address) => address },
  )
  .meta({ id: 'Address', description: 'Account: 0x and 40 hexadecimal digits, EIP-55.' })

export const peerIdCodec = z
  .codec(
    z.string().min(1).max(128),
    z.custom<PeerIdText>((value) => typeof value === 'string'),
    { decode: (text) => text as PeerIdText, encode: (peerId) => peerId },
  )
  .meta({
    id: 'PeerId',
    description: 'libp2p peer id; of a peer of a public swarm its protocol and address, as bittorrent:192.0.2.7:6881.',
  })

export const instant = z
  .int()
  .nonnegative()
  .meta({ id: 'Instant', description: 'Milliseconds since 1970-01-01T00:00:00Z.' })

/** An instant in a query string, where everything is text. */
export const queryInstant = z
  .codec(z.string().regex(/^(0|[1-9][0-9]{0,15})$/, 'an instant is milliseconds since 1970'), instant, {
    decode: Number,
    encode: String,
  })
  .meta({ id: 'QueryInstant', description: 'Milliseconds since 1970-01-01T00:00:00Z, in decimal digits.' })

/** A limit in bytes a second. */
export const rate = z.number().refine(isRate, { error: RATE_RULE }).meta({ id: 'Rate', description: RATE_RULE })

export const count = z.int().nonnegative()
export const text = z.string().max(MAX_TEXT_LENGTH)
export const nonEmptyText = text.min(1)

/** A list as the node hands it out: not to be changed by who reads it. */
export function list<T extends z.ZodType>(item: T): z.ZodReadonly<z.ZodArray<T>> {
  return z.array(item).readonly()
}
