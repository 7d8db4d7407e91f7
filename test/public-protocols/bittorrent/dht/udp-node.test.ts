import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { Client } from 'bittorrent-dht'
import { expect } from 'chai'
import { decodeMessage, encodeMessage } from '../../../../src/public-protocols/bittorrent/dht/codec.ts'
import type { DhtMessage } from '../../../../src/public-protocols/bittorrent/dht/message.ts'
import { randomPlace } from '../../../../src/public-protocols/bittorrent/dht/place.ts'
import type { DhtNode } from '../../../../src/public-protocols/bittorrent/dht/udp-node.ts'
import type { Endpoint } from '../../../../src/public-protocols/bittorrent/tracker/compact.ts'
import { PACKET_BURST } from '../../../../src/public-protocols/kademlia/limits.ts'
import { createMetrics } from '../../../../src/system/metrics.ts'
import { systemRandom } from '../../../../src/system/random.ts'
import { startTestDht } from '../../../support/dht-node.ts'

const HOST = '127.0.0.1'
const TORRENT = randomPlace(systemRandom)
const TCP_PORT = 6881
const PEER = { address: HOST, port: TCP_PORT }
const PING: DhtMessage = {
  ...{ kind: 'question', transaction: Uint8Array.of(7), sender: TORRENT, isReadOnly: true },
  question: { kind: 'ping' },
}

describe('public-protocols/bittorrent/dht/udp-node', function () {
  this.timeout(60_000)
  const stops: (() => unknown)[] = []

  afterEach(async () => {
    for (const stop of stops.splice(0).toReversed()) await stop()
  })

  async function start(options: Parameters<typeof startTestDht>[0] = {}): Promise<DhtNode> {
    const node = await startTestDht(options)
    stops.push(() => node.stop())
    return node
  }

  async function startStock(...bootstrap: readonly number[]): Promise<Client> {
    const stock = new Client({ bootstrap: bootstrap.length > 0 && bootstrap.map((port) => `${HOST}:${port}`) })
    stops.push(() => new Promise<void>((resolve) => stock.destroy(resolve)))
    await new Promise<void>((resolve) => stock.listen(0, HOST, resolve))
    return stock
  }

  /** A socket that speaks for itself. */
  async function stranger(host = HOST): Promise<Socket> {
    const socket = createSocket('udp4')
    stops.push(() => socket.close())
    socket.bind(0, host)
    await once(socket, 'listening')
    return socket
  }

  async function answerOf(socket: Socket): Promise<DhtMessage | undefined> {
    const [bytes] = await once(socket, 'message')
    return decodeMessage(bytes)
  }

  /** Searches until somebody is found: an announcement takes its time. The timeout of the test ends it. */
  async function found(node: DhtNode): Promise<readonly Endpoint[]> {
    for (;;) {
      const peers = await node.findPeers(TORRENT)
      if (peers.length > 0) return peers
    }
  }

  async function foundByStock(stock: Client): Promise<unknown> {
    const peer = once(stock, 'peer')
    const isFound = peer.then(() => true)
    while (
      !(await Promise.race([isFound, new Promise<boolean>((resolve) => stock.lookup(TORRENT, () => resolve(false)))]))
    );
    return (await peer)[0]
  }

  it('ten nodes in a row: the last finds what the first serves', async () => {
    const row = [await start()]
    for (let index = 1; index < 10; index++) row.push(await start({ meets: row[index - 1]?.port ?? 0 }))
    row[0]?.serve([{ target: TORRENT, port: TCP_PORT }])
    const last = row[9]
    expect(last && (await found(last))).to.deep.equal([PEER])
  })

  it('a stock node finds what we serve, through another stock node', async () => {
    const middle = await startStock()
    const node = await start({ meets: middle.address().port })
    node.serve([{ target: TORRENT, port: TCP_PORT }])
    expect(await foundByStock(await startStock(middle.address().port))).to.deep.include({ host: HOST, port: TCP_PORT })
  })

  it('a stock node that knows us alone finds what we serve', async () => {
    const node = await start()
    node.serve([{ target: TORRENT, port: TCP_PORT }])
    expect(await foundByStock(await startStock(node.port))).to.deep.include({ host: HOST, port: TCP_PORT })
  })

  it('we find what a stock node announced, through another one and through us', async () => {
    const middle = await startStock()
    const keeper = await start({ meets: middle.address().port })
    const stock = await startStock(middle.address().port, keeper.port)
    const asker = await start({ meets: middle.address().port })
    await new Promise((resolve) => stock.announce(TORRENT, TCP_PORT, resolve))
    expect(await found(asker)).to.deep.equal([PEER])
    expect(await found(await start({ meets: keeper.port }))).to.deep.equal([PEER])
  })

  it('ends a search when it is told to, or stops', async () => {
    const node = await start()
    const aborted = new AbortController()
    const searches = [node.findPeers(TORRENT, aborted.signal), node.findPeers(TORRENT)]
    const codes = Promise.all(searches.map((search) => search.then(String, (error: { code: string }) => error.code)))
    aborted.abort(Object.assign(new Error('enough'), { code: 'ENOUGH' }))
    await node.stop()
    expect(await codes).to.deep.equal(['ENOUGH', 'STREAM_CLOSED'])
  })

  it('goes on after rubbish, also what other decoders never finish, and counts it', async () => {
    const registry = createMetrics()
    const node = await start({ counter: registry.counter })
    const socket = await stranger()
    const rubbish = ['l-3:', 'd', 'de', 'd1:t2:aa1:y1:qe', `d1:t2:aa1:y1:r1:rd2:id3:abcee`, 'i1e', 'x'.repeat(9_000)]
    for (const text of rubbish) socket.send(text, node.port, HOST)
    socket.send(encodeMessage(PING), node.port, HOST)
    expect(await answerOf(socket)).to.have.property('kind', 'answer')
    expect(registry.render()).to.match(/chiral_bittorrent_dht_datagrams_refused_total 7\b/)
  })

  it('reads no more of one address than it may send, and others all the same', async () => {
    const refused = Promise.withResolvers<void>()
    const count = 4 * PACKET_BURST
    let left = count / 2
    const none = { inc() {} }
    const inc = (): void => {
      if (--left === 0) refused.resolve()
    }
    const node = await start({ counter: ({ name }) => (name.includes('refused') ? { inc } : none) })
    const socket = await stranger()
    for (let sent = 0; sent < count; sent++) socket.send(encodeMessage(PING), node.port, HOST)
    await refused.promise
    const other = await stranger('127.0.0.2')
    other.send(encodeMessage(PING), node.port, HOST)
    expect(await answerOf(other)).to.have.property('kind', 'answer')
  })
})
