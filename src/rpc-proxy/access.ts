import { ChiralError } from '../domain/errors.ts'

/** How long a browser may remember that a page may ask. */
const PREFLIGHT_SECONDS = 600

/** The headers by which a browser lets a page of `origin` see the answers. */
export function corsHeaders(origin: string): Readonly<Record<string, string>> {
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'content-type',
    'access-control-max-age': String(PREFLIGHT_SECONDS),
  }
}

/**
 * A page's origin as browsers write it, so that comparing text is enough.
 * @throws ChiralError `USAGE`; also for `*`, which would let every page in the world ask
 */
export function parseOrigin(text: string): string {
  const form = /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9.-]+(:[0-9]{1,5})?$/
  if (form.test(text)) return text
  throw new ChiralError(
    'USAGE',
    `"${text}" is not an origin: write scheme and host in lower case, and a port that is not the usual one, such as https://app.example.org.`,
  )
}

/** Certificate and key may be passed only together; beyond this machine plain HTTP has to be asked for. */
export function checkExposure(options: {
  readonly host: string
  readonly plain: boolean
  readonly certificate?: string | undefined
  readonly key?: string | undefined
}): void {
  const { host, plain, certificate, key } = options
  if ((certificate === undefined) !== (key === undefined))
    throw new ChiralError('USAGE', 'A certificate needs its key: give both --tls-cert and --tls-key, or neither.')
  const local = host === 'localhost' || host === '::1' || host.startsWith('127.')
  if (certificate === undefined && !local && !plain)
    throw new ChiralError(
      'USAGE',
      `Others could read and change what is sent to ${host}: give --tls-cert and --tls-key, or --plain where the network itself is protected.`,
    )
}
