import type { Logger } from '../system/logger.ts'
import type { Output } from './output.ts'

/** The log of a node that runs for one command: a person reads it, so what matters is told as a sentence and nothing else is. */
export function outputLogger(output: Pick<Output, 'warn'>): Logger {
  const logger: Logger = {
    debug() {},
    info() {},
    warn: (_fields, message) => output.warn(message),
    error: (_fields, message) => output.warn(message),
    child: () => logger,
  }
  return logger
}
