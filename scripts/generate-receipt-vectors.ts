/**
 * Writes test/vectors/receipt.json: what the Solidity and the TypeScript side of an escrow must both accept and both refuse
 * (docs/specs/04-escrow.md). ethers is the third, independent implementation that signs them.
 */
import {
  AbiCoder,
  encodeBytes32String,
  type HDNodeWallet,
  keccak256,
  Signature,
  TypedDataEncoder,
  type TypedDataField,
  ZeroHash,
} from 'ethers'
import { type GeneratedFile, runGenerator } from './generated-files.ts'
import { isMain } from './is-main.ts'
import {
  CHAIN_ID,
  CONTRACT,
  MAX_UINT96,
  RECEIPT_TYPES,
  SALT,
  type SignatureFault,
  spoiledSignatures,
  testAccount,
} from './vector-signatures.ts'

const DOMAIN = { name: 'ChiralEscrow', version: '1' }
const NETWORK_ID = 98765n
const FILE_HASH = `0x${'f1'.repeat(32)}`
const MAX_UINT64 = 2n ** 64n - 1n

type MessageType = 'Receipt' | 'Release'

const TYPES: Record<MessageType, Record<string, TypedDataField[]>> = {
  Receipt: RECEIPT_TYPES,
  Release: {
    Release: [
      { name: 'escrowId', type: 'bytes32' },
      { name: 'seeder', type: 'address' },
      { name: 'allocated', type: 'uint96' },
      { name: 'nonce', type: 'uint64' },
    ],
  },
}

/** The members of EIP-712, numbers in decimal. Both shapes have all names, so that a reader needs no cast. */
interface Message {
  readonly escrowId: string
  readonly seeder: string
  /** `cumulativeAmount` of a Receipt, `allocated` of a Release. */
  readonly amount: bigint
  /** Of a Receipt. */
  readonly chunksHash: string
  /** Of a Receipt, as text; its bytes8 is the ASCII with zeros behind. */
  readonly protocol: string
  /** Of a Release. */
  readonly nonce: bigint
}

interface Context {
  readonly type: MessageType
  readonly chainId: bigint
  readonly contract: string
  readonly domainName: string
}

type Reason = '' | 'AMOUNT_OUT_OF_RANGE' | 'NONCE_OUT_OF_RANGE' | SignatureFault

const payer = testAccount(1)
const seeder = testAccount(2)
const stranger = testAccount(3)

const escrowIdOf = (salt: bigint): string =>
  keccak256(AbiCoder.defaultAbiCoder().encode(['address', 'bytes32', 'uint96'], [payer.address, FILE_HASH, salt]))

/** One bit a chunk, most significant first. */
const BITFIELDS = [
  { chunkCount: 1, chunks: [0], bitfield: '0x80' },
  { chunkCount: 9, chunks: [0, 1, 8], bitfield: '0xc080' },
  { chunkCount: 16, chunks: [3, 4, 15], bitfield: '0x1801' },
  { chunkCount: 3, chunks: [], bitfield: '0x00' },
].map((entry) => ({ ...entry, chunksHash: keccak256(entry.bitfield) }))

const RECEIPT: Context = { type: 'Receipt', chainId: CHAIN_ID, contract: CONTRACT, domainName: DOMAIN.name }
const RELEASE: Context = { ...RECEIPT, type: 'Release' }
const MESSAGE: Message = {
  escrowId: escrowIdOf(SALT),
  seeder: seeder.address,
  amount: 250_000_000_000_000n,
  chunksHash: keccak256('0xc080'),
  protocol: 'http',
  nonce: 1n,
}

const protocolBytes = (protocol: string): string => encodeBytes32String(protocol).slice(0, 18)

const domainOf = ({ domainName, chainId, contract }: Context) => ({
  ...DOMAIN,
  name: domainName,
  chainId,
  verifyingContract: contract,
})

function memberValues(type: MessageType, { escrowId, amount, nonce, ...message }: Message) {
  return type === 'Receipt'
    ? {
        escrowId,
        seeder: message.seeder,
        cumulativeAmount: amount,
        chunksHash: message.chunksHash,
        protocol: protocolBytes(message.protocol),
      }
    : { escrowId, seeder: message.seeder, allocated: amount, nonce }
}

function sign(signer: HDNodeWallet, context: Context, message: Message): string {
  const digest = TypedDataEncoder.hash(domainOf(context), TYPES[context.type], memberValues(context.type, message))
  return signer.signingKey.sign(digest).compactSerialized
}

/** One message. The verifier gets everything but what was signed: it must accept the signature exactly when `valid`. */
function vector(
  name: string,
  context: Context,
  message: Message,
  outcome: { readonly signature: string; readonly reason?: Reason; readonly salt?: bigint },
) {
  const encodable = message.amount <= MAX_UINT96 && message.nonce <= MAX_UINT64
  const types = TYPES[context.type]
  const value = memberValues(context.type, message)
  return {
    name,
    type: context.type,
    chainId: context.chainId.toString(),
    contract: context.contract,
    payer: payer.address,
    /** Public test keys, so that a signer can be tested as well (RFC 6979: the bytes must be the same). */
    payerKey: payer.privateKey,
    seeder: message.seeder,
    seederKey: seeder.privateKey,
    fileHash: FILE_HASH,
    salt: (outcome.salt ?? SALT).toString(),
    escrowId: message.escrowId,
    amount: message.amount.toString(),
    chunksHash: message.chunksHash,
    protocol: message.protocol,
    protocolBytes: protocolBytes(message.protocol),
    nonce: message.nonce.toString(),
    domainSeparator: TypedDataEncoder.hashDomain(domainOf(context)),
    /** Of the message as the verifier sees it; null where a number has no encoding. */
    structHash: encodable ? TypedDataEncoder.hashStruct(context.type, types, value) : null,
    digest: encodable ? TypedDataEncoder.hash(domainOf(context), types, value) : null,
    signature: outcome.signature,
    valid: outcome.reason === undefined,
    reason: outcome.reason ?? '',
  }
}

type Vector = ReturnType<typeof vector>

/** Signed as it is shown, by who has to. */
function good(name: string, context: Context, change: Partial<Message>, salt?: bigint): Vector {
  const message = { ...MESSAGE, ...change }
  const signature = sign(context.type === 'Receipt' ? payer : seeder, context, message)
  return vector(name, context, message, { signature, ...(salt === undefined ? {} : { salt }) })
}

/** Shown as MESSAGE, and signed as something else. */
function signedAs(
  name: string,
  context: Context,
  signed: { readonly signer?: HDNodeWallet; readonly context?: Partial<Context>; readonly message?: Partial<Message> },
): Vector {
  const signer = signed.signer ?? (context.type === 'Receipt' ? payer : seeder)
  const signature = sign(signer, { ...context, ...signed.context }, { ...MESSAGE, ...signed.message })
  return vector(name, context, MESSAGE, { signature, reason: 'SIGNER_MISMATCH' })
}

/** Shown with a number that its type cannot hold, and signed with what is left when it is cut. */
function cut(
  name: string,
  context: Context,
  shown: Partial<Message>,
  signed: Partial<Message>,
  reason: Reason,
): Vector {
  const signer = context.type === 'Receipt' ? payer : seeder
  const signature = sign(signer, context, { ...MESSAGE, ...signed })
  return vector(name, context, { ...MESSAGE, ...shown }, { signature, reason })
}

function receipts(): Vector[] {
  return [
    good('receipt', RECEIPT, {}),
    good('of 1 wei', RECEIPT, { amount: 1n }),
    good('of one coin', RECEIPT, { amount: 10n ** 18n }),
    good('of 2^64', RECEIPT, { amount: 2n ** 64n }),
    good('of the largest amount, 2^96 - 1', RECEIPT, { amount: MAX_UINT96 }),
    good('of zero: well signed, though it pays nothing', RECEIPT, { amount: 0n }),
    good('with salt 0', RECEIPT, { escrowId: escrowIdOf(0n) }, 0n),
    good('with the largest salt, 2^96 - 1', RECEIPT, { escrowId: escrowIdOf(MAX_UINT96) }, MAX_UINT96),
    good('that says nothing of chunks and protocol', RECEIPT, { chunksHash: ZeroHash, protocol: '' }),
    good('with a protocol of one letter', RECEIPT, { protocol: 'x' }),
    good('with a protocol of eight letters', RECEIPT, { protocol: 'bitswap1' }),
    good('on the network itself', { ...RECEIPT, chainId: NETWORK_ID }, {}),
    ...bothParities(),
    signedAs('signed for another escrow', RECEIPT, { message: { escrowId: escrowIdOf(SALT + 1n) } }),
    signedAs('signed for another seeder', RECEIPT, { message: { seeder: stranger.address } }),
    signedAs('signed for another amount', RECEIPT, { message: { amount: MESSAGE.amount - 1n } }),
    signedAs('signed for other chunks', RECEIPT, { message: { chunksHash: ZeroHash } }),
    signedAs('signed for another protocol', RECEIPT, { message: { protocol: 'ed2k' } }),
    signedAs('signed for a protocol that begins alike', RECEIPT, { message: { protocol: 'https' } }),
    signedAs('signed for another chain', RECEIPT, { context: { chainId: NETWORK_ID } }),
    signedAs('signed for another contract', RECEIPT, { context: { contract: stranger.address } }),
    signedAs('signed for the channel contract', RECEIPT, { context: { domainName: 'ChiralPaymentChannel' } }),
    signedAs('signed by a stranger', RECEIPT, { signer: stranger }),
    signedAs('signed by the seeder', RECEIPT, { signer: seeder }),
    signedAs('a Release of the same escrow and amount is no receipt', RECEIPT, { context: { type: 'Release' } }),
    ...spoiledSignatures(sign(payer, RECEIPT, MESSAGE)).map(({ name, ...spoiled }) =>
      vector(name, RECEIPT, MESSAGE, spoiled),
    ),
    cut('2^96: not to be cut to 0', RECEIPT, { amount: MAX_UINT96 + 1n }, { amount: 0n }, 'AMOUNT_OUT_OF_RANGE'),
    cut('2^96 + 1: not to be cut to 1', RECEIPT, { amount: MAX_UINT96 + 2n }, { amount: 1n }, 'AMOUNT_OUT_OF_RANGE'),
  ]
}

function releases(): Vector[] {
  return [
    good('release', RELEASE, {}),
    good('of all', RELEASE, { amount: 0n }),
    good('of the largest amount, 2^96 - 1', RELEASE, { amount: MAX_UINT96 }),
    good('with a later nonce', RELEASE, { nonce: 3n }),
    good('with the largest nonce, 2^64 - 1', RELEASE, { nonce: MAX_UINT64 }),
    good('on the network itself', { ...RELEASE, chainId: NETWORK_ID }, {}),
    signedAs('signed for another escrow', RELEASE, { message: { escrowId: escrowIdOf(SALT + 1n) } }),
    signedAs('signed for another amount', RELEASE, { message: { amount: MESSAGE.amount - 1n } }),
    signedAs('signed for the allocation before', RELEASE, { message: { nonce: 0n } }),
    signedAs('signed for the allocation after', RELEASE, { message: { nonce: 2n } }),
    signedAs('signed for another chain', RELEASE, { context: { chainId: NETWORK_ID } }),
    signedAs('signed for another contract', RELEASE, { context: { contract: stranger.address } }),
    signedAs('signed by the payer', RELEASE, { signer: payer }),
    signedAs('signed by a stranger', RELEASE, { signer: stranger }),
    signedAs('a Receipt of the same escrow and amount is no release', RELEASE, { context: { type: 'Receipt' } }),
    ...spoiledSignatures(sign(seeder, RELEASE, MESSAGE)).map(({ name, ...spoiled }) =>
      vector(name, RELEASE, MESSAGE, spoiled),
    ),
    cut('2^96: not to be cut to 0', RELEASE, { amount: MAX_UINT96 + 1n }, { amount: 0n }, 'AMOUNT_OUT_OF_RANGE'),
    cut('nonce 2^64 + 1: not to be cut to 1', RELEASE, { nonce: MAX_UINT64 + 2n }, { nonce: 1n }, 'NONCE_OUT_OF_RANGE'),
  ]
}

/** The first small amounts whose signatures have y parity 0 and 1. */
function bothParities(): Vector[] {
  return [0, 1].map((yParity) => {
    for (let amount = 2n; ; amount++)
      if (Signature.from(sign(payer, RECEIPT, { ...MESSAGE, amount })).yParity === yParity)
        return good(`with y parity ${yParity}`, RECEIPT, { amount })
  })
}

/** For scripts/generate.ts. */
export async function generateReceiptVectors(): Promise<GeneratedFile[]> {
  const content = {
    description:
      'EIP-712 messages of Escrow, valid and invalid. Generated by scripts/generate-receipt-vectors.ts; the keys are public test keys. `amount` is cumulativeAmount of a Receipt and allocated of a Release; a Receipt has no nonce, a Release no chunksHash and no protocol.',
    domain: DOMAIN,
    escrowIdRule: 'keccak256(abi.encode(address payer, bytes32 fileHash, uint96 salt))',
    chunksHashRule: 'keccak256 of the bitfield: one bit a chunk, most significant first, spare bits zero',
    bitfields: BITFIELDS,
    vectors: [...receipts(), ...releases()],
  }
  return [{ path: 'test/vectors/receipt.json', content: `${JSON.stringify(content, null, 2)}\n` }]
}

if (isMain(import.meta.filename)) await runGenerator('scripts/generate-receipt-vectors.ts', generateReceiptVectors)
