import { CommanderError } from '@commander-js/extra-typings'
import { formatCoins } from '../domain/amount.ts'
import { ChiralError, codeOf, messageOf } from '../domain/errors.ts'
import { VERSION } from '../domain/version.ts'
import { type App, createApp, createRoot } from './app.ts'
import { benchCommand } from './commands/bench.ts'
import { chainCommand } from './commands/chain.ts'
import { channelCommand } from './commands/channel.ts'
import { daemonCommand } from './commands/daemon.ts'
import { demoCommand } from './commands/demo.ts'
import { doctorCommand } from './commands/doctor.ts'
import { findCommand } from './commands/find.ts'
import { getCommand } from './commands/get.ts'
import { hashCommand } from './commands/hash.ts'
import { peersCommand } from './commands/peers.ts'
import { receiptsCommand } from './commands/receipts.ts'
import { shareCommand } from './commands/share.ts'
import { statusCommand } from './commands/status.ts'
import { torrentCommand } from './commands/torrent.ts'
import { unshareCommand } from './commands/unshare.ts'
import { walletCommand } from './commands/wallet.ts'
import { EXIT_OK, EXIT_USAGE, exitCodeOf } from './exit-codes.ts'
import type { Io } from './io.ts'

/** Every command, in the order of the help. A new one is one file and one line. */
const COMMANDS: readonly ((app: App) => AnyCommand)[] = [
  shareCommand,
  getCommand,
  findCommand,
  statusCommand,
  doctorCommand,
  walletCommand,
  channelCommand,
  receiptsCommand,
  peersCommand,
  hashCommand,
  torrentCommand,
  unshareCommand,
  chainCommand,
  daemonCommand,
  demoCommand,
  benchCommand,
]

/** Commands differ in the types of their arguments and options, which do not matter once they are registered. */
type AnyCommand = Parameters<ReturnType<typeof createRoot>['addCommand']>[0]

/** The command tree; `exitWith` takes the code of a command that ended well and still reports something. */
export function createProgram(io: Io, exitWith: (code: number) => void) {
  const root = createRoot()
  const app = createApp(io, root, exitWith)
  root
    .version(VERSION, '--version', 'print the version')
    .helpCommand('help [command]', 'help for a command')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      outputError: () => {}, // told once, by runCli
    })
    .showSuggestionAfterError(true)
    .exitOverride()
    .addHelpText(
      'after',
      '\nExit codes: 0 ok, 1 general, 2 usage, 3 network or not found, 4 payment or budget, 5 integrity, 6 timeout, 130 interrupted',
    )
  for (const create of COMMANDS) {
    const command = create(app)
    inherit(command, root)
    root.addCommand(command)
  }
  return { root, app }
}

/** Commands made on their own do not take over how their parent prints and ends. */
function inherit(command: AnyCommand, parent: AnyCommand): void {
  command.copyInheritedSettings(parent)
  // The help writes defaults as JSON, which has no amounts.
  for (const option of command.options)
    if (typeof option.defaultValue === 'bigint') option.defaultValueDescription = formatCoins(option.defaultValue)
  for (const child of command.commands) inherit(child, command)
}

/** Runs one command line (without `node` and the script's name) and returns the exit code. Never throws. */
export async function runCli(args: readonly string[], io: Io): Promise<number> {
  let exitCode = EXIT_OK
  const { root, app } = createProgram(io, (code) => {
    exitCode = code
  })
  try {
    if (args.length === 0) {
      io.stderr.write(root.helpInformation())
      return EXIT_USAGE
    }
    await root.parseAsync([...args], { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT_OK // --help and --version
    const failure = asFailure(error)
    app.output.error(failure.code, failure.message)
    return exitCodeOf(failure.code)
  }
}

function asFailure(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof CommanderError) return { code: 'USAGE', message: usageSentence(error) }
  const code = codeOf(error)
  if (error instanceof ChiralError) return error
  if (code === 'ABORT_ERR') return { code: 'INTERRUPTED', message: 'Interrupted.' }
  return { code: 'INTERNAL', message: `${messageOf(error)}${code === undefined ? '' : ` (${code})`}` }
}

/** "error: unknown command 'shar'\n(Did you mean share?)" as one sentence. */
function usageSentence(error: CommanderError): string {
  if (error.code === 'commander.help') return 'A subcommand is missing: the help above lists them.'
  const text = error.message
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ')
    .trim()
  const sentence = text.charAt(0).toUpperCase() + text.slice(1)
  return `${sentence}${/[.?!)]$/.test(sentence) ? '' : '.'} Try "chiral --help".`
}
