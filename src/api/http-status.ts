import type { ErrorKind } from '../domain/error-kinds.ts'

/** HTTP status of an error, by its kind. */
export const HTTP_STATUS: Readonly<Record<ErrorKind, number>> = {
  usage: 400,
  unauthorized: 401,
  payment: 402,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'too-large': 413,
  integrity: 422,
  general: 500,
  network: 502,
  interrupted: 503,
  timeout: 504,
}
