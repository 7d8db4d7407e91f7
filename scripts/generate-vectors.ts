/**
 * Writes test/vectors/voucher.json: what the Solidity and the TypeScript side must both accept and both refuse
 * (docs/specs/01-voucher.md). ethers is the third, independent implementation that signs them.
 */
import {
  AbiCoder,
  type BigNumberish,
  HDNodeWallet,
  keccak256,
  Signature,
  TypedDataEncoder,
  type TypedDataField,
} from 'ethers'
import { type GeneratedFile, runGenerator } from './generated-files.ts'
import { isMain } from './is-main.ts'

/** The phrase that every Ethereum development tool documents for tests. Its keys are public: they hold nothing, ever. */
const TEST_PHRASE = 'test test test test test test test test test test test junk'
const TEST_PATH = "m/44'/60'/0'/0"
const CHAIN_ID = 98767n
/** Where the first transaction of the phrase's first account creates a contract, so that a test can deploy to this very address. */
const CONTRACT = '0x5FbDB2315678afecb367f032d93F642f64180aa3'
const DOMAIN_NAME = 'ChiralPaymentChannel'
const DOMAIN_VERSION = '1'
const MAX_UINT96 = 2n ** 96n - 1n
const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const TOP_BIT = 1n << 255n

type MessageType = 'Voucher' | 'Close'

const TYPES: Record<MessageType, Record<string, TypedDataField[]>> = {
  Voucher: {
    Voucher: [
      { name: 'channelId', type: 'bytes32' },
      { name: 'cumulativeAmount', type: 'uint96' },
    ],
  },
  Close: {
    Close: [
      { name: 'channelId', type: 'bytes32' },
      { name: 'settled', type: 'uint96' },
    ],
  },
}

/** One message. The verifier gets everything but `signed`: it must accept the signature exactly when `valid`. */
interface Vector {
  readonly name: string
  readonly type: MessageType
  readonly chainId: string
  readonly contract: string
  readonly payer: string
  /** Public test key of `payer`, so that a signer can be tested as well (RFC 6979: the bytes must be the same). */
  readonly payerKey: string
  readonly payee: string
  readonly payeeKey: string
  /** Who has to have signed: the payer a Voucher; either party a Close that the other sends. */
  readonly signer: string
  readonly salt: string
  readonly channelId: string
  /** Wei; `settled` of a Close. */
  readonly cumulativeAmount: string
  readonly domainSeparator: string
  /** Of the message as the verifier sees it; null where the amount has no encoding. */
  readonly structHash: string | null
  readonly digest: string | null
  /** 0x, r, then s with the y parity in its top bit (EIP-2098). */
  readonly signature: string
  readonly valid: boolean
  /** Empty when valid: else AMOUNT_OUT_OF_RANGE, SIGNATURE_LENGTH, SIGNATURE_HIGH_S or SIGNER_MISMATCH. */
  readonly reason: '' | 'AMOUNT_OUT_OF_RANGE' | 'SIGNATURE_LENGTH' | 'SIGNATURE_HIGH_S' | 'SIGNER_MISMATCH'
}

interface Message {
  readonly type: MessageType
  readonly chainId: bigint
  readonly contract: string
  readonly channelId: string
  readonly amount: bigint
}

const account = (index: number): HDNodeWallet =>
  HDNodeWallet.fromPhrase(TEST_PHRASE, undefined, `${TEST_PATH}/${index}`)
const payer = account(1)
const payee = account(2)
const stranger = account(3)
const SALT = 0x0102030405060708090a0b0cn

const channelIdOf = (payerAddress: string, payeeAddress: string, salt: bigint): string =>
  keccak256(AbiCoder.defaultAbiCoder().encode(['address', 'address', 'uint96'], [payerAddress, payeeAddress, salt]))

const domainOf = (message: Message) => ({
  name: DOMAIN_NAME,
  version: DOMAIN_VERSION,
  chainId: message.chainId,
  verifyingContract: message.contract,
})

const messageValue = (message: Message): Record<string, BigNumberish> =>
  message.type === 'Voucher'
    ? { channelId: message.channelId, cumulativeAmount: message.amount }
    : { channelId: message.channelId, settled: message.amount }

function sign(signer: HDNodeWallet, message: Message): string {
  const digest = TypedDataEncoder.hash(domainOf(message), TYPES[message.type], messageValue(message))
  return signer.signingKey.sign(digest).compactSerialized
}

function vector(
  name: string,
  message: Message,
  outcome: { signature: string; reason?: Vector['reason']; signer?: HDNodeWallet; salt?: bigint },
): Vector {
  const encodable = message.amount <= MAX_UINT96
  const types = TYPES[message.type]
  return {
    name,
    type: message.type,
    chainId: message.chainId.toString(),
    contract: message.contract,
    payer: payer.address,
    payerKey: payer.privateKey,
    payee: payee.address,
    payeeKey: payee.privateKey,
    signer: (outcome.signer ?? payer).address,
    salt: (outcome.salt ?? SALT).toString(),
    channelId: message.channelId,
    cumulativeAmount: message.amount.toString(),
    domainSeparator: TypedDataEncoder.hashDomain(domainOf(message)),
    structHash: encodable ? TypedDataEncoder.hashStruct(message.type, types, messageValue(message)) : null,
    digest: encodable ? TypedDataEncoder.hash(domainOf(message), types, messageValue(message)) : null,
    signature: outcome.signature,
    valid: outcome.reason === undefined,
    reason: outcome.reason ?? '',
  }
}

const hex32 = (value: bigint): string => value.toString(16).padStart(64, '0')

/** r and s, replaced as told; `s` may have its top bit set. */
function rebuilt(signature: string, change: (s: bigint, yParity: bigint) => bigint): string {
  const vs = BigInt(`0x${signature.slice(66)}`)
  return `${signature.slice(0, 66)}${hex32(change(vs & (TOP_BIT - 1n), vs >> 255n))}`
}

function vectors(): Vector[] {
  const channelId = channelIdOf(payer.address, payee.address, SALT)
  const voucher: Message = {
    type: 'Voucher',
    chainId: CHAIN_ID,
    contract: CONTRACT,
    channelId,
    amount: 250_000_000_000_000n,
  }
  const close: Message = { ...voucher, type: 'Close' }
  const good = sign(payer, voucher)
  const mismatch = 'SIGNER_MISMATCH' as const

  const amounts: [string, bigint][] = [
    ['1 wei', 1n],
    ['one coin', 10n ** 18n],
    ['2^64', 2n ** 64n],
    ['the largest amount, 2^96 - 1', MAX_UINT96],
  ]
  const salts: [string, bigint][] = [
    ['salt 0', 0n],
    ['the largest salt, 2^96 - 1', MAX_UINT96],
  ]
  const other = channelIdOf(payer.address, payee.address, SALT + 1n)

  return [
    vector('voucher', voucher, { signature: good }),
    ...amounts.map(([name, amount]) =>
      vector(`voucher of ${name}`, { ...voucher, amount }, { signature: sign(payer, { ...voucher, amount }) }),
    ),
    ...salts.map(([name, salt]) => {
      const message = { ...voucher, channelId: channelIdOf(payer.address, payee.address, salt) }
      return vector(`voucher with ${name}`, message, { signature: sign(payer, message), salt })
    }),
    vector(
      'voucher of zero: well signed, though it pays nothing',
      { ...voucher, amount: 0n },
      {
        signature: sign(payer, { ...voucher, amount: 0n }),
      },
    ),
    vector(
      'voucher on the network itself',
      { ...voucher, chainId: 98765n },
      {
        signature: sign(payer, { ...voucher, chainId: 98765n }),
      },
    ),
    ...bothParities(voucher),
    vector('voucher signed for another channel', voucher, {
      signature: sign(payer, { ...voucher, channelId: other }),
      reason: mismatch,
    }),
    vector('voucher signed for another chain', voucher, {
      signature: sign(payer, { ...voucher, chainId: 98765n }),
      reason: mismatch,
    }),
    vector('voucher signed for another contract', voucher, {
      signature: sign(payer, { ...voucher, contract: stranger.address }),
      reason: mismatch,
    }),
    vector('voucher signed for another amount', voucher, {
      signature: sign(payer, { ...voucher, amount: voucher.amount - 1n }),
      reason: mismatch,
    }),
    vector('voucher signed by a stranger', voucher, { signature: sign(stranger, voucher), reason: mismatch }),
    vector('voucher signed by the payee', voucher, { signature: sign(payee, voucher), reason: mismatch }),
    vector('a Close of the same channel and amount is no voucher', voucher, {
      signature: sign(payer, close),
      reason: mismatch,
    }),
    vector('y parity flipped', voucher, {
      signature: rebuilt(good, (s, yParity) => s | ((yParity ^ 1n) << 255n)),
      reason: mismatch,
    }),
    // The twin (n - s, other parity) recovers the same signer where high s is allowed. Its s needs the bit that holds the parity.
    vector('the high-s twin, squeezed into 64 bytes', voucher, {
      signature: rebuilt(good, (s, yParity) => (CURVE_ORDER - s) | ((yParity ^ 1n) << 255n)),
      reason: mismatch,
    }),
    vector('s one above half the curve order', voucher, {
      signature: rebuilt(good, (_, yParity) => (CURVE_ORDER / 2n + 1n) | (yParity << 255n)),
      reason: 'SIGNATURE_HIGH_S',
    }),
    vector('the high-s twin as 65 bytes', voucher, { signature: highS65(good), reason: 'SIGNATURE_LENGTH' }),
    vector('65 bytes, r s v', voucher, { signature: Signature.from(good).serialized, reason: 'SIGNATURE_LENGTH' }),
    vector('63 bytes', voucher, { signature: good.slice(0, -2), reason: 'SIGNATURE_LENGTH' }),
    vector('empty signature', voucher, { signature: '0x', reason: 'SIGNATURE_LENGTH' }),
    vector('64 zero bytes', voucher, { signature: `0x${'00'.repeat(64)}`, reason: mismatch }),
    vector('r = 0', voucher, { signature: `0x${'00'.repeat(32)}${good.slice(66)}`, reason: mismatch }),
    vector('s = 0', voucher, { signature: rebuilt(good, (_, yParity) => yParity << 255n), reason: mismatch }),
    vector('r = the curve order', voucher, { signature: `0x${hex32(CURVE_ORDER)}${good.slice(66)}`, reason: mismatch }),
    vector(
      'amount 2^96: above the range, and not to be truncated to 0',
      { ...voucher, amount: MAX_UINT96 + 1n },
      {
        signature: sign(payer, { ...voucher, amount: 0n }),
        reason: 'AMOUNT_OUT_OF_RANGE',
      },
    ),
    vector(
      'amount 2^96 + 1: not to be truncated to 1',
      { ...voucher, amount: MAX_UINT96 + 2n },
      {
        signature: sign(payer, { ...voucher, amount: 1n }),
        reason: 'AMOUNT_OUT_OF_RANGE',
      },
    ),
    vector('close signed by the payee', close, { signature: sign(payee, close), signer: payee }),
    vector('close signed by the payer', close, { signature: sign(payer, close) }),
    vector(
      'close at zero',
      { ...close, amount: 0n },
      { signature: sign(payee, { ...close, amount: 0n }), signer: payee },
    ),
    vector('close signed for another channel', close, {
      signature: sign(payee, { ...close, channelId: other }),
      signer: payee,
      reason: mismatch,
    }),
    vector('close signed for another amount', close, {
      signature: sign(payee, { ...close, amount: close.amount - 1n }),
      signer: payee,
      reason: mismatch,
    }),
    vector('close signed by a stranger', close, { signature: sign(stranger, close), signer: payee, reason: mismatch }),
    vector('a Voucher of the same channel and amount is no close', close, { signature: good, reason: mismatch }),
  ]
}

/** The first small amounts whose signatures have y parity 0 and 1. */
function bothParities(voucher: Message): Vector[] {
  return [0, 1].map((yParity) => {
    for (let amount = 2n; ; amount++) {
      const signature = sign(payer, { ...voucher, amount })
      if (Signature.from(signature).yParity === yParity)
        return vector(`voucher with y parity ${yParity}`, { ...voucher, amount }, { signature })
    }
  })
}

function highS65(signature: string): string {
  const { r, s, yParity } = Signature.from(signature)
  return `${r}${hex32(CURVE_ORDER - BigInt(s))}${yParity === 0 ? '1c' : '1b'}`
}

/** For scripts/generate.ts. */
export async function generateVectors(): Promise<GeneratedFile[]> {
  const content = {
    description:
      'EIP-712 messages of PaymentChannel, valid and invalid. Generated by scripts/generate-vectors.ts; the keys are public test keys.',
    domain: { name: DOMAIN_NAME, version: DOMAIN_VERSION },
    channelIdRule: 'keccak256(abi.encode(address payer, address payee, uint96 salt))',
    vectors: vectors(),
  }
  return [{ path: 'test/vectors/voucher.json', content: `${JSON.stringify(content, null, 2)}\n` }]
}

if (isMain(import.meta.filename)) await runGenerator('scripts/generate-vectors.ts', generateVectors)
