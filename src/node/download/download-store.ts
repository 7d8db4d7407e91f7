import { type Wei, wei } from '../../domain/amount.ts'
import { ChiralError } from '../../domain/errors.ts'
import {
  type Address,
  type FileHash,
  type PeerIdText,
  parseAddress,
  parseFileHash,
  peerIdText,
} from '../../domain/ids.ts'
import { PAY_BY, type PayBy } from '../../domain/pay-by.ts'
import type { Connection, Database, Row } from '../../system/database.ts'
import type { DownloadPhase } from '../types.ts'

/** A download as it is remembered over restarts. */
export interface StoredDownload {
  readonly downloadId: string
  readonly reference: string
  readonly fileHash: FileHash
  readonly out: string
  readonly phase: DownloadPhase
  readonly maxTotal: Wei | undefined
  readonly maxPrice: Wei | undefined
  readonly closeChannels: boolean
  readonly startedAt: number
  /** The batch it is a file of, which goes on with it and shows it. */
  readonly batchId: string | undefined
  /** How often its user started it: each time allows so many prepayments more (docs/specs/01-voucher.md §5.1). */
  readonly starts: number
  readonly payBy: PayBy
  /** Most that one transfer pays ahead, where that is more than a chunk. */
  readonly prepay: Wei | undefined
  /** What is offered per MiB to each seeder that asks more. */
  readonly bid: Wei | undefined
}

/** A seeder this download used: where to find it again when it is still owed something. */
export interface StoredSource {
  readonly downloadId: string
  readonly peerId: PeerIdText
  readonly payee: Address
  readonly addresses: readonly string[]
  readonly chunks: number
  readonly bytes: number
  /** Attempts in a row in which it delivered nothing. */
  readonly fruitless: number
}

type SourceKey = Pick<StoredSource, 'downloadId' | 'peerId'>
type SourceCounts = Pick<StoredSource, 'chunks' | 'bytes' | 'fruitless'>
type NamedSource = Omit<StoredSource, keyof SourceCounts>

const NO_COUNTS: SourceCounts = { chunks: 0, bytes: 0, fruitless: 0 }

export interface DownloadStore {
  /** @throws ChiralError `TARGET_BUSY` when another download has the file and the target */
  save(download: StoredDownload): Promise<void>
  setPhase(downloadId: string, phase: DownloadPhase): Promise<void>
  /** The download of this file to this target, whatever became of it. */
  find(fileHash: FileHash, out: string): StoredDownload | undefined
  list(): StoredDownload[]
  saveSource(source: NamedSource): Promise<void>
  /** An attempt ended in which these delivered nothing. */
  countFruitless(downloadId: string, peerIds: readonly PeerIdText[]): Promise<void>
  /** Counts a chunk for a source; runs inside the transaction that makes the chunk count. */
  countChunk(connection: Connection, source: NamedSource, bytes: number): void
  sources(downloadId: string): StoredSource[]
  /** The same over all files of a batch. */
  sourcesOfBatch(batchId: string): StoredSource[]
}

const SCHEMA = [
  `CREATE TABLE downloads (
     download_id TEXT PRIMARY KEY, reference TEXT NOT NULL, file_hash TEXT NOT NULL, out TEXT NOT NULL, phase TEXT NOT NULL,
     max_total TEXT, max_price TEXT, close_channels INTEGER NOT NULL, started_at INTEGER NOT NULL, UNIQUE (file_hash, out)) STRICT;
   CREATE TABLE download_sources (
     download_id TEXT NOT NULL REFERENCES downloads, peer_id TEXT NOT NULL, payee TEXT NOT NULL, addresses TEXT NOT NULL,
     chunks INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (download_id, peer_id)) STRICT`,
  'ALTER TABLE download_sources ADD COLUMN fruitless INTEGER NOT NULL DEFAULT 0',
  `ALTER TABLE downloads ADD COLUMN batch_id TEXT;
   CREATE INDEX downloads_of_batch ON downloads (batch_id)`,
  'ALTER TABLE downloads ADD COLUMN starts INTEGER NOT NULL DEFAULT 1',
  `ALTER TABLE downloads ADD COLUMN pay_by TEXT NOT NULL DEFAULT 'channel';
   ALTER TABLE downloads ADD COLUMN prepay TEXT`,
  'ALTER TABLE downloads ADD COLUMN bid TEXT',
]

export function createDownloadStore(database: Database): DownloadStore {
  database.migrate('downloads', SCHEMA)
  return {
    async save(download) {
      await database.write((connection) => {
        refuseSecond(connection, download)
        connection.run(
          `INSERT INTO downloads VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (download_id) DO UPDATE SET
             reference = excluded.reference, phase = excluded.phase, max_total = excluded.max_total,
             max_price = excluded.max_price, close_channels = excluded.close_channels, batch_id = excluded.batch_id,
             starts = excluded.starts, pay_by = excluded.pay_by, prepay = excluded.prepay, bid = excluded.bid`,
          download.downloadId,
          download.reference,
          download.fileHash,
          download.out,
          download.phase,
          download.maxTotal?.toString() ?? null,
          download.maxPrice?.toString() ?? null,
          download.closeChannels ? 1 : 0,
          download.startedAt,
          download.batchId ?? null,
          download.starts,
          download.payBy,
          download.prepay?.toString() ?? null,
          download.bid?.toString() ?? null,
        )
      })
    },
    async setPhase(downloadId, phase) {
      await database.write((connection) =>
        connection.run('UPDATE downloads SET phase = ? WHERE download_id = ?', phase, downloadId),
      )
    },
    find(fileHash, out) {
      const row = database.read((connection) =>
        connection.get('SELECT * FROM downloads WHERE file_hash = ? AND out = ?', fileHash, out),
      )
      return row === undefined ? undefined : downloadOf(row)
    },
    list() {
      return database
        .read((connection) => connection.all('SELECT * FROM downloads ORDER BY started_at'))
        .map(downloadOf)
    },
    async saveSource(source) {
      await database.write((connection) => addSource(connection, source))
    },
    async countFruitless(downloadId, peerIds) {
      await database.write((connection) => {
        for (const peerId of peerIds) {
          const before = countsOf(connection, { downloadId, peerId })
          if (before !== undefined)
            stageCounts(connection, { downloadId, peerId }, { ...before, fruitless: before.fruitless + 1 })
        }
      })
    },
    countChunk(connection, source, bytes) {
      const before = countsOf(connection, source)
      if (before === undefined) addSource(connection, source)
      const { chunks, bytes: bytesBefore } = before ?? NO_COUNTS
      stageCounts(connection, source, { chunks: chunks + 1, bytes: bytesBefore + bytes, fruitless: 0 })
    },
    sources(downloadId) {
      return database
        .read((connection) => connection.all('SELECT * FROM download_sources WHERE download_id = ?', downloadId))
        .map(sourceOf)
    },
    sourcesOfBatch(batchId) {
      return database
        .read((connection) =>
          connection.all(
            `SELECT batch_id AS download_id, peer_id, payee, max(addresses) AS addresses, sum(chunks) AS chunks,
               sum(bytes) AS bytes, min(fruitless) AS fruitless
             FROM downloads JOIN download_sources USING (download_id) WHERE batch_id = ? GROUP BY peer_id, payee`,
            batchId,
          ),
        )
        .map(sourceOf)
    },
  }
}

/** Adds a source that brought nothing yet, or says where else it is. */
function addSource(connection: Connection, { downloadId, peerId, payee, addresses }: NamedSource): void {
  connection.run(
    `INSERT INTO download_sources (download_id, peer_id, payee, addresses) VALUES (?, ?, ?, ?)
     ON CONFLICT (download_id, peer_id) DO UPDATE SET addresses = excluded.addresses`,
    downloadId,
    peerId,
    payee,
    JSON.stringify(addresses),
  )
}

/** What a source brought; `undefined`: there is none such. Nothing but {@link stageCounts} changes it. */
function countsOf(connection: Connection, source: SourceKey): SourceCounts | undefined {
  return connection.memo.recall(countsName(connection, source), () => {
    const row = connection.get(
      'SELECT chunks, bytes, fruitless FROM download_sources WHERE download_id = ? AND peer_id = ?',
      source.downloadId,
      source.peerId,
    )
    if (row === undefined) return undefined
    return { chunks: Number(row['chunks']), bytes: Number(row['bytes']), fruitless: Number(row['fruitless']) }
  })
}

/** Written once for all chunks of a transaction. */
function stageCounts(connection: Connection, source: SourceKey, counts: SourceCounts): void {
  connection.memo.stage(countsName(connection, source), counts, {
    table: 'download_sources',
    write: () =>
      connection.run(
        'UPDATE download_sources SET chunks = ?, bytes = ?, fruitless = ? WHERE download_id = ? AND peer_id = ?',
        counts.chunks,
        counts.bytes,
        counts.fruitless,
        source.downloadId,
        source.peerId,
      ),
  })
}

function countsName({ memo }: Connection, { downloadId, peerId }: SourceKey): string {
  return memo.name('download source', downloadId, peerId)
}

/** One file at one place is one download, whoever asks for it first. @throws ChiralError `TARGET_BUSY` */
function refuseSecond(connection: Connection, { downloadId, fileHash, out }: StoredDownload): void {
  const sql = 'SELECT download_id FROM downloads WHERE file_hash = ? AND out = ? AND download_id <> ?'
  const other = connection.get(sql, fileHash, out, downloadId)
  if (other === undefined) return
  throw new ChiralError(
    'TARGET_BUSY',
    `The download ${other.download_id} of the same file to ${out} was asked for first: wait until it ends.`,
    { details: { out, downloadId: String(other.download_id) } },
  )
}

function sourceOf(row: Row): StoredSource {
  return {
    downloadId: String(row.download_id),
    peerId: peerIdText(String(row.peer_id)),
    payee: parseAddress(String(row.payee)),
    addresses: JSON.parse(String(row.addresses)),
    chunks: Number(row.chunks),
    bytes: Number(row.bytes),
    fruitless: Number(row.fruitless),
  }
}

function downloadOf(row: Row): StoredDownload {
  const amount = (value: unknown): Wei | undefined => (typeof value === 'string' ? wei(BigInt(value)) : undefined)
  return {
    downloadId: String(row.download_id),
    reference: String(row.reference),
    fileHash: parseFileHash(String(row.file_hash)),
    out: String(row.out),
    phase: String(row.phase) as DownloadPhase, // written by `save` and `setPhase` alone
    maxTotal: amount(row.max_total),
    maxPrice: amount(row.max_price),
    closeChannels: row.close_channels === 1,
    startedAt: Number(row.started_at),
    batchId: typeof row.batch_id === 'string' ? row.batch_id : undefined,
    starts: Number(row.starts),
    payBy: PAY_BY.find((way) => way === row.pay_by) ?? 'channel',
    prepay: amount(row.prepay),
    bid: amount(row.bid),
  }
}
