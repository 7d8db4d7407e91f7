import { addWei, type Wei } from '../domain/amount.ts'
import type { Voucher } from '../domain/voucher.ts'
import { mismatch, notAllowed } from './errors.ts'
import type { AccountStatus, Authorization, PayerAccount } from './payments.ts'

/**
 * Pays for one more chunk before it is asked for, without credit: V ≥ D + `price`. So a payee is told that a chunk which it counts already is
 * to be bought once more. SPEC 01 §5.4: "unless V ≥ D + p: then it is sold again"
 *
 * @throws ChiralError `ACCOUNT_MISMATCH` where that would risk more than one chunk, or as the account refuses
 */
export async function payAhead(
  price: Wei,
  by: {
    readonly account: PayerAccount | undefined
    /** D is exact while nothing else is asked for. */
    readonly status: AccountStatus | undefined
    /** Wraps the account's decision, where a protocol counts what a voucher covers. */
    readonly deciding?: (decision: Promise<Authorization>) => Promise<Authorization>
    /** Sends the voucher; resolves when it is acknowledged. */
    readonly pay: (voucher: Voucher) => Promise<void>
    /** Has the payee confirm what was signed before. */
    readonly settle: () => Promise<void>
  },
): Promise<void> {
  const { account, status, deciding = (decision) => decision, pay, settle } = by
  if (account === undefined || status === undefined) throw mismatch(status)
  const decision = await deciding(account.authorize({ price, required: addWei(status.committed, price) }))
  switch (decision.kind) {
    case 'covered':
      return settle()
    case 'voucher':
      return pay(decision.voucher)
    case 'wait':
      throw mismatch(status)
    case 'refused':
      throw notAllowed(decision.code)
  }
}
