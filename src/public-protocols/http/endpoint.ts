import { isIP } from 'node:net'
import { ChiralError, messageOf } from '../../domain/errors.ts'

/** Where a seeder says it serves files, in its signed offer. */
export interface HttpEndpoint {
  readonly url: string
  /** SHA-256 of the certificate, hex; without it a certificate authority vouches for the host. */
  readonly tlsFingerprint?: string
}

/** Where this node lets a stranger's offer send it. */
export interface DialRules {
  /** May it connect to this IP address? */
  allows(address: string): boolean
  /** Or only with TLS? */
  readonly allowsPlain: boolean
  /** The IP addresses of a host name. */
  resolve(hostname: string): Promise<readonly string[]>
}

/** One address, decided on once: no later answer of a name server can turn it elsewhere. */
export interface DialTarget {
  /** Scheme, host and port, as the Host header will say. */
  readonly origin: string
  /** Of the endpoint; ends in a slash. */
  readonly basePath: string
  readonly address: string
  readonly port: number
  readonly tls: { readonly servername: string | undefined; readonly fingerprint: string | undefined } | undefined
}

/** @throws ChiralError `ENDPOINT_REFUSED` for what is no URL of HTTP, or leads where this node does not go */
export async function resolveEndpoint(endpoint: HttpEndpoint, rules: DialRules): Promise<DialTarget> {
  const url = URL.parse(endpoint.url)
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) throw refused(endpoint, 'it is not one')
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw refused(endpoint, 'it has more than a host and a path')
  const isTls = url.protocol === 'https:'
  if (!isTls && !rules.allowsPlain) throw refused(endpoint, 'it has no TLS')
  const hostname = url.hostname.replace(/^\[|\]$/g, '')
  const isAddress = isIP(hostname) !== 0
  const addresses = isAddress ? [hostname] : await resolve(endpoint, rules, hostname)
  // SPEC 11 §5: "The leecher MUST resolve the host once, MUST check the address against its scope (06 §2.1)"
  // Only plain addresses: one with a zone would mean an interface of this machine.
  const address = addresses.find(
    (candidate) => isIP(candidate) !== 0 && !candidate.includes('%') && rules.allows(candidate),
  )
  if (address === undefined) throw refused(endpoint, 'it leads outside of where this node connects to')
  return {
    origin: url.origin,
    basePath: url.pathname.endsWith('/') ? url.pathname : `${url.pathname}/`,
    address,
    port: url.port === '' ? (isTls ? 443 : 80) : Number(url.port),
    tls: isTls ? { servername: isAddress ? undefined : hostname, fingerprint: endpoint.tlsFingerprint } : undefined,
  }
}

/** SPEC 03 §5.4: "It MUST NOT travel in the clear except within one machine". @throws ChiralError `ENDPOINT_REFUSED` */
export function refuseGrantInTheClear(endpoint: HttpEndpoint, { tls, address }: DialTarget): void {
  if (tls === undefined && !/^127\.|^::1$/.test(address))
    throw refused(endpoint, 'it has no TLS, and whoever read what names the payer there could spend its credit')
}

async function resolve(endpoint: HttpEndpoint, rules: DialRules, hostname: string): Promise<readonly string[]> {
  try {
    return await rules.resolve(hostname)
  } catch (error) {
    throw refused(endpoint, `its host is not known (${messageOf(error)})`)
  }
}

function refused({ url }: HttpEndpoint, why: string): ChiralError {
  return new ChiralError('ENDPOINT_REFUSED', `The HTTP address "${url.slice(0, 120)}" of an offer is not used: ${why}.`)
}
