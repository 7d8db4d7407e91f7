import { channelIdOf } from '../../src/channel/channel-id.ts'
import { addWei, type Wei, wei } from '../../src/domain/amount.ts'
import { parseAddress } from '../../src/domain/ids.ts'
import type { Quote } from '../../src/domain/quote.ts'
import type { ChunkSource, QuoteBook } from '../../src/in-band/chunk-source.ts'
import type { AccountStatus, PayeeAccount, PayeePayments } from '../../src/in-band/payments.ts'
import { never } from './life.ts'
import type { Lies } from './node.ts'

const SOMEBODY_ELSE = parseAddress('0x1111111111111111111111111111111111111111')

/** What a lying seller does. Each is a node of the real parts, except where it lies. */
export const SELLER_LIES = {
  /** Every chunk is another. */
  'sends wrong bytes': () => ({ chunks: afterChunks(0, (bytes) => flipped(bytes)) }),
  'sends wrong bytes after a while': (after) => ({ chunks: afterChunks(after, (bytes) => flipped(bytes)) }),
  'sends chunks of another length': (after) => ({ chunks: afterChunks(after, (bytes) => bytes.subarray(1)) }),
  /** Takes the voucher, counts the chunk, and sends nothing. */
  'takes the money and sends nothing': () => ({ chunks: afterChunks(0, () => never()), payments: deafToAgreements }),
  'stops in the middle': (after) => ({ chunks: afterChunks(after, () => never()), payments: deafToAgreements }),
  /** Takes the voucher and then has no such chunk. */
  'has nothing once it is paid': () => ({
    chunks: afterChunks(0, () => Promise.reject(new Error('gone'))),
    payments: deafToAgreements,
  }),
  'counts more than it sent': (after) => ({
    payments: (honest) =>
      changedStatus(honest, after, (status) => ({ ...status, committed: tripled(status.committed) })),
  }),
  'says that it holds less than it was given': (after) => ({
    payments: (honest) =>
      changedStatus(honest, after, (status) => ({ ...status, vouchered: wei(0n), credit: wei(0n) })),
  }),
  'closes early': (after) => ({
    payments: (honest, { payee }) => closingAfter(honest, after, (id) => payee.close(id)),
  }),
  'asks for more than it offered': () => ({ quotes: dearer }),
  'wants the money for another': () => ({ payee: SOMEBODY_ELSE }),
  'ignores agreed ends': () => ({ payments: deafToAgreements }),
  /** So that nobody could hold it to what it asked. */
  'signs another price than it quotes': () => ({
    signQuote: (honest) => (promise) => honest({ ...promise, pricePerMiB: wei(promise.pricePerMiB + 1n) }),
  }),
} as const satisfies Record<string, (after: number) => Lies>

export type SellerLie = keyof typeof SELLER_LIES

/** Serves as it should for the first so many chunks, then what `change` gives. */
function afterChunks(
  after: number,
  change: (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>,
): NonNullable<Lies['chunks']> {
  let served = 0
  return (honest: ChunkSource) => ({
    have: (fileHash) => honest.have(fileHash),
    read: async (fileHash, chunkIndex) => {
      const bytes = await honest.read(fileHash, chunkIndex)
      return served++ < after ? bytes : change(bytes)
    },
  })
}

function flipped(bytes: Uint8Array): Uint8Array {
  const wrong = bytes.slice()
  wrong[0] = (wrong[0] ?? 0) ^ 0xff
  return wrong
}

function tripled(amount: Wei): Wei {
  return addWei(amount, addWei(amount, addWei(amount, wei(1n))))
}

function dearer(honest: QuoteBook): QuoteBook {
  const tripledPrice = (quote: Quote): Quote => ({ ...quote, pricePerMiB: wei(quote.pricePerMiB * 3n) })
  return {
    quote(fileHash, payer) {
      const quote = honest.quote(fileHash, payer)
      return quote && tripledPrice(quote)
    },
    counter(fileHash, bid, payer) {
      const quote = honest.counter(fileHash, bid, payer)
      return quote === undefined || quote === 'repeated' ? quote : tripledPrice(quote)
    },
    priceOf(quoteId, fileHash, chunkIndex, payer) {
      const price = honest.priceOf(quoteId, fileHash, chunkIndex, payer)
      return price === undefined ? undefined : wei(price * 3n)
    },
  }
}

/** Presents its best voucher, whatever the payer says is fair. */
function deafToAgreements(honest: PayeePayments): PayeePayments {
  return changedAccount(honest, (account) => ({ close: () => account.close() }))
}

function changedStatus(
  honest: PayeePayments,
  after: number,
  change: (status: AccountStatus) => AccountStatus,
): PayeePayments {
  let seen = 0
  const lie = (status: AccountStatus): AccountStatus => (seen++ < after ? status : change(status))
  return changedAccount(honest, (account) => ({
    status: () => lie(account.status()),
    async commit(request) {
      const result = await account.commit(request)
      return result.kind === 'rejected' ? { ...result, status: lie(result.status) } : result
    },
    refusal(request) {
      const result = account.refusal(request)
      return result && { ...result, status: lie(result.status) }
    },
  }))
}

function closingAfter(
  honest: PayeePayments,
  after: number,
  close: (channelId: ReturnType<typeof channelIdOf>) => Promise<string>,
): PayeePayments {
  let committed = 0
  return {
    async authenticate(proof, challenge) {
      const account = await honest.authenticate(proof, challenge)
      return changed(account, {
        async commit(request) {
          const result = await account.commit(request)
          if (committed++ === after && 'channel' in proof) void close(channelIdOf(proof.channel)).catch(() => undefined)
          return result
        },
      })
    },
  }
}

function changedAccount(
  honest: PayeePayments,
  change: (account: PayeeAccount) => Partial<PayeeAccount>,
): PayeePayments {
  return {
    async authenticate(proof, challenge) {
      const account = await honest.authenticate(proof, challenge)
      return changed(account, change(account))
    },
  }
}

function changed(account: PayeeAccount, change: Partial<PayeeAccount>): PayeeAccount {
  return {
    payer: account.payer,
    status: () => account.status(),
    commit: (request) => account.commit(request),
    refusal: (request) => account.refusal(request),
    openCredit: (chunkPrice) => account.openCredit(chunkPrice),
    pay: (voucher) => account.pay(voucher),
    release: (chunk) => account.release(chunk),
    writeOff: (chunk) => account.writeOff(chunk),
    close: (agreement) => account.close(agreement),
    ended: () => account.ended(),
    ...change,
  }
}
