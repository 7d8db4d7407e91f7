import { performance } from 'node:perf_hooks'
import { printable } from './format.ts'
import type { TextSink } from './io.ts'

/** Without a terminal, progress is a log: a line this often. */
const LOGGED_PROGRESS_EVERY_MS = 5_000
/** A terminal need not be redrawn more often than the eye follows. */
const REDRAW_EVERY_MS = 100
const DEFAULT_WIDTH = 80

export interface OutputOptions {
  readonly json: boolean
  readonly quiet: boolean
  readonly color: 'auto' | 'always' | 'never'
}

/** Standard output carries data alone; progress, notices and errors go to standard error. */
export interface Output {
  readonly json: boolean
  /** Columns a progress line may have. */
  readonly width: number
  /** A line of data. */
  data(line: string): void
  /** One JSON document on one line; amounts become decimal strings. */
  document(value: unknown): void
  /** Something worth knowing; not with `--quiet`. */
  notice(text?: string): void
  warn(text: string): void
  /** The state of the moment: redrawn in place on a terminal, a line now and then elsewhere, nothing with `--quiet`. */
  progress(line: string): void
  /** Leaves the redrawn line where it is, so that what follows starts on a line of its own. */
  endProgress(): void
  /** Takes the redrawn line away; the next progress shows at once. */
  clearProgress(): void
  /** What the daemon tells people. */
  told(notice: { readonly level: 'info' | 'warn'; readonly message: string }): void
  /** Why a command fails whose document was written already. */
  failure(message: string): void
  error(code: string, message: string): void
}

export function createOutput(
  streams: { readonly stdout: TextSink; readonly stderr: TextSink },
  options: OutputOptions,
  noColor: boolean,
  now: () => number = () => performance.now(),
): Output {
  const { stdout, stderr } = streams
  const { json, quiet } = options
  const terminal = stderr.isTTY === true
  const colored = options.color === 'always' || (options.color === 'auto' && terminal && !noColor)
  const paint = (code: number, text: string): string => (colored ? `\u001b[${code}m${text}\u001b[0m` : text)
  let drawn = false
  let lastProgressAt = Number.NEGATIVE_INFINITY
  let lastProgress: string | undefined
  const clear = (): void => {
    if (drawn) {
      stderr.write('\r\u001b[K')
      lastProgress = undefined
    }
    drawn = false
  }
  const line = (text: string): void => {
    clear()
    stderr.write(`${text.split('\n').map(printable).join('\n')}\n`)
  }
  const warn = (text: string): void => {
    clear()
    stderr.write(`${paint(33, 'warning:')} ${printable(text)}\n`)
  }
  const fail = (message: string): void => {
    clear()
    stderr.write(`${paint(31, 'chiral:')} ${printable(message)}\n`)
  }
  return {
    json,
    get width() {
      return (stderr.columns || DEFAULT_WIDTH) - 1 // 0 where a terminal does not know
    },
    data(text) {
      clear()
      stdout.write(`${stdout.isTTY === true ? printable(text) : text}\n`)
    },
    document(value) {
      clear()
      stdout.write(`${toJson(value)}\n`)
    },
    notice(text = '') {
      if (!quiet) line(text)
    },
    warn,
    failure: fail,
    told({ level, message }) {
      if (level === 'warn') warn(message)
      else if (!quiet) line(message)
    },
    progress(text) {
      const interval = terminal ? REDRAW_EVERY_MS : LOGGED_PROGRESS_EVERY_MS
      if (quiet || text === lastProgress || now() - lastProgressAt < interval) return
      lastProgressAt = now()
      lastProgress = text
      if (!terminal) return line(text)
      stderr.write(`\r\u001b[K${printable(text)}`)
      drawn = true
    },
    endProgress() {
      if (drawn) stderr.write('\n')
      drawn = false
      lastProgress = undefined
      lastProgressAt = Number.NEGATIVE_INFINITY
    },
    clearProgress() {
      clear()
      lastProgressAt = Number.NEGATIVE_INFINITY
    },
    error(code, message) {
      clear()
      if (json) stdout.write(`${toJson({ error: { code, message } })}\n`)
      fail(message)
    },
  }
}

function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner) => (typeof inner === 'bigint' ? inner.toString() : inner))
}
