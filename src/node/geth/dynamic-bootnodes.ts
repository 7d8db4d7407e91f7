import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type BootnodeSources, mergeBootnodes } from '../../chain/geth/bootnodes.ts'
import { isReachableHost, parseEnode } from '../../chain/geth/enode.ts'
import type { Supervisor } from '../../chain/geth/supervisor.ts'
import { type BootnodeExchange, createBootnodeExchange } from '../../discovery/bootnode-exchange.ts'
import { REPUBLISH_MS } from '../../discovery/protocol.ts'
import { fromHex } from '../../domain/bytes.ts'
import { messageOf } from '../../domain/errors.ts'
import { createNetwork } from '../../network/libp2p-network.ts'
import { type Clock, deadline, delay } from '../../system/clock.ts'
import type { Logger } from '../../system/logger.ts'
import { createSigner, type Signer } from '../../system/signer.ts'
import { dhtPrefixOf } from '../dht-prefix.ts'
import type { NetworkConfig } from '../node-config.ts'

/** The peer's key follows from geth's, and neither tells the other. */
const PEER_KEY_DOMAIN = 'chiral/chain-peer/1\0'
/** A node without peers looks again so soon. */
const LOOK_WHEN_ALONE_MS = 5_000
/** What a lookup over slow relays may take. */
const LOOKUP_TIMEOUT_MS = 30_000

export interface DynamicBootnodesOptions {
  readonly chainId: number
  readonly network: NetworkConfig
  /** Of the directory that holds geth's data. */
  readonly gethData: string
  /** Those that are used whatever the DHT says. */
  readonly sources: Omit<BootnodeSources, 'dht'>
}

/** A running exchange of enodes. */
export interface DynamicBootnodes {
  /** Where other nodes enter the DHT through this one. */
  readonly addresses: readonly string[]
  stop(): Promise<void>
}

/**
 * Tells the DHT where this geth is, for as long as it is somewhere others could reach, and adds to it what others tell: the bootnodes
 * of a network that has none of its own. The peer of the DHT is one of its own, so that it runs beside a daemon of the same data
 * directory; it is signed for with geth's key, which the enode names.
 */
export async function startDynamicBootnodes(
  { geth, clock, log }: { readonly geth: Supervisor; readonly clock: Clock; readonly log: Logger },
  options: DynamicBootnodesOptions,
): Promise<DynamicBootnodes> {
  const chain = { chainId: options.chainId, genesisHash: geth.genesisHash }
  const key = await nodeKey(options.gethData)
  const { listen, announce, bootstrap, scope } = options.network
  const network = await createNetwork({
    privateKeySeed: createHash('sha256').update(PEER_KEY_DOMAIN).update(key).digest(),
    listen,
    ...(announce.length > 0 ? { announce } : {}),
    scope,
    bootstrap,
    dhtPrefix: dhtPrefixOf(chain),
    clock,
    log,
  })
  await network.start()
  const stopping = new AbortController()
  const exchange = createBootnodeExchange({ network, chain, clock, log })
  const signer: Signer = createSigner(key)
  const running = Promise.all([
    exchange.publish({ signer, enode: () => reachableEnode(geth.status().enode) }, stopping.signal),
    keepLooking({ geth, exchange, clock, log }, options.sources, stopping.signal),
  ])
  return {
    addresses: network.addresses(),
    async stop() {
      stopping.abort(new Error('the chain stops'))
      await running.catch(() => undefined)
      await network.stop()
    },
  }
}

async function keepLooking(
  {
    geth,
    exchange,
    clock,
    log,
  }: {
    readonly geth: Supervisor
    readonly exchange: BootnodeExchange
    readonly clock: Clock
    readonly log: Logger
  },
  sources: Omit<BootnodeSources, 'dht'>,
  signal: AbortSignal,
): Promise<void> {
  const known = new Set<string>(mergeBootnodes({ ...sources, dht: [] }))
  while (!signal.aborted) {
    try {
      const dht: string[] = []
      const limit = deadline(clock, LOOKUP_TIMEOUT_MS, new Error('the lookup took too long'), signal)
      try {
        for await (const { enode } of exchange.find(limit.signal))
          if (reachableEnode(enode) !== undefined) dht.push(enode)
      } finally {
        limit.done()
      }
      for (const enode of mergeBootnodes({ ...sources, dht })) {
        if (known.has(enode)) continue
        known.add(enode)
        log.info({ enode }, 'A chain node found in the DHT is added')
        await geth.ipc.addPeer(enode)
      }
    } catch (error) {
      log.debug({ reason: messageOf(error) }, 'no chain nodes were found in the DHT')
    }
    const peers = await geth.ipc.peers().catch(() => [])
    await delay(clock, peers.length === 0 ? LOOK_WHEN_ALONE_MS : REPUBLISH_MS, signal).catch(() => undefined)
  }
}

/** `undefined` for a host that no other machine could reach. */
function reachableEnode(enode: string | undefined): string | undefined {
  if (enode === undefined) return undefined
  try {
    return isReachableHost(parseEnode(enode).host) ? enode : undefined
  } catch {
    return undefined // a stranger's
  }
}

/** geth makes it with its first start. */
async function nodeKey(gethData: string): Promise<Uint8Array> {
  return fromHex((await readFile(join(gethData, 'geth', 'nodekey'), 'utf8')).trim())
}
