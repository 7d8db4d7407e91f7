import { type Wei, wei } from '../domain/amount.ts'
import type { Address } from '../domain/ids.ts'

/** The salt's place in both words: contracts/types/SaltedAddress.sol, SaltedDeposit.sol. */
const SALT_SHIFT = 160n

/** One party of a channel with the channel's salt, as calls of the contract carry them. */
export function encodeSaltedAddress(account: Address, salt: bigint): bigint {
  return (salt << SALT_SHIFT) | BigInt(account)
}

/** What `Opened` says besides the parties. */
export function decodeSaltedDeposit(word: bigint): { readonly salt: bigint; readonly deposit: Wei } {
  return { salt: word >> SALT_SHIFT, deposit: wei(BigInt.asUintN(Number(SALT_SHIFT), word)) }
}
