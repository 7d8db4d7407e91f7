/** Rows remembered at once: those of the transfers under way, many times over. The oldest makes room. */
const MAX_ROWS = 1_024
/** Names known at once: of all rows that are remembered, and some that were. */
const MAX_NAMES = 2_048

/** What a row is known by in its table. */
type NamePart = string | number

/** A row that is written later in its transaction, however often it changes until then. */
export interface StagedRow {
  /** Statements that name this table are run after the row was written. */
  readonly table: string
  /** Replaces the row, and may be called more than once. */
  readonly write: () => void
}

interface Remembered {
  readonly value: unknown
  /** Absent when the row stands in the database as it is here. */
  readonly staged?: StagedRow
}

/**
 * Decoded rows of one database, for the few that are read for every chunk. Belongs to its connection: whoever writes a row sets, stages or
 * forgets its entry in the same unit of work, and what a unit of work remembered is gone when it is rolled back. Values are immutable.
 *
 * A row that is staged is written once a transaction: when it ends, and before a statement that names its table.
 */
export class RowMemo {
  readonly #values = new Map<string, unknown>()
  /** Of units that ended well in the transaction under way: what they staged. */
  readonly #staged = new Map<string, Remembered>()
  /** Of the unit that runs; `undefined` for what it forgot. */
  readonly #unit = new Map<string, Remembered | undefined>()
  /** Staged rows that are not in the database yet, not even within the transaction. */
  readonly #unwritten = new Map<string, StagedRow>()
  #isInUnit = false
  /** By what {@link name} makes them of. */
  readonly #names = new Map<string, Map<NamePart, Map<NamePart, string>>>()
  #nameCount = 0

  /** `kind first second`, and the same string each time: one that was just put together is copied and hashed anew for every look. */
  name(kind: string, first: NamePart, second: NamePart = ''): string {
    return this.#names.get(kind)?.get(first)?.get(second) ?? this.#addName(kind, first, second)
  }

  /** What `load` gives: now, or when it was last called for this name. One name is always one type. */
  recall<T>(name: string, load: () => T): T {
    const known = this.#unit.has(name)
      ? this.#unit.get(name)?.value
      : (this.#staged.get(name)?.value ?? this.#values.get(name))
    if (known !== undefined) return known as T // set by `recall`, `set` or `stage` under the same name
    const value = load()
    if (value !== undefined) this.set(name, value)
    return value
  }

  /** The row stands in the database. */
  set(name: string, value: unknown): void {
    this.#unwritten.delete(name)
    if (this.#isInUnit) this.#unit.set(name, { value })
    else this.#keep(name, value)
  }

  /** Within a unit of work, for rows that nothing but `stage` writes. */
  stage(name: string, value: unknown, row: StagedRow): void {
    this.#unit.set(name, { value, staged: row })
    this.#unwritten.set(name, row)
  }

  /** The row is another, or gone, by a statement, before which what was staged of it was written. */
  forget(name: string): void {
    if (this.#isInUnit) this.#unit.set(name, undefined)
    else this.#values.delete(name)
  }

  beginUnit(): void {
    this.#isInUnit = true
  }

  /** What the unit remembered counts for those after it. */
  endUnit(): void {
    for (const [name, entry] of this.#unit) {
      if (entry?.staged !== undefined) {
        this.#staged.set(name, entry)
        continue
      }
      this.#staged.delete(name)
      if (entry === undefined) this.#values.delete(name)
      else this.#keep(name, entry.value)
    }
    this.#leaveUnit()
  }

  /** The unit was rolled back, and with it what it wrote of rows that were staged before it. */
  undoUnit(): void {
    this.#leaveUnit()
    this.#unwritten.clear()
    for (const [name, { staged }] of this.#staged) if (staged !== undefined) this.#unwritten.set(name, staged)
  }

  /** Writes the rows that were staged, those of the tables that `sql` names, or all. */
  flush(sql?: string): void {
    if (this.#unwritten.size === 0) return
    for (const [name, { table, write }] of [...this.#unwritten]) {
      if (sql !== undefined && !sql.includes(table)) continue
      this.#unwritten.delete(name) // first, for the statement that writes it names the table too
      write()
    }
  }

  /** The transaction is committed. */
  commit(): void {
    for (const [name, { value }] of this.#staged) this.#keep(name, value)
    this.#staged.clear()
  }

  clear(): void {
    this.#leaveUnit()
    this.#unwritten.clear()
    this.#staged.clear()
    this.#values.clear()
  }

  #leaveUnit(): void {
    this.#isInUnit = false
    this.#unit.clear()
  }

  #addName(kind: string, first: NamePart, second: NamePart): string {
    if (this.#nameCount >= MAX_NAMES) {
      this.#names.clear() // each is built again with its next look
      this.#nameCount = 0
    }
    const name = `${kind} ${first} ${second}`
    const ofKind = this.#names.get(kind) ?? new Map<NamePart, Map<NamePart, string>>()
    const ofFirst = ofKind.get(first) ?? new Map<NamePart, string>()
    this.#names.set(kind, ofKind.set(first, ofFirst.set(second, name)))
    this.#nameCount++
    return name
  }

  #keep(name: string, value: unknown): void {
    if (this.#values.size >= MAX_ROWS && !this.#values.has(name)) {
      const [oldest] = this.#values.keys()
      if (oldest !== undefined) this.#values.delete(oldest)
    }
    this.#values.set(name, value)
  }
}
