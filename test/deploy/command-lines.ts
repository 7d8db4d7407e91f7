import { CommanderError } from '@commander-js/extra-typings'
import { createProgram } from '../../src/cli/program.ts'
import { fakeParts } from '../cli/fake-parts.ts'

type AnyCommand = ReturnType<typeof createProgram>['root']['commands'][number]

/** What our own parser says to a command line; nothing is run. `undefined` when it takes it. */
export async function whatIsWrong(args: readonly string[]): Promise<string | undefined> {
  const ignore = { write: () => true }
  const { root } = createProgram(
    {
      stdout: ignore,
      stderr: ignore,
      stdin: process.stdin,
      env: {},
      homeDirectory: '/nowhere',
      workingDirectory: '/nowhere',
      interrupt: new AbortController().signal,
      node: fakeParts({}),
    },
    () => {},
  )
  for (const command of root.commands) disarm(command)
  try {
    await root.parseAsync([...args], { from: 'user' })
    return undefined
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? undefined : error.message
    throw error
  }
}

/** A command line is taken apart as always, and then does nothing. */
function disarm(command: AnyCommand): void {
  // Not those that only hold others: commander then says that a subcommand is missing.
  if (command.commands.length === 0 || command.name() === 'daemon') command.action(() => {})
  for (const child of command.commands) disarm(child)
}
