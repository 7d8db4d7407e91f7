import { addWei, minWei, parseWei, subtractWei, type Wei, wei, ZERO_WEI } from '../../domain/amount.ts'
import { type Address, type FileHash, parseFileHash } from '../../domain/ids.ts'
import type { Connection } from '../../system/database.ts'
import { findNameId } from '../names.ts'
import type { FileAmount } from './entry.ts'
import { loadMark, saveMark } from './log.ts'

interface Share {
  readonly downloadId: string
  readonly payee: Address
}

/** A file of a download, as far as one payee sold it. */
interface SoldFile {
  readonly fileHash: FileHash
  /** Price of its chunks that verified. */
  readonly verified: Wei
  /** What the log says was paid for it. */
  readonly logged: Wei
}

/** What was signed for each file to this payee since the last time. Marks it as taken. */
export function takeShares(connection: Connection, payee: Address): FileAmount[] {
  const rows = connection.all(
    `SELECT s.download_id, s.signed, m.value FROM channel_shares AS s
     LEFT JOIN receipt_marks AS m ON m.name = 'share ' || s.download_id || ' ' || s.payee
     WHERE s.payee = ? AND s.signed <> coalesce(m.value, '0') ORDER BY s.download_id`,
    payee,
  )
  return rows.flatMap((row) => {
    const share = { downloadId: String(row['download_id']), payee }
    const signed = parseWei(String(row['signed']))
    saveMark(connection, markOf(share), signed.toString())
    const amount = subtractWei(signed, parseWei(String(row['value'] ?? '0')))
    const files = firstFiles(connection, share)
    const [only, another] = files
    if (only === undefined) return []
    return another === undefined ? [{ fileHash: only, amount }] : takeOfSeveral(connection, share, amount)
  })
}

/**
 * What each of several files has of a payment: first what verified and was not paid for. What was paid ahead, a chunk at the most, is put down to the last of
 * them; the next payment makes up for it where that was another one. Pure.
 */
export function splitShare(amount: Wei, files: readonly SoldFile[]): FileAmount[] {
  let left = amount
  const amounts = files.map(({ fileHash, verified, logged }) => {
    const part = minWei(left, subtractWei(verified, logged))
    left = subtractWei(left, part)
    return { fileHash, amount: part }
  })
  const last = amounts.findLastIndex(({ amount: part }) => part > 0n)
  const ahead = last < 0 ? amounts.length - 1 : last
  return amounts
    .map((file, index) => (index === ahead ? { ...file, amount: addWei(file.amount, left) } : file))
    .filter(({ amount: part }) => part > 0n)
}

function takeOfSeveral(connection: Connection, share: Share, amount: Wei): FileAmount[] {
  const verified = new Map<FileHash, Wei>()
  const rows = connection.all(
    `SELECT name AS file_hash, price, count(*) AS chunks FROM channel_verified_rows JOIN channel_names ON id = file
     WHERE download = ? AND payee = ? GROUP BY name, price ORDER BY name, price`,
    findNameId(connection, share.downloadId) ?? null,
    findNameId(connection, share.payee) ?? null,
  )
  for (const row of rows) {
    const fileHash = parseFileHash(String(row['file_hash']))
    const price = wei(parseWei(String(row['price'])) * BigInt(String(row['chunks'])))
    verified.set(fileHash, addWei(verified.get(fileHash) ?? ZERO_WEI, price))
  }
  const loggedOf = (fileHash: FileHash): Wei => parseWei(loadMark(connection, markOf(share, fileHash)) ?? '0')
  const files = [...verified].map(([fileHash, sum]) => ({ fileHash, verified: sum, logged: loggedOf(fileHash) }))
  const amounts = splitShare(amount, files)
  for (const { fileHash, amount: part } of amounts)
    saveMark(connection, markOf(share, fileHash), addWei(loggedOf(fileHash), part).toString())
  return amounts
}

/** Up to two of its files: a look at each by the primary key, since a large file has tens of thousands of rows. */
function firstFiles(connection: Connection, { downloadId }: Share): FileHash[] {
  const files: FileHash[] = []
  for (let after = 0; files.length < 2; ) {
    const row = connection.get(
      `SELECT file, name FROM channel_verified_rows JOIN channel_names ON id = file
       WHERE download = ? AND file > ? ORDER BY file LIMIT 1`,
      findNameId(connection, downloadId) ?? null,
      after,
    )
    if (row === undefined) break
    after = Number(row['file'])
    files.push(parseFileHash(String(row['name'])))
  }
  return files
}

/** Without a file: of the whole share. */
function markOf({ downloadId, payee }: Share, fileHash?: FileHash): string {
  return `share ${downloadId} ${payee}${fileHash === undefined ? '' : ` ${fileHash}`}`
}
