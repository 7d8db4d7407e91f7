import type { DhtOptions } from '../../src/public-protocols/bittorrent/dht/dht-state.ts'
import { randomPlace } from '../../src/public-protocols/bittorrent/dht/place.ts'
import { type DhtNode, type DhtNodeParts, startDhtNode } from '../../src/public-protocols/bittorrent/dht/udp-node.ts'
import { systemClock } from '../../src/system/clock.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { systemRandom } from '../../src/system/random.ts'

const HOST = '127.0.0.1'

/** A node of the BitTorrent DHT on loopback, which meets another one there. */
export async function startTestDht({
  meets,
  ...over
}: { readonly meets?: number } & Partial<DhtOptions> & Pick<DhtNodeParts, 'counter'> = {}): Promise<DhtNode> {
  const node = await startDhtNode(
    {
      id: randomPlace(systemRandom),
      address: () => HOST,
      allows: (address) => address.startsWith('127.'),
      contactsPerAddress: Number.POSITIVE_INFINITY,
      ...{ random: systemRandom, clock: systemClock, log: silentLogger },
      ...over,
    },
    { host: HOST, port: 0 },
  )
  if (meets !== undefined) node.meet([{ address: HOST, port: meets }])
  return node
}
