import type { Message } from '../../src/bitswap/message.ts'
import { wei } from '../../src/domain/amount.ts'
import { Bitfield } from '../../src/domain/bitfield.ts'
import { RangeSet } from '../../src/in-band/have.ts'
import type { AccountStatus } from '../../src/in-band/payments.ts'
import { PAYEE, PAYER, voucherOf } from '../in-band/fake-accounts.ts'
import { FILE } from '../in-band/shelf.ts'

const chunk = { fileHash: FILE, chunkIndex: 4 }
const status: AccountStatus = {
  vouchered: wei(9_000n),
  committed: wei(10_000n),
  credit: wei(1_125n),
  spendable: wei(10n ** 18n),
  recent: [chunk, { fileHash: FILE, chunkIndex: 0 }],
}
const terms = { quoteId: 7, pricePerMiB: wei(1_048_576n), validForMs: 600_000 }
const bits = new Bitfield(20, Uint8Array.of(0xaa, 0xaa, 0xa0))

/** One message of every kind and shape, by name. test/vectors/messages.json holds them as other programs see them. */
export const SAMPLES: Readonly<Record<string, Message>> = {
  'hello of the payee': {
    type: 'payee-hello',
    nonce: new Uint8Array(32).fill(9),
    payee: PAYEE,
    maxOutstanding: 64,
  },
  'hello of a payer with a channel': {
    type: 'payer-hello',
    proof: { channel: { payer: PAYER, payee: PAYEE, salt: 2n ** 95n + 1n }, signature: new Uint8Array(64).fill(5) },
  },
  'hello of a payer without one': { type: 'payer-hello' },
  'hello that shows a transfer': {
    type: 'payer-hello',
    proof: {
      transfer: { transactionHash: `0x${'7a'.repeat(32)}`, fileHash: FILE },
      signature: new Uint8Array(64).fill(5),
    },
  },
  'hello of an account that paid by transfers': {
    type: 'payer-hello',
    proof: { transfer: undefined, signature: new Uint8Array(64).fill(5) },
  },
  'hello of an account that pays afterwards': {
    type: 'payer-hello',
    proof: { transfer: undefined, signature: new Uint8Array(64).fill(5), seeksCredit: true },
  },
  'ack that tells of transfers': { type: 'hello-ack', status: { ...status, transferred: wei(7_000n) } },
  'error of a transfer that lies too high': { type: 'error', code: 'TRANSFER_UNCONFIRMED', blocksLeft: 4 },
  'ack with a status': { type: 'hello-ack', status },
  'ack that returns a voucher': { type: 'hello-ack', status: { ...status, best: voucherOf(9_000n) } },
  'ack without a status': { type: 'hello-ack' },
  'want with a voucher': {
    type: 'want',
    requestId: 1,
    ...chunk,
    quoteId: 7,
    voucher: voucherOf(1_000n),
    wantProof: true,
  },
  'want without a voucher': { type: 'want', requestId: 4_294_967_295, ...chunk, quoteId: 0, wantProof: false },
  block: { type: 'block', requestId: 1, credit: wei(125n), proof: [], chunk: Uint8Array.of(1, 2, 3) },
  'block with a proof': {
    type: 'block',
    requestId: 2,
    credit: wei(0n),
    proof: [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)],
    chunk: Uint8Array.of(0),
  },
  pay: { type: 'pay', requestId: 3, voucher: voucherOf(2n ** 96n - 1n) },
  'pay ack': { type: 'pay-ack', requestId: 3, vouchered: wei(2_000n), credit: wei(250n) },
  'cancel of a request': { type: 'cancel', target: { kind: 'request', requestId: 5 } },
  'cancel of a delivered chunk': { type: 'cancel', target: { kind: 'already-have', chunk } },
  'cancelled request': { type: 'cancelled', target: { kind: 'request', requestId: 5 }, credit: wei(250n) },
  'written-off chunk': { type: 'cancelled', target: { kind: 'already-have', chunk }, credit: wei(125n) },
  'sent before it was cancelled': { type: 'sent', target: { kind: 'request', requestId: 5 }, credit: wei(250n) },
  'have as ranges': {
    type: 'have',
    fileHash: FILE,
    chunks: new RangeSet(4_000_000_000, [
      { first: 0, count: 3 },
      { first: 3_999_999_999, count: 1 },
    ]),
  },
  'have as a bitfield': { type: 'have', fileHash: FILE, chunks: bits },
  'have of nothing': { type: 'have', fileHash: FILE, chunks: new RangeSet(5, []) },
  'dont have': { type: 'dont-have', requestId: 6 },
  'payment required': { type: 'payment-required', requestId: 7, code: 'VOUCHER_TOO_LOW', status },
  'payment required with a quote': { type: 'payment-required', requestId: 7, code: 'QUOTE_EXPIRED', quote: terms },
  'error of a request': { type: 'error', requestId: 8, code: 'CLOSE_FAILED' },
  'error of the stream': { type: 'error', code: 'TOO_MANY_MESSAGES' },
  'quote request': { type: 'quote-request', requestId: 9, fileHash: FILE },
  'quote request with a bid': {
    type: 'quote-request',
    requestId: 10,
    fileHash: FILE,
    bid: { quoteId: 7, pricePerMiB: wei(786_432n) },
  },
  quote: {
    type: 'quote',
    requestId: 9,
    terms,
    have: { fileHash: FILE, chunks: new RangeSet(20, [{ first: 0, count: 20 }]) },
  },
  'quote that is signed': {
    type: 'quote',
    requestId: 9,
    terms: { ...terms, signed: { expiresAt: 1_800_000_000, signature: new Uint8Array(64).fill(6) } },
    have: { fileHash: FILE, chunks: new RangeSet(20, [{ first: 0, count: 20 }]) },
  },
  'close channel': { type: 'close-channel', requestId: 10 },
  'close channel, as agreed': {
    type: 'close-channel',
    requestId: 10,
    agreement: {
      channelId: voucherOf(0n).channelId,
      settled: wei(41_000_000_000_000n),
      signature: new Uint8Array(64).fill(9),
    },
  },
  'grant request': { type: 'grant-request', requestId: 11, fileHash: FILE, quoteId: 7 },
  grant: { type: 'grant', requestId: 11, token: 'ef'.repeat(32), status },
  'close ack': { type: 'close-ack', requestId: 10, transactionHash: `0x${'cd'.repeat(32)}` },
}
