import { addWei, maxWei, subtractWei, type Wei, ZERO_WEI } from '../../domain/amount.ts'
import type { Address } from '../../domain/ids.ts'
import { channelIdOf } from '../channel-id.ts'
import { signingDomain } from '../eip712.ts'
import { signedByKey } from '../signed-by.ts'
import { isVoucherSigned } from '../voucher.ts'
import type { ReceiptsDocument } from './document.ts'
import { encodeEntry, hashOf, NO_CHANNEL, NO_ENTRY, type ReceiptEntry } from './entry.ts'
import { faultOfReceipt, type ReceiptJudgeOf } from './escrow-facts.ts'
import { faultOfQuote } from './quote-facts.ts'
import { digestOf, isStatementSignedBy, statementDomain, type Totals, totalsOf } from './statement.ts'
import { NO_SUMS, type Sums, sumsOf, withEntry } from './sums.ts'

export type Verification =
  | {
      readonly kind: 'valid'
      readonly wallet: Address | undefined
      readonly totals: Totals
      /** Vouchers of contract wallets: only the chain can judge their signatures. */
      readonly unchecked: number
    }
  /** `sequence` of the first entry that is bad; absent when only the statement is. */
  | { readonly kind: 'invalid'; readonly sequence?: number; readonly reason: string }

/**
 * Checks an export with nothing but itself: no node, no database, no chain (docs/specs/10-receipts.md §5). Pure.
 *
 * @param judgeOf what judges receipts of escrows
 */
export function verifyReceipts({ entries, statement }: ReceiptsDocument, judgeOf: ReceiptJudgeOf): Verification {
  const isWhole = statement.filter === ''
  const history = new History()
  const signedBy = new Map<Address, ReturnType<typeof signedByKey>>()
  let before: ReceiptEntry | undefined
  let unchecked = 0
  const first = entries[0]
  for (const entry of entries) {
    const bad = (reason: string): Verification => ({ kind: 'invalid', sequence: entry.sequence, reason })
    const chained = faultOfChain(entry, before, isWhole)
    if (chained !== undefined) return bad(chained)
    if (first !== undefined && !isSameLog(first, entry)) return bad('it is of another wallet, chain or contract')
    const misfit = faultOfChannel(entry, judgeOf)
    if (misfit !== undefined) return bad(misfit)
    if (entry.kind === 'voucher') {
      if (entry.scheme === undefined && !isSigned(entry, signedBy)) return bad('its voucher is not signed by the payer')
      if (entry.scheme !== undefined) unchecked++
    }
    const wrong =
      entry.kind === 'undone'
        ? history.faultOfUndoing(entry, isWhole)
        : faultOfAmounts(entry, history.sums(entry), isWhole)
    if (wrong !== undefined) return bad(wrong)
    history.add(entry)
    before = entry
  }
  return (
    faultOfStatement({ entries, statement }) ?? {
      kind: 'valid',
      wallet: first?.wallet,
      totals: totalsOf(entries),
      unchecked,
    }
  )
}

/** The entries so far, by channel and role. */
class History {
  readonly #entries = new Map<string, ReceiptEntry[]>()
  readonly #sums = new Map<string, Sums>()

  sums(entry: ReceiptEntry): Sums {
    return this.#sums.get(nameOf(entry)) ?? NO_SUMS
  }

  faultOfUndoing({ undoes, ...entry }: ReceiptEntry, isWhole: boolean): string | undefined {
    const earlier = this.#entries.get(nameOf(entry)) ?? []
    const isOpen = earlier.some(({ sequence, blockHash }) => sequence === undoes && blockHash !== undefined)
    const isTaken = earlier.some((other) => other.undoes === undoes)
    return isTaken || (isWhole && !isOpen) ? 'it undoes no entry that could be undone' : undefined
  }

  add(entry: ReceiptEntry): void {
    const name = nameOf(entry)
    const entries = this.#entries.get(name) ?? []
    entries.push(entry)
    this.#entries.set(name, entries)
    this.#sums.set(name, entry.kind === 'undone' ? sumsOf(entries) : withEntry(this.sums(entry), entry))
  }
}

function nameOf({ role, channelId }: Pick<ReceiptEntry, 'role' | 'channelId'>): string {
  return `${role} ${channelId}`
}

function faultOfChain(entry: ReceiptEntry, before: ReceiptEntry | undefined, isWhole: boolean): string | undefined {
  if (hashOf(encodeEntry(entry)) !== entry.hash) return 'its hash is not that of its fields'
  const last = before?.sequence ?? 0
  if (entry.sequence <= last) return `it comes after entry ${last}`
  const follows = entry.sequence === last + 1
  if (isWhole && !follows) return `entry ${last + 1} is missing before it`
  if (follows && entry.previous !== (before?.hash ?? NO_ENTRY)) return 'it does not follow on the entry before it'
  if (before !== undefined && entry.previous === before.hash && !follows)
    return `entry ${last + 1} is missing before it`
  return undefined
}

function isSameLog(a: ReceiptEntry, b: ReceiptEntry): boolean {
  return (
    a.wallet === b.wallet && a.chainId === b.chainId && a.genesisHash === b.genesisHash && a.contract === b.contract
  )
}

/** The id of a channel is the hash of its parties and salt, so an entry cannot be moved to other parties. */
function faultOfChannel(entry: ReceiptEntry, judgeOf: ReceiptJudgeOf): string | undefined {
  if (entry.kind === 'transferred') return faultOfTransfer(entry)
  if (entry.kind === 'quoted') return faultOfQuote(entry)
  const misnamed = entry.kind === 'receipt' ? faultOfReceipt(entry, judgeOf) : faultOfChannelId(entry)
  if (misnamed !== undefined) return misnamed
  const onChain = !['voucher', 'receipt', 'undone'].includes(entry.kind)
  const { transactionHash, blockNumber, blockHash, logIndex } = entry
  const position = [transactionHash, blockNumber, blockHash, logIndex].filter((value) => value !== undefined)
  return position.length === (onChain ? 4 : 0) ? undefined : 'its place on the chain is incomplete'
}

function faultOfChannelId(entry: ReceiptEntry): string | undefined {
  const key = { payer: payerOf(entry), payee: entry.role === 'payer' ? entry.peer : entry.wallet, salt: entry.salt }
  return entry.salt >= 1n << 96n || channelIdOf(key) !== entry.channelId
    ? 'its channel is not one of the wallet and the peer'
    : undefined
}

/** It has no channel; where the chain shows it is found by its transaction. */
function faultOfTransfer({ channelId, salt, transactionHash, ...entry }: ReceiptEntry): string | undefined {
  if (channelId !== NO_CHANNEL || salt !== 0n) return 'it names a channel, and is a payment without one'
  const { blockNumber, blockHash, logIndex } = entry
  const isElsewhere = [blockNumber, blockHash, logIndex].some((value) => value !== undefined)
  return transactionHash === undefined || isElsewhere ? 'its place on the chain is not a transaction alone' : undefined
}

function isSigned(entry: ReceiptEntry, known: Map<Address, ReturnType<typeof signedByKey>>): boolean {
  const { channelId, cumulativeAmount, signature } = entry
  if (cumulativeAmount === undefined || signature === undefined) return false
  const payer = payerOf(entry)
  const signedByPayer = known.get(payer) ?? signedByKey(payer)
  known.set(payer, signedByPayer)
  const domain = signingDomain(entry.chainId, entry.contract)
  return isVoucherSigned(domain, { channelId, cumulativeAmount, signature }, signedByPayer) === true
}

function payerOf({ role, wallet, peer }: ReceiptEntry): Address {
  return role === 'payer' ? wallet : peer
}

/** Each amount must lead from the total before to the total after; of a part of the log only that totals grow is known. */
function faultOfAmounts(entry: ReceiptEntry, before: Sums, isWhole: boolean): string | undefined {
  const { kind, amount, cumulativeAmount, refund } = entry
  if (kind === 'closeRequested' || kind === 'quoted') return undefined
  if (kind === 'transferred') {
    if (amount === undefined || amount === 0n || cumulativeAmount !== undefined) return 'it is not of one amount'
    return faultOfFiles(entry, amount)
  }
  if (amount === undefined || cumulativeAmount === undefined) return 'it has no amounts'
  const last = lastTotal(kind, before)
  // A channel can end with nothing more paid.
  if (cumulativeAmount < last || (cumulativeAmount === last && kind !== 'closed'))
    return `its total does not exceed ${last} wei`
  const base = isWhole ? last : maxWei(last, subtractWei(cumulativeAmount, amount))
  if (addWei(base, amount) !== cumulativeAmount)
    return `its amount does not lead from ${last} to ${cumulativeAmount} wei`
  const wrong = kind === 'voucher' || kind === 'receipt' ? faultOfFiles(entry, amount) : undefined
  if (wrong !== undefined) return wrong
  if (kind === 'closed' && isWhole && before.deposited !== addWei(cumulativeAmount, refund ?? ZERO_WEI))
    return 'what it pays and returns is not what was deposited'
  return undefined
}

/** A payer knows what it paid for; a payee tells what it sold meanwhile. */
function faultOfFiles({ role, files = [] }: ReceiptEntry, amount: Wei): string | undefined {
  const forFiles = files.reduce((sum, file) => addWei(sum, file.amount), ZERO_WEI)
  return role === 'payer' && forFiles > amount ? 'its files add up to more than its amount' : undefined
}

function lastTotal(kind: ReceiptEntry['kind'], sums: Sums): Wei {
  switch (kind) {
    case 'voucher':
    case 'receipt':
      return sums.vouchered
    case 'opened':
      return ZERO_WEI
    case 'toppedUp':
      return sums.deposited
    default:
      return sums.settled
  }
}

function faultOfStatement({ entries, statement }: ReceiptsDocument): Verification | undefined {
  const bad = (reason: string): Verification => ({ kind: 'invalid', reason })
  const [first] = entries
  if (entries.length !== statement.entries)
    return bad(`the statement is over ${statement.entries} entries, the file has ${entries.length}`)
  if (digestOf(entries) !== statement.digest) return bad('the statement is over other entries')
  if (statement.filter === '' && statement.length !== statement.entries)
    return bad('the statement is over a part of the log')
  const totals = totalsOf(entries)
  const wrong = Object.entries(totals).find(([name, amount]) => statement[name as keyof Totals] !== amount)
  if (wrong !== undefined) return bad(`the statement has another sum of what was ${wrong[0]}`)
  if (first === undefined) return undefined // nothing says whose empty log it is
  const domain = statementDomain(first.chainId, first.contract)
  return isStatementSignedBy(domain, first.wallet, statement)
    ? undefined
    : bad('the statement is not signed by the wallet')
}
