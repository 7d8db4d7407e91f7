import { isIP } from 'node:net'
import { ChiralError } from '../../domain/errors.ts'
import { MAX_ADDRESSES } from './limits.ts'

/** Where a seeder says it serves a file, in its signed offer. */
export interface BittorrentEndpoint {
  /** Hex. */
  readonly infohash: string
  /** `127.0.0.1:6881` or `[2001:db8::1]:6881`. */
  readonly addresses: readonly string[]
}

/** Where this node lets a stranger's offer send it. */
export interface DialRules {
  /** May it connect to this IP address? */
  allows(address: string): boolean
}

export interface PeerAddress {
  /** An IP address. */
  readonly host: string
  readonly port: number
}

export function formatPeerAddress({ host, port }: PeerAddress): string {
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`
}

/** `undefined` for whatever is no IP address with a port: names are not looked up, and one with a zone would mean an interface of this machine. */
export function parsePeerAddress(text: string): PeerAddress | undefined {
  const match = /^(?:\[([0-9a-f:.]{2,45})\]|([0-9.]{7,15})):([1-9]\d{0,4})$/i.exec(text)
  const host = match?.[1] ?? match?.[2] ?? ''
  const port = Number(match?.[3])
  const isRight = isIP(host) === (match?.[1] === undefined ? 4 : 6)
  return isRight && port <= 65_535 ? { host, port } : undefined
}

/** Those of an endpoint that this node goes to. @throws ChiralError `ENDPOINT_REFUSED` when there are none */
export function resolveEndpoint({ infohash, addresses }: BittorrentEndpoint, rules: DialRules): readonly PeerAddress[] {
  // SPEC 12 §5: "The leecher MUST NOT connect to an address outside of its scope (06 §2.1)"
  const allowed = addresses
    .map((text) => parsePeerAddress(text))
    .filter((address) => address !== undefined && rules.allows(address.host))
    .filter((address) => address !== undefined)
    .slice(0, MAX_ADDRESSES)
  if (allowed.length === 0 || !/^[0-9a-f]{40}$/.test(infohash))
    throw new ChiralError(
      'ENDPOINT_REFUSED',
      `The BitTorrent addresses of an offer are not used: none of them is where this node connects to.`,
    )
  return allowed
}
