import type { Wei } from '../domain/amount.ts'
import type { ConfirmationRule, SmallDepositRule } from '../domain/confirmation-rule.ts'
import { messageOf } from '../domain/errors.ts'
import { type Address, addressOf, type FileHash, fileHashOf, type PeerIdText, peerIdText } from '../domain/ids.ts'
import type { Signer } from '../system/signer.ts'
import { type ChunkSet, decodeChunkSet, encodeChunkSet } from './chunk-set.ts'
import { decodeEndpoints, type Endpoints, encodeEndpoints } from './endpoints.ts'
import {
  boundedText,
  decodeMessage,
  exactBytes,
  hexBytes,
  hexField,
  readAmount,
  readInstant,
  readSequence,
  writeAmount,
  writeInstant,
  writeUint,
} from './fields.ts'
import { Offer as OfferMessage, type SmallDeposit } from './messages.js'
import { MAX_CLOCK_SKEW_MS, MAX_TEXT_BYTES, OFFER_TTL_MS } from './protocol.ts'
import { openRecord, sealRecord } from './record.ts'
import { accept, refuse, type Verdict } from './verdict.ts'

/** The chain and contract an offer is to be paid on. */
export interface OfferChain {
  readonly chainId: number
  /** `0x` and 64 lower-case digits. */
  readonly genesisHash: string
  /** The payment channel contract. */
  readonly contract: Address
}

/** A seeder's signed terms for one file. The wallet that is paid is the signer. */
export interface Offer extends ConfirmationRule {
  readonly fileHash: FileHash
  readonly peerId: PeerIdText
  readonly wallet: Address
  readonly chain: OfferChain
  readonly pricePerMiB: Wei
  /** The smallest deposit the seeder serves against. */
  readonly minDeposit: Wei
  /** It takes no payment from coin that is locked in an escrow. An offer of before does not say so. */
  readonly refusesEscrows?: true
  /** Grows with every offer of this peer for this file; an older offer is a replay. */
  readonly sequence: number
  /** Milliseconds since 1970. */
  readonly expiresAt: number
  readonly endpoints: Endpoints
  readonly chunks: ChunkSet
}

/** What a reader knows and an offer must agree with. */
export interface OfferContext {
  readonly fileHash: FileHash
  /** The peer that handed it over: an offer is never taken from a third party. */
  readonly fromPeerId: PeerIdText
  /** Milliseconds since 1970. */
  readonly now: number
  readonly chain: OfferChain
}

/** Signs an offer; its wallet is the signer's address. */
export function signOffer(offer: Omit<Offer, 'wallet'>, signer: Signer): Uint8Array {
  const payload = OfferMessage.encode({
    fileHash: hexBytes(offer.fileHash),
    peerId: offer.peerId,
    chainId: offer.chain.chainId,
    genesisHash: hexBytes(offer.chain.genesisHash),
    contract: hexBytes(offer.chain.contract),
    pricePerMib: writeAmount(offer.pricePerMiB),
    minDeposit: writeAmount(offer.minDeposit),
    confirmations: offer.confirmations,
    ...(offer.small === undefined ? {} : { smallDeposit: encodeSmallDeposit(offer.small) }),
    ...(offer.refusesEscrows === true ? { refusesEscrows: true } : {}),
    sequence: writeUint(offer.sequence),
    expiresAtSeconds: writeInstant(offer.expiresAt),
    chunks: encodeChunkSet(offer.chunks),
    ...encodeEndpoints(offer.endpoints),
  }).finish()
  return sealRecord('offer', payload, signer)
}

/**
 * Checks an offer as a peer sent it. Refusals: `OFFER_MALFORMED`, `OFFER_BAD_SIGNATURE`, `OFFER_OTHER_FILE`,
 * `OFFER_OTHER_PEER`, `OFFER_OTHER_CHAIN`, `OFFER_EXPIRED`, `OFFER_EXPIRES_TOO_LATE`.
 */
export function verifyOffer(bytes: Uint8Array, context: OfferContext): Verdict<Offer> {
  let offer: Offer
  try {
    const record = openRecord(bytes, 'offer')
    // SPEC 06 §3.1: "The reader MUST drop a record that is not signed by its signer, and MUST NOT show it."
    if (!record.signed) return refuse('OFFER_BAD_SIGNATURE', 'The offer is not signed by its wallet.')
    offer = decodeOffer(record.payload, record.signer)
  } catch (error) {
    return refuse('OFFER_MALFORMED', `The offer cannot be read: ${messageOf(error)}`)
  }
  if (offer.fileHash !== context.fileHash) return refuse('OFFER_OTHER_FILE', 'The offer is for another file.')
  // SPEC 06 §4.2: "The reader MUST refuse an offer whose peer_id is not the peer that sent it."
  if (offer.peerId !== context.fromPeerId)
    return refuse('OFFER_OTHER_PEER', `The offer belongs to the peer ${offer.peerId}, not to the one that sent it.`)
  if (!sameChain(offer.chain, context.chain))
    return refuse(
      'OFFER_OTHER_CHAIN',
      `The offer wants to be paid on chain ${offer.chain.chainId} or another contract.`,
    )
  if (offer.expiresAt <= context.now) return refuse('OFFER_EXPIRED', 'The offer has expired.')
  if (offer.expiresAt > context.now + OFFER_TTL_MS + MAX_CLOCK_SKEW_MS)
    return refuse('OFFER_EXPIRES_TOO_LATE', 'The offer holds longer than an offer may.')
  return accept(offer)
}

/** @throws DecodeError */
function decodeOffer(payload: Uint8Array, wallet: Address): Offer {
  const message = decodeMessage(OfferMessage.decode, payload, 'the offer')
  return {
    fileHash: fileHashOf(message.fileHash),
    peerId: peerIdText(boundedText(message.peerId, MAX_TEXT_BYTES, 'peer_id')),
    wallet,
    chain: {
      chainId: message.chainId,
      genesisHash: hexField(message.genesisHash, 32, 'genesis_hash'),
      contract: addressOf(exactBytes(message.contract, 20, 'contract')),
    },
    pricePerMiB: readAmount(message.pricePerMib, 'price_per_mib'),
    minDeposit: readAmount(message.minDeposit, 'min_deposit'),
    confirmations: message.confirmations,
    ...(message.smallDeposit === null || message.smallDeposit === undefined
      ? {}
      : { small: decodeSmallDeposit(message.smallDeposit) }),
    ...(message.refusesEscrows ? { refusesEscrows: true } : {}),
    sequence: readSequence(message.sequence),
    expiresAt: readInstant(message.expiresAtSeconds, 'expires_at_seconds'),
    endpoints: decodeEndpoints(message),
    chunks: decodeChunkSet(message.chunks),
  }
}

function encodeSmallDeposit({ amount, confirmations }: SmallDepositRule): SmallDeposit.$Properties {
  return { amount: writeAmount(amount), confirmations }
}

function decodeSmallDeposit({ amount, confirmations }: SmallDeposit): SmallDepositRule {
  return { amount: readAmount(amount, 'small_deposit.amount'), confirmations }
}

function sameChain(a: OfferChain, b: OfferChain): boolean {
  return a.chainId === b.chainId && a.genesisHash === b.genesisHash.toLowerCase() && a.contract === b.contract
}
