import { hash } from 'node:crypto'
import { parseWei, type Wei } from '../../domain/amount.ts'
import { fromHex, toHex } from '../../domain/bytes.ts'
import { DecodeError } from '../../domain/errors.ts'
import {
  type Address,
  type ChannelId,
  type FileHash,
  type PeerIdText,
  parseAddress,
  parseChannelId,
  parseFileHash,
  peerIdText,
} from '../../domain/ids.ts'

/**
 * One line of the receipts log (docs/specs/10-receipts.md). An entry is a row of texts, an absent field an empty one, and its hash is
 * taken over that row: so JSON, CSV and database hold the same thing, and whoever has SHA-256 can check it.
 */
export interface ReceiptEntry extends ReceiptFacts {
  /** From 1, without a gap in the log. */
  readonly sequence: number
  /** Hash of the entry before; zeros for the first. */
  readonly previous: string
  /** When it was written, milliseconds since 1970. */
  readonly at: number
  readonly chainId: number
  readonly genesisHash: string
  readonly contract: Address
  /** The account whose log this is. */
  readonly wallet: Address
  readonly hash: string
}

export const RECEIPT_KINDS = [
  'voucher', // signed by us as payer, or taken by us as payee
  'receipt', // the same, from coin that is locked in an escrow
  'opened',
  'toppedUp',
  'redeemed',
  'closeRequested',
  'closed',
  'transferred', // a payment without a channel: a coin transfer, or one of a batch
  'quoted', // a price that a payee signed for us, and at which we bought
  'undone', // a reorg took back what an earlier entry says of the chain
] as const
export type ReceiptKind = (typeof RECEIPT_KINDS)[number]

/** What happened. Which of the fields are there follows from the kind. */
export interface ReceiptFacts {
  readonly kind: ReceiptKind
  /** What the wallet is in this channel. */
  readonly role: 'payer' | 'payee'
  /** The other account. */
  readonly peer: Address
  readonly peerId?: PeerIdText
  /** Zeros, and salt 0, of a payment without a channel, and of a quote. Of a receipt the allocation, and the salt of its escrow. */
  readonly channelId: ChannelId
  readonly salt: bigint
  /** What this entry adds: to what was vouchered, deposited or paid. */
  readonly amount?: Wei
  /** The total it reaches: vouchered, deposited or settled on this channel. */
  readonly cumulativeAmount?: Wei
  /** What the end of the channel returned to its payer. */
  readonly refund?: Wei
  /** As payer, what of `amount` was signed for which file, or its price per MiB in a quote; as payee, the price of the chunks committed since the entry before. */
  readonly files?: readonly FileAmount[]
  /** The payer's, over the voucher; the payee's, over the quote. */
  readonly signature?: Uint8Array
  /** The payer is a contract: only the chain can say whether the signature was its own. */
  readonly scheme?: 'erc1271'
  readonly transactionHash?: string
  readonly blockNumber?: number
  readonly blockHash?: string
  readonly logIndex?: number
  /** Sequence of the entry that is void. */
  readonly undoes?: number
  readonly quoteId?: number
  /** When the quote ends: Unix seconds, as it was signed. */
  readonly expiresAt?: number
  /** The Escrow contract whose coin a receipt promises. */
  readonly escrowContract?: Address
  /** For which the coin was locked: with payer and salt it names the escrow. */
  readonly escrowFile?: FileHash
  /** 32 bytes: keccak256 of the bitfield of the chunks that a receipt pays for; zeros where it does not say. */
  readonly chunksHash?: Uint8Array
  /** How they came; absent where a receipt does not say. */
  readonly protocol?: string
}

export interface FileAmount {
  readonly fileHash: FileHash
  readonly amount: Wei
}

/** The fields that every entry has, in the order in which they are hashed and written. Append only. */
export const RECEIPT_COLUMNS = [
  'sequence',
  'previous',
  'at',
  'chainId',
  'genesisHash',
  'contract',
  'wallet',
  'kind',
  'role',
  'peer',
  'peerId',
  'channelId',
  'salt',
  'amount',
  'cumulativeAmount',
  'refund',
  'files',
  'signature',
  'scheme',
  'transactionHash',
  'blockNumber',
  'blockHash',
  'logIndex',
  'undoes',
  'hash',
] as const satisfies readonly (keyof ReceiptEntry)[]

/** The fields that only a quote has, after the others: entries of before keep their hash. */
export const QUOTE_COLUMNS = ['quoteId', 'expiresAt'] as const satisfies readonly (keyof ReceiptEntry)[]

/** The fields that only a receipt of an escrow has. */
export const ESCROW_COLUMNS = [
  'escrowContract',
  'escrowFile',
  'chunksHash',
  'protocol',
] as const satisfies readonly (keyof ReceiptEntry)[]

export const ALL_COLUMNS = [...RECEIPT_COLUMNS, ...QUOTE_COLUMNS, ...ESCROW_COLUMNS] as const

export type ReceiptRow = Readonly<Record<(typeof ALL_COLUMNS)[number], string>>

/** The columns of entries of these kinds. */
export function columnsOf(...kinds: readonly string[]): readonly (keyof ReceiptRow)[] {
  return [
    ...RECEIPT_COLUMNS,
    ...(kinds.includes('quoted') ? QUOTE_COLUMNS : []),
    ...(kinds.includes('receipt') ? ESCROW_COLUMNS : []),
  ]
}

/** The channel of a payment without one. */
export const NO_CHANNEL = parseChannelId('0'.repeat(64))

/** `previous` of the first entry. */
export const NO_ENTRY = '0'.repeat(64)

const HASH = /^[0-9a-f]{64}$/
const CHAIN_HASH = /^0x[0-9a-f]+$/
const INTEGER = /^(0|[1-9][0-9]{0,15})$/
const SIGNATURE = /^0x(?:[0-9a-f]{2})+$/
const WORD = /^0x[0-9a-f]{64}$/
/** SPEC 04 §4: at most eight characters of ASCII. */
const PROTOCOL = /^[\x21-\x7e]{1,8}$/
const PEER_ID = /^[\x21-\x7e]{1,128}$/
const FILE_AMOUNT = /^([0-9a-f]{64}):((?:0|[1-9][0-9]*))$/

/** The entry with its hash. */
export function sealEntry(entry: Omit<ReceiptEntry, 'hash'>): ReceiptEntry {
  return { ...entry, hash: hashOf(encodeEntry({ ...entry, hash: '' })) }
}

/** SHA-256 of the row, its `hash` left out, as a JSON array of texts. */
export function hashOf(row: ReceiptRow): string {
  const hashed = columnsOf(row.kind)
    .filter((column) => column !== 'hash')
    .map((column) => row[column])
  return hash('sha256', JSON.stringify(hashed))
}

export function encodeEntry(entry: ReceiptEntry): ReceiptRow {
  const text = (value: string | number | bigint | undefined): string => (value === undefined ? '' : String(value))
  return {
    sequence: text(entry.sequence),
    previous: entry.previous,
    at: text(entry.at),
    chainId: text(entry.chainId),
    genesisHash: entry.genesisHash,
    contract: entry.contract,
    wallet: entry.wallet,
    kind: entry.kind,
    role: entry.role,
    peer: entry.peer,
    peerId: text(entry.peerId),
    channelId: entry.channelId,
    salt: text(entry.salt),
    amount: text(entry.amount),
    cumulativeAmount: text(entry.cumulativeAmount),
    refund: text(entry.refund),
    files: (entry.files ?? []).map(({ fileHash, amount }) => `${fileHash}:${amount}`).join(' '),
    signature: entry.signature === undefined ? '' : `0x${toHex(entry.signature)}`,
    scheme: text(entry.scheme),
    transactionHash: text(entry.transactionHash),
    blockNumber: text(entry.blockNumber),
    blockHash: text(entry.blockHash),
    logIndex: text(entry.logIndex),
    undoes: text(entry.undoes),
    hash: entry.hash,
    quoteId: text(entry.quoteId),
    expiresAt: text(entry.expiresAt),
    escrowContract: text(entry.escrowContract),
    escrowFile: text(entry.escrowFile),
    chunksHash: entry.chunksHash === undefined ? '' : `0x${toHex(entry.chunksHash)}`,
    protocol: text(entry.protocol),
  }
}

/** @throws DecodeError when a field is not what it has to be, or not in its one form */
export function decodeEntry(row: ReceiptRow): ReceiptEntry {
  const optional = <Name extends keyof ReceiptRow, T>(name: Name, decode: (text: string) => T): { [N in Name]?: T } =>
    // One field of that name, which TypeScript cannot see through the computed key.
    row[name] === '' ? {} : ({ [name]: decode(row[name]) } as { [N in Name]?: T })
  const entry: ReceiptEntry = {
    sequence: integer('sequence')(row.sequence),
    previous: matching('previous', HASH)(row.previous),
    at: integer('at')(row.at),
    chainId: integer('chainId')(row.chainId),
    genesisHash: matching('genesisHash', CHAIN_HASH)(row.genesisHash),
    contract: parseAddress(row.contract),
    wallet: parseAddress(row.wallet),
    kind: oneOf('kind', RECEIPT_KINDS)(row.kind),
    role: oneOf('role', ['payer', 'payee'])(row.role),
    peer: parseAddress(row.peer),
    channelId: parseChannelId(row.channelId),
    salt: parseWei(row.salt),
    hash: matching('hash', HASH)(row.hash),
    ...optional('peerId', (text) => peerIdText(matching('peerId', PEER_ID)(text))),
    ...optional('amount', parseWei),
    ...optional('cumulativeAmount', parseWei),
    ...optional('refund', parseWei),
    ...optional('files', (text) => text.split(' ').map(decodeFileAmount)),
    ...optional('signature', (text) => fromHex(matching('signature', SIGNATURE)(text))),
    ...optional('scheme', oneOf('scheme', ['erc1271'] as const)),
    ...optional('transactionHash', matching('transactionHash', CHAIN_HASH)),
    ...optional('blockNumber', integer('blockNumber')),
    ...optional('blockHash', matching('blockHash', CHAIN_HASH)),
    ...optional('logIndex', integer('logIndex')),
    ...optional('undoes', integer('undoes')),
    ...(row.kind === 'quoted' ? optional('quoteId', integer('quoteId')) : {}),
    ...(row.kind === 'quoted' ? optional('expiresAt', integer('expiresAt')) : {}),
    ...(row.kind === 'receipt' ? decodeEscrow(row) : {}),
  }
  // Whatever has two forms, as an address without its checksum, would have two hashes.
  const again = encodeEntry(entry)
  const odd = ALL_COLUMNS.find((column) => again[column] !== row[column])
  if (odd !== undefined) throw wrong(odd, row[odd])
  return entry
}

function decodeEscrow(row: ReceiptRow): Pick<ReceiptEntry, (typeof ESCROW_COLUMNS)[number]> {
  return {
    escrowContract: parseAddress(row.escrowContract),
    escrowFile: parseFileHash(row.escrowFile),
    chunksHash: fromHex(matching('chunksHash', WORD)(row.chunksHash)),
    ...(row.protocol === '' ? {} : { protocol: matching('protocol', PROTOCOL)(row.protocol) }),
  }
}

function decodeFileAmount(text: string): FileAmount {
  const [, fileHash, amount] = FILE_AMOUNT.exec(text) ?? []
  if (fileHash === undefined || amount === undefined) throw wrong('files', text)
  return { fileHash: parseFileHash(fileHash), amount: parseWei(amount) }
}

function matching(name: string, pattern: RegExp): (text: string) => string {
  return (text) => {
    if (!pattern.test(text)) throw wrong(name, text)
    return text
  }
}

function integer(name: string): (text: string) => number {
  return (text) => Number(matching(name, INTEGER)(text))
}

function oneOf<T extends string>(name: string, values: readonly T[]): (text: string) => T {
  return (text) => {
    const value = values.find((candidate) => candidate === text)
    if (value === undefined) throw wrong(name, text)
    return value
  }
}

function wrong(name: string, text: string): DecodeError {
  return new DecodeError(`"${text.slice(0, 80)}" is no ${name}.`)
}
