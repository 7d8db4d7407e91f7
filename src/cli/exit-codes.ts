import { type ErrorKind, errorKind } from '../domain/error-kinds.ts'

export const EXIT_OK = 0
export const EXIT_USAGE = 2
export const EXIT_NOT_FOUND = 3
export const EXIT_INTERRUPTED = 130

/** The process's exit code, by kind of error: part of the public interface, so numbers are never reused. */
export const EXIT_CODES: Readonly<Record<ErrorKind, number>> = {
  general: 1,
  conflict: 1,
  'too-large': 1,
  usage: EXIT_USAGE,
  'not-found': EXIT_NOT_FOUND,
  network: EXIT_NOT_FOUND,
  unauthorized: EXIT_NOT_FOUND,
  forbidden: EXIT_NOT_FOUND,
  payment: 4,
  integrity: 5,
  timeout: 6,
  interrupted: EXIT_INTERRUPTED,
}

export const EXIT_CODE_MEANINGS: readonly (readonly [code: number, meaning: string])[] = [
  [EXIT_OK, 'Success; also a seeder or daemon that was ended with Ctrl-C.'],
  [1, 'A failure of no other kind.'],
  [EXIT_USAGE, 'The command line or configuration is wrong, or consent to pay is missing.'],
  [EXIT_NOT_FOUND, 'Network: nothing found, or nobody reachable.'],
  [4, 'Payment: budget, price, balance or channel.'],
  [5, 'Integrity: bytes are not what their id says.'],
  [6, 'Something did not happen in time.'],
  [EXIT_INTERRUPTED, 'Interrupted with Ctrl-C.'],
]

export function exitCodeOf(errorCode: string | undefined): number {
  return EXIT_CODES[errorKind(errorCode)]
}
