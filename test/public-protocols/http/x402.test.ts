import { readFileSync } from 'node:fs'
import { decodePaymentRequiredHeader, decodePaymentResponseHeader, encodePaymentSignatureHeader } from '@x402/core/http'
import { parsePaymentPayload, parsePaymentRequired } from '@x402/core/schemas'
import type { PaymentPayload } from '@x402/core/types'
import { expect } from 'chai'
import fc from 'fast-check'
import { channelIdOf } from '../../../src/channel/channel-id.ts'
import { signingDomain } from '../../../src/channel/eip712.ts'
import { voucherDigest } from '../../../src/channel/voucher.ts'
import { wei } from '../../../src/domain/amount.ts'
import { fromHex, toHex } from '../../../src/domain/bytes.ts'
import { codeOf } from '../../../src/domain/errors.ts'
import { parseAddress, parseChannelId } from '../../../src/domain/ids.ts'
import {
  decodePayment,
  encodeDemand,
  encodeResponse,
  type PaymentTerms,
} from '../../../src/public-protocols/http/x402.ts'
import { recoverSigner } from '../../../src/system/signer.ts'

interface Vectors {
  readonly terms: {
    readonly chainId: number
    readonly contract: string
    readonly payee: string
    readonly confirmations: number
  }
  readonly demands: readonly {
    readonly name: string
    readonly demand: {
      readonly quoteId: number
      readonly pricePerMiB: string
      readonly expiresAt: number
      readonly amount: string
      readonly required: string | null
      readonly url: string
      readonly mimeType: string
      readonly error: string
    }
    readonly json: unknown
    readonly header: string
  }[]
  readonly payments: readonly {
    readonly name: string
    readonly json: {
      readonly accepted: { readonly extra?: { readonly quoteId?: number } }
      readonly payload: {
        readonly payer: string
        readonly salt: string
        readonly cumulativeAmount: string
        readonly signature: string
      }
    }
    readonly header: string
    readonly channelId: string
    readonly code: string
  }[]
  readonly response: {
    readonly taken: {
      readonly payer: string
      readonly channelId: string
      readonly accepted: string
      readonly cover: string
    }
    readonly json: unknown
    readonly header: string
  }
}

const vectors: Vectors = JSON.parse(readFileSync(new URL('../../vectors/x402.json', import.meta.url), 'utf8'))

const TERMS: PaymentTerms = {
  chainId: vectors.terms.chainId,
  contract: parseAddress(vectors.terms.contract),
  payee: parseAddress(vectors.terms.payee),
  confirmations: vectors.terms.confirmations,
}

const header = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64')
const read = (text: string): unknown => JSON.parse(Buffer.from(text, 'base64').toString())
/** The code of a refusal, whether it is thrown or stands in the payment. */
function refusal(text: string): string | undefined {
  try {
    const payment = decodePayment(text, TERMS)
    return payment.kind === 'unusable' ? payment.code : undefined
  } catch (error) {
    return codeOf(error)
  }
}

describe('public-protocols/http/x402', () => {
  for (const { name, demand, json, header: expected } of vectors.demands)
    it(`says what is to be paid: ${name}`, () => {
      const { quoteId, pricePerMiB, expiresAt, amount, required, url, mimeType, error } = demand
      const encoded = encodeDemand(TERMS, {
        quote: { quoteId, pricePerMiB: wei(BigInt(pricePerMiB)), expiresAt },
        demand: { amount: wei(BigInt(amount)), ...(required === null ? {} : { required: wei(BigInt(required)) }) },
        url,
        mimeType,
        error,
      })
      expect(read(encoded)).to.deep.equal(json)
      expect(encoded).to.equal(expected)
    })

  it('says what became of a payment', () => {
    const { payer, channelId, accepted, cover } = vectors.response.taken
    const encoded = encodeResponse(TERMS, {
      payer: parseAddress(payer),
      channelId: parseChannelId(channelId),
      accepted: wei(BigInt(accepted)),
      cover: wei(BigInt(cover)),
    })
    expect(read(encoded)).to.deep.equal(vectors.response.json)
    expect(encoded).to.equal(vectors.response.header)
  })

  for (const vector of vectors.payments)
    it(`reads a payment: ${vector.name}`, () => {
      expect(read(vector.header)).to.deep.equal(vector.json)
      if (vector.code !== '') {
        expect(refusal(vector.header)).to.equal(vector.code)
        return
      }
      const payment = decodePayment(vector.header, TERMS)
      if (payment.kind !== 'voucher') throw new Error(payment.message)
      const { channel, cumulativeAmount, signature } = payment.voucher
      const { payload, accepted } = vector.json
      expect(channel.payer.toLowerCase()).to.equal(payload.payer.toLowerCase())
      expect([channel.salt, cumulativeAmount]).to.deep.equal([BigInt(payload.salt), BigInt(payload.cumulativeAmount)])
      expect(`0x${toHex(signature)}`).to.equal(payload.signature)
      expect(payment.quoteId).to.equal(accepted.extra?.quoteId)
      const channelId = channelIdOf(channel)
      expect(channelId).to.equal(vector.channelId)
      // It is the payer's by the contract's own domain.
      const digest = voucherDigest(signingDomain(TERMS.chainId, TERMS.contract), channelId, cumulativeAmount)
      expect(recoverSigner(digest, fromHex(payload.signature))).to.equal(channel.payer)
    })

  it('is read and written by the library of x402 itself', () => {
    for (const { header: value, json } of vectors.demands) {
      const read = decodePaymentRequiredHeader(value)
      expect(parsePaymentRequired(read).success, value).to.equal(true)
      expect(read).to.deep.equal(json)
    }
    expect(decodePaymentResponseHeader(vectors.response.header)).to.deep.equal(vectors.response.json)
    const [first] = vectors.payments
    const { success, data } = parsePaymentPayload(first?.json)
    if (!success || !('accepted' in data)) throw new Error('it is no payment of version 2')
    const payment = decodePayment(encodePaymentSignatureHeader(data as PaymentPayload), TERMS)
    expect(payment).to.deep.equal(decodePayment(first?.header ?? '', TERMS))
  })

  it('refuses any other header, and one that is too long', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json().map((json) => header(JSON.parse(json))),
        ),
        (text) => {
          expect(refusal(text)).to.equal('DECODE_FAILED')
        },
      ),
    )
    const good = vectors.payments.find(({ code }) => code === '')
    expect(refusal(header({ ...good?.json, padding: 'x'.repeat(8_192) }))).to.equal('DECODE_FAILED')
  })
})
