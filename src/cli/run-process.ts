import { homedir } from 'node:os'
import { ChiralError, codeOf } from '../domain/errors.ts'
import { EXIT_INTERRUPTED } from './exit-codes.ts'
import type { NodeParts } from './io.ts'
import { runCli } from './program.ts'

/** Runs the command line of this process and ends it: signals, broken pipes, exit code. */
export async function runProcess(node: NodeParts): Promise<void> {
  const interrupt = new AbortController()
  const onSignal = (): void => {
    if (interrupt.signal.aborted) process.exit(EXIT_INTERRUPTED)
    interrupt.abort(new ChiralError('INTERRUPTED', 'Interrupted.'))
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error) => {
      // Whoever read our output has left, as `head` does: there is nobody to tell..
      if (codeOf(error) !== 'EPIPE') throw error
      interrupt.abort(new ChiralError('INTERRUPTED', 'Nobody reads the output any more.'))
    })
  const exitCode = await runCli(process.argv.slice(2), {
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    env: process.env,
    homeDirectory: homedir(),
    workingDirectory: process.cwd(),
    interrupt: interrupt.signal,
    node,
  })
  await Promise.all([flush(process.stdout), flush(process.stderr)])
  // Native modules may hold the event loop after everything has been stopped.
  process.exit(exitCode)
}

function flush(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (!stream.writable) return resolve()
    stream.write('', () => resolve())
  })
}
