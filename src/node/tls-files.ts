import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { isIPv6 } from 'node:net'
import { createSecureContext, type SecureContext } from 'node:tls'
import { ChiralError, codeOf, messageOf } from '../domain/errors.ts'
import type { TlsFiles } from './node-config.ts'

/** What a server needs to speak TLS under a name of its own. */
export interface NamedTls {
  /** Certificate chain in PEM, the server's own first. */
  readonly certificate: string
  /** In PEM. */
  readonly key: string
  /** As a URL has it: the first DNS name that the certificate is for, else the first IP address. */
  readonly host: string
}

/** Reads a certificate that others gave out, and its key. @throws ChiralError `TLS_INVALID` that names the file and what is wrong with it */
export async function readTlsFiles(files: TlsFiles): Promise<NamedTls> {
  const [certificate, key] = await Promise.all([read(files.certificate), read(files.key)])
  const parsed = parse(files.certificate, 'certificate', () => new X509Certificate(certificate))
  const host = hostOf(parsed)
  if (!parsed.checkPrivateKey(parse(files.key, 'key', () => createPrivateKey(key))))
    throw invalid(`The key in ${files.key} is not that of the first certificate in ${files.certificate}.`)
  // What else OpenSSL minds: the rest of the chain, or a key that is too short.
  parse(files.certificate, 'chain', () => createSecureContext({ cert: certificate, key }))
  if (host === undefined)
    throw invalid(`The certificate in ${files.certificate} is for no one host: it needs a DNS name or an IP address.`)
  return { certificate, key, host }
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw invalid(`${path} cannot be read (${codeOf(error) ?? messageOf(error)}).`, error)
  }
}

function parse<T extends X509Certificate | KeyObject | SecureContext>(path: string, what: string, from: () => T): T {
  try {
    return from()
  } catch (error) {
    throw invalid(`${path} has no ${what} in PEM that can be used (${messageOf(error)}).`, error)
  }
}

/** Of its subject alternative names (RFC 5280 §4.2.1.6), without those that stand for many. */
function hostOf({ subjectAltName = '' }: X509Certificate): string | undefined {
  // Node puts quotes around what could be mistaken for other names; no host looks like that.
  const names = subjectAltName.replace(/"(?:[^"\\]|\\.)*"/g, '').split(', ')
  const [dnsName] = names.flatMap((name) => /^DNS:([a-z0-9_.-]+)$/i.exec(name)?.[1] ?? [])
  const [ip] = names.flatMap((name) => /^IP Address:([0-9a-f.:]+)$/i.exec(name)?.[1] ?? [])
  return dnsName ?? (ip !== undefined && isIPv6(ip) ? new URL(`http://[${ip}]`).hostname : ip)
}

function invalid(message: string, cause?: unknown): ChiralError {
  return new ChiralError('TLS_INVALID', message, { cause })
}
