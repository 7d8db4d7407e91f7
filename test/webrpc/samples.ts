import { wei } from '../../src/domain/amount.ts'
import { Bitfield } from '../../src/domain/bitfield.ts'
import { RangeSet } from '../../src/in-band/have.ts'
import type { AccountStatus } from '../../src/in-band/payments.ts'
import type { Message } from '../../src/webrpc/message.ts'
import { PAYEE, PAYER, voucherOf } from '../in-band/fake-accounts.ts'
import { FILE, FREE_FILE, OTHER_FILE } from '../in-band/shelf.ts'

const chunk = { fileHash: FILE, chunkIndex: 4 }
const status: AccountStatus = {
  vouchered: wei(9_000n),
  committed: wei(10_000n),
  credit: wei(1_125n),
  spendable: wei(10n ** 18n),
  recent: [chunk, { fileHash: FILE, chunkIndex: 0 }],
}
const terms = { quoteId: 7, pricePerMiB: wei(1_048_576n), validForMs: 600_000 }
const whole = new RangeSet(20, [{ first: 0, count: 20 }])
const bits = new Bitfield(20, Uint8Array.of(0xaa, 0xaa, 0xa0))
export const SESSION_ID = 'a1'.repeat(16)
const ranges = [
  { first: 0, count: 3 },
  { first: 4_294_967_295, count: 1 },
]
const agreement = {
  channelId: voucherOf(0n).channelId,
  settled: wei(41_000_000_000_000n),
  signature: new Uint8Array(64).fill(9),
}
const proof = {
  channel: { payer: PAYER, payee: PAYEE, salt: 2n ** 95n + 1n },
  signature: new Uint8Array(64).fill(5),
}
const hashes = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]

/** One message of every kind and shape, by name. test/vectors/webrpc.json holds them as other programs see them. */
export const SAMPLES: Readonly<Record<string, Message>> = {
  challenge: { type: 'challenge', nonce: new Uint8Array(32).fill(9), payee: PAYEE, maxChunks: 4_096 },
  'session request with a channel': {
    type: 'session-request',
    proof,
    files: [FILE, OTHER_FILE],
    window: 64,
  },
  'session request that resumes': {
    type: 'session-request',
    sessionId: SESSION_ID,
    proof,
    files: [FILE],
    window: 1,
  },
  'session request that shows a transfer': {
    type: 'session-request',
    proof: {
      transfer: { transactionHash: `0x${'7a'.repeat(32)}`, fileHash: FILE },
      signature: new Uint8Array(64).fill(5),
    },
    files: [FILE],
    window: 64,
  },
  'session request of an account that pays afterwards': {
    type: 'session-request',
    proof: { transfer: undefined, signature: new Uint8Array(64).fill(5), seeksCredit: true },
    files: [FILE],
    window: 64,
  },
  'session request for free chunks': { type: 'session-request', files: [], window: 256 },
  'session response': {
    type: 'session-response',
    sessionId: SESSION_ID,
    resumed: true,
    quotes: [
      { fileHash: FILE, offer: { terms, have: bits } },
      { fileHash: OTHER_FILE },
      { fileHash: FREE_FILE, offer: { terms: { ...terms, pricePerMiB: wei(0n) }, have: whole } },
    ],
    status,
  },
  'session response that returns a voucher': {
    type: 'session-response',
    sessionId: SESSION_ID,
    resumed: false,
    quotes: [],
    status: { ...status, best: voucherOf(9_000n) },
  },
  'session response without an account': {
    type: 'session-response',
    sessionId: SESSION_ID,
    resumed: false,
    quotes: [],
  },
  'quote request': { type: 'quote-request', requestId: 9, files: [FILE, FREE_FILE] },
  'quote request with bids': {
    type: 'quote-request',
    requestId: 10,
    files: [FILE, FREE_FILE],
    bids: [
      { quoteId: 7, pricePerMiB: wei(786_432n) },
      { quoteId: 8, pricePerMiB: wei(1n) },
    ],
  },
  'quote response': {
    type: 'quote-response',
    requestId: 9,
    quotes: [{ fileHash: FILE, offer: { terms, have: whole } }],
  },
  'quote response that is signed': {
    type: 'quote-response',
    requestId: 1,
    quotes: [
      {
        fileHash: FILE,
        offer: {
          terms: { ...terms, signed: { expiresAt: 1_800_000_000, signature: new Uint8Array(64).fill(6) } },
          have: whole,
        },
      },
    ],
  },
  'chunk request': { type: 'chunk-request', requestId: 1, fileHash: FILE, quoteId: 7, ranges, wantProof: true },
  'file request': {
    type: 'file-request',
    requestId: 2,
    fileHash: FILE,
    quoteId: 7,
    offset: 262_143,
    length: 2,
    wantProof: false,
  },
  'file request far into a large file': {
    type: 'file-request',
    requestId: 4_294_967_295,
    fileHash: FILE,
    quoteId: 0,
    offset: 0,
    length: Number.MAX_SAFE_INTEGER,
    wantProof: true,
  },
  'chunk data': {
    type: 'chunk-data',
    requestId: 1,
    chunkIndex: 0,
    credit: wei(125n),
    proof: [],
    chunk: Uint8Array.of(1, 2, 3),
  },
  'chunk data with a proof': {
    type: 'chunk-data',
    requestId: 1,
    chunkIndex: 4_294_967_295,
    credit: wei(0n),
    proof: hashes,
    chunk: Uint8Array.of(0),
  },
  'file response': {
    type: 'file-response',
    requestId: 2,
    chunkIndex: 0,
    credit: wei(125n),
    proof: [],
    chunk: Uint8Array.of(1, 2, 3),
    isLastChunk: false,
    nextChunkHash: new Uint8Array(32).fill(3),
  },
  'file response that ends a file': {
    type: 'file-response',
    requestId: 2,
    chunkIndex: 1,
    credit: wei(0n),
    proof: hashes,
    chunk: Uint8Array.of(4),
    isLastChunk: true,
  },
  withheld: { type: 'withheld', requestId: 1, ranges, code: 'DONT_HAVE' },
  'withheld under an old quote': {
    type: 'withheld',
    requestId: 1,
    ranges: [{ first: 4, count: 1 }],
    code: 'QUOTE_EXPIRED',
    quote: terms,
    status,
  },
  cancel: { type: 'cancel', requestId: 1, ranges },
  grant: { type: 'grant', chunks: 16 },
  'payment due': { type: 'payment-due', chunk, code: 'VOUCHER_TOO_LOW', status },
  'payment proof': { type: 'payment-proof', requestId: 3, voucher: voucherOf(2n ** 96n - 1n) },
  'payment ack': { type: 'payment-ack', requestId: 3, vouchered: wei(2_000n), credit: wei(250n) },
  'payment ack of a voucher not taken': {
    type: 'payment-ack',
    requestId: 3,
    vouchered: wei(0n),
    credit: wei(0n),
    code: 'VOUCHER_INVALID',
  },
  'write-off': { type: 'write-off', requestId: 5, chunk },
  'write-off ack': { type: 'write-off-ack', requestId: 5, writtenOff: true, credit: wei(125n) },
  'write-off refused': { type: 'write-off-ack', requestId: 5, writtenOff: false, credit: wei(250n) },
  'close request': { type: 'close-request', requestId: 10, sessionId: SESSION_ID, closeChannel: false },
  'close request with the channel, as agreed': {
    type: 'close-request',
    requestId: 10,
    sessionId: SESSION_ID,
    closeChannel: true,
    agreement,
  },
  'close ack': { type: 'close-ack', requestId: 10, status },
  'close ack with the channel': {
    type: 'close-ack',
    requestId: 10,
    status,
    transactionHash: `0x${'cd'.repeat(32)}`,
  },
  'close ack without an account': { type: 'close-ack', requestId: 10 },
  'error of a request': { type: 'error', requestId: 8, code: 'CLOSE_FAILED' },
  'error of a transfer that lies too high': { type: 'error', code: 'TRANSFER_UNCONFIRMED', blocksLeft: 4 },
  'error of the stream': { type: 'error', code: 'TOO_MANY_MESSAGES' },
}
