import { decodeMessage, encodeMessage } from '../../../../src/public-protocols/bittorrent/dht/codec.ts'
import { type DhtOptions, DhtState } from '../../../../src/public-protocols/bittorrent/dht/dht-state.ts'
import type { DhtMessage } from '../../../../src/public-protocols/bittorrent/dht/message.ts'
import type { Endpoint } from '../../../../src/public-protocols/bittorrent/tracker/compact.ts'
import { DatagramNetwork } from '../../../support/datagram-network.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

export const UDP_PORT = 6881

/** Nodes of the BitTorrent DHT. */
export class DhtNetwork extends DatagramNetwork<DhtMessage, readonly Endpoint[], DhtState> {
  constructor() {
    super({ udpPort: UDP_PORT, encode: encodeMessage, decode: decodeMessage })
  }

  /** A node of this address, which meets another one. */
  add(address: string, id: string, { meets, ...over }: { meets?: string } & Partial<DhtOptions> = {}): DhtState {
    const options = { id, address: () => address, allows: () => true, contactsPerAddress: 2 }
    const node = this.join(address, new DhtState({ ...options, random: seededRandom(address), ...over }))
    if (meets !== undefined) this.perform(address, node.meet([{ address: meets, port: UDP_PORT }], this.now))
    return node
  }

  /** Searches to the end. */
  search(address: string, target: string): readonly Endpoint[] {
    return this.find(address, (node, now) => node.search(target, now))
  }
}
