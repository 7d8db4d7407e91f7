import { createHash, createPublicKey, X509Certificate } from 'node:crypto'
import { expect } from 'chai'
import { codeOf } from '../../../src/domain/errors.ts'
import {
  createTlsIdentity,
  encodeTlsIdentity,
  fingerprintOf,
  parseTlsIdentity,
} from '../../../src/public-protocols/http/self-signed.ts'
import { seededRandom } from '../../support/seeded-random.ts'

describe('public-protocols/http/self-signed', () => {
  it('makes certificates that OpenSSL takes, each its own', () => {
    const fingerprints = new Set<string>()
    for (let i = 0; i < 40; i++) {
      const { certificate, key } = createTlsIdentity(seededRandom(`certificate ${i}`))
      const parsed = new X509Certificate(certificate)
      expect(parsed.verify(createPublicKey(key)), `${i}`).to.equal(true)
      expect(parsed.checkIssued(parsed)).to.equal(true)
      expect(parsed.ca).to.equal(false)
      expect(parsed.subject).to.equal('CN=chiral seeder')
      expect(parsed.publicKey.asymmetricKeyDetails).to.deep.include({ namedCurve: 'prime256v1' })
      expect(new Date(parsed.validTo).getUTCFullYear()).to.equal(9999)
      expect(parsed.fingerprint256.replaceAll(':', '').toLowerCase()).to.equal(fingerprintOf(certificate))
      expect(fingerprintOf(certificate)).to.equal(createHash('sha256').update(parsed.raw).digest('hex'))
      fingerprints.add(fingerprintOf(certificate))
    }
    expect(fingerprints.size).to.equal(40)
  })

  it('keeps both in one file, and refuses one that is damaged', () => {
    const identity = createTlsIdentity(seededRandom('a'))
    const text = encodeTlsIdentity(identity)
    expect(parseTlsIdentity(text)).to.deep.equal(identity)
    const other = createTlsIdentity(seededRandom('b'))
    for (const wrong of ['', identity.certificate, identity.key, text.slice(0, -60), identity.certificate + other.key])
      expect(codeFrom(wrong), wrong.slice(0, 40)).to.equal('TLS_INVALID')
  })
})

function codeFrom(text: string): string | undefined {
  try {
    parseTlsIdentity(text)
    return undefined
  } catch (error) {
    return codeOf(error)
  }
}
