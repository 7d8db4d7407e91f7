import { scopeAllowsIp } from '../network/addresses.ts'
import type { Network } from '../network/network.ts'
import { findGateways } from '../network/port-mapping/find-gateways.ts'
import { ownAddresses } from '../network/port-mapping/own-addresses.ts'
import { createPortMapper, type PortMappingView } from '../network/port-mapping/port-mapper.ts'
import type { NetworkConfig } from './node-config.ts'
import type { NodeSystem } from './node-system.ts'
import { NO_ROUTER, type RouterPorts, routerPorts } from './router-ports.ts'

/** A router in front of this node, where there is one that forwards ports. */
export interface PortMappingStack {
  /** Has libp2p's port mapped and the router's address announced; resolves when that is known. Never rejects. */
  open(network: Pick<Network, 'listeningPort' | 'forwarded'>): Promise<RouterPorts>
  /** Resolves when it is known of each port that was asked for. Never rejects. */
  ready(): Promise<void>
  view(): PortMappingView
  /** Takes back what was mapped. Stopping twice is fine. */
  stop(): Promise<void>
}

/** Begins to look for a router, where one is of use. */
export function startPortMapping(config: NetworkConfig, { clock, log }: NodeSystem): PortMappingStack {
  const reason = whyNotMapped(config, ownAddresses())
  if (reason !== undefined)
    return {
      open: async () => NO_ROUTER,
      async ready() {},
      view: () => ({ isAsked: false, ports: [], reason }),
      async stop() {},
    }
  const mapper = createPortMapper({ find: (signal) => findGateways({ clock, log }, signal), clock, log })
  return {
    async open(network) {
      const port = network.listeningPort()
      if (port === undefined) return NO_ROUTER
      const main = { port, protocol: 'tcp' } as const
      mapper.onChange(({ request, ownAddress, before, after }) => {
        if (request.port !== port || request.protocol !== 'tcp') return
        network.forwarded({ own: { host: ownAddress, port }, before, after })
      })
      await mapper.map(main)
      return routerPorts(mapper, main)
    },
    ready: () => mapper.ready(),
    view: () => mapper.view(),
    stop: () => mapper.stop(),
  }
}

/** Why no router is asked, for people; `undefined`: one is. @param own the IPv4 addresses of this machine */
export function whyNotMapped(
  { portMapping, scope, announce }: Pick<NetworkConfig, 'portMapping' | 'scope' | 'announce'>,
  own: readonly string[],
): string | undefined {
  if (scope !== 'public') return `no router is asked in scope ${scope}`
  if (portMapping !== true) return 'network.port_mapping is off'
  if (announce.length > 0) return 'network.announce says where this node is reached'
  const direct = own.find((ip) => scopeAllowsIp('public', ip))
  return direct === undefined ? undefined : `this machine has the public address ${direct}`
}
