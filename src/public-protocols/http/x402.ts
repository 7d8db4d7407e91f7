import { z } from 'zod'
import { MAX_CHANNEL_AMOUNT, parseWei } from '../../domain/amount.ts'
import { fromHex } from '../../domain/bytes.ts'
import { DecodeError } from '../../domain/errors.ts'
import { type Address, parseAddress } from '../../domain/ids.ts'
import type { Quote } from '../../domain/quote.ts'
import type { Payment, PaymentDemand, PaymentTaken } from '../gate.ts'
import { MAX_PAYMENT_LENGTH } from './limits.ts'

/**
 * Payments in the headers of HTTP, in the shape of x402 version 2: what is wanted in PAYMENT-REQUIRED of a 402, the payment in
 * PAYMENT-SIGNATURE, what became of it in PAYMENT-RESPONSE; all base64 of JSON. docs/specs/11-http.md §8
 */

const X402_VERSION = 2
/** None of x402's own schemes: those move tokens, this one raises a voucher on a channel that is open already. */
const PAYMENT_SCHEME = 'channel-voucher'
/** The chain's own coin, as other programs write it. */
const NATIVE_COIN = '0x0000000000000000000000000000000000000000'
/** For a client to sign and ask again; the quote may hold for longer. */
const MAX_TIMEOUT_SECONDS = 60

/** Whom to pay, and how. */
export interface PaymentTerms {
  readonly chainId: number
  /** The PaymentChannel contract. */
  readonly contract: Address
  readonly payee: Address
  /** Blocks that must lie on a deposit for it to count. */
  readonly confirmations: number
}

/** What a 402 is about. */
export interface PricedAnswer {
  readonly quote: Quote
  readonly demand: PaymentDemand
  readonly url: string
  readonly mimeType: string
  /** Code of why what came before does not do. */
  readonly error: string
}

/** The value of PAYMENT-REQUIRED. */
export function encodeDemand(terms: PaymentTerms, { quote, demand, url, mimeType, error }: PricedAnswer): string {
  const { amount, required } = demand
  const accepted = {
    scheme: PAYMENT_SCHEME,
    network: networkOf(terms),
    asset: NATIVE_COIN,
    amount: amount.toString(),
    payTo: terms.payee,
    maxTimeoutSeconds: MAX_TIMEOUT_SECONDS,
    extra: {
      contract: terms.contract,
      chainId: terms.chainId,
      confirmations: terms.confirmations,
      quoteId: quote.quoteId,
      pricePerMiB: quote.pricePerMiB.toString(),
      expiresAt: quote.expiresAt,
      ...(required === undefined ? {} : { cumulativeAmount: required.toString() }),
    },
  }
  return encode({ x402Version: X402_VERSION, error, resource: { url, mimeType }, accepts: [accepted] })
}

/** The value of PAYMENT-RESPONSE. Nothing happens on the chain for one voucher, so there is no transaction to name. */
export function encodeResponse(terms: PaymentTerms, { payer, channelId, accepted, cover }: PaymentTaken): string {
  const extra = { channelId, cumulativeAmount: accepted.toString(), cover: cover.toString() }
  return encode({ success: true, payer, transaction: '', network: networkOf(terms), extra })
}

const hex = (bytes: number) => z.string().regex(new RegExp(`^0x[0-9a-fA-F]{${2 * bytes}}$`))
const amountText = z.string().regex(/^(?:0|[1-9][0-9]{0,28})$/)
const paymentSchema = z.object({
  x402Version: z.literal(X402_VERSION),
  accepted: z.object({
    scheme: z.literal(PAYMENT_SCHEME),
    network: z.string().max(64),
    asset: hex(20).optional(),
    payTo: hex(20),
    extra: z.object({ contract: hex(20).optional(), quoteId: z.int().min(0).optional() }).optional(),
  }),
  payload: z.object({
    payer: hex(20),
    salt: amountText,
    cumulativeAmount: amountText,
    signature: hex(64),
  }),
})

/**
 * A payment as PAYMENT-SIGNATURE carries it.
 * @throws DecodeError for anything that is not a voucher of this scheme
 */
export function decodePayment(header: string, terms: PaymentTerms): Payment {
  const { accepted, payload } = parsePayment(header)
  const payee = parseAddress(accepted.payTo)
  const salt = BigInt(payload.salt)
  const cumulativeAmount = parseWei(payload.cumulativeAmount)
  if (salt > MAX_CHANNEL_AMOUNT || cumulativeAmount > MAX_CHANNEL_AMOUNT)
    throw new DecodeError('Salt and amount of a payment have 96 bits.')
  const channel = { payer: parseAddress(payload.payer), payee, salt }
  const voucher = { channel, cumulativeAmount, signature: fromHex(payload.signature) }
  const elsewhere = whyElsewhere(accepted, payee, terms)
  if (elsewhere !== undefined) return { kind: 'unusable', code: 'VOUCHER_WRONG_CHANNEL', message: elsewhere }
  return { kind: 'voucher', voucher, quoteId: accepted.extra?.quoteId }
}

type Accepted = z.infer<typeof paymentSchema>['accepted']

/** Why the payment cannot be for this seeder, in a sentence. */
function whyElsewhere({ network, asset, extra }: Accepted, payee: Address, terms: PaymentTerms): string | undefined {
  if (network !== networkOf(terms)) return `The payment is on ${network}: pay on ${networkOf(terms)}.`
  if (asset !== undefined && BigInt(asset) !== 0n) return 'The payment is in a token: pay in the coin of the chain.'
  const contract = extra?.contract
  if (contract !== undefined && parseAddress(contract) !== terms.contract)
    return `The payment is by the contract ${contract}: use ${terms.contract}.`
  return payee === terms.payee ? undefined : `The payment is for ${payee}: pay ${terms.payee}.`
}

function parsePayment(header: string): z.infer<typeof paymentSchema> {
  if (header.length > MAX_PAYMENT_LENGTH)
    throw new DecodeError(`A payment has at most ${MAX_PAYMENT_LENGTH} characters.`)
  const json = parseJson(header)
  const { data, error } = paymentSchema.safeParse(json)
  if (data !== undefined) return data
  const [issue] = error?.issues ?? []
  const where = issue?.path.join('.') ?? ''
  throw new DecodeError(
    `PAYMENT-SIGNATURE is no payment of the scheme ${PAYMENT_SCHEME}${where === '' ? '' : `: look at "${where}"`}.`,
  )
}

function parseJson(header: string): unknown {
  try {
    return JSON.parse(Buffer.from(header, 'base64').toString('utf8'))
  } catch (cause) {
    throw new DecodeError('PAYMENT-SIGNATURE is not base64 of JSON.', { cause: String(cause) })
  }
}

/** CAIP-2. */
function networkOf({ chainId }: PaymentTerms): string {
  return `eip155:${chainId}`
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value), 'utf8').toString('base64')
}
