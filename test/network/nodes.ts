import { createNetwork } from '../../src/network/libp2p-network.ts'
import type { NetworkOptions } from '../../src/network/libp2p-node.ts'
import type { Network } from '../../src/network/network.ts'
import { type Clock, systemClock } from '../../src/system/clock.ts'
import type { DuplexStream } from '../../src/system/duplex-stream.ts'
import { silentLogger } from '../../src/system/logger.ts'

export const DHT_PREFIX = '/chiral/98767/00000000/kad/1'
export const NEVER = new AbortController().signal

/** Real nodes on 127.0.0.1, stopped together. */
export interface Nodes {
  start(options?: Partial<NetworkOptions> & { clock?: Clock }): Promise<Network>
  create(options?: Partial<NetworkOptions>): Promise<Network>
  stop(): Promise<void>
}

export function createNodes(): Nodes {
  const nodes: Network[] = []
  let seed = 0
  async function create(options: Partial<NetworkOptions> = {}): Promise<Network> {
    const node = await createNetwork({
      privateKeySeed: new Uint8Array(32).fill(++seed),
      listen: ['/ip4/127.0.0.1/tcp/0'],
      scope: 'loopback',
      bootstrap: [],
      dhtPrefix: DHT_PREFIX,
      transports: ['tcp'],
      clock: systemClock,
      log: silentLogger,
      ...options,
    })
    nodes.push(node)
    return node
  }
  return {
    create,
    async start(options) {
      const node = await create(options)
      await node.start()
      return node
    },
    async stop() {
      await Promise.all(nodes.splice(0).map((node) => node.stop()))
    },
  }
}

/** Resolves when `isTrue` is, looking again whenever the event loop is idle; mocha's timeout is the limit. */
export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5))
}

export async function readAll(stream: DuplexStream): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  for await (const piece of stream.source) pieces.push(piece.subarray())
  return Buffer.concat(pieces)
}

/** Sends back what it gets, and closes after its peer. */
export async function echo(stream: DuplexStream): Promise<void> {
  for await (const piece of stream.source) await stream.send(piece)
  await stream.close()
}
