/**
 * A node of Kad that knows one source of a file, at its own address, in a process of its own: it runs in the name space it is started in. Prints its UDP
 * port; ends with SIGTERM.
 */
import { parseKadId } from '../../../src/public-protocols/ed2k/kad/kad-id.ts'
import { createKadMetrics } from '../../../src/public-protocols/ed2k/kad/metrics.ts'
import { startKadNode } from '../../../src/public-protocols/ed2k/kad/udp-node.ts'
import { parseEd2kLink } from '../../../src/public-protocols/ed2k/link.ts'
import { systemClock } from '../../../src/system/clock.ts'
import { silentLogger } from '../../../src/system/logger.ts'
import { systemRandom } from '../../../src/system/random.ts'
import { AMULE_PORTS } from './amule-conf.ts'

const [link = '', host = ''] = process.argv.slice(2)
const { hash, sizeBytes } = parseEd2kLink(link)
const kad = await startKadNode(
  {
    clock: systemClock,
    log: silentLogger,
    random: systemRandom,
    id: parseKadId('11'.repeat(16)),
    tcpPort: AMULE_PORTS.tcp,
    address: () => host,
    allows: () => true,
    contactsPerAddress: 2,
    bootstrap: [],
    metrics: createKadMetrics(),
  },
  { host, port: 0 },
)
kad.serve([{ target: parseKadId(hash), sizeBytes }])
process.stdout.write(`${kad.port}\n`)
process.once('SIGTERM', () => process.exit())
