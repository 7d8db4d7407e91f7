import type { CID } from 'multiformats/cid'
import { toHex } from '../domain/bytes.ts'
import { cidOf } from '../domain/cid.ts'
import { codeOf, messageOf } from '../domain/errors.ts'
import { type Clock, delay } from '../system/clock.ts'
import type { Logger } from '../system/logger.ts'
import { sha256 } from '../system/sha256.ts'
import type { Signer } from '../system/signer.ts'
import { type Bootnode, type ChainOfBootnode, signBootnode, verifyBootnode } from './bootnode.ts'
import type { FileCatalog } from './catalog.ts'
import { createLookupClient } from './client.ts'
import type { DiscoveryNetwork, ProviderAddress } from './discovery-network.ts'
import { mergeConcurrently } from './merge.ts'
import {
  ANNOUNCE_RETRY_MS,
  BOOTNODE_TTL_MS,
  BOOTNODES_KEY,
  LOOKUP_PROTOCOL,
  MAX_ANNOUNCE_RETRY_MS,
  MAX_CONCURRENT_OFFERS,
  MAX_INBOUND_LOOKUP_STREAMS,
  MAX_PROVIDERS_PER_LOOKUP,
  REPUBLISH_MS,
} from './protocol.ts'
import { createLookupServer } from './server.ts'

/** A node that serves no files. */
const NO_FILES: FileCatalog = {
  offerTerms: () => undefined,
  headerRecord: () => undefined,
  manifest: () => undefined,
  fileHashOfSha256: () => undefined,
}

/** How the chain nodes of a network tell each other where they are, by nothing but the DHT. */
export interface BootnodeExchange {
  /**
   * Answers who asks with this node's record and keeps it announced, until `signal` aborts. The enode is asked for each time: it
   * changes when the node learns its address. `undefined`: nothing to tell yet.
   */
  publish(
    own: { readonly signer: Signer; readonly enode: () => string | undefined },
    signal: AbortSignal,
  ): Promise<void>
  /** Verified records of others, as they answer, one a peer. */
  find(signal: AbortSignal): AsyncIterable<Bootnode>
}

export function createBootnodeExchange({
  network,
  chain,
  clock,
  log,
}: {
  readonly network: DiscoveryNetwork
  readonly chain: ChainOfBootnode
  readonly clock: Clock
  readonly log: Logger
}): BootnodeExchange {
  const client = createLookupClient({ network, clock })
  const key = bootnodesCid()

  async function* providers(signal: AbortSignal): AsyncGenerator<ProviderAddress> {
    let count = 0
    for await (const provider of network.findProviders(key, signal)) {
      if (provider.peerId === network.peerId) continue
      yield provider
      if (++count >= MAX_PROVIDERS_PER_LOOKUP) return
    }
  }

  async function ask(provider: ProviderAddress, signal: AbortSignal): Promise<Bootnode | undefined> {
    try {
      await network.connect(provider, signal)
      const record = await client.bootnode(provider.peerId, signal)
      if (record === undefined) return undefined
      const verdict = verifyBootnode(record, { chain, now: clock.now() })
      if (verdict.accepted) return verdict.value
      log.debug({ peer_id: provider.peerId, code: verdict.code }, 'bootnode dropped')
    } catch (error) {
      log.debug({ peer_id: provider.peerId, code: codeOf(error), reason: messageOf(error) }, 'bootnode not told')
    }
    return undefined
  }

  async function keepAnnouncing(signal: AbortSignal): Promise<void> {
    let retryMs = ANNOUNCE_RETRY_MS
    while (!signal.aborted) {
      const peers = await network.provide(key, signal).catch(() => 0)
      const pauseMs = peers === 0 ? retryMs : REPUBLISH_MS
      retryMs = peers === 0 ? Math.min(retryMs * 2, MAX_ANNOUNCE_RETRY_MS) : ANNOUNCE_RETRY_MS
      await delay(clock, pauseMs, signal).catch(() => undefined)
    }
  }

  return {
    async publish({ signer, enode }, signal) {
      const record = (): Uint8Array | undefined => {
        const told = enode()
        const expiresAt = clock.now() + BOOTNODE_TTL_MS
        return told === undefined ? undefined : signBootnode({ enode: told, expiresAt, chain }, signer)
      }
      const server = createLookupServer({
        catalog: NO_FILES,
        offers: { current: async () => undefined },
        bootnode: record,
        onWithdraw: () => undefined,
        clock,
        log,
      })
      await network.handle(LOOKUP_PROTOCOL, server, { maxInboundStreams: MAX_INBOUND_LOOKUP_STREAMS })
      try {
        await keepAnnouncing(signal)
      } finally {
        await network.unhandle(LOOKUP_PROTOCOL)
      }
    },
    find: (signal) => mergeConcurrently(providers, ask, { max: MAX_CONCURRENT_OFFERS, signal }),
  }
}

/** The DHT is the chain's own already (its protocol names chain id and genesis), so one key serves every chain. */
function bootnodesCid(): CID {
  return cidOf(toHex(sha256(new TextEncoder().encode(BOOTNODES_KEY))))
}
