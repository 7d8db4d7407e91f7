import { decodeReceipts } from '../channel/receipts/document.ts'
import { verifyReceipts as verify } from '../channel/receipts/verify.ts'
import type { Wei } from '../domain/amount.ts'
import { ChiralError, DecodeError } from '../domain/errors.ts'
import type { Address } from '../domain/ids.ts'
import { receiptJudge } from './escrow-papers.ts'

/** What an export says that nobody could have made up but the wallet and those that paid it. */
export interface VerifiedReceipts {
  /** Whose log it is; nobody's when it has no entries. */
  readonly wallet: Address | undefined
  readonly entries: number
  /** Which part of the log; empty for all of it. */
  readonly filter: string
  readonly signed: Wei
  readonly received: Wei
  readonly deposited: Wei
  readonly refunded: Wei
  readonly earned: Wei
  /** Vouchers of contract wallets: only the chain can judge their signatures. */
  readonly unchecked: number
}

/** Checks an export of receipts without a node, database or chain. @throws ChiralError `RECEIPTS_INVALID` that names the first bad entry */
export function verifyReceipts(text: string): VerifiedReceipts {
  const document = decoded(text)
  const result = verify(document, receiptJudge)
  if (result.kind === 'invalid') throw invalid(result)
  const { entries, filter } = document.statement
  return { wallet: result.wallet, entries, filter, ...result.totals, unchecked: result.unchecked }
}

function decoded(text: string): ReturnType<typeof decodeReceipts> {
  try {
    return decodeReceipts(text)
  } catch (error) {
    if (error instanceof DecodeError) throw new ChiralError('RECEIPTS_INVALID', error.message, { cause: error })
    throw error
  }
}

function invalid({ sequence, reason }: { readonly sequence?: number; readonly reason: string }): ChiralError {
  const what = sequence === undefined ? 'The receipts are not what the wallet stated' : `Entry ${sequence} is bad`
  return new ChiralError('RECEIPTS_INVALID', `${what}: ${reason}.`, {
    details: sequence === undefined ? {} : { sequence },
  })
}
