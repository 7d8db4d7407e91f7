import { networkInterfaces } from 'node:os'

/** The IPv4 addresses of this machine that a router could face: not its own loopback, and none it gave itself for want of a router (RFC 3927). */
export function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((each) => each ?? [])
  const facing = all.filter(
    ({ family, internal, address }) => family === 'IPv4' && !internal && !address.startsWith('169.254.'),
  )
  return facing.map(({ address }) => address)
}
