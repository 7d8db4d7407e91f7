import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { TestCertificate } from '../support/test-certificate.ts'

const run = promisify(execFile)

/** A certificate that curl trusts, and nothing else. */
export class CurlCertificate extends TestCertificate {
  /** One request as a person would make it; the body travels through a file, so it may be of any size. */
  async curl(url: string, body?: string, ...options: string[]): Promise<CurlAnswer> {
    const bodyFile = join(this.folder, 'body')
    if (body !== undefined) writeFileSync(bodyFile, body)
    const isTyped = options.some((option) => option.startsWith('content-type:'))
    const type = isTyped ? [] : ['-H', 'content-type: application/json']
    const data = body === undefined ? [] : [...type, '--data-binary', `@${bodyFile}`]
    const { stdout } = await run('curl', ['-sS', '-i', '--cacert', this.certificateFile, ...data, ...options, url])
    const parts = stdout.split('\r\n\r\n')
    const text = parts.pop() ?? ''
    const [statusLine = '', ...headers] = (parts.pop() ?? '').split('\r\n')
    return { status: Number(statusLine.split(' ')[1]), headers: headers.join('\n').toLowerCase(), text }
  }
}

export interface CurlAnswer {
  readonly status: number
  /** Lower case, one a line. */
  readonly headers: string
  readonly text: string
}
