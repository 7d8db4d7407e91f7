/**
 * Writes test/vectors/receipts-log.json: exports of a receipts log, good and bad, with the entry at which a verifier must stop
 * (docs/specs/10-receipts.md). Nothing of src/ is used: ethers signs, and the hashes are made here.
 */
import { createHash } from 'node:crypto'
import { AbiCoder, type HDNodeWallet, keccak256, TypedDataEncoder } from 'ethers'
import { type GeneratedFile, runGenerator } from './generated-files.ts'
import { isMain } from './is-main.ts'
import { CHAIN_ID, CONTRACT, RECEIPT_TYPES, SALT, testAccount } from './vector-signatures.ts'

const [wallet, peer, stranger] = [testAccount(0), testAccount(1), testAccount(2)]
const GENESIS_HASH = `0x${'9e'.repeat(32)}`
const FILE_HASH = 'f1'.repeat(32)
const CHANNEL_ID = channelIdOf(wallet.address, peer.address)
const STARTED_AT = 1_800_000_000_000

const COLUMNS =
  'sequence previous at chainId genesisHash contract wallet kind role peer peerId channelId salt amount cumulativeAmount refund files signature scheme transactionHash blockNumber blockHash logIndex undoes'.split(
    ' ',
  )
/** The columns that only quotes have; they come after the hash, and are in it. */
const QUOTE_COLUMNS = ['quoteId', 'expiresAt']
/** The columns that only receipts of escrows have. */
const ESCROW_COLUMNS = ['escrowContract', 'escrowFile', 'chunksHash', 'protocol']
const OWN_COLUMNS: Readonly<Record<string, readonly string[]>> = { quoted: QUOTE_COLUMNS, receipt: ESCROW_COLUMNS }
const STATEMENT_TYPES = {
  Statement: [
    'uint256 entries',
    'uint256 length',
    'bytes32 digest',
    'string filter',
    'uint256 at',
    'uint256 signed',
    'uint256 received',
    'uint256 deposited',
    'uint256 refunded',
    'uint256 earned',
  ].map((member) => {
    const [type = '', name = ''] = member.split(' ')
    return { type, name }
  }),
}

type Entry = Readonly<Record<string, string>>
type Statement = Readonly<Record<string, string>>

function channelIdOf(payer: string, payee: string): string {
  const types = ['address', 'address', 'uint96']
  return keccak256(AbiCoder.defaultAbiCoder().encode(types, [payer, payee, SALT]))
}

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex')
const domainOf = (name: string) => ({ name, version: '1', chainId: CHAIN_ID, verifyingContract: CONTRACT })

function signVoucher(signer: HDNodeWallet, cumulativeAmount: string): string {
  const types = {
    Voucher: [
      { name: 'channelId', type: 'bytes32' },
      { name: 'cumulativeAmount', type: 'uint96' },
    ],
  }
  const digest = TypedDataEncoder.hash(domainOf('ChiralPaymentChannel'), types, {
    channelId: CHANNEL_ID,
    cumulativeAmount,
  })
  return signer.signingKey.sign(digest).compactSerialized
}

/** Entries with numbers, links and hashes; what `facts` say of those themselves is kept. */
function chain(facts: readonly Entry[]): Entry[] {
  let previous = '0'.repeat(64)
  return facts.map((fact, index) => {
    const entry: Entry = {
      sequence: String(index + 1),
      previous,
      at: String(STARTED_AT + index * 1000),
      chainId: CHAIN_ID.toString(),
      genesisHash: GENESIS_HASH,
      contract: CONTRACT,
      wallet: wallet.address,
      role: 'payer',
      peer: peer.address,
      channelId: CHANNEL_ID,
      salt: SALT.toString(),
      ...fact,
    }
    const columns = [...COLUMNS, ...(OWN_COLUMNS[fact['kind'] ?? ''] ?? [])]
    const hash = sha256(JSON.stringify(columns.map((column) => entry[column] ?? '')))
    previous = hash
    return { ...entry, hash }
  })
}

function state(entries: readonly Entry[], terms: Statement, signer = wallet): Statement {
  const stated = {
    entries: String(entries.length),
    length: String(entries.length),
    digest: sha256(Buffer.from(entries.map(({ hash }) => hash).join(''), 'hex')),
    filter: '',
    at: String(STARTED_AT + 60_000),
    ...terms,
  }
  const digest = TypedDataEncoder.hash(domainOf('ChiralReceipts'), STATEMENT_TYPES, {
    ...stated,
    digest: `0x${stated.digest}`,
  })
  return { ...stated, signature: signer.signingKey.sign(digest).compactSerialized }
}

const onChain = (block: number): Entry => ({
  transactionHash: `0x${String(block).padStart(64, '0')}`,
  blockNumber: String(block),
  blockHash: `0x${'b'.repeat(62)}${block}`,
  logIndex: '0',
})
const voucher = (amount: string, cumulativeAmount: string, signer = wallet): Entry => ({
  kind: 'voucher',
  amount,
  cumulativeAmount,
  files: `${FILE_HASH}:${amount}`,
  signature: signVoucher(signer, cumulativeAmount),
})

const PRICE_PER_MIB = '1048576'
const QUOTE = { quoteId: '7', expiresAt: '1800003600' }

/** A price that the peer promised the wallet. */
function quoted(signer: HDNodeWallet, change: Entry = {}): Entry {
  const types = {
    Quote: [
      { name: 'fileHash', type: 'bytes32' },
      { name: 'payer', type: 'address' },
      { name: 'pricePerMiB', type: 'uint96' },
      { name: 'quoteId', type: 'uint32' },
      { name: 'expiresAt', type: 'uint64' },
    ],
  }
  const digest = TypedDataEncoder.hash(domainOf('ChiralPaymentChannel'), types, {
    ...QUOTE,
    fileHash: `0x${FILE_HASH}`,
    payer: wallet.address,
    pricePerMiB: PRICE_PER_MIB,
  })
  const signature = signer.signingKey.sign(digest).compactSerialized
  const files = `${FILE_HASH}:${PRICE_PER_MIB}`
  return { kind: 'quoted', channelId: `0x${'0'.repeat(64)}`, salt: '0', files, signature, ...QUOTE, ...change }
}

const ESCROW_CONTRACT = '0x00000000000000000000000000000000000000E5'
const CHUNKS_HASH = keccak256('0xe0')

/** What names an escrow of the wallet for the file, and what it allocates to the peer. */
function allocationOf(fileHash: string): { readonly escrowId: string; readonly allocationId: string } {
  const encode = (types: string[], values: unknown[]): string =>
    keccak256(AbiCoder.defaultAbiCoder().encode(types, values))
  const escrowId = encode(['address', 'bytes32', 'uint96'], [wallet.address, `0x${fileHash}`, SALT])
  return { escrowId, allocationId: encode(['bytes32', 'address'], [escrowId, peer.address]) }
}

/** A receipt of an escrow, to the peer. */
function receipt(amount: string, cumulativeAmount: string, change: Entry = {}, signer = wallet): Entry {
  const { escrowId, allocationId } = allocationOf(FILE_HASH)
  const domain = { name: 'ChiralEscrow', version: '1', chainId: CHAIN_ID, verifyingContract: ESCROW_CONTRACT }
  const digest = TypedDataEncoder.hash(domain, RECEIPT_TYPES, {
    escrowId,
    seeder: peer.address,
    cumulativeAmount,
    chunksHash: CHUNKS_HASH,
    protocol: `0x${Buffer.from('http').toString('hex').padEnd(16, '0')}`,
  })
  return {
    kind: 'receipt',
    channelId: allocationId,
    amount,
    cumulativeAmount,
    files: `${FILE_HASH}:${amount}`,
    signature: signer.signingKey.sign(digest).compactSerialized,
    escrowContract: ESCROW_CONTRACT,
    escrowFile: FILE_HASH,
    chunksHash: CHUNKS_HASH,
    protocol: 'http',
    ...change,
  }
}

const FACTS: readonly Entry[] = [
  { kind: 'opened', amount: '1000', cumulativeAmount: '1000', ...onChain(11) },
  voucher('300', '300'),
  { kind: 'undone', undoes: '1' },
  { kind: 'opened', amount: '1000', cumulativeAmount: '1000', ...onChain(12) },
  voucher('150', '450'),
  { kind: 'redeemed', amount: '300', cumulativeAmount: '300', ...onChain(13) },
  { kind: 'closeRequested', ...onChain(14) },
  { kind: 'closed', amount: '150', cumulativeAmount: '450', refund: '550', ...onChain(15) },
]
const TERMS = { signed: '450', received: '0', deposited: '1000', refunded: '550', earned: '0' }

function vector(name: string, entries: readonly Entry[], statement: Statement, badEntry?: number | 'statement') {
  return {
    name,
    valid: badEntry === undefined,
    badEntry: badEntry ?? null,
    document: { format: 'chiral-receipts/1', entries, statement },
  }
}

/** Shown with other facts, all hashes and the statement made anew: what an owner could do who lies about others. */
function remade(name: string, index: number, change: Entry, badEntry: number | 'statement') {
  const entries = chain(FACTS.map((fact, at) => (at === index ? { ...fact, ...change } : fact)))
  return vector(name, entries, state(entries, TERMS), badEntry)
}

/** The same log with a quote before its first voucher. */
function withQuote(name: string, quote: Entry, badEntry?: number) {
  const entries = chain(FACTS.toSpliced(1, 0, quote))
  return vector(name, entries, state(entries, TERMS), badEntry)
}

/** The same log with receipts of an escrow after it, of which the first is as it has to be. */
function withReceipts(name: string, second: Entry, badEntry?: number) {
  const entries = chain([...FACTS, receipt('200', '200'), second])
  return vector(name, entries, state(entries, { ...TERMS, signed: '700' }), badEntry)
}

/** For scripts/generate.ts. */
export async function generateReceiptsLogVectors(): Promise<GeneratedFile[]> {
  const entries = chain(FACTS)
  const statement = state(entries, TERMS)
  const part = entries.filter(({ sequence }) => sequence === '2' || sequence === '5')
  const partStatement = state(part, {
    ...TERMS,
    deposited: '0',
    refunded: '0',
    length: '8',
    filter: `file ${FILE_HASH}`,
  })
  const vectors = [
    vector('a whole log', entries, statement),
    vector('a part of it', part, partStatement),
    vector('an empty log', [], state([], { signed: '0', received: '0', deposited: '0', refunded: '0', earned: '0' })),
    vector('an amount is changed', entries.with(4, { ...entries[4], amount: '151' }), statement, 5),
    vector('an entry is missing', entries.toSpliced(4, 1), statement, 6),
    vector('the last entry is missing', entries.slice(0, -1), statement, 'statement'),
    vector('the first entry is missing', entries.slice(1), statement, 2),
    vector('an entry of the part is missing', part.slice(1), partStatement, 'statement'),
    vector('the statement is of a stranger', entries, state(entries, TERMS, stranger), 'statement'),
    vector('the statement has another sum', entries, state(entries, { ...TERMS, signed: '451' }), 'statement'),
    remade('a voucher is signed by a stranger', 4, voucher('150', '450', stranger), 5),
    remade('a voucher is of another peer', 4, { peer: stranger.address }, 5),
    remade('a voucher is lower than the one before', 4, voucher('100', '200'), 5),
    remade('an amount does not lead to its total', 4, { amount: '149' }, 5),
    remade('files add up to more than the voucher', 4, { files: `${FILE_HASH}:151` }, 5),
    remade('what was undone had never been', 2, { undoes: '2' }, 3),
    remade('a refund is too high', 7, { refund: '551' }, 8),
    remade('an entry says that it is of another wallet', 5, { wallet: stranger.address }, 6),
    remade('an entry does not follow on the one before', 3, { previous: '1'.repeat(64) }, 4),
    withQuote('a log with a quote', quoted(peer)),
    withQuote('a quote is signed by a stranger', quoted(stranger), 2),
    withQuote('a quote names another price than was signed', quoted(peer, { files: `${FILE_HASH}:1048577` }), 2),
    withQuote('a quote ends later than was signed', quoted(peer, { expiresAt: '1800003601' }), 2),
    withQuote('a quote says that something was paid', quoted(peer, { amount: '5' }), 2),
    withReceipts('a log with receipts of an escrow', receipt('50', '250')),
    withReceipts('a receipt is signed by a stranger', receipt('50', '250', {}, stranger), 10),
    withReceipts('a receipt says another protocol than was signed', receipt('50', '250', { protocol: 'bitswap' }), 10),
    withReceipts(
      'a receipt says other chunks than were signed',
      receipt('50', '250', { chunksHash: keccak256('0xf0') }),
      10,
    ),
    withReceipts('a receipt is of another contract', receipt('50', '250', { escrowContract: CONTRACT }), 10),
    withReceipts(
      'a receipt is of the escrow of another file',
      receipt('50', '250', { escrowFile: 'f2'.repeat(32) }),
      10,
    ),
    withReceipts('a receipt is of another peer', receipt('50', '250', { peer: stranger.address }), 10),
    withReceipts('a receipt is lower than the one before', receipt('50', '150'), 10),
    withReceipts('a receipt says where the chain shows it', receipt('50', '250', onChain(16)), 10),
  ]
  const content = {
    description:
      'Exports of a receipts log (docs/specs/10-receipts.md). Generated by scripts/generate-receipts-log-vectors.ts; the keys are public test keys. `badEntry` is the sequence of the entry at which a verifier stops, or "statement".',
    columns: [...COLUMNS, 'hash'],
    quoteColumns: QUOTE_COLUMNS,
    escrowColumns: ESCROW_COLUMNS,
    vectors,
  }
  return [{ path: 'test/vectors/receipts-log.json', content: `${JSON.stringify(content, null, 2)}\n` }]
}

if (isMain(import.meta.filename))
  await runGenerator('scripts/generate-receipts-log-vectors.ts', generateReceiptsLogVectors)
