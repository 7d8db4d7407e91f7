import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A certificate authority of its own for one test: curl trusts it and nothing else. */
export class TestCertificate {
  readonly folder = mkdtempSync(join(tmpdir(), 'chiral-tls-'))
  readonly certificateFile = join(this.folder, 'chain.pem')
  readonly keyFile = join(this.folder, 'key.pem')

  async make(): Promise<{ certificate: string; key: string }> {
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
    await run('openssl', [
      ...['req', '-x509', ...key, ...subject, '-days', '1'],
      ...['-keyout', this.keyFile, '-out', this.certificateFile],
    ])
    return { certificate: readFileSync(this.certificateFile, 'utf8'), key: readFileSync(this.keyFile, 'utf8') }
  }

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

  remove(): void {
    rmSync(this.folder, { recursive: true })
  }
}

export interface CurlAnswer {
  readonly status: number
  /** Lower case, one a line. */
  readonly headers: string
  readonly text: string
}
