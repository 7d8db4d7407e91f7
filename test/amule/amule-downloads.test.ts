import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { encodeNodesDat } from '../../src/public-protocols/ed2k/kad/nodes-dat.ts'
import { KAD_VERSION } from '../../src/public-protocols/ed2k/kad/responder.ts'
import { NameSpaces } from '../support/name-spaces.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { Amule } from './support/amule.ts'
import { SEEDER_PORTS, startSeeder } from './support/seeder.ts'

const SEEDER = { name: 'seeder', address: '203.0.113.1' }
const AMULE = { name: 'amule', address: '203.0.113.2' }
const SIZE_BYTES = 25_000_000

describe('an aMule that downloads from our seeder', function () {
  // 25 MB take 40 s at the pace that aMule can take; a download that stands still is given up after 100 s.
  this.timeout(300_000)
  const spaces = new NameSpaces()
  let folder: string
  let stops: { stop(): Promise<void> }[] = []

  before('[needs root] two machines', async function () {
    if (!(await NameSpaces.areAllowed())) return this.skip()
    await spaces.begin()
    for (const { name, address } of [SEEDER, AMULE]) await spaces.add(name, address)
  })
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chiral-amule-'))
    stops = []
  })
  afterEach(async () => {
    for (const one of stops) await one.stop()
    await rm(folder, { recursive: true, force: true })
  })
  after(() => spaces.end())

  it('[needs root] finds it by Kad, with a link that names no source', async () => {
    const content = seededRandom('amule').bytes(SIZE_BYTES)
    const path = join(folder, 'a film.mkv')
    await writeFile(path, content)
    const seeder = await startSeeder({ inside: spaces.inside(SEEDER.name), path, host: SEEDER.address })
    stops.push(seeder)
    const contact = { id: seeder.id, address: SEEDER.address, udpPort: SEEDER_PORTS.udp, tcpPort: SEEDER_PORTS.tcp }
    const files = { 'nodes.dat': encodeNodesDat([{ ...contact, version: KAD_VERSION }]) }
    const amule = await Amule.start({ folder: join(folder, 'amule'), inside: spaces.inside(AMULE.name), files })
    stops.push(amule)
    await amule.add(seeder.link)
    const came = await amule.downloaded('a film.mkv')
    expect(Buffer.compare(came, content)).to.equal(0)
  })
})
