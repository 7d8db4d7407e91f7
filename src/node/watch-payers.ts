import type { Payee } from '../channel/payee.ts'
import { ChiralError } from '../domain/errors.ts'
import type { Address } from '../domain/ids.ts'
import type { PayeeAccount, PayeePayments } from '../in-band/payments.ts'
import type { Reputation } from '../reputation/reputation.ts'
import { type BanList, FOR_EVER } from './ban-list.ts'

/** The payee's front door as it was, but that reputation hears what payers paid, and that the user's bans hold for payers as well. */
export function watchPayers(
  payments: PayeePayments,
  { reputation, bans }: { readonly reputation: Reputation; readonly bans: BanList },
): PayeePayments {
  return {
    async authenticate(proof, challenge) {
      const { payerPeerId } = challenge
      const account = await payments.authenticate(proof, challenge)
      // A liar may still buy, and pay what it owes; whom the user does not want is another matter.
      if (bans.bannedUntil(payerPeerId, account.payer) === FOR_EVER) {
        account.ended()
        throw blocked(account.payer)
      }
      return watched(account, (wei) =>
        reputation.note({ account: account.payer, peerId: payerPeerId }, { kind: 'paid-us', wei }),
      )
    },
  }
}

/** The same bans for whoever shows a voucher with a request. Reputation is of peers, and this is none. */
export function refuseBanned(payee: Pick<Payee, 'present'>, bans: BanList): Pick<Payee, 'present'> {
  return {
    async present(voucher, asker) {
      const account = await payee.present(voucher, asker)
      if (bans.bannedUntil(account.payer) === FOR_EVER) throw blocked(account.payer)
      return account
    },
  }
}

function blocked(payer: Address): ChiralError {
  return new ChiralError('PEER_BLOCKED', `The payer ${payer} was banned by the user.`)
}

/** Told once a stream, at its end: what a payer vouchered on it. */
function watched(account: PayeeAccount, paid: (wei: bigint) => void): PayeeAccount {
  const before = account.status().vouchered
  return {
    payer: account.payer,
    status: () => account.status(),
    commit: (request) => account.commit(request),
    refusal: (request) => account.refusal(request),
    pay: (voucher) => account.pay(voucher),
    openCredit: (chunkPrice) => account.openCredit(chunkPrice),
    release: (chunk) => account.release(chunk),
    writeOff: (chunk) => account.writeOff(chunk),
    close: (agreement) => account.close(agreement),
    ended() {
      const { vouchered } = account.status()
      if (vouchered > before) paid(vouchered - before)
      account.ended()
    },
  }
}
