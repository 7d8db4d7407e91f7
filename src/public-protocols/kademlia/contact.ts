/** Where a node receives datagrams. */
export interface UdpEndpoint {
  /** IPv4, dotted. */
  readonly address: string
  readonly port: number
}

/** A node as others are told of it. */
export interface Contact {
  /** Its place: as many lower-case hexadecimal digits as all places of its network have, the most significant first. */
  readonly id: string
  readonly address: string
  readonly udpPort: number
}

export function endpointKey({ address, port }: UdpEndpoint): string {
  return `${address}:${port}`
}

export function endpointOf({ address, udpPort }: Pick<Contact, 'address' | 'udpPort'>): UdpEndpoint {
  return { address, port: udpPort }
}
