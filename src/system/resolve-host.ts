import { lookup } from 'node:dns/promises'

/** The IP addresses of a host name, as this machine knows them. @throws the system's error where it does not */
export async function resolveHost(hostname: string): Promise<readonly string[]> {
  const found = await lookup(hostname, { all: true })
  return found.map(({ address }) => address)
}
