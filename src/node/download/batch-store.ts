import { z } from 'zod'
import { type Wei, wei } from '../../domain/amount.ts'
import { BATCH_PAY_BY, type BatchPayBy } from '../../domain/pay-by.ts'
import { PREFERENCES } from '../../domain/preference.ts'
import { WANTED_PROTOCOLS } from '../../domain/transfer.ts'
import type { Database, Row } from '../../system/database.ts'
import type { BatchRequest } from '../batch-types.ts'
import type { DownloadPhase } from '../types.ts'

/** A batch as it is remembered over restarts. */
export interface StoredBatch {
  readonly batchId: string
  /** `payBy` is what became of it; of batches of before, which knew one way, it is absent. */
  readonly request: BatchRequest & { readonly payBy?: BatchPayBy | undefined }
  readonly phase: DownloadPhase
  /** The budget that was agreed to. */
  readonly maxTotal: Wei
  readonly startedAt: number
  /** How often its user started it; see `StoredDownload`. */
  readonly starts: number
}

export interface BatchStore {
  save(batch: StoredBatch): Promise<void>
  setPhase(batchId: string, phase: DownloadPhase): Promise<void>
  find(batchId: string): StoredBatch | undefined
  list(): StoredBatch[]
}

const SCHEMA = [
  `CREATE TABLE batches (
     batch_id TEXT PRIMARY KEY, request TEXT NOT NULL, phase TEXT NOT NULL, max_total TEXT NOT NULL,
     started_at INTEGER NOT NULL) STRICT`,
  'ALTER TABLE batches ADD COLUMN starts INTEGER NOT NULL DEFAULT 1',
]

const amount = z
  .string()
  .transform((text) => wei(BigInt(text)))
  .optional()

const requestSchema = z.object({
  items: z.array(z.object({ reference: z.string(), path: z.string().optional() })),
  out: z.string(),
  maxTotal: amount,
  maxPrice: amount,
  bid: amount,
  overwrite: z.boolean().optional(),
  closeChannels: z.boolean(),
  maxSources: z.number().optional(),
  window: z.number().optional(),
  protocol: z.enum(WANTED_PROTOCOLS).optional(),
  prefer: z.enum(PREFERENCES).optional(),
  maxRate: z.number().optional(),
  sequential: z.boolean().optional(),
  freeSources: z.boolean().optional(),
  listingsAsFiles: z.boolean().optional(),
  payBy: z.enum(BATCH_PAY_BY).optional(),
})

export function createBatchStore(database: Database): BatchStore {
  database.migrate('batches', SCHEMA)
  return {
    async save({ batchId, request, phase, maxTotal, startedAt, starts }) {
      const text = JSON.stringify(request, (_key, value) => (typeof value === 'bigint' ? value.toString() : value))
      await database.write((connection) =>
        connection.run(
          `INSERT INTO batches VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (batch_id) DO UPDATE SET
             request = excluded.request, phase = excluded.phase, max_total = excluded.max_total,
             starts = excluded.starts`,
          batchId,
          text,
          phase,
          maxTotal.toString(),
          startedAt,
          starts,
        ),
      )
    },
    async setPhase(batchId, phase) {
      await database.write((connection) =>
        connection.run('UPDATE batches SET phase = ? WHERE batch_id = ?', phase, batchId),
      )
    },
    find(batchId) {
      const row = database.read((connection) => connection.get('SELECT * FROM batches WHERE batch_id = ?', batchId))
      return row === undefined ? undefined : batchOf(row)
    },
    list() {
      return database.read((connection) => connection.all('SELECT * FROM batches ORDER BY started_at')).map(batchOf)
    },
  }
}

function batchOf(row: Row): StoredBatch {
  return {
    batchId: String(row.batch_id),
    request: requestSchema.parse(JSON.parse(String(row.request))),
    phase: String(row.phase) as DownloadPhase, // written by `save` and `setPhase` alone
    maxTotal: wei(BigInt(String(row.max_total))),
    startedAt: Number(row.started_at),
    starts: Number(row.starts),
  }
}
