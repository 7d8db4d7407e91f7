import { expect } from 'chai'
import { wei } from '../../src/domain/amount.ts'
import { type FileHash, parseFileHash } from '../../src/domain/ids.ts'
import { type DhtParts, type DhtStack, openDht } from '../../src/node/dht-stack.ts'
import type { BittorrentConfig, NodeConfig } from '../../src/node/node-config.ts'
import type { DhtNode } from '../../src/public-protocols/bittorrent/dht/udp-node.ts'
import type { Endpoint } from '../../src/public-protocols/bittorrent/tracker/compact.ts'
import { systemClock } from '../../src/system/clock.ts'
import { noFailPoints } from '../../src/system/fail-points.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { createMetrics } from '../../src/system/metrics.ts'
import { systemRandom } from '../../src/system/random.ts'
import { startTestDht } from '../support/dht-node.ts'

const HOST = '127.0.0.1'
const TCP_PORT = 6881
const FREE = parseFileHash('11'.repeat(32))
const PRICED = parseFileHash('22'.repeat(32))
const infohashOf = (fileHash: FileHash): string => fileHash.slice(2, 42)

describe('node/dht-stack', function () {
  this.timeout(60_000)
  let other: DhtNode
  const stops: { stop(): Promise<void> }[] = []

  beforeEach(async () => {
    other = await startTestDht()
    stops.push(other)
  })
  afterEach(async () => {
    for (const one of stops.splice(0).toReversed()) await one.stop()
  })

  async function open(bittorrent: BittorrentConfig, over: Partial<DhtParts> = {}): Promise<DhtStack> {
    // as: the part of a configuration that is read
    const config = { network: { scope: 'loopback' }, bittorrent } as NodeConfig
    const stack = await openDht(config, {
      system: { random: systemRandom, clock: systemClock, log: silentLogger, failPoints: noFailPoints },
      network: { addresses: () => [`/ip4/${HOST}/tcp/4001`] },
      counter: createMetrics().counter,
      swarms: {
        port: TCP_PORT,
        dialledPort: () => bittorrent.announce?.port ?? TCP_PORT,
        torrentOf: (fileHash) => ({ fileHash, name: 'a', sizeBytes: 1, infohash: infohashOf(fileHash) }),
      },
      share: (fileHash) => ({ pricePerMiB: wei(fileHash === PRICED ? 5n : 0n) }),
      resolve: async () => [],
      ...over,
    })
    stops.push(stack)
    return stack
  }

  /** Searches until somebody is found: an announcement takes its time. The timeout of the test ends it. */
  async function found(fileHash: FileHash): Promise<readonly Endpoint[]> {
    for (;;) {
      const peers = await other.findPeers(infohashOf(fileHash))
      if (peers.length > 0) return peers
    }
  }

  it('announces what is free, and nothing that has a price', async () => {
    const stack = await open({ dhtBootstrap: [{ host: HOST, port: other.port }] })
    stack.add({ fileHash: PRICED })
    stack.add({ fileHash: FREE })
    expect(await found(FREE)).to.deep.equal([{ address: HOST, port: TCP_PORT }])
    expect(await other.findPeers(infohashOf(PRICED))).to.deep.equal([])
  })

  it('meets those that a name stands for, and announces the port of a router', async () => {
    const announce = { host: HOST, port: 7_777 }
    const resolve = async (name: string): Promise<string[]> => (name === 'router.example' ? ['::1', HOST] : [])
    const stack = await open({ announce, dhtBootstrap: [{ host: 'router.example', port: other.port }] }, { resolve })
    stack.add({ fileHash: FREE })
    expect(await found(FREE)).to.deep.equal([{ address: HOST, port: 7_777 }])
  })

  it('finds what others announced', async () => {
    const seeder = await startTestDht({ meets: other.port })
    stops.push(seeder)
    seeder.serve([{ target: infohashOf(FREE), port: 7_778 }])
    await found(FREE)
    const stack = await open({ dhtBootstrap: [{ host: HOST, port: other.port }] })
    expect(await stack.peers?.findPeers(infohashOf(FREE))).to.deep.equal([{ address: HOST, port: 7_778 }])
  })

  it('tries again where a name is not known at first', async () => {
    let asked = 0
    const resolve = async (): Promise<string[]> => {
      if (asked++ === 0) throw new Error('no network yet')
      return [HOST]
    }
    const stack = await open({ dhtBootstrap: [{ host: 'router.example', port: other.port }] }, { resolve })
    stack.add({ fileHash: FREE })
    expect(await found(FREE)).to.have.length(1)
  })

  it('announces nothing where nothing is served over TCP, and is off without somebody to meet', async () => {
    const swarms = { port: undefined, dialledPort: () => undefined, torrentOf: () => undefined }
    const stack = await open({ dhtBootstrap: [{ host: HOST, port: other.port }] }, { swarms })
    stack.add({ fileHash: FREE })
    await stack.peers?.findPeers(infohashOf(FREE))
    expect(await other.findPeers(infohashOf(FREE))).to.deep.equal([])
    expect(await open({})).to.include({ port: undefined, peers: undefined })
  })
})
