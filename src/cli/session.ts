import type { ApiClient } from '../api/client.ts'
import type { Status } from '../api/schema.ts'
import { ChiralError, codeOf } from '../domain/errors.ts'
import type { ConfigFlags } from '../node/config.ts'
import type { Budget } from '../node/config-settings.ts'
import type { App } from './app.ts'
import { formatAmount } from './format.ts'

/** A command's connection to the daemon of its data directory. */
export interface Session {
  readonly client: ApiClient
  readonly status: Status
  /** True when this process is the daemon, which ends with the command. */
  readonly foreground: boolean
  readonly budget: Budget
  /** Aborts at Ctrl-C, and when another process asks this daemon to stop. */
  readonly signal: AbortSignal
  amount(amount: bigint): string
}

export function createSession(
  client: ApiClient,
  status: Status,
  rest: Pick<Session, 'foreground' | 'budget' | 'signal'>,
): Session {
  return { client, status, ...rest, amount: (amount) => formatAmount(amount, status.chain.testCoin) }
}

/** Options a running daemon cannot take any more. @throws ChiralError `FLAG_CONTRADICTS_DAEMON` */
export function checkFlags({ flags, output }: Pick<App, 'flags' | 'output'>, status: Status): void {
  if (flags.rpc !== undefined && !sameUrl(flags.rpc, status.chain.rpcUrl))
    throw new ChiralError(
      'FLAG_CONTRADICTS_DAEMON',
      `The daemon of this data directory uses the chain at ${status.chain.rpcUrl}, not ${flags.rpc}: stop it with "chiral daemon stop", or choose another --data-dir.`,
    )
  const ignored = startOnly(flags)
  if (ignored.length > 0)
    output.warn(
      `${ignored.join(' and ')} ${ignored.length === 1 ? 'has' : 'have'} no effect: the daemon of this data directory is already running; "chiral daemon stop" stops it.`,
    )
}

function startOnly(flags: ConfigFlags): string[] {
  const given: readonly (readonly [string, unknown])[] = [
    ['--listen', flags.listen],
    ['--scope', flags.scope],
    ['--password-file', flags.passwordFile],
  ]
  return given.flatMap(([name, value]) => (value === undefined ? [] : [name]))
}

function sameUrl(a: string, b: string): boolean {
  return (URL.parse(a)?.href ?? a) === (URL.parse(b)?.href ?? b)
}

/** Whether an error says that no daemon is there. */
export function isNoDaemon(error: unknown): boolean {
  const code = codeOf(error)
  return code === 'DAEMON_NOT_RUNNING' || code === 'DAEMON_UNREACHABLE'
}
