import type { PayerAccount } from '../../bitswap/payments.ts'
import type { ChannelContract } from '../../channel/channel-contract.ts'
import type { Payer } from '../../channel/payer.ts'
import { type Wei, ZERO_WEI } from '../../domain/amount.ts'
import { ChiralError } from '../../domain/errors.ts'
import type { Address, ChannelId } from '../../domain/ids.ts'
import type { DownloadPayments } from './dependencies.ts'

/** Joins downloads to payment channels. */
export function createDownloadPayments({
  payer,
  contract,
}: {
  payer: Payer
  contract: Pick<ChannelContract, 'onHead' | 'channel'>
}): DownloadPayments {
  /** How many vouchers left for each payee, for the summary; what was paid is read from the ledger. */
  const vouchers = new Map<string, number>()
  const keyOf = (downloadId: string, payee: Address): string => `${downloadId} ${payee}`

  return {
    async begin({ downloadId, maxTotal }) {
      if (maxTotal === undefined)
        throw new ChiralError(
          'BUDGET_REQUIRED',
          'The download has no budget: say how much it may cost with --max-total.',
        )
      await payer.beginDownload({ downloadId, maxTotal })
    },
    end: (downloadId) => payer.endDownload({ downloadId }),
    account(payee, downloadId) {
      const account = payer.account(payee, downloadId)
      const count = (): void => {
        const key = keyOf(downloadId, payee)
        vouchers.set(key, (vouchers.get(key) ?? 0) + 1)
      }
      return counted(account, count)
    },
    async openChannel(terms, { downloadId, deposit, topUp, onBlocksLeft, signal }) {
      return payer.ensureChannel({
        payee: terms.payee,
        deposit,
        confirmations: terms.confirmations,
        downloadId,
        topUp,
        onProgress: ({ blocksLeft }) => onBlocksLeft(blocksLeft),
        signal,
      })
    },
    recordVerified(connection, { downloadId, payee, chunk, price }) {
      payer.recordVerified(connection, { downloadId, payee, chunk, price })
    },
    paidIn(downloadId) {
      const paid = new Map<Address, { amount: Wei; vouchers: number }>()
      for (const share of payer.history())
        if (share.downloadId === downloadId)
          paid.set(share.payee, { amount: share.signed, vouchers: vouchers.get(keyOf(downloadId, share.payee)) ?? 0 })
      return paid
    },
    gasSpentIn(downloadId) {
      try {
        return payer.budget(downloadId).gasSpent
      } catch {
        return ZERO_WEI // not begun yet
      }
    },
    affords: (downloadId, inFlight) => payer.affords(downloadId, inFlight),
    channelsTo(payee) {
      return payer
        .list()
        .filter((channel) => channel.payee === payee && channel.phase !== 'closed' && channel.phase !== 'opening')
        .map(({ channelId }) => channelId)
    },
    closed: (channelId, signal) => channelClosed(contract, channelId, signal),
  }
}

function counted(account: PayerAccount, count: () => void): PayerAccount {
  return {
    prove: (challenge) => account.prove(challenge),
    highest: () => account.highest(),
    async authorize(request) {
      const decision = await account.authorize(request)
      if (decision.kind === 'voucher') count()
      return decision
    },
    async settle() {
      const voucher = await account.settle()
      if (voucher !== undefined) count()
      return voucher
    },
  }
}

/** Resolves true at the first head that no longer has the channel, false when `signal` aborts first. */
function channelClosed(
  contract: Pick<ChannelContract, 'onHead' | 'channel'>,
  channelId: ChannelId,
  signal: AbortSignal,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      contract.channel(channelId).then(
        (channel) => {
          if (channel === undefined) end(true)
        },
        (error: unknown) => {
          stop()
          reject(error)
        },
      )
    }
    const stop = contract.onHead(look)
    const end = (closed: boolean): void => {
      stop()
      signal.removeEventListener('abort', onAbort)
      resolve(closed)
    }
    const onAbort = (): void => end(false)
    if (signal.aborted) {
      end(false)
      return
    }
    signal.addEventListener('abort', onAbort, { once: true })
    look()
  })
}
