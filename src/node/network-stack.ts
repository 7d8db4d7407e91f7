import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { OfferChain } from '../discovery/offer.ts'
import { ChiralError, codeOf } from '../domain/errors.ts'
import { createNetwork } from '../network/libp2p-network.ts'
import type { Network } from '../network/network.ts'
import { dhtPrefixOf } from './dht-prefix.ts'
import type { NodeConfig } from './node-config.ts'
import type { NodeSystem } from './node-system.ts'

const SEED_BYTES = 32

/** Starts libp2p under the identity of the data directory. A bootstrap that does not answer is retried behind the scenes. */
export async function openNetwork(config: NodeConfig, chain: OfferChain, system: NodeSystem): Promise<Network> {
  const { listen, announce, scope, bootstrap, relays = [], serveAsRelay = false, iceServers = [] } = config.network
  const network = await createNetwork({
    privateKeySeed: await peerSeed(join(config.dataDirectory, 'peer-key'), system),
    listen,
    ...(announce.length > 0 ? { announce } : {}),
    scope,
    bootstrap,
    relays,
    serveAsRelay,
    iceServers,
    dhtPrefix: dhtPrefixOf(chain),
    clock: system.clock,
    log: system.log,
  })
  await network.start()
  return network
}

/** Made once; whoever has the file is this peer. */
async function peerSeed(path: string, { random }: NodeSystem): Promise<Uint8Array> {
  try {
    const file = await open(path, 'wx', 0o600)
    const seed = random.bytes(SEED_BYTES)
    await file.writeFile(seed)
    await file.sync()
    await file.close()
    return seed
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
  const seed = new Uint8Array(await readFile(path))
  if (seed.byteLength !== SEED_BYTES)
    throw new ChiralError('PEER_KEY_INVALID', `${path} is damaged: delete it to get a new peer identity.`, {
      details: { path },
    })
  return seed
}
