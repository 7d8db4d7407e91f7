import { bigintToBytes, concatBytes, toHex } from '../domain/bytes.ts'
import { type ChannelId, parseChannelId } from '../domain/ids.ts'
import type { ChannelKey } from '../domain/voucher.ts'
import { addressWord } from '../system/eip712.ts'
import { keccak256 } from '../system/keccak.ts'

/** Bytes of a salt: 96 bits, so that payer's random choices never meet. */
export const SALT_LENGTH = 12

/**
 * keccak256(abi.encode(payer, payee, salt)), as in contracts/libraries/VoucherLib.sol.
 *
 * @throws RangeError when the salt does not fit 96 bits
 */
export function channelIdOf(key: ChannelKey): ChannelId {
  const salt = bigintToBytes(key.salt, SALT_LENGTH)
  const words = concatBytes(addressWord(key.payer), addressWord(key.payee), new Uint8Array(32 - SALT_LENGTH), salt)
  return parseChannelId(toHex(keccak256(words)))
}
