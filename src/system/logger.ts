import { destination, pino } from 'pino'

/** Structured logs: info and above in operators' words, debug for developers. Never secrets, never payloads. */
export interface Logger {
  debug(fields: Record<string, unknown>, message: string): void
  info(fields: Record<string, unknown>, message: string): void
  warn(fields: Record<string, unknown>, message: string): void
  error(fields: Record<string, unknown>, message: string): void
  child(fields: Record<string, unknown>): Logger
}

export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug'

/** JSON lines on standard error: standard output belongs to a command's data. */
export function createLogger(options: { level: LogLevel }): Logger {
  return pino(
    {
      level: options.level,
      base: null,
      serializers: {
        err: (value: unknown) =>
          value instanceof Error ? { code: 'code' in value ? value.code : undefined, message: value.message } : value,
      },
    },
    destination({ fd: 2, sync: true }),
  )
}

export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLogger,
}
