import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { wei } from '../../src/domain/amount.ts'
import { type FileHash, parseFileHash } from '../../src/domain/ids.ts'
import { type KadParts, openKad } from '../../src/node/kad-stack.ts'
import type { KadBootstrap, NodeConfig } from '../../src/node/node-config.ts'
import type { StoredShare } from '../../src/node/share-store.ts'
import { userHashOf } from '../../src/public-protocols/ed2k/hello.ts'
import { parseKadId, randomKadId } from '../../src/public-protocols/ed2k/kad/kad-id.ts'
import type { KadSource } from '../../src/public-protocols/ed2k/kad/message.ts'
import { createKadMetrics } from '../../src/public-protocols/ed2k/kad/metrics.ts'
import { encodeNodesDat } from '../../src/public-protocols/ed2k/kad/nodes-dat.ts'
import { type KadNode, startKadNode } from '../../src/public-protocols/ed2k/kad/udp-node.ts'
import { systemClock } from '../../src/system/clock.ts'
import { noFailPoints } from '../../src/system/fail-points.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { createMetrics } from '../../src/system/metrics.ts'
import { systemRandom } from '../../src/system/random.ts'

const HOST = '127.0.0.1'
const TCP_PORT = 4662
const SIZE_BYTES = 25_000_000
const FREE = parseFileHash('11'.repeat(32))
const PRICED = parseFileHash('22'.repeat(32))
const ED2K_HASHES: Readonly<Record<string, string>> = { [FREE]: 'aa'.repeat(16), [PRICED]: 'bb'.repeat(16) }

describe('node/kad-stack', function () {
  this.timeout(60_000)
  let folder: string
  let other: KadNode
  const stops: { stop(): Promise<void> }[] = []

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chiral-kad-'))
    const parts = { id: randomKadId(systemRandom), tcpPort: 1, address: () => undefined, allows: () => true }
    const system = { random: systemRandom, clock: systemClock, log: silentLogger, metrics: createKadMetrics() }
    other = await startKadNode({ ...parts, ...system, contactsPerAddress: 10, bootstrap: [] }, { host: HOST, port: 0 })
    stops.push(other)
  })
  afterEach(async () => {
    for (const one of stops.splice(0)) await one.stop()
    await rm(folder, { recursive: true, force: true })
  })

  function shareOf(fileHash: FileHash): StoredShare {
    const pricePerMiB = wei(fileHash === PRICED ? 5n : 0n)
    const rest = { path: '', name: 'a', sha256: '', sizeBytes: SIZE_BYTES, lowestPricePerMiB: undefined }
    return { fileHash, pricePerMiB, ...rest, header: new Uint8Array(0), isOwn: true, folder: undefined }
  }

  async function open(kadBootstrap: KadBootstrap | undefined, tcpPort = TCP_PORT) {
    // as: the part of a configuration that is read
    const config = { network: { scope: 'loopback' }, ed2k: { kadBootstrap } } as NodeConfig
    const self = {
      userHash: userHashOf(systemRandom.bytes(16)),
      port: tcpPort,
      name: '',
      unpacks: true,
      largeFiles: true,
    }
    const parts: KadParts = {
      system: { random: systemRandom, clock: systemClock, log: silentLogger, failPoints: noFailPoints },
      network: { addresses: () => [`/ip4/${HOST}/tcp/4001`] },
      counter: createMetrics().counter,
      ed2k: {
        self,
        endpointOf: ({ fileHash }) => ({
          link: `ed2k://|file|a|${SIZE_BYTES}|${ED2K_HASHES[fileHash]}|/`,
          address: `${HOST}:${TCP_PORT}`,
        }),
      },
      share: shareOf,
    }
    const stack = await openKad(config, parts)
    stops.push(stack)
    return stack
  }

  const find = (fileHash: FileHash): Promise<readonly KadSource[]> =>
    other.findSources(parseKadId(ED2K_HASHES[fileHash] ?? ''), SIZE_BYTES)

  it('publishes what is free, and nothing that has a price', async () => {
    const stack = await open({ kind: 'node', address: HOST, port: other.port })
    stack.add(shareOf(PRICED))
    stack.add(shareOf(FREE))
    let found = await find(FREE)
    while (found.length === 0) found = await find(FREE)
    expect(found).to.deep.equal([{ address: HOST, tcpPort: TCP_PORT, udpPort: stack.port }])
    expect(await find(PRICED)).to.deep.equal([])
  })

  it('meets those of a nodes.dat', async () => {
    const path = join(folder, 'nodes.dat')
    const contact = { id: randomKadId(systemRandom), address: HOST, udpPort: other.port, tcpPort: 1, version: 5 }
    await writeFile(path, encodeNodesDat([contact]))
    const stack = await open({ kind: 'file', path })
    stack.add(shareOf(FREE))
    let found = await find(FREE)
    while (found.length === 0) found = await find(FREE)
    expect(found[0]).to.have.property('udpPort', stack.port)
  })

  it('is off without somebody to meet, and where files are not served over ed2k', async () => {
    expect((await open(undefined)).port).to.equal(undefined)
    expect((await open({ kind: 'node', address: HOST, port: other.port }, 0)).port).to.equal(undefined)
  })

  it('says what is wrong with a file that is no nodes.dat', async () => {
    const path = join(folder, 'nodes.dat')
    for (const prepare of [async () => {}, () => writeFile(path, 'rubbish!')]) {
      await prepare()
      const error = await open({ kind: 'file', path }).catch((thrown: unknown) => thrown)
      expect(error).to.have.property('code', 'CONFIG_INVALID')
      expect(error).to.have.property('message').that.includes(path)
    }
  })
})
