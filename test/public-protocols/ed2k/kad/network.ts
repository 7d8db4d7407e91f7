import { decodeDatagram, encodeDatagram } from '../../../../src/public-protocols/ed2k/kad/datagram.ts'
import type { KadId } from '../../../../src/public-protocols/ed2k/kad/kad-id.ts'
import { type KadOptions, KadState } from '../../../../src/public-protocols/ed2k/kad/kad-state.ts'
import type { KadMessage, KadSource } from '../../../../src/public-protocols/ed2k/kad/message.ts'
import { DatagramNetwork } from '../../../support/datagram-network.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

export const UDP_PORT = 4672
export const TCP_PORT = 4662

/** Nodes of Kad. */
export class KadNetwork extends DatagramNetwork<KadMessage, readonly KadSource[], KadState> {
  constructor() {
    super({ udpPort: UDP_PORT, encode: encodeDatagram, decode: decodeDatagram })
  }

  /** A node of this address; it knows those of `bootstrap`. */
  add(
    address: string,
    id: KadId,
    { bootstrap = [], ...over }: { bootstrap?: string[] } & Partial<Omit<KadOptions, 'bootstrap'>> = {},
  ): KadState {
    const node = new KadState({
      id,
      address: () => address,
      tcpPort: TCP_PORT,
      udpPort: UDP_PORT,
      allows: () => true,
      contactsPerAddress: 2,
      bootstrap: bootstrap.map((other) => ({ address: other, port: UDP_PORT })),
      random: seededRandom(address),
      ...over,
    })
    return this.join(address, node)
  }

  /** Searches to the end. */
  search(address: string, target: KadId, sizeBytes: number): readonly KadSource[] {
    return this.find(address, (node, now) => node.search(target, sizeBytes, now))
  }
}
