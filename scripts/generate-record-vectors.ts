/**
 * Writes test/vectors/bootnode.json: bootnode records that a reader must accept, and ones it must refuse (docs/specs/06-provider-record.md §9).
 * The messages are put together here byte by byte and signed by ethers, so that our codec and signer are not their own judges.
 */
import { concat, dataLength, hexlify, keccak256, Signature, SigningKey, toBeHex, toUtf8Bytes } from 'ethers'
import { type GeneratedFile, runGenerator } from './generated-files.ts'
import { isMain } from './is-main.ts'

const DOMAIN = hexlify(toUtf8Bytes('chiral/record/1\0'))
const BOOTNODE_TYPE = 4
const HEADER_TYPE = 2
/** Public test keys: of the chain node, and of somebody else. */
const NODE_KEY = `0x${'01'.repeat(32)}`
const OTHER_KEY = `0x${'02'.repeat(32)}`
const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

const NOW_SECONDS = 1_800_000_000
const CHAIN_ID = 98_765
const GENESIS_HASH = `0x${'11'.repeat(32)}`
const TTL_SECONDS = 600

interface Content {
  readonly chainId?: number
  readonly genesisHash?: string
  readonly enode?: string
  readonly expiresAtSeconds?: number
}

interface Envelope {
  readonly version?: number
  readonly type?: number
  /** The type that is signed, where it is not the one that is sent. */
  readonly signedType?: number
  readonly key?: string
  readonly signer?: string
  readonly spoil?: (signature: string) => string
  readonly spoilPayload?: (payload: string) => string
}

interface BootnodeVector {
  readonly name: string
  readonly record: string
  readonly expected: string
  readonly fields?: { readonly enode: string; readonly expiresAt: number }
}

const ENODE = enodeOf(NODE_KEY, '203.0.113.7:30303')

function enodeOf(key: string, place: string): string {
  return `enode://${SigningKey.computePublicKey(key, false).slice(4)}@${place}`
}

function addressOf(key: string): string {
  const publicKey = SigningKey.computePublicKey(key, false)
  return `0x${keccak256(`0x${publicKey.slice(4)}`).slice(26)}`
}

function payloadOf(content: Content): string {
  const { chainId = CHAIN_ID, genesisHash = GENESIS_HASH, enode = ENODE } = content
  const { expiresAtSeconds = NOW_SECONDS + TTL_SECONDS } = content
  return concat([
    numberField(1, chainId),
    bytesField(2, genesisHash),
    bytesField(3, hexlify(toUtf8Bytes(enode))),
    numberField(4, expiresAtSeconds),
  ])
}

function digestOf(payload: string, type = BOOTNODE_TYPE): string {
  return keccak256(concat([DOMAIN, toBeHex(type, 1), toBeHex(dataLength(payload), 4), payload]))
}

function seal(payload: string, envelope: Envelope = {}): string {
  const { version = 1, type = BOOTNODE_TYPE, signedType = type, key = NODE_KEY, signer = addressOf(key) } = envelope
  const { spoil = same, spoilPayload = same } = envelope
  const signature = new SigningKey(key).sign(digestOf(payload, signedType)).compactSerialized
  return concat([
    numberField(1, version),
    numberField(2, type),
    bytesField(3, spoilPayload(payload)),
    bytesField(4, signer),
    bytesField(5, spoil(signature)),
  ])
}

/** Wire type 0 of protobuf: seven bits a byte, the lowest first. */
function numberField(field: number, value: number): string {
  return concat([varint(field << 3), varint(value)])
}

/** Wire type 2. */
function bytesField(field: number, value: string): string {
  return concat([varint((field << 3) | 2), varint(dataLength(value)), value])
}

function varint(value: number): string {
  const bytes: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    bytes.push(rest < 128 ? rest : (rest % 128) + 128)
    if (rest < 128) return hexlify(Uint8Array.from(bytes))
  }
}

function same(value: string): string {
  return value
}

function lastBitFlipped(value: string): string {
  return toBeHex(BigInt(value) ^ 1n, dataLength(value))
}

function highTwin(signature: string): string {
  const { r, s, yParity } = Signature.from(signature)
  const twin = (CURVE_ORDER - BigInt(s)) | (BigInt(yParity ^ 1) << 255n)
  return concat([r, toBeHex(twin & ((1n << 256n) - 1n), 32)])
}

function vectors(): BootnodeVector[] {
  const accepted = (name: string, content: Content = {}): BootnodeVector => {
    const { enode = ENODE, expiresAtSeconds = NOW_SECONDS + TTL_SECONDS } = content
    const fields = { enode, expiresAt: expiresAtSeconds * 1000 }
    return { name, record: seal(payloadOf(content)), expected: 'accepted', fields }
  }
  const refused = (expected: string, name: string, content: Content, envelope?: Envelope): BootnodeVector => ({
    name,
    record: seal(payloadOf(content), envelope),
    expected: `BOOTNODE_${expected}`,
  })
  return [
    accepted('a chain node'),
    accepted('a port for discovery of its own', { enode: enodeOf(NODE_KEY, '203.0.113.7:30303?discport=0') }),
    accepted('an IPv6 address', { enode: enodeOf(NODE_KEY, '[2001:db8::7]:30303') }),
    accepted('a second to go', { expiresAtSeconds: NOW_SECONDS + 1 }),
    refused('BAD_SIGNATURE', 'one bit of the payload flipped', {}, { spoilPayload: lastBitFlipped }),
    refused('BAD_SIGNATURE', 'one bit of the signature flipped', {}, { spoil: lastBitFlipped }),
    refused('BAD_SIGNATURE', 'the high-s twin of the signature', {}, { spoil: highTwin }),
    refused('BAD_SIGNATURE', 'somebody else claimed as signer', {}, { signer: addressOf(OTHER_KEY) }),
    refused('BAD_SIGNATURE', 'a header record relabelled', {}, { signedType: HEADER_TYPE }),
    refused('MALFORMED', 'a signature of 65 bytes', {}, { spoil: (text) => `${text}00` }),
    refused('MALFORMED', 'no signature', {}, { spoil: () => '0x' }),
    refused('MALFORMED', 'version 2', {}, { version: 2 }),
    refused('MALFORMED', 'a header record', {}, { type: HEADER_TYPE }),
    refused('MALFORMED', 'a genesis hash of 31 bytes', { genesisHash: `0x${'11'.repeat(31)}` }),
    refused('MALFORMED', 'an enode of 301 bytes', { enode: ENODE.padEnd(301, '0') }),
    refused('OTHER_KEY', "another node's enode", { enode: enodeOf(OTHER_KEY, '203.0.113.7:30303') }),
    refused('OTHER_KEY', 'signed by somebody else', {}, { key: OTHER_KEY }),
    refused('OTHER_KEY', 'a text that is no enode', { enode: 'enode://00@203.0.113.7:30303' }),
    refused('OTHER_CHAIN', 'another chain id', { chainId: CHAIN_ID + 1 }),
    refused('OTHER_CHAIN', 'another genesis block', { genesisHash: `0x${'12'.repeat(32)}` }),
    refused('EXPIRED', 'expired this second', { expiresAtSeconds: NOW_SECONDS }),
    refused('EXPIRES_TOO_LATE', 'an hour to go', { expiresAtSeconds: NOW_SECONDS + 3600 }),
  ]
}

async function generateRecordVectors(): Promise<readonly GeneratedFile[]> {
  const payload = payloadOf({})
  const digest = digestOf(payload)
  const content = {
    about:
      'Bootnode records, valid and invalid. Generated by scripts/generate-record-vectors.ts; the keys are public test keys. `expected` is a code, or "accepted" with the fields a reader must see.',
    privateKey: NODE_KEY,
    context: { now: NOW_SECONDS * 1000, chainId: CHAIN_ID, genesisHash: GENESIS_HASH },
    digest: { payload, digest, signature: new SigningKey(NODE_KEY).sign(digest).compactSerialized },
    cases: vectors(),
  }
  return [{ path: 'test/vectors/bootnode.json', content: `${JSON.stringify(content, null, 2)}\n` }]
}

if (isMain(import.meta.filename)) await runGenerator('scripts/generate-record-vectors.ts', generateRecordVectors)
