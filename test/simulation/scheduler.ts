import { createHash } from 'node:crypto'
import { FaultCounts } from './faults.ts'

/** When every run begins, milliseconds since 1970. */
const BEGIN_AT = 1_800_000_000_000
/** More events than any run needs: one that gets here is caught in a loop. */
const MAX_EVENTS = 400_000

interface Event {
  readonly at: number
  readonly order: number
  readonly fn: () => void
  cancelled: boolean
}

/**
 * Virtual time. Nothing happens but by events, in the order of their instants; between two of them every promise settles. What it
 * is told to `note` is the trace: two runs of one seed give the same.
 */
export class Scheduler {
  readonly trace: string[] = []
  readonly faults = new FaultCounts()
  #now = 0
  #order = 0
  #heap: Event[] = []

  /** Milliseconds since 1970. */
  get now(): number {
    return BEGIN_AT + Math.floor(this.#now)
  }

  /** Milliseconds since the run began. */
  get elapsed(): number {
    return this.#now
  }

  /** Calls `fn` after `delayMs`, and before whatever is asked for later for the same instant. */
  after(delayMs: number, fn: () => void): () => void {
    const event: Event = { at: this.#now + Math.max(0, delayMs), order: this.#order++, fn, cancelled: false }
    this.#push(event)
    return () => {
      event.cancelled = true
    }
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve))
  }

  note(text: string): void {
    this.trace.push(`${this.#now.toFixed(3)} ${text}`)
  }

  /** Tells one run from every other. */
  traceHash(): string {
    return createHash('sha256').update(this.trace.join('\n')).digest('hex')
  }

  /** Runs until `isOver`, which is asked after each event. False when `untilMs` came first. */
  async run(isOver: () => boolean, untilMs: number): Promise<boolean> {
    await settle()
    for (let events = 0; !isOver(); events++) {
      if (events === MAX_EVENTS) throw new Error(`the run goes on for ever: ${MAX_EVENTS} events by ${this.#now} ms`)
      const event = this.#pop()
      if (event === undefined || event.at > untilMs) {
        if (event !== undefined) this.#push(event)
        this.#now = Math.max(this.#now, untilMs)
        return false
      }
      if (event.cancelled) continue
      this.#now = event.at
      event.fn()
      await settle()
    }
    return true
  }

  #push(event: Event): void {
    const heap = this.#heap
    let index = heap.length
    heap.push(event)
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = heap[parent]
      if (above === undefined || isBefore(above, event)) break
      heap[index] = above
      index = parent
    }
    heap[index] = event
  }

  #pop(): Event | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (first === undefined || last === undefined || heap.length === 0) return first
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      const [left, right] = [heap[child], heap[child + 1]]
      if (left === undefined) break
      let smaller = left
      if (right !== undefined && isBefore(right, left)) {
        smaller = right
        child++
      }
      if (isBefore(last, smaller)) break
      heap[index] = smaller
      index = child
    }
    heap[index] = last
    return first
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}

/** Every promise that can settle without an event has settled: a new turn begins only after all microtasks of this one. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
