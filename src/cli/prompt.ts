import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import type { Io } from './io.ts'

/** Whether there is a person to ask. */
export function canAsk(io: Io): boolean {
  return io.stdin.isTTY === true && io.stderr.isTTY === true
}

/** Asks on standard error; anything but y or yes is no. */
export async function confirm(io: Io, question: string): Promise<boolean> {
  return /^y(es)?$/i.test((await ask(io, `${question} [y/N] `, { hidden: false })).trim())
}

/** Asks without showing what is typed. */
export function askSecret(io: Io, question: string): Promise<string> {
  return ask(io, question, { hidden: true })
}

function ask(io: Io, question: string, { hidden }: { hidden: boolean }): Promise<string> {
  return new Promise((resolve, reject) => {
    let muted = false
    const output = new Writable({
      write(chunk, _encoding, done) {
        if (!muted) io.stderr.write(String(chunk))
        done()
      },
    })
    const lines = createInterface({ input: io.stdin, output, terminal: true, historySize: 0 })
    let answered = false
    const onInterrupt = (): void => {
      answered = true
      lines.close()
      io.stderr.write('\n')
      reject(io.interrupt.reason)
    }
    lines.on('SIGINT', () => {
      answered = true // by the interrupt, which follows
      process.kill(process.pid, 'SIGINT') // a terminal in raw mode sends no signal of its own
    })
    lines.on('close', () => {
      io.interrupt.removeEventListener('abort', onInterrupt)
      if (!answered) resolve('')
    })
    io.interrupt.addEventListener('abort', onInterrupt, { once: true })
    lines.question(question, (answer) => {
      answered = true
      if (hidden) io.stderr.write('\n')
      lines.close()
      resolve(answer)
    })
    muted = hidden
  })
}

/** All of standard input, as text. */
export async function readStandardInput(io: Pick<Io, 'stdin'>): Promise<string> {
  let text = ''
  for await (const chunk of io.stdin) text += String(chunk)
  return text
}
