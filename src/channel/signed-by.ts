import type { Address } from '../domain/ids.ts'
import { isSignedBy } from '../system/signer.ts'
import type { ChannelContract } from './channel-contract.ts'

/**
 * Did one account sign `digest`? At once for an account with a key; a contract wallet is asked on the chain, which rejects with
 * `CHAIN_UNREACHABLE` where that is away.
 */
export type SignedBy = (digest: Uint8Array, signature: Uint8Array) => boolean | Promise<boolean>

/** False for any other signer, a length other than 64 and a high s. */
export function signedByKey(account: Address): SignedBy {
  return (digest, signature) => isSignedBy(account, digest, signature)
}

/** What the wallet says at the head of the chain (ERC-1271). It may say otherwise when the signature is presented. */
export function signedByWallet(contract: ChannelContract, wallet: Address): SignedBy {
  return (digest, signature) => contract.isValidSignature(wallet, digest, signature)
}
