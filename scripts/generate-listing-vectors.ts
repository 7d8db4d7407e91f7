/**
 * Writes test/vectors/listing.json: listings that a reader must take, and ones it must refuse (docs/specs/09-listing.md). They are put together
 * here byte by byte and signed by ethers, so that our codec and signer are not their own judges.
 */
import { concat, dataLength, hexlify, keccak256, Signature, SigningKey, toBeHex, toUtf8Bytes } from 'ethers'
import { type GeneratedFile, runGenerator } from './generated-files.ts'
import { isMain } from './is-main.ts'

const MAGIC = hexlify(toUtf8Bytes('chiral/listing/1\0'))
/** Public test keys: of the publisher, and of somebody else. */
const KEY = `0x${'01'.repeat(32)}`
const OTHER_KEY = `0x${'02'.repeat(32)}`

interface Entry {
  readonly path: string
  readonly size?: number
  readonly hash?: string
  /** Bytes after the known fields. */
  readonly extra?: string
  /** The size as it is sent, where that is not the one form. */
  readonly sizeBytes?: string
}

const hashOf = (byte: string): string => `0x${byte.repeat(32)}`

function varint(value: number): string {
  let rest = value
  const bytes: number[] = []
  do {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0))
    rest >>>= 7
  } while (rest > 0)
  return hexlify(new Uint8Array(bytes))
}

function field(number: number, value: string): string {
  return concat([toBeHex((number << 3) | 2), varint(dataLength(value)), value])
}

function entryOf({ path, size = 1, hash = hashOf('ab'), extra = '0x', sizeBytes }: Entry): string {
  const sized = sizeBytes ?? (size === 0 ? '0x' : toBeHex(size))
  return concat([
    field(1, hexlify(toUtf8Bytes(path))),
    ...(sized === '0x' && sizeBytes === undefined ? [] : [field(2, sized)]),
    field(3, hash),
    extra,
  ])
}

function payloadOf(entries: readonly Entry[]): string {
  return concat(entries.map((entry) => field(1, entryOf(entry))))
}

function accountOf(key: string): string {
  return `0x${keccak256(`0x${SigningKey.computePublicKey(key, false).slice(4)}`).slice(26)}`
}

function listing(payload: string, { key = KEY, signer = accountOf(KEY), magic = MAGIC } = {}): string {
  const digest = keccak256(concat([MAGIC, toBeHex(dataLength(payload), 4), payload]))
  const { compactSerialized } = Signature.from(new SigningKey(key).sign(digest))
  return concat([magic, signer, compactSerialized, payload])
}

const one = (path: string, more: Omit<Entry, 'path'> = {}): string => listing(payloadOf([{ path, ...more }]))
const many = (...paths: string[]): string => listing(payloadOf(paths.map((path) => ({ path }))))

const VALID: readonly (readonly [name: string, entries: readonly Entry[]])[] = [
  ['one file', [{ path: 'a.txt' }]],
  ['an empty file', [{ path: 'a', size: 0 }]],
  ['the largest file', [{ path: 'a', size: 2 ** 50 }]],
  ['the same content twice', [{ path: 'a' }, { path: 'b' }]],
  [
    'folders, in the order of bytes',
    [{ path: 'a-b' }, { path: 'a/b' }, { path: 'a/c/d' }, { path: 'z' }, { path: 'é' }, { path: '𝒳' }],
  ],
  ['a name of 240 bytes', [{ path: 'n'.repeat(240) }]],
  ['32 names deep', [{ path: Array.from({ length: 32 }, () => 'd').join('/') }]],
  ['dots inside and before a name', [{ path: '..a/.b/c..d' }]],
]

const INVALID: readonly (readonly [name: string, bytes: string])[] = [
  ['nothing', '0x'],
  ['the magic alone', MAGIC],
  ['another magic', listing(payloadOf([{ path: 'a' }]), { magic: hexlify(toUtf8Bytes('chiral/listing/2\0')) })],
  ['signed by somebody else', listing(payloadOf([{ path: 'a' }]), { key: OTHER_KEY })],
  ['somebody else named as publisher', listing(payloadOf([{ path: 'a' }]), { signer: accountOf(OTHER_KEY) })],
  ['one bit of the payload flipped', one('a').replace(/ab$/, 'aa')],
  ['no entry', listing('0x')],
  ['the folder above', one('../a')],
  ['the folder above, inside', one('a/../../b')],
  ['this folder', one('./a')],
  ['an absolute path', one('/etc/passwd')],
  ['an empty path', one('')],
  ['an empty name', one('a//b')],
  ['a slash at the end', one('a/')],
  ['a backslash', one('..\\a')],
  ['a zero byte', one('a\0b')],
  ['a line break', one('a\nb')],
  ['a mark that turns text around', one('a\u202egpj.exe')],
  ['not in NFC', one('e\u0301')],
  ['a name of 241 bytes', one('n'.repeat(241))],
  ['33 names deep', one(Array.from({ length: 33 }, () => 'd').join('/'))],
  ['a path of more than 1,024 bytes', one(Array.from({ length: 10 }, () => 'n'.repeat(110)).join('/'))],
  ['a dot at the end of a name', one('a./b')],
  ['a space at the end of a name', one('a ')],
  ['the name of a part file', one('a.CHIRAL-part')],
  ['a path twice', many('a', 'a')],
  ['paths out of order', many('b', 'a')],
  ['paths that differ in case alone', many('A', 'a')],
  ['folders that differ in case alone', many('A/x', 'a/y')],
  ['a file that is a folder too', many('a', 'a/b')],
  ['a file that is a folder too, in another case', many('A', 'a/b')],
  ['a file larger than a file can be', one('a', { size: 2 ** 50 + 1 })],
  ['a size with a leading zero', one('a', { sizeBytes: '0x0001' })],
  ['a size of eight bytes', one('a', { sizeBytes: '0x0102030405060708' })],
  ['an empty size that is written', one('a', { sizeBytes: '0x' })],
  ['a file id of 31 bytes', one('a', { hash: `0x${'ab'.repeat(31)}` })],
  ['a field that is not known', one('a', { extra: field(9, '0x01') })],
  ['fields out of order', listing(field(1, concat([field(3, hashOf('ab')), field(1, '0x61'), field(2, '0x01')])))],
  ['a payload that is cut', listing(`0x${payloadOf([{ path: 'a' }]).slice(2, -2)}`)],
]

async function generateListingVectors(): Promise<GeneratedFile[]> {
  const content = {
    privateKey: KEY,
    publisher: accountOf(KEY),
    valid: VALID.map(([name, entries]) => ({
      name,
      bytes: listing(payloadOf(entries)),
      entries: entries.map(({ path, size = 1, hash = hashOf('ab') }) => ({
        path,
        sizeBytes: size,
        fileHash: hash.slice(2),
      })),
    })),
    invalid: INVALID.map(([name, bytes]) => ({ name, bytes })),
  }
  return [{ path: 'test/vectors/listing.json', content: `${JSON.stringify(content, null, 2)}\n` }]
}

if (isMain(import.meta.filename)) await runGenerator('scripts/generate-listing-vectors.ts', generateListingVectors)
