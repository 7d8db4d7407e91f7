import { z } from 'zod'
import { setting } from './config-setting.ts'
import { bootstrapAddresses, iceServers, multiaddrs, onOrOff } from './config-values.ts'

/** How peers find and reach this node. */
export const NETWORK_SETTINGS = {
  listen: setting({
    key: 'network.listen',
    env: 'CHIRAL_LISTEN',
    flag: 'listen',
    option: '--listen',
    schema: multiaddrs,
    description: 'Multiaddrs to listen on.',
    standard: 'port 4001 (TCP and WebRTC) on all interfaces; free ports on 127.0.0.1 in scope loopback',
  }),
  announce: setting({
    key: 'network.announce',
    env: 'CHIRAL_ANNOUNCE',
    schema: multiaddrs,
    description: 'Addresses told to others in place of those listened on.',
  }),
  bootstrap: setting({
    key: 'network.bootstrap',
    env: 'CHIRAL_BOOTSTRAP',
    flag: 'bootstrap',
    option: '--bootstrap',
    schema: bootstrapAddresses,
    description: 'Peers through which the network is entered.',
  }),
  relays: setting({
    key: 'network.relays',
    env: 'CHIRAL_RELAYS',
    schema: bootstrapAddresses,
    description: 'Peers at which this node can be met by others that cannot dial it; both then connect by WebRTC.',
  }),
  serveAsRelay: setting({
    key: 'network.serve_as_relay',
    env: 'CHIRAL_SERVE_AS_RELAY',
    schema: onOrOff,
    description: 'Be such a peer for others: it carries how to connect, never chunks.',
    standard: 'false',
  }),
  iceServers: setting({
    key: 'network.ice_servers',
    env: 'CHIRAL_ICE_SERVERS',
    schema: iceServers,
    description: 'STUN and TURN servers that WebRTC may ask; none are asked otherwise.',
  }),
  scope: setting({
    key: 'network.scope',
    env: 'CHIRAL_SCOPE',
    flag: 'scope',
    option: '--scope',
    schema: z.enum(['public', 'lan', 'loopback']),
    description: 'Which addresses are published and dialled.',
    standard: 'loopback with a test chain on this machine, public otherwise',
  }),
  portMapping: setting({
    key: 'network.port_mapping',
    env: 'CHIRAL_PORT_MAPPING',
    schema: onOrOff,
    description:
      'Ask the router in front of this node to forward its ports, by UPnP or NAT-PMP, and announce the address of the router. Only in scope public, without network.announce and without a public address.',
    standard: 'true',
  }),
}
