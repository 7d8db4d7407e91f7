import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Connection, type Database, openDatabase } from '../../src/system/database.ts'

interface Waiting {
  readonly run: (connection: Connection) => void
  readonly settle: () => void
  readonly lose: (error: Error) => void
}

/**
 * A database whose disk can lose what was not synced. Units wait until `sync`, which makes them durable and only then resolves
 * their promises; `crash` runs them, as a process does before its disk fails it, loses all of it and rejects their promises.
 * Reads see durable state alone.
 */
export class CrashingDatabase implements Database {
  readonly #inner = openDatabase(join(mkdtempSync(join(tmpdir(), 'chiral-channel-')), 'test.db'))
  #waiting: Waiting[] = []
  #automatic = true

  /** Units are made durable by themselves in the next turn of the event loop. */
  get automatic(): boolean {
    return this.#automatic
  }

  /** Becoming automatic again lets through what came after the last `sync`, of a watcher in the background perhaps. */
  set automatic(automatic: boolean) {
    this.#automatic = automatic
    if (automatic) void this.sync()
  }

  write<T>(work: (connection: Connection) => T, onApplied?: (result: T) => void): Promise<T> {
    if (this.automatic) return this.#inner.write(work, onApplied)
    return new Promise<T>((resolve, reject) => {
      let outcome: { result: T } | { error: unknown } | undefined
      this.#waiting.push({
        run: (connection) => {
          try {
            outcome = { result: work(connection) }
          } catch (error) {
            outcome = { error }
            throw error
          }
        },
        settle: () => {
          if (outcome === undefined) return
          if ('error' in outcome) reject(outcome.error)
          else {
            onApplied?.(outcome.result)
            resolve(outcome.result)
          }
        },
        lose: reject,
      })
    })
  }

  async sync(): Promise<void> {
    const units = this.#waiting.splice(0)
    await Promise.all(units.map((unit) => this.#inner.write(unit.run).catch(() => undefined)))
    for (const unit of units) unit.settle()
    await new Promise((resolve) => setImmediate(resolve))
  }

  async crash(): Promise<void> {
    const units = this.#waiting.splice(0)
    const lost = new Error('the disk lost it')
    await this.#inner
      .write((connection) => {
        for (const unit of units) unit.run(connection)
        throw lost
      })
      .catch(() => undefined)
    for (const unit of units) unit.lose(lost)
  }

  read<T>(work: (connection: Connection) => T): T {
    return this.#inner.read(work)
  }

  migrate(name: string, versions: readonly string[]): void {
    this.#inner.migrate(name, versions)
  }

  close(): void {
    this.#inner.close()
  }
}
