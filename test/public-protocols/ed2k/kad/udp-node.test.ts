import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { expect } from 'chai'
import { toHex } from '../../../../src/domain/bytes.ts'
import { decodeDatagram, encodeDatagram } from '../../../../src/public-protocols/ed2k/kad/datagram.ts'
import { type KadId, parseKadId, randomKadId } from '../../../../src/public-protocols/ed2k/kad/kad-id.ts'
import type { KadEndpoint, KadMessage, KadSource } from '../../../../src/public-protocols/ed2k/kad/message.ts'
import { createKadMetrics } from '../../../../src/public-protocols/ed2k/kad/metrics.ts'
import { type KadNode, startKadNode } from '../../../../src/public-protocols/ed2k/kad/udp-node.ts'
import { PACKET_BURST } from '../../../../src/public-protocols/kademlia/limits.ts'
import { systemClock } from '../../../../src/system/clock.ts'
import { silentLogger } from '../../../../src/system/logger.ts'
import { createMetrics } from '../../../../src/system/metrics.ts'
import { systemRandom } from '../../../../src/system/random.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

const HOST = '127.0.0.1'
const FILE = parseKadId(toHex(seededRandom('file').bytes(16)))
const SIZE_BYTES = 25_000_000
const TCP_PORT = 4662

describe('public-protocols/ed2k/kad/udp-node', function () {
  this.timeout(60_000)
  const nodes: KadNode[] = []
  const sockets: Socket[] = []

  afterEach(async () => {
    for (const node of nodes.splice(0)) await node.stop()
    for (const socket of sockets.splice(0)) socket.close()
  })

  async function start(
    bootstrap: readonly KadEndpoint[],
    id: KadId = randomKadId(systemRandom),
    metrics = createKadMetrics(),
  ) {
    const parts = {
      id,
      tcpPort: TCP_PORT,
      address: () => HOST,
      allows: (address: string) => address === HOST,
      contactsPerAddress: Number.POSITIVE_INFINITY,
      bootstrap,
      random: systemRandom,
      clock: systemClock,
      log: silentLogger,
      metrics,
    }
    const node = await startKadNode(parts, { host: HOST, port: 0 })
    nodes.push(node)
    return node
  }

  const at = ({ port }: { readonly port: number }): KadEndpoint => ({ address: HOST, port })

  /** Searches until somebody is found: a publication takes its time. The timeout of the test ends it. */
  async function found(node: KadNode): Promise<readonly KadSource[]> {
    for (;;) {
      const sources = await node.findSources(FILE, SIZE_BYTES)
      if (sources.length > 0) return sources
    }
  }

  /** A socket that speaks for itself. */
  async function stranger(host = HOST): Promise<Socket> {
    const socket = createSocket('udp4')
    sockets.push(socket)
    socket.bind(0, host)
    await once(socket, 'listening')
    return socket
  }

  async function answerOf(socket: Socket): Promise<KadMessage | undefined> {
    const [bytes] = await once(socket, 'message')
    return decodeDatagram(bytes)
  }

  it('two nodes: one finds what the other serves', async () => {
    const first = await start([])
    const second = await start([at(first)])
    first.serve([{ target: FILE, sizeBytes: SIZE_BYTES }])
    expect(await found(second)).to.deep.equal([{ address: HOST, tcpPort: TCP_PORT, udpPort: first.port }])
  })

  it('ten nodes in a row: the last finds what the first serves', async () => {
    const row = [await start([])]
    for (let index = 1; index < 10; index++) row.push(await start([at(row[index - 1] ?? { port: 0 })]))
    const [first, last] = [row[0], row[9]]
    if (first === undefined || last === undefined) throw new Error('there are not ten')
    first.serve([{ target: FILE, sizeBytes: SIZE_BYTES }])
    expect(await found(last)).to.deep.equal([{ address: HOST, tcpPort: TCP_PORT, udpPort: first.port }])
  })

  it('ends a search when it is told to, or stops', async () => {
    const node = await start([])
    const aborted = new AbortController()
    const searches = [node.findSources(FILE, SIZE_BYTES, aborted.signal), node.findSources(FILE, SIZE_BYTES)]
    const codes = Promise.all(searches.map((search) => search.then(String, (error: { code: string }) => error.code)))
    aborted.abort(Object.assign(new Error('enough'), { code: 'ENOUGH' }))
    await node.stop()
    expect(await codes).to.deep.equal(['ENOUGH', 'STREAM_CLOSED'])
  })

  it('lets only so many searches wait', async () => {
    const node = await start([])
    const codes: string[] = []
    const searches = Array.from({ length: 100 }, () =>
      node.findSources(FILE, SIZE_BYTES).catch((error: { code: string }) => codes.push(error.code)),
    )
    await Promise.resolve()
    await node.stop()
    await Promise.all(searches)
    expect(codes.filter((code) => code === 'RATE_LIMITED').length).to.be.within(20, 60)
  })

  it('refuses a port that is taken', async () => {
    const { port } = await start([])
    const parts = { clock: systemClock, log: silentLogger, metrics: createKadMetrics(), random: systemRandom }
    const options = {
      ...parts,
      id: FILE,
      tcpPort: 1,
      address: () => undefined,
      allows: () => true,
      contactsPerAddress: 1,
      bootstrap: [],
    }
    const refused = await startKadNode(options, { host: HOST, port }).catch((error: unknown) => error)
    expect(refused).to.have.property('code', 'LISTEN_FAILED')
  })

  it('goes on after rubbish, and counts it', async () => {
    const registry = createMetrics()
    const node = await start([], undefined, createKadMetrics(registry.counter))
    const socket = await stranger()
    for (const bytes of ['e4', 'e411', 'e529ffff', `e43b${'00'.repeat(30)}`, `e4${'ff'.repeat(9_000)}`])
      socket.send(Buffer.from(bytes, 'hex'), node.port, HOST)
    socket.send(encodeDatagram({ kind: 'ping' }), node.port, HOST)
    expect(await answerOf(socket)).to.deep.equal({ kind: 'pong', port: socket.address().port })
    expect(registry.render()).to.match(/chiral_kad_datagrams_refused_total 4\b/)
  })

  it('reads no more of one address than it may send, and others all the same', async () => {
    const refused = Promise.withResolvers<void>()
    const count = 4 * PACKET_BURST
    let left = count / 2
    const inc = (): void => {
      if (--left === 0) refused.resolve()
    }
    const node = await start([], undefined, { ...createKadMetrics(), datagramsRefused: { inc } })
    const socket = await stranger()
    for (let sent = 0; sent < count; sent++) socket.send(encodeDatagram({ kind: 'ping' }), node.port, HOST)
    await refused.promise
    const other = await stranger('127.0.0.2')
    other.send(encodeDatagram({ kind: 'ping' }), node.port, HOST)
    expect(await answerOf(other)).to.have.property('kind', 'pong')
  })
})
