import { MAX_CHANNEL_AMOUNT, type Wei } from '../domain/amount.ts'
import { fromHex } from '../domain/bytes.ts'
import type { Address, ChannelId } from '../domain/ids.ts'
import type { CloseAgreement, Voucher } from '../domain/voucher.ts'
import { recoverSigner, type Signer } from '../system/signer.ts'
import { type SigningDomain, signingDigest, structHash, typeHash, word } from './eip712.ts'

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

/** Did `payer` sign this? False for any other signer, a length other than 64, a high s and an amount beyond 96 bits. */
export function isVoucherSignedBy(domain: SigningDomain, payer: Address, voucher: Voucher): boolean {
  if (!fits(voucher.cumulativeAmount)) return false
  const digest = voucherDigest(domain, voucher.channelId, voucher.cumulativeAmount)
  return recoverSigner(digest, voucher.signature) === payer
}

/** One party's agreement that the channel end with `settled` paid in all; the other party sends it to the contract. */
export function signClose(
  domain: SigningDomain,
  signer: Signer,
  terms: { readonly channelId: ChannelId; readonly settled: Wei },
): CloseAgreement {
  return { ...terms, signature: signer.signDigest(closeDigest(domain, terms.channelId, terms.settled)) }
}

export function isCloseSignedBy(domain: SigningDomain, signer: Address, agreement: CloseAgreement): boolean {
  if (!fits(agreement.settled)) return false
  const digest = closeDigest(domain, agreement.channelId, agreement.settled)
  return recoverSigner(digest, agreement.signature) === signer
}

function amountDigest(domain: SigningDomain, type: Uint8Array, channelId: ChannelId, amount: Wei): Uint8Array {
  if (!fits(amount)) throw new RangeError(`${amount} wei does not fit a uint96`)
  return signingDigest(domain, structHash(type, fromHex(channelId), word(amount)))
}

function fits(amount: Wei): boolean {
  return amount >= 0n && amount <= MAX_CHANNEL_AMOUNT
}
