/**
 * A node of Kad of ours, in a process of its own: it runs in the name space it is started in. Meets one node, searches for the sources of a link's
 * file, and prints them as one line of JSON.
 */
import { parseKadId, randomKadId } from '../../../src/public-protocols/ed2k/kad/kad-id.ts'
import { createKadMetrics } from '../../../src/public-protocols/ed2k/kad/metrics.ts'
import { startKadNode } from '../../../src/public-protocols/ed2k/kad/udp-node.ts'
import { parseEd2kLink } from '../../../src/public-protocols/ed2k/link.ts'
import { systemClock } from '../../../src/system/clock.ts'
import { silentLogger } from '../../../src/system/logger.ts'
import { systemRandom } from '../../../src/system/random.ts'
import { SEEDER_PORTS } from './seeder.ts'

const [link = '', host = '', nearby = ''] = process.argv.slice(2)
const { hash, sizeBytes } = parseEd2kLink(link)
const kad = await startKadNode(
  {
    clock: systemClock,
    log: silentLogger,
    random: systemRandom,
    id: randomKadId(systemRandom),
    tcpPort: SEEDER_PORTS.tcp,
    address: () => host,
    allows: () => true,
    contactsPerAddress: 2,
    bootstrap: [{ address: nearby, port: SEEDER_PORTS.udp }],
    metrics: createKadMetrics(),
  },
  { host, port: SEEDER_PORTS.udp },
)
process.stdout.write(`${JSON.stringify(await kad.findSources(parseKadId(hash), sizeBytes))}\n`)
await kad.stop()
