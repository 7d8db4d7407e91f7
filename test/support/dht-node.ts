import type { DhtOptions } from '../../src/public-protocols/bittorrent/dht/dht-state.ts'
import { randomPlace } from '../../src/public-protocols/bittorrent/dht/place.ts'
import { type DhtNode, type DhtNodeParts, startDhtNode } from '../../src/public-protocols/bittorrent/dht/udp-node.ts'
import { systemClock } from '../../src/system/clock.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { systemRandom } from '../../src/system/random.ts'

interface TestDhtOptions extends Partial<DhtOptions>, Pick<DhtNodeParts, 'counter'> {
  /** Where it is; default: 127.0.0.1. */
  readonly host?: string
  readonly port?: number
  /** The port of another one there, with which it begins. */
  readonly meets?: number
}

/** A node of the BitTorrent DHT that speaks with nodes of its own network of 8 bits alone. */
export async function startTestDht({
  host = '127.0.0.1',
  port = 0,
  meets,
  ...over
}: TestDhtOptions = {}): Promise<DhtNode> {
  const node = await startDhtNode(
    {
      id: randomPlace(systemRandom),
      address: () => host,
      allows: (address) => address.startsWith(host.slice(0, host.indexOf('.') + 1)),
      contactsPerAddress: Number.POSITIVE_INFINITY,
      ...{ random: systemRandom, clock: systemClock, log: silentLogger },
      ...over,
    },
    { host, port },
  )
  if (meets !== undefined) node.meet([{ address: host, port: meets }])
  return node
}
