import { isIP } from 'node:net'
import { ChiralError, messageOf } from '../../domain/errors.ts'
import type { TransferFile } from '../../domain/transfer.ts'
import { type Ed2kLink, parseEd2kLink } from './link.ts'

/** Where a seeder says it serves a file, in its signed offer. */
export interface Ed2kEndpoint {
  readonly link: string
  /** An IP address and a port: `192.0.2.7:4662`, `[2001:db8::7]:4662`. */
  readonly address: string
}

/** Where this node lets a stranger's offer send it. */
export interface DialRules {
  /** May it connect to this IP address? */
  allows(address: string): boolean
}

export interface DialTarget {
  readonly host: string
  readonly port: number
  readonly link: Ed2kLink
}

/** @throws ChiralError `ENDPOINT_REFUSED` for a link of another file, and for an address where this node does not go */
export function resolveEndpoint(endpoint: Ed2kEndpoint, { sizeBytes }: TransferFile, rules: DialRules): DialTarget {
  const link = linkOf(endpoint)
  if (link.sizeBytes !== sizeBytes) throw refused(endpoint, 'its link is that of another file')
  const [, plain, v6, digits = ''] = /^(?:([0-9.]+)|\[([0-9a-f:.]+)\]):([1-9][0-9]{0,4})$/i.exec(endpoint.address) ?? []
  const host = plain ?? v6 ?? ''
  const port = Number(digits)
  if (isIP(host) === 0 || port > 65_535) throw refused(endpoint, 'it is not an IP address and a port')
  if (!rules.allows(host)) throw refused(endpoint, 'it leads outside of where this node connects to')
  return { host, port, link }
}

/** An address in the form that {@link resolveEndpoint} reads. */
export function formatAddress(host: string, port: number): string {
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`
}

function linkOf(endpoint: Ed2kEndpoint): Ed2kLink {
  try {
    return parseEd2kLink(endpoint.link)
  } catch (error) {
    throw refused(endpoint, messageOf(error).replace(/\.$/, ''))
  }
}

function refused({ address }: Ed2kEndpoint, why: string): ChiralError {
  return new ChiralError(
    'ENDPOINT_REFUSED',
    `The ed2k address "${address.slice(0, 80)}" of an offer is not used: ${why}.`,
  )
}
