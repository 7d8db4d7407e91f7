import { isIP, type LookupFunction } from 'node:net'
import { ChiralError, messageOf } from '../../domain/errors.ts'

/** Where this node goes for its trackers. */
export interface TrackerReach {
  /** May it connect to this IP address? */
  allows(address: string): boolean
  /** The IP addresses of a host name. */
  resolve(hostname: string): Promise<readonly string[]>
}

/** Where a host may be connected to, at least one address. @param hostname a name or an IP address @throws ChiralError `TRACKER_FAILED` */
export async function addressesOf(hostname: string, { allows, resolve }: TrackerReach): Promise<readonly string[]> {
  let known: readonly string[]
  try {
    known = isIP(hostname) === 0 ? await resolve(hostname) : [hostname]
  } catch (error) {
    throw unusable(`${hostname} is not known (${messageOf(error)}).`, error)
  }
  // One with a zone would mean an interface of this machine.
  const allowed = known.filter((address) => isIP(address) !== 0 && !address.includes('%') && allows(address))
  if (allowed.length > 0) return allowed
  const why = known.length === 0 ? 'has no address' : 'leads outside of where this node connects to'
  throw unusable(`${hostname} ${why}.`)
}

/**
 * The same for a socket of Node, which asks once for each connection and connects to nothing else: no later answer of a name server leads elsewhere. A socket
 * does not ask about an IP address, so that `addressesOf` has to come before.
 */
export function lookupWithin(reach: TrackerReach): LookupFunction {
  return (hostname, { all }, done) => {
    addressesOf(hostname, reach).then(
      (addresses) => {
        const found = addresses.map((address) => ({ address, family: isIP(address) }))
        const [first = { address: '', family: 0 }] = found
        if (all === true) done(null, found)
        else done(null, first.address, first.family)
      },
      (error: ChiralError) => done(error, '', 0),
    )
  }
}

function unusable(message: string, cause?: unknown): ChiralError {
  return new ChiralError('TRACKER_FAILED', message, { cause })
}
