import { utf8Length } from '../domain/bytes.ts'
import { MAX_FILE_NAME_BYTES } from './protocol.ts'

/** Path separators, control characters, and marks that change the reading direction (a `gpj.exe` that looks like `exe.jpg`). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
const UNSAFE = /[\u0000-\u001f\u007f-\u009f/\\\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/**
 * A name that is safe to show and to create in a folder the user chose: no separators, no control characters, at most 255
 * bytes of UTF-8, never empty, `.` or `..`.
 */
export function cleanFileName(name: string): string {
  let clean = name.toWellFormed().normalize('NFC').replace(UNSAFE, '').trim()
  while (utf8Length(clean) > MAX_FILE_NAME_BYTES)
    clean = clean
      .slice(0, -1)
      .toWellFormed()
      .replace(/\ufffd$/, '')
  return clean === '' || clean === '.' || clean === '..' ? 'file' : clean
}
