import { fromHex } from '../domain/bytes.ts'
import { messageOf } from '../domain/errors.ts'
import { type Address, addressOf } from '../domain/ids.ts'
import { keccak256 } from '../system/keccak.ts'
import type { Signer } from '../system/signer.ts'
import { boundedText, decodeMessage, hexBytes, hexField, readInstant, writeInstant } from './fields.ts'
import { Bootnode as BootnodeMessage } from './messages.js'
import type { OfferChain } from './offer.ts'
import { BOOTNODE_TTL_MS, MAX_CLOCK_SKEW_MS, MAX_ENODE_BYTES } from './protocol.ts'
import { openRecord, sealRecord } from './record.ts'
import { accept, refuse, type Verdict } from './verdict.ts'

/** A chain node's word where others reach it. */
export interface Bootnode {
  /** `enode://<128 lower-case hexadecimal digits>@<IP address>:<port>…`; only the key in it was checked. */
  readonly enode: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

export type ChainOfBootnode = Pick<OfferChain, 'chainId' | 'genesisHash'>

const KEY = /^enode:\/\/([0-9a-f]{128})@/
/** Bytes of a Keccak-256 hash that are not part of an address. */
const HASH_BYTES_BEFORE_ADDRESS = 12

/** @param signer The chain node's own key, which its enode names: nobody can publish another's node at a wrong place. */
export function signBootnode(bootnode: Bootnode & { readonly chain: ChainOfBootnode }, signer: Signer): Uint8Array {
  const payload = BootnodeMessage.encode({
    chainId: bootnode.chain.chainId,
    genesisHash: hexBytes(bootnode.chain.genesisHash),
    enode: bootnode.enode,
    expiresAtSeconds: writeInstant(bootnode.expiresAt),
  }).finish()
  return sealRecord('bootnode', payload, signer)
}

/**
 * Refusals: `BOOTNODE_MALFORMED`, `BOOTNODE_BAD_SIGNATURE`, `BOOTNODE_OTHER_KEY`, `BOOTNODE_OTHER_CHAIN`, `BOOTNODE_EXPIRED`,
 * `BOOTNODE_EXPIRES_TOO_LATE`.
 */
export function verifyBootnode(
  bytes: Uint8Array,
  context: { readonly chain: ChainOfBootnode; readonly now: number },
): Verdict<Bootnode> {
  try {
    const record = openRecord(bytes, 'bootnode')
    if (!record.signed) return refuse('BOOTNODE_BAD_SIGNATURE', 'The bootnode record is not signed by its signer.')
    const message = decodeMessage(BootnodeMessage.decode, record.payload, 'the bootnode record')
    const enode = boundedText(message.enode, MAX_ENODE_BYTES, 'enode')
    // SPEC 06 §9: "The reader MUST drop a bootnode record that is not signed by the key in its enode."
    if (accountOf(enode) !== record.signer)
      return refuse('BOOTNODE_OTHER_KEY', 'The bootnode record is not signed by the key of its enode.')
    const genesisHash = hexField(message.genesisHash, 32, 'genesis_hash')
    if (message.chainId !== context.chain.chainId || genesisHash !== context.chain.genesisHash.toLowerCase())
      return refuse('BOOTNODE_OTHER_CHAIN', 'The bootnode is on another chain.')
    const expiresAt = readInstant(message.expiresAtSeconds, 'expires_at_seconds')
    if (expiresAt <= context.now) return refuse('BOOTNODE_EXPIRED', 'The bootnode record has expired.')
    if (expiresAt > context.now + BOOTNODE_TTL_MS + MAX_CLOCK_SKEW_MS)
      return refuse('BOOTNODE_EXPIRES_TOO_LATE', 'The bootnode record holds longer than one may.')
    return accept({ enode, expiresAt })
  } catch (error) {
    return refuse('BOOTNODE_MALFORMED', `The bootnode record cannot be read: ${messageOf(error)}`)
  }
}

/** The account of the key in an enode; `undefined` for a text that is none. */
function accountOf(enode: string): Address | undefined {
  const key = KEY.exec(enode)?.[1]
  return key === undefined ? undefined : addressOf(keccak256(fromHex(key)).slice(HASH_BYTES_BEFORE_ADDRESS))
}
