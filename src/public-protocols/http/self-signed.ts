import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  X509Certificate,
} from 'node:crypto'
import { ChiralError, messageOf } from '../../domain/errors.ts'
import type { Random } from '../../system/random.ts'

/** Certificate and key of a server, in PEM. */
export interface TlsIdentity {
  readonly certificate: string
  readonly key: string
}

const CURVE = 'prime256v1'
const SERIAL_BYTES = 16
const COMMON_NAME = 'chiral seeder'

const SEQUENCE = 0x30
const SET = 0x31
const INTEGER = 0x02
const BIT_STRING = 0x03
const OCTET_STRING = 0x04
const BOOLEAN = 0x01
const UTF8_STRING = 0x0c
const UTC_TIME = 0x17
const GENERALIZED_TIME = 0x18
const VERSION_TAG = 0xa0
const EXTENSIONS_TAG = 0xa3

/** Object identifiers as DER. */
const ECDSA_WITH_SHA256 = Buffer.from('06082a8648ce3d040302', 'hex')
const COMMON_NAME_ID = Buffer.from('0603550403', 'hex')
const BASIC_CONSTRAINTS_ID = Buffer.from('0603551d13', 'hex')

/**
 * A key on P-256 and a certificate it signed itself (RFC 5280). It says nothing of who holds it: clients know its fingerprint from a signed
 * offer. So it never ends: a date would only turn clients away whose clocks are wrong.
 */
export function createTlsIdentity(random: Random): TlsIdentity {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: CURVE })
  const algorithm = der(SEQUENCE, ECDSA_WITH_SHA256)
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME_ID, der(UTF8_STRING, Buffer.from(COMMON_NAME)))))
  const serial = Buffer.from(random.bytes(SERIAL_BYTES))
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40 // positive, and as long as it is
  const validity = der(
    SEQUENCE,
    der(UTC_TIME, Buffer.from('200101000000Z')),
    der(GENERALIZED_TIME, Buffer.from('99991231235959Z')), // RFC 5280 §4.1.2.5: no end
  )
  const isNoAuthority = der(
    SEQUENCE,
    BASIC_CONSTRAINTS_ID,
    der(BOOLEAN, Buffer.from([0xff])),
    der(OCTET_STRING, der(SEQUENCE)),
  )
  const body = der(
    SEQUENCE,
    der(VERSION_TAG, der(INTEGER, Buffer.from([2]))),
    der(INTEGER, serial),
    algorithm,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(EXTENSIONS_TAG, der(SEQUENCE, isNoAuthority)),
  )
  const signature = sign('sha256', body, privateKey)
  const certificate = der(SEQUENCE, body, algorithm, der(BIT_STRING, Buffer.from([0]), signature))
  return {
    certificate: new X509Certificate(certificate).toString(),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

/** One text that holds both, as a file does. */
export function encodeTlsIdentity({ certificate, key }: TlsIdentity): string {
  return `${certificate.trimEnd()}\n${key.trimEnd()}\n`
}

/** @throws ChiralError `TLS_INVALID` unless there are a certificate and its key in the text */
export function parseTlsIdentity(text: string): TlsIdentity {
  try {
    const certificate = new X509Certificate(text)
    const key: KeyObject = createPrivateKey(text)
    if (!certificate.checkPrivateKey(key) || !certificate.verify(createPublicKey(key)))
      throw new Error('the certificate is not that of the key')
    return { certificate: certificate.toString(), key: key.export({ type: 'pkcs8', format: 'pem' }).toString() }
  } catch (error) {
    throw new ChiralError('TLS_INVALID', `There is no certificate with its key: ${messageOf(error)}.`, { cause: error })
  }
}

/** SHA-256 of the certificate, hex, as offers name it. */
export function fingerprintOf(certificate: string): string {
  return createHash('sha256').update(new X509Certificate(certificate).raw).digest('hex')
}

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}
