import { appendFileSync, renameSync, statSync } from 'node:fs'

/** Of the file being written; the one before it is kept beside it as `.1`. A week of an idle geth. */
const MAX_BYTES = 8 * 1024 * 1024

export interface RotatingLog {
  line(text: string): void
}

/** A log of two files at most. What cannot be written is dropped: a full disk must not end what the log is about. */
export function openRotatingLog(path: string, maxBytes: number = MAX_BYTES): RotatingLog {
  let bytes = sizeOf(path)
  return {
    line(text) {
      const data = `${text}\n`
      try {
        if (bytes > 0 && bytes + data.length > maxBytes) {
          renameSync(path, `${path}.1`)
          bytes = 0
        }
        appendFileSync(path, data, { mode: 0o600 })
        bytes += data.length
      } catch {
        // dropped
      }
    },
  }
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size
  } catch {
    return 0
  }
}
