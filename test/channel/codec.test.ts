import { expect } from 'chai'
import fc from 'fast-check'
import type { Channel } from '../../src/channel/channel-state.ts'
import {
  decodeBudget,
  decodePayeePair,
  decodePayerPair,
  encodeBudget,
  encodePayeePair,
  encodePayerPair,
} from '../../src/channel/codec.ts'
import { MAX_CHANNEL_AMOUNT, wei } from '../../src/domain/amount.ts'
import { codeOf } from '../../src/domain/errors.ts'
import { parseChannelId } from '../../src/domain/ids.ts'
import { PAYEE, PAYER } from './pair-states.ts'
import sample from './persisted/v1.json' with { type: 'json' }

const amount = fc.bigInt({ min: 0n, max: MAX_CHANNEL_AMOUNT }).map(wei)
const integer = fc.nat(2 ** 31)
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const base = {
  channelId: bytes(32).map((id) => parseChannelId(Buffer.from(id).toString('hex'))),
  salt: amount.map((value): bigint => value),
  best: amount,
  confirmations: integer,
  deposit: amount,
}
const funded = { ...base, confirmed: amount, settled: amount }
const small = fc.record({ amount, confirmations: integer })
const signed = <T extends object>(model: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc
    .tuple(model, fc.option(bytes(64), { nil: undefined }), fc.option(small, { nil: undefined }))
    .map(([value, signature, sooner]) => ({
      ...value,
      ...(signature === undefined ? {} : { signature, heldSince: signature.byteLength }),
      ...(sooner === undefined ? {} : { small: sooner }),
    }))
const channel: fc.Arbitrary<Channel> = fc.oneof(
  signed(fc.record({ ...base, phase: fc.constant('opening' as const) })),
  signed(fc.record({ ...funded, phase: fc.constant('open' as const) })),
  signed(fc.record({ ...funded, phase: fc.constant('open' as const), recovered: fc.constant(true as const) })),
  signed(
    fc.record({
      ...funded,
      phase: fc.constant('open' as const),
      topUp: fc.record({ base: amount, target: amount }),
    }),
  ),
  signed(fc.record({ ...funded, phase: fc.constant('closing' as const), closeAt: integer, closeBlock: integer })),
  signed(
    fc.record({
      ...funded,
      phase: fc.constant('closing' as const),
      closeAt: integer,
      closeBlock: integer,
      agreed: fc.record({ settled: amount, signature: bytes(64) }),
    }),
  ),
  signed(
    fc.record({
      ...funded,
      phase: fc.constant('closed' as const),
      closedInBlock: integer,
      recovered: fc.constant(true as const),
    }),
  ),
)
const channels = fc.array(channel, { maxLength: 3 })

describe('channel/codec', () => {
  it('decodes what it encoded', () => {
    fc.assert(
      fc.property(channels, amount, amount, integer, fc.boolean(), (list, one, two, count, flag) => {
        const lost = flag ? { lost: { paid: one, owed: two } } : {}
        const payer = { payee: PAYEE, verified: one, settledOnClosed: two, channels: list, ...lost }
        expect(decodePayerPair(PAYEE, encodePayerPair(payer))).to.deep.equal(payer)
        const payee = {
          payer: PAYER,
          settledOnClosed: one,
          channels: list,
          committed: two,
          writtenOff: one,
          chunkPrice: two,
          penalty: count,
          cleanChunks: count,
          defaulted: flag,
          activeAt: count,
          ...(flag ? { endedAt: count, recovered: true as const, opening: two } : {}),
        }
        expect(decodePayeePair(PAYER, encodePayeePair(payee))).to.deep.equal(payee)
        const budget = { limit: one, signed: two, exposed: one, gasReserved: two, gasSpent: one, ended: flag }
        expect(decodeBudget(encodeBudget(budget))).to.deep.equal(budget)
      }),
    )
  })

  it('encodes the bytes of a Buffer as those of any other array', () => {
    const pair = decodePayeePair(PAYER, JSON.stringify(sample.payee))
    const [first] = pair.channels
    if (first?.signature === undefined) throw new Error('the sample has no signature')
    const channels = [{ ...first, signature: Buffer.from(first.signature) }]
    expect(encodePayeePair({ ...pair, channels })).to.equal(encodePayeePair(pair))
  })

  it('throws nothing but DECODE_FAILED, whatever is stored', () => {
    const decoders = [
      (text: string) => decodePayerPair(PAYEE, text),
      (text: string) => decodePayeePair(PAYER, text),
      decodeBudget,
    ]
    const texts = fc.oneof(
      fc.string(),
      fc.json(),
      fc.object().map((value) => JSON.stringify({ version: 1, ...value })),
    )
    fc.assert(
      fc.property(texts, fc.nat(2), (text, index) => {
        try {
          decoders[index]?.(text)
          return false // nothing random is a record
        } catch (error) {
          return codeOf(error) === 'DECODE_FAILED'
        }
      }),
    )
  })

  it('refuses a record of a version to come', () => {
    expect(() => decodeBudget('{"version":2}')).to.throw('update this program')
  })

  it('reads the records of version 1', () => {
    expect(encodePayerPair(decodePayerPair(PAYEE, JSON.stringify(sample.payer)))).to.equal(JSON.stringify(sample.payer))
    expect(encodePayeePair(decodePayeePair(PAYER, JSON.stringify(sample.payee)))).to.equal(JSON.stringify(sample.payee))
    expect(encodeBudget(decodeBudget(JSON.stringify(sample.budget)))).to.equal(JSON.stringify(sample.budget))
  })
})
