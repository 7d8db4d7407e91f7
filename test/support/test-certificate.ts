import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A certificate of its own for one test, which is its own authority. */
export class TestCertificate {
  readonly folder = mkdtempSync(join(tmpdir(), 'chiral-tls-'))
  readonly certificateFile = join(this.folder, 'chain.pem')
  readonly keyFile = join(this.folder, 'key.pem')

  /** @param names as OpenSSL writes subject alternative names */
  async make(names = 'DNS:localhost,IP:127.0.0.1'): Promise<{ certificate: string; key: string }> {
    const subject = ['-subj', '/CN=localhost', '-addext', `subjectAltName=${names}`]
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
    await run('openssl', [
      ...['req', '-x509', ...key, ...subject, '-days', '1'],
      ...['-keyout', this.keyFile, '-out', this.certificateFile],
    ])
    return { certificate: readFileSync(this.certificateFile, 'utf8'), key: readFileSync(this.keyFile, 'utf8') }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true })
  }
}
