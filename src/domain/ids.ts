import { getAddress } from 'ethers'
import { fromHex, toHex } from './bytes.ts'
import { DecodeError, messageOf } from './errors.ts'

/** 64 lower-case hex digits: SHA-256 of the file header block (docs/specs/05-content.md). */
export type FileHash = string & { readonly __brand: 'FileHash' }
/** EIP-55 checksummed `0x…` address of an account. */
export type Address = string & { readonly __brand: 'Address' }
/** `0x` + 64 lower-case hex digits. */
export type ChannelId = string & { readonly __brand: 'ChannelId' }
/** `0x` + 64 lower-case hex digits. */
export type EscrowId = string & { readonly __brand: 'EscrowId' }
/** A libp2p peer id in its base58btc or CIDv1 text form; or the name of a peer without one, such as `bittorrent:192.0.2.7:6881`. */
export type PeerIdText = string & { readonly __brand: 'PeerIdText' }

const HASH = /^(?:0x)?[0-9a-f]{64}$/i

/** @throws DecodeError unless 64 hex digits, with or without `0x`. */
export function parseFileHash(text: string): FileHash {
  if (!HASH.test(text))
    throw new DecodeError(`"${text.slice(0, 80)}" is not a file hash: 64 hexadecimal digits are needed.`)
  return text.slice(-64).toLowerCase() as FileHash
}

export function fileHashOf(bytes: Uint8Array): FileHash {
  if (bytes.byteLength !== 32) throw new DecodeError(`a file hash has 32 bytes, not ${bytes.byteLength}.`)
  return toHex(bytes) as FileHash
}

export function fileHashBytes(fileHash: FileHash): Uint8Array {
  return fromHex(fileHash)
}

/** Any hex form of a 20-byte address whose checksum, if it has one, is right. @throws DecodeError */
export function parseAddress(text: string): Address {
  try {
    if (!/^0x[0-9a-f]{40}$/i.test(text)) throw new Error('0x and 40 hexadecimal digits are needed')
    return getAddress(text) as Address
  } catch (error) {
    throw new DecodeError(`"${text.slice(0, 80)}" is not an address: ${messageOf(error).split(' (')[0]}.`)
  }
}

export function addressOf(bytes: Uint8Array): Address {
  return parseAddress(`0x${toHex(bytes)}`)
}

/** The account of who has none, as peers of public swarms: nobody holds its key, so no offer is signed by it, and nothing is ever paid to it. */
export const NOBODY = parseAddress(`0x${'00'.repeat(20)}`)

export function parseChannelId(text: string): ChannelId {
  if (!HASH.test(text))
    throw new DecodeError(`"${text.slice(0, 80)}" is not a channel id: 0x and 64 hexadecimal digits are needed.`)
  return `0x${text.slice(-64).toLowerCase()}` as ChannelId
}

export function parseEscrowId(text: string): EscrowId {
  if (!HASH.test(text))
    throw new DecodeError(`"${text.slice(0, 80)}" is not an escrow id: 0x and 64 hexadecimal digits are needed.`)
  return `0x${text.slice(-64).toLowerCase()}` as EscrowId
}

export function peerIdText(text: string): PeerIdText {
  return text as PeerIdText
}
