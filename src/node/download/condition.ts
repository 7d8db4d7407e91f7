import type { ChiralError } from '../../domain/errors.ts'
import type { SourceView } from '../source-view.ts'

/** How it is with one source: what it is at, and what keeps it from more. */
export class Condition {
  readonly #onChange: () => void
  #phase: SourceView['phase'] = 'connecting'
  #error: ChiralError | undefined
  #withheld: ChiralError | undefined

  constructor(onChange: () => void) {
    this.#onChange = onChange
  }

  get phase(): SourceView['phase'] {
    return this.#phase
  }

  /** Why nothing is asked of it any more, or was not when it last failed. */
  get error(): ChiralError | undefined {
    return this.#error ?? this.#withheld
  }

  /** Once banned it stays so. */
  enter(phase: SourceView['phase']): void {
    if (this.#phase === phase || this.#phase === 'banned') return
    this.#phase = phase
    this.#onChange()
  }

  failed(error: ChiralError): void {
    this.#error = error
  }

  /** Something is asked of it again. */
  works(): void {
    this.#error = undefined
  }

  /** Why it does not give a chunk that nobody else has, whatever else it gives. */
  withholds(error: ChiralError): void {
    this.#withheld = error
  }
}
