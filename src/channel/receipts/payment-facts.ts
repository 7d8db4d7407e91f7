import { addWei, parseWei, subtractWei, type Wei, wei, ZERO_WEI } from '../../domain/amount.ts'
import { type Address, type FileHash, parseFileHash } from '../../domain/ids.ts'
import type { Connection } from '../../system/database.ts'
import type { SigningDomain } from '../../system/eip712.ts'
import type { Signer } from '../../system/signer.ts'
import type { Channel } from '../channel-state.ts'
import { findNameId } from '../names.ts'
import { listPayeePairs } from '../payee-books.ts'
import { listPayerPairs } from '../payer-books.ts'
import { signedByKey } from '../signed-by.ts'
import { loadPeer, type Role } from '../store.ts'
import { isVoucherSigned, signVoucher } from '../voucher.ts'
import type { FileAmount, ReceiptFacts } from './entry.ts'
import { bestReceipt, type PapersOf } from './escrow-facts.ts'
import { loadMark, saveMark } from './log.ts'
import { takeQuoteFacts } from './quote-facts.ts'
import { takeShares } from './share-facts.ts'
import { takeTransfer, type UnloggedTransfer, unloggedTransfers } from './transfer-facts.ts'

/** A channel whose best voucher is higher than what the log holds of it. */
interface UnloggedVoucher {
  readonly role: Role
  readonly peer: Address
  readonly channel: Channel
  readonly amount: Wei
  /** There where it is an allocation of an escrow. */
  readonly receipt?: ReturnType<typeof bestReceipt>
}

type Unlogged = UnloggedVoucher | UnloggedTransfer

/**
 * The payments that the log does not hold yet: of vouchers the best of each channel, since a lower one is worth nothing beside it, and what was paid
 * without a channel. What they pay for is read from the books that were written in the transaction of each, so nothing can be missed.
 */
export function unloggedPayments(connection: Connection, papersOf: PapersOf): Unlogged[] {
  const unlogged = (role: Role, peer: Address, channels: readonly Channel[]): UnloggedVoucher[] =>
    channels.flatMap((channel) => {
      const amount = subtractWei(channel.best, loggedOn(connection, role, channel))
      if (amount === 0n) return []
      if (channel.escrow === undefined) return [{ role, peer, channel, amount }]
      const receipt = bestReceipt(connection, { role, channel }, papersOf)
      return receipt === undefined ? [] : [{ role, peer, channel, amount, receipt }]
    })
  return [
    ...listPayerPairs(connection).flatMap(({ payee, channels }) => unlogged('payer', payee, channels)),
    ...listPayeePairs(connection).flatMap(({ payer, channels }) => unlogged('payee', payer, channels)),
    ...unloggedTransfers(connection),
  ]
}

/** The entries for them. Marks what they take from the books as taken: to be called in the transaction that appends them. */
export function takePaymentFacts(
  connection: Connection,
  signs: { readonly domain: SigningDomain; readonly signer: Signer; readonly papersOf: PapersOf },
): ReceiptFacts[] {
  const pairs = Map.groupBy(unloggedPayments(connection, signs.papersOf), ({ role, peer }) => `${role} ${peer}`)
  return [...pairs.values()].flatMap((payments) => {
    const [first] = payments
    if (first === undefined) return []
    const { role, peer } = first
    const files = role === 'payer' ? takeShares(connection, peer) : takeDeliveries(connection, peer)
    const peerId = loadPeer(connection, role, peer)
    const named = peerId === undefined ? {} : { peerId }
    const split = splitFiles(
      files,
      payments.map((payment) => ({ amount: payment.amount, lockedFor: lockedFor(payment) })),
      { exact: role === 'payer' },
    )
    return payments.flatMap((payment, index): ReceiptFacts[] => {
      const own = split[index] ?? []
      const bought = own.map(({ fileHash }) => fileHash)
      const quoted = role === 'payer' ? takeQuoteFacts(connection, peer, bought) : []
      const facts =
        'channel' in payment ? takeVoucher(connection, payment, own, signs) : takeTransfer(connection, payment, own)
      return [...quoted, facts].map((each) => ({ ...each, ...named }))
    })
  })
}

function takeVoucher(
  connection: Connection,
  { role, peer, channel, amount, receipt }: UnloggedVoucher,
  files: readonly FileAmount[],
  { domain, signer }: { readonly domain: SigningDomain; readonly signer: Signer },
): ReceiptFacts {
  const { channelId, salt, best: cumulativeAmount } = channel
  saveMark(connection, markOf(role, channel), cumulativeAmount.toString())
  const total = { role, peer, channelId, salt, amount, cumulativeAmount, ...(files.length === 0 ? {} : { files }) }
  if (receipt !== undefined) return { kind: 'receipt', ...total, ...receipt }
  const signature =
    role === 'payer' ? signVoucher(domain, signer, { channelId, cumulativeAmount }).signature : channel.signature
  const payer = role === 'payer' ? signer.address : peer
  const isKey =
    signature !== undefined &&
    isVoucherSigned(domain, { channelId, cumulativeAmount, signature }, signedByKey(payer)) === true
  return {
    kind: 'voucher',
    ...total,
    ...(signature === undefined ? {} : { signature }),
    ...(isKey ? {} : { scheme: 'erc1271' as const }),
  }
}

/** The file that an escrow was locked for: it pays for no other. Of several files it is none of them. */
function lockedFor(payment: Unlogged): FileHash | undefined {
  return 'channel' in payment ? payment.channel.escrow?.fileHash : undefined
}

/** A payment of which it is to be said what it was for. */
interface Split {
  readonly amount: Wei
  readonly lockedFor?: FileHash | undefined
}

/**
 * Which of the files belong to which of several payments, in their order; what is locked for a file takes from that alone, and first. Where the books do not
 * account for them to the wei (shares from before there was a log), no file is named. Pure.
 */
function splitFiles(
  files: readonly FileAmount[],
  payments: readonly Split[],
  { exact }: { readonly exact: boolean },
): FileAmount[][] {
  if (!exact) return payments.map((_, index) => (index === 0 ? [...files] : []))
  const sum = (amounts: readonly { readonly amount: Wei }[]): Wei =>
    amounts.reduce((total, { amount }) => addWei(total, amount), ZERO_WEI)
  if (sum(files) !== sum(payments)) return payments.map(() => [])
  const left = files.map((file) => ({ ...file }))
  const isFile = (lockedFor: FileHash | undefined): boolean => files.some(({ fileHash }) => fileHash === lockedFor)
  const take = ({ amount, lockedFor }: Split): FileAmount[] => {
    let missing: bigint = amount
    const own: FileAmount[] = []
    for (const file of left) {
      if (lockedFor !== undefined && file.fileHash !== lockedFor) continue
      const part = file.amount < missing ? file.amount : wei(missing)
      if (part === 0n) continue
      own.push({ fileHash: file.fileHash, amount: part })
      file.amount = subtractWei(file.amount, part)
      missing -= part
    }
    return own
  }
  const locked = payments.map((payment) => (isFile(payment.lockedFor) ? take(payment) : undefined))
  return payments.map((payment, index) => locked[index] ?? take({ amount: payment.amount }))
}

/** The price of the chunks committed since the last time, by file. */
function takeDeliveries(connection: Connection, payer: Address): FileAmount[] {
  const mark = Number(loadMark(connection, `deliveries ${payer}`) ?? 0)
  const rows = connection.all(
    `SELECT name AS file_hash, price, count(*) AS chunks, max(number) AS newest FROM channel_delivery_rows JOIN channel_names ON id = file
     WHERE payer = ? AND number > ? AND sold > ? GROUP BY name, price ORDER BY name, price`,
    findNameId(connection, payer) ?? null,
    mark,
    mark,
  )
  const sums = new Map<FileHash, Wei>()
  for (const row of rows) {
    const fileHash = parseFileHash(String(row['file_hash']))
    const amount = wei(parseWei(String(row['price'])) * BigInt(String(row['chunks'])))
    sums.set(fileHash, addWei(sums.get(fileHash) ?? ZERO_WEI, amount))
  }
  const newest = Math.max(mark, ...rows.map((row) => Number(row['newest'])))
  saveMark(connection, `deliveries ${payer}`, String(newest))
  return [...sums].map(([fileHash, amount]) => ({ fileHash, amount }))
}

function loggedOn(connection: Connection, role: Role, channel: Channel): Wei {
  return parseWei(loadMark(connection, markOf(role, channel)) ?? '0')
}

function markOf(role: Role, { channelId }: Channel): string {
  return `voucher ${role} ${channelId}`
}
