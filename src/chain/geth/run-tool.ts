import { startProcess } from '../../system/process.ts'

/** Lines of an output that are kept: geth’s help has a thousand, and what a tool failed with stands at the end. */
const MAX_LINES = 5_000

export interface ToolResult {
  readonly exitCode: number | null
  readonly output: string
  /** Its last lines on standard error, one sentence long at most. */
  readonly lastErrors: string
}

/** Runs a program to its end. @throws ChiralError `PROCESS_FAILED` when it cannot be started; the signal's reason */
export async function runTool(options: {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly onLine?: ((line: string) => void) | undefined
  readonly signal?: AbortSignal | undefined
}): Promise<ToolResult> {
  const { command, args, cwd, env, onLine, signal } = options
  const lines: string[] = []
  const errors: string[] = []
  const keep = (list: string[], line: string): void => {
    list.push(line)
    if (list.length > MAX_LINES) list.shift()
    onLine?.(line)
  }
  signal?.throwIfAborted()
  const child = await startProcess({
    command,
    args,
    detached: true,
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
    onLine: (line) => keep(lines, line),
    onErrorLine: (line) => keep(errors, line),
  })
  child.endInput()
  const end = (): void => void child.terminate()
  signal?.addEventListener('abort', end, { once: true })
  const { code } = await child.exited
  await child.drained
  signal?.removeEventListener('abort', end)
  signal?.throwIfAborted()
  return { exitCode: code, output: [...lines, ...errors].join('\n'), lastErrors: errors.slice(-3).join(' ') }
}
