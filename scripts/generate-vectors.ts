/**
 * Writes test/vectors/voucher.json: what the Solidity and the TypeScript side must both accept and both refuse
 * (docs/specs/01-voucher.md). ethers is the third, independent implementation that signs them.
 */
import {
  AbiCoder,
  type BigNumberish,
  type HDNodeWallet,
  keccak256,
  Signature,
  TypedDataEncoder,
  type TypedDataField,
} from 'ethers'
import { type GeneratedFile, runGenerator } from './generated-files.ts'
import { isMain } from './is-main.ts'
import {
  CHAIN_ID,
  CONTRACT,
  MAX_UINT96,
  SALT,
  type SignatureFault,
  spoiledSignatures,
  testAccount,
} from './vector-signatures.ts'

const DOMAIN_NAME = 'ChiralPaymentChannel'
const DOMAIN_VERSION = '1'

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
  readonly reason: '' | 'AMOUNT_OUT_OF_RANGE' | SignatureFault
}

interface Message {
  readonly type: MessageType
  readonly chainId: bigint
  readonly contract: string
  readonly channelId: string
  readonly amount: bigint
}

const payer = testAccount(1)
const payee = testAccount(2)
const stranger = testAccount(3)

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
    ...spoiledSignatures(good).map(({ name, ...spoiled }) => vector(name, voucher, spoiled)),
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
