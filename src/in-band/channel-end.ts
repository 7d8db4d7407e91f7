import type { Release } from '../domain/receipt.ts'
import { streamError } from './errors.ts'
import type { PayerAccount } from './payments.ts'

/** How the payee ended what it was paid on: a channel by a transaction, an allocation by a release. */
export interface ChannelEnd {
  readonly transactionHash?: string | undefined
  readonly release?: Release | undefined
}

export function endOf(end: string | Release | undefined): ChannelEnd {
  if (end === undefined) return {}
  return typeof end === 'string' ? { transactionHash: end } : { release: end }
}

/** Gives a release to the account that it is for. @returns the transaction, if there is one @throws ChiralError `RELEASE_INVALID` */
export async function takeEnd(
  { transactionHash, release }: ChannelEnd,
  account: Pick<PayerAccount, 'takeRelease'> | undefined,
): Promise<string | undefined> {
  if (release === undefined) return transactionHash
  if (account?.takeRelease === undefined)
    throw streamError('UNEXPECTED_MESSAGE', 'the payee released an escrow that this payer does not pay from')
  await account.takeRelease(release)
  return undefined
}
