import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings'
import { parseCoins, type Wei } from '../domain/amount.ts'
import { messageOf } from '../domain/errors.ts'
import type { ConfigFlags } from '../node/config.ts'
import type { Io } from './io.ts'
import { createOutput, type Output } from './output.ts'

/** What every command gets: the outside world, and what the global options say once the line is parsed. */
export interface App {
  readonly io: Io
  readonly output: Output
  readonly flags: ConfigFlags
  /** Sets the exit code of a command that did its work and still has something to report. */
  exitWith(code: number): void
}

/** The root command with the options every command knows. */
export function createRoot() {
  return new Command('chiral')
    .description('Paid peer-to-peer file transfer: every chunk verified, every seeder paid for exactly what arrived.')
    .option('--data-dir <folder>', 'wallet, database and logs (default: $CHIRAL_HOME or ~/.chiral)')
    .option('--config <file>', 'configuration file (default: chiral.toml in the data directory)')
    .option('--rpc <url>', 'JSON-RPC of the chain (default: the one used before, else an embedded test chain)')
    .option('--bootstrap <address>', 'peer to enter the network through; may be repeated', collect)
    .option('--listen <address>', 'multiaddr to listen on; may be repeated', collect)
    .addOption(new Option('--scope <scope>', 'which addresses to use').choices(['public', 'lan', 'loopback'] as const))
    .option('--password-file <file>', 'file whose first line is the wallet password')
    .option('--json', 'machine-readable output on standard output')
    .option('--quiet', 'no progress and no notices')
    .addOption(
      new Option('--log-level <level>', 'log on standard error').choices([
        'silent',
        'error',
        'warn',
        'info',
        'debug',
      ] as const),
    )
    .addOption(
      new Option('--color <when>', 'colour on standard error')
        .choices(['auto', 'always', 'never'] as const)
        .default('auto' as const),
    )
}

/** `app` reads the global options when it is asked, that is after parsing. */
export function createApp(io: Io, root: ReturnType<typeof createRoot>, exitWith: (code: number) => void): App {
  let output: Output | undefined
  return {
    io,
    exitWith,
    get output() {
      const { json, quiet, color } = root.opts()
      output ??= createOutput(
        io,
        { json: json === true, quiet: quiet === true, color },
        (io.env['NO_COLOR'] ?? '') !== '',
      )
      return output
    },
    get flags() {
      const { dataDir, config, rpc, bootstrap, listen, scope, passwordFile, logLevel } = root.opts()
      return { dataDir, config, rpc, bootstrap, listen, scope, passwordFile, logLevel }
    },
  }
}

/** For options that take an amount of coins. */
export function amountArgument(text: string): Wei {
  try {
    return parseCoins(text)
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error))
  }
}

/** For options that take a whole number. */
export function integerArgument(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^[0-9]{1,15}$/.test(text) ? Number(text) : Number.NaN
    if (value >= min && value <= max) return value
    throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`)
  }
}

function collect(value: string, previous: string[] = []): string[] {
  return [...previous, value]
}
