import type { ChainClient } from '../chain/client.ts'
import { createGethIpc, genesisHashOf } from '../chain/geth/geth-ipc.ts'
import type { ChainHealth } from '../chain/geth/health.ts'
import { readHealth, readRemoteHealth } from '../chain/geth/health-reader.ts'
import { decodeText } from '../chain/rpc-values.ts'
import { explainSplit } from '../chain/split-step.ts'
import type { SplitWatch } from '../chain/split-watch.ts'
import { DEVELOPMENT_CHAIN_ID } from '../domain/chains.ts'
import { ChiralError, codeOf } from '../domain/errors.ts'
import type { Clock } from '../system/clock.ts'
import { chainControl } from './geth/chain-node.ts'
import type { ChainHealthView } from './types.ts'

/** Nodes that make a block when there is a transaction, whatever the chain's id. */
const ON_DEMAND = /^(anvil|hardhat)/i

export type ReadChainHealth = () => Promise<ChainHealth>

/**
 * How the node behind `rpcUrl` is doing: asked of the geth itself where it is one of ours, because it tells its owner alone where its
 * peers stand; else over JSON-RPC.
 */
export function createHealthReader({
  client,
  clock,
  rpcUrl,
  dataDirectory,
  gethIpc,
}: {
  readonly client: ChainClient
  readonly clock: Clock
  readonly rpcUrl: string
  readonly dataDirectory: string
  readonly gethIpc: string | undefined
}): ReadChainHealth {
  if (gethIpc !== undefined) {
    const ipc = createGethIpc({ clock }, gethIpc)
    return async () => {
      if ((await genesisHashOf(ipc)) !== client.identity.genesisHash)
        throw new ChiralError(
          'CHAIN_MISMATCH',
          `The geth of ${gethIpc} is of another chain than ${client.shownUrl}: correct chain.geth_ipc.`,
        )
      return readHealth({ ipc, clock })
    }
  }
  const ask = (method: string, params: readonly unknown[] = []): Promise<unknown> => client.request(method, params)
  return async () => {
    const own = await chainControl(dataDirectory)
      .status()
      .catch((error: unknown) => {
        if (codeOf(error) === 'CHAIN_NOT_RUNNING') return undefined
        throw error
      })
    if (own === undefined || !isSameEndpoint(own.status.rpcUrl, rpcUrl)) return readRemoteHealth({ ask, clock })
    if (own.health === undefined)
      throw new ChiralError('GETH_SILENT', 'The geth of the data directory does not answer just now.')
    return own.health
  }
}

/** Does the node make blocks for transactions alone? Then silence says nothing about it. */
export async function minesOnDemand({ identity, request }: ChainClient): Promise<boolean> {
  if (identity.chainId === DEVELOPMENT_CHAIN_ID) return true
  return ON_DEMAND.test(decodeText(await request('web3_clientVersion', [])))
}

/** For people. A chain that mines on demand has no warnings: it is silent and alone by nature. */
export function viewOfHealth(
  watch: SplitWatch,
  { clock, onDemand }: { readonly clock: Clock; readonly onDemand: boolean },
): ChainHealthView {
  const [health, failure, suspicion] = [watch.health(), watch.failure(), watch.suspicion()]
  return {
    headAgeSeconds: Math.max(0, Math.floor(clock.now() / 1000) - watch.head().timestamp),
    ...(health?.peers === undefined ? {} : { peers: health.peers }),
    warnings: [...(failure === undefined ? [] : [failure]), ...(onDemand ? [] : (health?.warnings ?? []))],
    ...(suspicion === undefined
      ? {}
      : { split: { since: suspicion.since, signs: suspicion.signs, message: explainSplit(suspicion) } }),
  }
}

function isSameEndpoint(one: string, other: string): boolean {
  const [a, b] = [new URL(one), new URL(other)]
  return a.port === b.port && loopback(a) === loopback(b)
}

/** This machine has three names for itself. */
function loopback({ hostname }: URL): string {
  return hostname === 'localhost' || hostname === '[::1]' ? '127.0.0.1' : hostname
}
