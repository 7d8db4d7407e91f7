/** What the generators of signature vectors share: public test accounts, and ways to spoil a signature. */
import { HDNodeWallet, Signature } from 'ethers'

/** The phrase that every Ethereum development tool documents for tests. Its keys are public: they hold nothing, ever. */
const TEST_PHRASE = 'test test test test test test test test test test test junk'
const TEST_PATH = "m/44'/60'/0'/0"

export const CHAIN_ID = 98767n
/** Where the first transaction of the phrase's first account creates a contract, so that a test can deploy to this very address. */
export const CONTRACT = '0x5FbDB2315678afecb367f032d93F642f64180aa3'
export const SALT = 0x0102030405060708090a0b0cn
export const MAX_UINT96 = 2n ** 96n - 1n

/** What the payer of an escrow signs. */
export const RECEIPT_TYPES = {
  Receipt: [
    { name: 'escrowId', type: 'bytes32' },
    { name: 'seeder', type: 'address' },
    { name: 'cumulativeAmount', type: 'uint96' },
    { name: 'chunksHash', type: 'bytes32' },
    { name: 'protocol', type: 'bytes8' },
  ],
}

const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const TOP_BIT = 1n << 255n

export function testAccount(index: number): HDNodeWallet {
  return HDNodeWallet.fromPhrase(TEST_PHRASE, undefined, `${TEST_PATH}/${index}`)
}

export type SignatureFault = 'SIGNATURE_LENGTH' | 'SIGNATURE_HIGH_S' | 'SIGNER_MISMATCH'

export interface SpoiledSignature {
  readonly name: string
  readonly signature: string
  readonly reason: SignatureFault
}

/** Every way in which the bytes of a good compact signature can be wrong. */
export function spoiledSignatures(good: string): SpoiledSignature[] {
  const mismatch = 'SIGNER_MISMATCH'
  return [
    {
      name: 'y parity flipped',
      signature: rebuilt(good, (s, yParity) => s | ((yParity ^ 1n) << 255n)),
      reason: mismatch,
    },
    // The twin (n - s, other parity) recovers the same signer where high s is allowed. Its s needs the bit that holds the parity.
    {
      name: 'the high-s twin, squeezed into 64 bytes',
      signature: rebuilt(good, (s, yParity) => (CURVE_ORDER - s) | ((yParity ^ 1n) << 255n)),
      reason: mismatch,
    },
    {
      name: 's one above half the curve order',
      signature: rebuilt(good, (_, yParity) => (CURVE_ORDER / 2n + 1n) | (yParity << 255n)),
      reason: 'SIGNATURE_HIGH_S',
    },
    { name: 'the high-s twin as 65 bytes', signature: highS65(good), reason: 'SIGNATURE_LENGTH' },
    { name: '65 bytes, r s v', signature: Signature.from(good).serialized, reason: 'SIGNATURE_LENGTH' },
    { name: '63 bytes', signature: good.slice(0, -2), reason: 'SIGNATURE_LENGTH' },
    { name: 'empty signature', signature: '0x', reason: 'SIGNATURE_LENGTH' },
    { name: '64 zero bytes', signature: `0x${'00'.repeat(64)}`, reason: mismatch },
    { name: 'r = 0', signature: `0x${'00'.repeat(32)}${good.slice(66)}`, reason: mismatch },
    { name: 's = 0', signature: rebuilt(good, (_, yParity) => yParity << 255n), reason: mismatch },
    { name: 'r = the curve order', signature: `0x${hex32(CURVE_ORDER)}${good.slice(66)}`, reason: mismatch },
  ]
}

const hex32 = (value: bigint): string => value.toString(16).padStart(64, '0')

/** r and s, replaced as told; `s` may have its top bit set. */
function rebuilt(signature: string, change: (s: bigint, yParity: bigint) => bigint): string {
  const vs = BigInt(`0x${signature.slice(66)}`)
  return `${signature.slice(0, 66)}${hex32(change(vs & (TOP_BIT - 1n), vs >> 255n))}`
}

function highS65(signature: string): string {
  const { r, s, yParity } = Signature.from(signature)
  return `${r}${hex32(CURVE_ORDER - BigInt(s))}${yParity === 0 ? '1c' : '1b'}`
}
