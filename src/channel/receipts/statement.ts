import { hash } from 'node:crypto'
import { addWei, type Wei, ZERO_WEI } from '../../domain/amount.ts'
import { fromHex } from '../../domain/bytes.ts'
import type { Address } from '../../domain/ids.ts'
import {
  hashText,
  namedDomain,
  type SigningDomain,
  signingDigest,
  structHash,
  typeHash,
  word,
} from '../../system/eip712.ts'
import { recoverSigner, type Signer } from '../../system/signer.ts'
import type { ReceiptEntry } from './entry.ts'

/** What the wallet says of an export: without it, entries at the end could be left out and nobody would see. */
export interface StatementTerms extends Totals {
  /** Entries in the export. */
  readonly entries: number
  /** Entries in the log when it was made: as many, unless the export is a part of it. */
  readonly length: number
  /** SHA-256 of the hashes of the exported entries, one after the other. */
  readonly digest: string
  /** Which part of the log; empty for all of it. */
  readonly filter: string
  /** Milliseconds since 1970. */
  readonly at: number
}

/** Sums over the exported entries, without those that were undone. */
export interface Totals {
  /** Vouchers and receipts signed, and payments without a channel, as payer. */
  readonly signed: Wei
  /** Vouchers and receipts taken, and payments without a channel, as payee. */
  readonly received: Wei
  /** Paid into channels, as payer. */
  readonly deposited: Wei
  /** Returned by channels that ended, as payer. */
  readonly refunded: Wei
  /** Paid out by the contract or without a channel, as payee. */
  readonly earned: Wei
}

export interface Statement extends StatementTerms {
  /** The wallet's, 64 bytes, EIP-2098. */
  readonly signature: Uint8Array
}

const STATEMENT_TYPE = typeHash(
  'Statement(uint256 entries,uint256 length,bytes32 digest,string filter,uint256 at,uint256 signed,uint256 received,uint256 deposited,uint256 refunded,uint256 earned)',
)

/** Never that of a contract, so that no statement is ever a voucher. */
export function statementDomain(chainId: number, contract: Address): SigningDomain {
  return namedDomain({ name: 'ChiralReceipts', version: '1' }, chainId, contract)
}

export function signStatement(domain: SigningDomain, signer: Signer, terms: StatementTerms): Statement {
  return { ...terms, signature: signer.signDigest(statementDigest(domain, terms)) }
}

export function isStatementSignedBy(domain: SigningDomain, wallet: Address, statement: Statement): boolean {
  return recoverSigner(statementDigest(domain, statement), statement.signature) === wallet
}

export function digestOf(entries: readonly Pick<ReceiptEntry, 'hash'>[]): string {
  return hash('sha256', fromHex(entries.map((entry) => entry.hash).join('')))
}

export function totalsOf(entries: readonly ReceiptEntry[]): Totals {
  const undone = new Set(entries.map(({ undoes }) => undoes))
  const sum = (amountOf: (entry: ReceiptEntry) => Wei | undefined): Wei =>
    entries
      .filter(({ sequence }) => !undone.has(sequence))
      .reduce((total, entry) => addWei(total, amountOf(entry) ?? ZERO_WEI), ZERO_WEI)
  const amounts = (role: ReceiptEntry['role'], ...kinds: readonly ReceiptEntry['kind'][]): Wei =>
    sum((entry) => (entry.role === role && kinds.includes(entry.kind) ? entry.amount : undefined))
  return {
    signed: amounts('payer', 'voucher', 'receipt', 'transferred'),
    received: amounts('payee', 'voucher', 'receipt', 'transferred'),
    deposited: amounts('payer', 'opened', 'toppedUp'),
    refunded: sum((entry) => (entry.role === 'payer' ? entry.refund : undefined)),
    earned: amounts('payee', 'redeemed', 'closed', 'transferred'),
  }
}

function statementDigest(domain: SigningDomain, terms: StatementTerms): Uint8Array {
  const { entries, length, digest, filter, at, signed, received, deposited, refunded, earned } = terms
  return signingDigest(
    domain,
    structHash(
      STATEMENT_TYPE,
      word(BigInt(entries)),
      word(BigInt(length)),
      fromHex(digest),
      hashText(filter),
      word(BigInt(at)),
      ...[signed, received, deposited, refunded, earned].map(word),
    ),
  )
}
