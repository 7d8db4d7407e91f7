import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { expect } from 'chai'
import { codeOf } from '../../src/domain/errors.ts'
import type { PeerTarget } from '../../src/network/network.ts'
import type { TransportName } from '../../src/network/transports.ts'
import { freePort } from '../../src/system/free-port.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { createNodes, NEVER, until } from './nodes.ts'
import type { Echoed, PeerOptions } from './transport-peer.ts'

/** Two processes that start, and ICE on a busy machine. */
const TIMEOUT_MS = 60_000

/** The one transport that two processes have, and what its addresses look like. */
interface Case {
  readonly transport: TransportName
  readonly listen: string
  readonly address: RegExp
  readonly encrypter: string
}

const CASES: readonly Case[] = [
  {
    transport: 'tcp',
    listen: '/ip4/127.0.0.1/tcp/0',
    address: /^\/ip4\/127\.0\.0\.1\/tcp\/\d+\/p2p\//,
    encrypter: '/tls/1.0.0',
  },
  {
    transport: 'ws',
    listen: '/ip4/127.0.0.1/tcp/0/ws',
    address: /^\/ip4\/127\.0\.0\.1\/tcp\/\d+\/ws\/p2p\//,
    encrypter: '/tls/1.0.0',
  },
  {
    transport: 'webrtc-direct',
    listen: '/ip4/127.0.0.1/udp/0/webrtc-direct',
    address: /\/webrtc-direct\/certhash\//,
    encrypter: 'native',
  },
]

describe('network/transports', function () {
  this.timeout(TIMEOUT_MS)
  const nodes = createNodes()
  const processes = new Set<ChildProcess>()

  afterEach(async () => {
    await nodes.stop()
    for (const child of processes) {
      if (child.exitCode !== null) continue
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    }
    processes.clear()
  })

  /** Resolves with what the process tells. */
  async function run<Told>(options: PeerOptions): Promise<Told> {
    const child = fork(new URL('./transport-peer.ts', import.meta.url), [JSON.stringify(options)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    processes.add(child)
    const [told] = await once(child, 'message')
    return told
  }

  async function listen(options: Omit<PeerOptions, 'seed'>): Promise<Required<PeerTarget>> {
    const { peerId, addresses } = await run<PeerTarget>({ seed: 200, ...options })
    if (peerId === undefined) throw new Error('the listener told no peer id')
    return { peerId, addresses, trusted: false }
  }

  for (const { transport, listen: at, address, encrypter } of CASES)
    it(`carries 1 MiB there and back over ${transport} between two processes that have nothing else`, async () => {
      const transports = [transport]
      const target = await listen({ listen: [at], transports })
      for (const told of target.addresses) expect(told).to.match(address)
      const { whole, connections } = await run<Echoed>({ seed: 201, listen: [], transports, dial: target })
      expect(whole).to.equal(true)
      expect(connections).to.have.length(1)
      expect(connections[0]?.address).to.match(address)
      expect(connections[0]?.encrypter).to.equal(encrypter)
    })

  describe('through a relay', () => {
    const transports: TransportName[] = ['tcp', 'webrtc']
    let target: Required<PeerTarget>
    let circuit: string

    beforeEach(async () => {
      const [relay = ''] = (await nodes.start({ serveAsRelay: true })).addresses()
      target = await listen({ listen: [], relays: [relay], transports })
      circuit = `${relay}/p2p-circuit`
      expect(target.addresses).to.have.members([
        `${circuit}/webrtc/p2p/${target.peerId}`,
        `${circuit}/p2p/${target.peerId}`,
      ])
    })

    it('carries it over webrtc between two processes of which neither can be dialled', async () => {
      const { whole, connections } = await run<Echoed>({ seed: 201, listen: [], transports, dial: target })
      expect(whole).to.equal(true)
      const direct = connections.filter(({ address }) => address.startsWith(`${circuit}/webrtc/`))
      expect(direct.map(({ encrypter }) => encrypter)).to.deep.equal(['native'])
    })

    it('starts without its relay, says so once, and is met there as soon as it runs', async () => {
      const at = `/ip4/127.0.0.1/tcp/${await freePort('127.0.0.1')}`
      const privateKeySeed = new Uint8Array(32).fill(90)
      const relay = await nodes.create({ listen: [at], privateKeySeed, serveAsRelay: true })
      const address = `${at}/p2p/${relay.peerId}`
      const said: string[] = []
      const say = (_: object, message: string): void => void said.push(message)
      let misses = 0
      const log = { ...silentLogger, warn: say, info: say, debug: () => misses++ }
      const node = await nodes.start({ listen: [], transports, relays: [address], log })
      const circuits = (): string[] => node.addresses().filter((told) => told.includes('/p2p-circuit'))
      expect(circuits()).to.deep.equal([])
      await until(() => misses > 1)
      expect(said).to.have.length(1)
      expect(said[0]).to.contain(`The relay ${address}`)

      await relay.start()
      await until(() => said.length > 1)
      expect(circuits()).to.have.members([
        `${address}/p2p-circuit/webrtc/p2p/${node.peerId}`,
        `${address}/p2p-circuit/p2p/${node.peerId}`,
      ])
      expect(said[1]).to.contain(`the relay ${address} now`)
    })

    it('sends nothing but the way to the other', async () => {
      const dialer = await nodes.start({ listen: [], transports })
      await dialer.connect({ peerId: target.peerId, addresses: [`${circuit}/p2p/${target.peerId}`] }, NEVER)
      expect(dialer.isConnected(target.peerId)).to.equal(false)
      const opened = dialer.openStream(target.peerId, '/test/echo/1', NEVER)
      expect(await opened.then(() => 'opened', codeOf)).to.equal('PEER_UNREACHABLE')
    })
  })
})
