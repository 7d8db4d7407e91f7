import { MAX_CHANNEL_AMOUNT, type Wei } from '../domain/amount.ts'
import { fromHex } from '../domain/bytes.ts'
import type { ChannelId } from '../domain/ids.ts'
import type { CloseAgreement, Voucher } from '../domain/voucher.ts'
import type { Signer } from '../system/signer.ts'
import { type SigningDomain, signingDigest, structHash, typeHash, word } from './eip712.ts'
import type { SignedBy } from './signed-by.ts'

/**
 * Vouchers and agreed closes: the twin of contracts/libraries/VoucherLib.sol, both tested against test/vectors/voucher.json.
 *
 * The structs are hashed by hand: a general EIP-712 encoder is a hundred times slower (docs/adr/0011).
 */

const VOUCHER_TYPE = typeHash('Voucher(bytes32 channelId,uint96 cumulativeAmount)')
const CLOSE_TYPE = typeHash('Close(bytes32 channelId,uint96 settled)')

/** @throws RangeError when the amount does not fit 96 bits: it is never cut */
export function voucherDigest(domain: SigningDomain, channelId: ChannelId, cumulativeAmount: Wei): Uint8Array {
  return amountDigest(domain, VOUCHER_TYPE, channelId, cumulativeAmount)
}

/** @throws RangeError when the amount does not fit 96 bits */
export function closeDigest(domain: SigningDomain, channelId: ChannelId, settled: Wei): Uint8Array {
  return amountDigest(domain, CLOSE_TYPE, channelId, settled)
}

/** The payer's promise. Deterministic: the same amount always gives the same bytes, so only the amount need be stored. */
export function signVoucher(
  domain: SigningDomain,
  signer: Signer,
  promise: { readonly channelId: ChannelId; readonly cumulativeAmount: Wei },
): Voucher {
  const digest = voucherDigest(domain, promise.channelId, promise.cumulativeAmount)
  return { ...promise, signature: signer.signDigest(digest) }
}

/** Did the payer sign this? False for an amount beyond 96 bits as well. */
export function isVoucherSigned(
  domain: SigningDomain,
  voucher: Voucher,
  signedByPayer: SignedBy,
): ReturnType<SignedBy> {
  if (!fits(voucher.cumulativeAmount)) return false
  return signedByPayer(voucherDigest(domain, voucher.channelId, voucher.cumulativeAmount), voucher.signature)
}

/** One party's agreement that the channel end with `settled` paid in all; the other party sends it to the contract. */
export function signClose(
  domain: SigningDomain,
  signer: Signer,
  terms: { readonly channelId: ChannelId; readonly settled: Wei },
): CloseAgreement {
  return { ...terms, signature: signer.signDigest(closeDigest(domain, terms.channelId, terms.settled)) }
}

/** Did the other party agree to this? False for an amount beyond 96 bits as well. */
export function isCloseSigned(
  domain: SigningDomain,
  agreement: CloseAgreement,
  signedByParty: SignedBy,
): ReturnType<SignedBy> {
  if (!fits(agreement.settled)) return false
  return signedByParty(closeDigest(domain, agreement.channelId, agreement.settled), agreement.signature)
}

function amountDigest(domain: SigningDomain, type: Uint8Array, channelId: ChannelId, amount: Wei): Uint8Array {
  if (!fits(amount)) throw new RangeError(`${amount} wei does not fit a uint96`)
  return signingDigest(domain, structHash(type, fromHex(channelId), word(amount)))
}

function fits(amount: Wei): boolean {
  return amount >= 0n && amount <= MAX_CHANNEL_AMOUNT
}
