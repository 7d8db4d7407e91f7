import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { TlsFiles } from '../../src/node/node-config.ts'
import { readTlsFiles } from '../../src/node/tls-files.ts'
import { TestCertificate } from '../support/test-certificate.ts'

describe('node/tls-files', () => {
  const made: TestCertificate[] = []
  afterEach(() => {
    for (const certificate of made.splice(0)) certificate.remove()
  })

  async function filesFor(names?: string): Promise<TlsFiles> {
    const certificate = new TestCertificate()
    made.push(certificate)
    await certificate.make(names)
    return { certificate: certificate.certificateFile, key: certificate.keyFile }
  }

  /** A file with this text, where `remove` finds it. */
  function fileWith(text: string): string {
    const path = join(made[0]?.folder ?? '', 'other.pem')
    writeFileSync(path, text)
    return path
  }

  async function refusalOf(files: TlsFiles): Promise<string> {
    const error = await readTlsFiles(files).catch((reason: unknown) => reason)
    expect(error).to.have.property('code', 'TLS_INVALID')
    return error instanceof Error ? error.message : ''
  }

  it('goes by the first DNS name, else by the first IP address', async () => {
    for (const [names, host] of [
      ['IP:192.0.2.7,DNS:tracker.example,DNS:other.example', 'tracker.example'],
      ['DNS:*.example,DNS:tracker.example', 'tracker.example'],
      ['email:DNS@tracker.example,IP:192.0.2.7,IP:192.0.2.8', '192.0.2.7'],
      ['URI:https://a/b,IP:2001:db8::7', '[2001:db8::7]'],
    ] as const)
      expect(await readTlsFiles(await filesFor(names)), names).to.include({ host })
  })

  it('reads both texts', async () => {
    const tls = await readTlsFiles(await filesFor())
    expect(tls.certificate).to.contain('BEGIN CERTIFICATE')
    expect(tls.key).to.contain('PRIVATE KEY')
  })

  it('refuses what is missing, in a sentence that names the file', async () => {
    const files = await filesFor()
    const nowhere = join(made[0]?.folder ?? '', 'nowhere.pem')
    expect(await refusalOf({ ...files, certificate: nowhere })).to.equal(`${nowhere} cannot be read (ENOENT).`)
    expect(await refusalOf({ ...files, key: nowhere })).to.equal(`${nowhere} cannot be read (ENOENT).`)
    const folder = made[0]?.folder ?? ''
    expect(await refusalOf({ ...files, key: folder })).to.equal(`${folder} cannot be read (EISDIR).`)
  })

  it('refuses what is no PEM', async () => {
    const files = await filesFor()
    const rubbish = fileWith('rubbish')
    expect(await refusalOf({ ...files, certificate: rubbish })).to.contain(`${rubbish} has no certificate in PEM`)
    expect(await refusalOf({ ...files, key: rubbish })).to.contain(`${rubbish} has no key in PEM`)
    expect(await refusalOf({ certificate: files.key, key: files.certificate })).to.contain('no certificate in PEM')
  })

  it('refuses a key of another certificate', async () => {
    const [files, others] = [await filesFor(), await filesFor()]
    expect(await refusalOf({ ...files, key: others.key })).to.contain('is not that of the first certificate')
  })

  it('refuses a chain that is broken after its first certificate', async () => {
    const files = await filesFor()
    const { certificate } = await readTlsFiles(files)
    const broken = fileWith(`${certificate}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`)
    expect(await refusalOf({ ...files, certificate: broken })).to.contain(`${broken} has no chain in PEM`)
  })

  it('refuses a certificate that names no one host', async () => {
    for (const names of ['DNS:*.example', 'email:somebody@tracker.example'])
      expect(await refusalOf(await filesFor(names)), names).to.contain('needs a DNS name or an IP address')
  })
})
