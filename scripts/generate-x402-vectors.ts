/**
 * Writes test/vectors/x402.json: the headers of a payment over HTTP (docs/specs/11-http.md §8), good ones and ones that a seeder refuses. The
 * vouchers are signed by ethers.
 */
import { AbiCoder, keccak256, Signature } from 'ethers'
import { type GeneratedFile, runGenerator } from './generated-files.ts'
import { isMain } from './is-main.ts'
import { CHAIN_ID, CONTRACT, MAX_UINT96, SALT, testAccount } from './vector-signatures.ts'

const payer = testAccount(1)
const payee = testAccount(2)
const NETWORK = `eip155:${CHAIN_ID}`
const ZERO_ADDRESS = `0x${'00'.repeat(20)}`
const QUOTE = { quoteId: 7, pricePerMiB: '1000000000000000', expiresAt: 1_800_000_000_000 }
/** Of a whole chunk at that price. */
const AMOUNT = '250000000000000'
const TERMS = { chainId: Number(CHAIN_ID), contract: CONTRACT, payee: payee.address, confirmations: 6 }
const RESOURCE = {
  url: `https://seeder.example/file/${'ab'.repeat(32)}/chunk/0`,
  mimeType: 'video/x-matroska',
}

const encode = (json: unknown): string => Buffer.from(JSON.stringify(json), 'utf8').toString('base64')

function demandOf(name: string, error: string, required: string | null) {
  const extra = { contract: CONTRACT, chainId: TERMS.chainId, confirmations: TERMS.confirmations, ...QUOTE }
  const accepted = {
    scheme: 'channel-voucher',
    network: NETWORK,
    asset: ZERO_ADDRESS,
    amount: AMOUNT,
    payTo: payee.address,
    maxTimeoutSeconds: 60,
    extra: required === null ? extra : { ...extra, cumulativeAmount: required },
  }
  const json = { x402Version: 2, error, resource: RESOURCE, accepts: [accepted] }
  const demand = { ...QUOTE, ...RESOURCE, amount: AMOUNT, required, error }
  return { name, demand, json, header: encode(json), accepted }
}

async function signedPayload(amount: bigint, salt = SALT) {
  const words = AbiCoder.defaultAbiCoder().encode(
    ['address', 'address', 'uint96'],
    [payer.address, payee.address, salt],
  )
  const channelId = keccak256(words)
  const signature = await payer.signTypedData(
    { name: 'ChiralPaymentChannel', version: '1', chainId: CHAIN_ID, verifyingContract: CONTRACT },
    {
      Voucher: [
        { name: 'channelId', type: 'bytes32' },
        { name: 'cumulativeAmount', type: 'uint96' },
      ],
    },
    { channelId, cumulativeAmount: amount },
  )
  return {
    channelId,
    payload: {
      payer: payer.address,
      salt: salt.toString(),
      cumulativeAmount: amount.toString(),
      signature: Signature.from(signature).compactSerialized,
    },
  }
}

export async function generateX402Vectors(): Promise<GeneratedFile[]> {
  const first = demandOf('of whom nothing is known', 'HELLO_REQUIRED', null)
  const second = demandOf('of a channel that is known', 'VOUCHER_TOO_LOW', '750000000000000')
  const { accepted, ...firstDemand } = first
  const { accepted: acceptedOnChannel, ...secondDemand } = second
  const { channelId, payload } = await signedPayload(BigInt(AMOUNT))
  const most = await signedPayload(MAX_UINT96, 0n)
  const good = { x402Version: 2, resource: RESOURCE, accepted, payload }
  const payments: readonly [name: string, json: object, code: string, channelId?: string][] = [
    ['with the terms once more', good, '', channelId],
    ['with more than is known', { ...good, accepted: acceptedOnChannel, extensions: { a: 1 } }, '', channelId],
    [
      'with the least that is needed, and the largest amount',
      {
        x402Version: 2,
        accepted: { scheme: 'channel-voucher', network: NETWORK, payTo: payee.address.toLowerCase() },
        payload: most.payload,
      },
      '',
      most.channelId,
    ],
    ['on another chain', { ...good, accepted: { ...accepted, network: 'eip155:1' } }, 'VOUCHER_WRONG_CHANNEL'],
    ['to another payee', { ...good, accepted: { ...accepted, payTo: payer.address } }, 'VOUCHER_WRONG_CHANNEL'],
    ['in a token', { ...good, accepted: { ...accepted, asset: CONTRACT } }, 'VOUCHER_WRONG_CHANNEL'],
    [
      'by another contract',
      { ...good, accepted: { ...accepted, extra: { contract: payer.address } } },
      'VOUCHER_WRONG_CHANNEL',
    ],
    ['of version 1', { ...good, x402Version: 1 }, 'DECODE_FAILED'],
    ['of another scheme', { ...good, accepted: { ...accepted, scheme: 'exact' } }, 'DECODE_FAILED'],
    ['with a salt of 97 bits', { ...good, payload: { ...payload, salt: `${MAX_UINT96 + 1n}` } }, 'DECODE_FAILED'],
    [
      'with an amount of 97 bits',
      { ...good, payload: { ...payload, cumulativeAmount: `${MAX_UINT96 + 1n}` } },
      'DECODE_FAILED',
    ],
    ['below zero', { ...good, payload: { ...payload, cumulativeAmount: '-1' } }, 'DECODE_FAILED'],
    ['with a number for an amount', { ...good, payload: { ...payload, cumulativeAmount: 250 } }, 'DECODE_FAILED'],
    ['with leading zeros', { ...good, payload: { ...payload, cumulativeAmount: '0250' } }, 'DECODE_FAILED'],
    [
      'with a signature of 65 bytes',
      { ...good, payload: { ...payload, signature: Signature.from(payload.signature).serialized } },
      'DECODE_FAILED',
    ],
    ['without a voucher', { x402Version: 2, accepted }, 'DECODE_FAILED'],
  ]
  const taken = { payer: payer.address, channelId, accepted: '750000000000000', cover: '1' }
  const response = {
    success: true,
    payer: payer.address,
    transaction: '',
    network: NETWORK,
    extra: { channelId, cumulativeAmount: taken.accepted, cover: taken.cover },
  }
  const vectors = {
    terms: TERMS,
    demands: [firstDemand, secondDemand],
    payments: payments.map(([name, json, code, id]) => ({
      name,
      json,
      header: encode(json),
      channelId: id ?? '',
      code,
    })),
    response: { taken, json: response, header: encode(response) },
  }
  return [{ path: 'test/vectors/x402.json', content: `${JSON.stringify(vectors, undefined, 2)}\n` }]
}

if (isMain(import.meta.filename)) await runGenerator('scripts/generate-x402-vectors.ts', generateX402Vectors)
