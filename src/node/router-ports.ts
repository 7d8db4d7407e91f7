import type { PortRequest } from '../network/port-mapping/gateway.ts'
import type { MappedPort } from '../network/port-mapping/lease.ts'
import type { PortMapper } from '../network/port-mapping/port-mapper.ts'

/** Ports that a router forwards to this node, for what listens beside libp2p. */
export interface RouterPorts {
  /** A router forwards libp2p's own port, so that others reach this node by its address. */
  isMapped(): boolean
  /** Asks for one more port where there is such a router. Never rejects. */
  map(request: PortRequest): Promise<void>
  /** Where others reach a port through the router; `undefined`: nowhere. */
  at(request: PortRequest): MappedPort | undefined
  /** Of the multiaddrs that this node announces, those that are not the router's. */
  own(addresses: readonly string[]): readonly string[]
}

/** Of a node that no router forwards anything to. */
export const NO_ROUTER: RouterPorts = {
  isMapped: () => false,
  async map() {},
  at: () => undefined,
  own: (addresses) => addresses,
}

/** @param main libp2p's port: without it, none is asked for */
export function routerPorts(mapper: Pick<PortMapper, 'map' | 'at'>, main: PortRequest): RouterPorts {
  return {
    isMapped: () => mapper.at(main) !== undefined,
    async map(request) {
      if (mapper.at(main) !== undefined) await mapper.map(request)
    },
    at: (request) => mapper.at(request),
    own(addresses) {
      const router = mapper.at(main)?.host
      return router === undefined ? addresses : addresses.filter((each) => !each.startsWith(`/ip4/${router}/`))
    },
  }
}
