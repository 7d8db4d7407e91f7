import { isIP } from 'node:net'
import { DecodeError } from '../../../domain/errors.ts'
import { MAX_CANDIDATES } from './limits.ts'

/** What is read of, and taken out of, a session description (SDP, RFC 8866) before a stranger's reaches the library. */

const FINGERPRINT = /^a=fingerprint:(\S+) (\S+)$/
/** Foundation, component, transport, priority, address, port (RFC 8839 §5.1). */
const CANDIDATE = /^a=candidate:\S{1,32} \d{1,5} udp \d{1,10} (\S{1,64}) \d{1,5} typ \S+/i

/** SHA-256 of the certificate the other side must show, hex. @throws DecodeError unless there is one, and of that kind */
export function fingerprintIn(sdp: string): string {
  const found = new Set(linesOf(sdp).flatMap((line) => FINGERPRINT.exec(line)?.slice(1).join(' ').toLowerCase() ?? []))
  const [only = ''] = found
  const [, digits = ''] = /^sha-256 ((?:[0-9a-f]{2}:){31}[0-9a-f]{2})$/.exec(only) ?? []
  if (found.size !== 1 || digits === '')
    throw new DecodeError('A session description has no SHA-256 fingerprint, or more than one.')
  return digits.replaceAll(':', '')
}

/**
 * The same, without candidates this node may not send to: other transports, names (which would be looked up), and addresses that are not allowed.
 * Where none is left, the other side may still come by itself.
 */
export function withAllowedCandidates(sdp: string, allows: (address: string) => boolean): string {
  let taken = 0
  const kept = linesOf(sdp).filter((line) => {
    if (!line.startsWith('a=candidate:')) return true
    const address = CANDIDATE.exec(line)?.[1] ?? ''
    return isIP(address) !== 0 && !address.includes('%') && allows(address) && taken++ < MAX_CANDIDATES
  })
  return `${kept.join('\r\n')}\r\n`
}

/** A description without its candidates, and the candidates: a library can be told of them later (RFC 8838). */
export function splitCandidates(sdp: string): {
  readonly sdp: string
  readonly candidates: readonly string[]
  /** Of the one section that they are of. */
  readonly mid: string
} {
  const lines = linesOf(sdp)
  const rest = lines.filter((line) => !/^a=(?:candidate:|end-of-candidates$)/.test(line))
  const candidates = lines.filter((line) => line.startsWith('a=candidate:')).map((line) => line.slice('a='.length))
  const mid = lines.find((line) => line.startsWith('a=mid:'))?.slice('a=mid:'.length) ?? '0'
  return { sdp: `${rest.join('\r\n')}\r\n`, candidates, mid }
}

function linesOf(sdp: string): string[] {
  return sdp.split(/\r?\n/).filter((line) => line !== '')
}
