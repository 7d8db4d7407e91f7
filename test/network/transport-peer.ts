/**
 * A process of its own for transports.test.ts: listens as its argument says and sends back what it gets, or dials another and has it send
 * back what it sends.
 */
import { createHash, randomBytes } from 'node:crypto'
import { createNetwork } from '../../src/network/libp2p-network.ts'
import type { NetworkOptions } from '../../src/network/libp2p-node.ts'
import type { ConnectionInfo, Network, PeerTarget } from '../../src/network/network.ts'
import { systemClock } from '../../src/system/clock.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { DHT_PREFIX, echo, NEVER, readAll } from './nodes.ts'

const ECHO = '/test/echo/1'
const MEBIBYTE = 1024 * 1024
const PIECE_BYTES = 262_144

export type PeerOptions = Pick<NetworkOptions, 'listen' | 'transports' | 'relays'> & {
  readonly seed: number
  readonly dial?: Required<PeerTarget>
}

/** Of a peer that dialled. */
export interface Echoed {
  /** Whether all that was sent came back. */
  readonly whole: boolean
  /** With the other peer. */
  readonly connections: readonly ConnectionInfo[]
}

// mocha loads every file of the folder: only a process started with this one runs
if (import.meta.main) {
  const { seed, dial, ...options }: PeerOptions = JSON.parse(process.argv[2] ?? '')
  const network = await createNetwork({
    ...options,
    privateKeySeed: new Uint8Array(32).fill(seed),
    scope: 'loopback',
    bootstrap: [],
    dhtPrefix: DHT_PREFIX,
    clock: systemClock,
    log: silentLogger,
  })
  await network.handle(ECHO, echo, { maxInboundStreams: 4 })
  await network.start()
  const told =
    dial === undefined ? { peerId: network.peerId, addresses: network.addresses() } : await echoed(network, dial)
  process.send?.(told)
  process.once('disconnect', () => process.exit(0))
}

async function echoed(network: Network, target: Required<PeerTarget>): Promise<Echoed> {
  await network.connect(target, NEVER)
  const stream = await network.openStream(target.peerId, ECHO, NEVER)
  const sent = randomBytes(MEBIBYTE)
  const received = readAll(stream)
  for (let i = 0; i < sent.byteLength; i += PIECE_BYTES) await stream.send(sent.subarray(i, i + PIECE_BYTES))
  await stream.close()
  const whole = digest(await received) === digest(sent)
  return { whole, connections: network.connections().filter(({ peerId }) => peerId === target.peerId) }
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
