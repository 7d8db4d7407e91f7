import type { Logger } from '../system/logger.ts'

/** The console of a page belongs to the page. */
export const noLog: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => noLog,
}
