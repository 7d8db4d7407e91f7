import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer as createHttpServer, type Server } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { gethPaths } from '../../src/chain/geth/geth-directory.ts'
import { gethDirectory } from '../../src/node/geth/chain-node.ts'
import { joinCluster } from '../../src/node/geth/cluster.ts'
import { type SocketServer, serveSocket } from '../../src/system/json-socket.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { FakeClock } from '../support/fake-clock.ts'

const OWN = `enode://${'aa'.repeat(64)}@10.0.0.1:30303`
const OTHER = `enode://${'bb'.repeat(64)}@10.0.0.2:30303`
const UNREACHABLE = `enode://${'cc'.repeat(64)}@127.0.0.1:30303`
const STATUS = {
  phase: 'running',
  supervisorPid: 1,
  chainId: 98765,
  rpcUrl: 'http://127.0.0.1:18545',
  wsUrl: 'ws://127.0.0.1:18546',
  enode: OWN,
  bootnodes: [],
  staticNodes: [],
  mining: false,
  restarts: 0,
  logFile: '/data/geth/geth.log',
}

/** How long the nodes of a cluster leave each other alone. */
const MEET_EVERY_MS = 15_000

/** Tells when the search pauses: until then its own time-outs must not be fired. */
class PausingClock extends FakeClock {
  #onPause: () => void = () => {}

  nextPause(): Promise<void> {
    return new Promise((resolve) => {
      this.#onPause = resolve
    })
  }

  override schedule(delayMs: number, fn: () => void): () => void {
    if (delayMs === MEET_EVERY_MS) this.#onPause()
    return super.schedule(delayMs, fn)
  }
}

describe('node/geth/cluster', () => {
  let dataDirectory: string
  let control: SocketServer
  let ipc: ReturnType<typeof createServer>
  let proxy: Server
  /** What the proxies behind the name tell: one after the other, a node each. */
  let told: unknown[]
  let added: string[]

  const port = (): number => (proxy.address() as AddressInfo).port // a TCP server has one
  beforeEach(async () => {
    dataDirectory = mkdtempSync(join(tmpdir(), 'chiral-cluster-'))
    const paths = gethPaths(gethDirectory(dataDirectory))
    mkdirSync(paths.directory, { recursive: true })
    added = []
    control = await serveSocket(paths.control, { status: async () => ({ status: STATUS }) })
    ipc = createServer((socket) => {
      socket.on('error', () => {}) // the client leaves as soon as it has its answer
      socket.on('data', (line) => {
        const { id, method, params } = JSON.parse(String(line))
        if (method === 'admin_addPeer') added.push(params[0])
        socket.write(`${JSON.stringify({ jsonrpc: '2.0', id, result: true })}\n`)
      })
    })
    await new Promise<void>((resolve) => ipc.listen(paths.ipc, resolve))
    proxy = createHttpServer((_request, response) => void response.end(JSON.stringify(told.shift())))
    await new Promise<void>((resolve) => proxy.listen(0, resolve))
  })

  afterEach(async () => {
    proxy.closeAllConnections()
    await Promise.all([
      control.close(),
      new Promise((resolve) => ipc.close(resolve)),
      new Promise((resolve) => proxy.close(resolve)),
    ])
    rmSync(dataDirectory, { recursive: true })
  })

  it('connects geth with the nodes behind a name, again and again, and knows how far they are', async () => {
    const clock = new PausingClock()
    // The name may have an IPv4 and an IPv6 address: then the same node tells twice.
    told = Array.from({ length: 2 }, () => ({ enode: OTHER, height: 77 }))
    let paused = clock.nextPause()
    const cluster = joinCluster({ clock, log: silentLogger }, { dataDirectory, name: 'localhost', port: port() })
    try {
      await paused
      expect(new Set(added)).to.deep.equal(new Set([OTHER]))
      expect(cluster.clusterHeight()).to.equal(77)
      expect(await cluster.enode()).to.equal(OWN)
      told = Array.from({ length: 2 }, () => ({ enode: OTHER, height: 78 }))
      paused = clock.nextPause()
      await clock.advance(MEET_EVERY_MS)
      await paused
      expect(cluster.clusterHeight()).to.equal(78)
    } finally {
      cluster.stop()
    }
    await clock.advance(61_000)
    expect(cluster.clusterHeight(), 'what was told long ago').to.equal(0)
  })

  it('connects neither with itself nor with what nobody can reach', async () => {
    told = [
      { enode: OWN, height: 9 },
      { enode: UNREACHABLE, height: 9 },
    ]
    const clock = new PausingClock()
    const paused = clock.nextPause()
    const cluster = joinCluster({ clock, log: silentLogger }, { dataDirectory, name: 'localhost', port: port() })
    await paused
    expect(added).to.deep.equal([])
    expect(cluster.clusterHeight()).to.equal(0)
    cluster.stop()
  })

  it('tells what is free on the disk of the chain', async () => {
    told = []
    const cluster = joinCluster({ clock: new FakeClock(), log: silentLogger }, { dataDirectory, port: port() })
    const { diskFreeBytes, warnings } = await cluster.facts()
    expect(diskFreeBytes).to.be.greaterThan(0)
    expect(warnings).to.deep.equal([])
    cluster.stop()
  })
})
