import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ChiralError, codeOf, messageOf } from '../domain/errors.ts'
import type { App } from './app.ts'
import { askSecret, canAsk, readStandardInput } from './prompt.ts'

/** A configured password, one typed twice, or none where nobody can be asked. @throws ChiralError `USAGE` when they differ */
export async function choosePassword({ io, output }: App, configured: string): Promise<string> {
  if (configured !== '') return configured
  if (!canAsk(io)) {
    output.warn('the wallet has no password, which only test chains allow: --password-file gives it one.')
    return ''
  }
  const password = await askSecret(io, 'Password for the wallet (empty is allowed on test chains only): ')
  if (password !== (await askSecret(io, 'The same again: ')))
    throw new ChiralError('USAGE', 'The two passwords differ: nothing was made, try again.')
  return password
}

/** Never from the command line, which other users of the machine can see. @throws ChiralError `USAGE` | `FILE_UNREADABLE` */
export async function readPhrase({ io }: App, file: string | undefined): Promise<string> {
  const text = file === undefined ? await fromInput(io) : await fromFile(resolve(io.workingDirectory, file))
  const phrase = text.trim().toLowerCase().split(/\s+/).join(' ')
  if (phrase === '')
    throw new ChiralError('USAGE', 'There is no recovery phrase: write it to standard input, or give --phrase-file.')
  return phrase
}

function fromInput(io: App['io']): Promise<string> {
  return canAsk(io) ? askSecret(io, 'Recovery phrase: ') : readStandardInput(io)
}

function fromFile(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw new ChiralError('FILE_UNREADABLE', `${path} cannot be read (${codeOf(error) ?? messageOf(error)}).`)
  })
}
