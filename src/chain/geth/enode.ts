import { isIP } from 'node:net'
import { DecodeError } from '../../domain/errors.ts'

/** Where a geth can be reached: its public key and the address of its peer-to-peer port. */
export interface Enode {
  /** 128 lower-case hexadecimal digits: an uncompressed public key without its first byte. */
  readonly key: string
  /** An IP address; geth takes host names only in its own options. */
  readonly host: string
  /** TCP. */
  readonly port: number
  /** UDP, for discovery; 0 where discovery is off. */
  readonly discoveryPort: number
}

/** Longest text looked at: what a stranger sends is bounded before it is parsed. */
const MAX_ENODE_LENGTH = 300
const FORM = /^enode:\/\/([0-9a-f]{128})@(\[[0-9a-f:.]+\]|[0-9.]+):(\d{1,5})(?:\?discport=(\d{1,5}))?$/i

/** @throws DecodeError */
export function parseEnode(text: string): Enode {
  const [, key, host, port, discoveryPort] = (text.length > MAX_ENODE_LENGTH ? null : FORM.exec(text.trim())) ?? []
  if (key === undefined || host === undefined || port === undefined)
    throw new DecodeError(
      `"${text.slice(0, 100)}" is not an enode: it is written enode://<128 hexadecimal digits>@<IP address>:<port>.`,
    )
  const bare = host.replace(/^\[|\]$/g, '')
  if (isIP(bare) === 0) throw new DecodeError(`"${bare}" in the enode is not an IP address.`)
  const enode = {
    key: key.toLowerCase(),
    host: bare.toLowerCase(),
    port: Number(port),
    discoveryPort: Number(discoveryPort ?? port),
  }
  if (enode.port < 1 || enode.port > 65_535 || enode.discoveryPort > 65_535)
    throw new DecodeError(`Port ${port} of the enode is not a port.`)
  return enode
}

export function formatEnode({ key, host, port, discoveryPort }: Enode): string {
  const shownHost = isIP(host) === 6 ? `[${host}]` : host
  return `enode://${key}@${shownHost}:${port}${discoveryPort === port ? '' : `?discport=${discoveryPort}`}`
}

/** A host another machine could reach at all: not "any address", nor this machine alone. */
export function isReachableHost(host: string): boolean {
  if (isIP(host) === 4) return !host.startsWith('127.') && !host.startsWith('0.') && !isMulticast(host)
  if (isIP(host) === 6) return host !== '::' && host !== '::1' && !/^(fe[89ab]|ff)/i.test(host)
  return false
}

function isMulticast(host: string): boolean {
  return Number(host.split('.')[0]) >= 224
}
