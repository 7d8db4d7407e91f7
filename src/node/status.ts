import type { Wei } from '../domain/amount.ts'
import { VERSION } from '../domain/version.ts'
import type { RunningNodeParts } from './running-node.ts'
import type { NodeStatus } from './types.ts'

type StatusParts = Pick<
  RunningNodeParts,
  'chain' | 'network' | 'portMapping' | 'shares' | 'downloads' | 'http' | 'chainHealth' | 'storage'
>

/** What a running node is doing, as of now. */
export async function statusOf(parts: StatusParts, wallet: { balance(): Promise<Wei> }): Promise<NodeStatus> {
  const { chain, network, shares, downloads } = parts
  const http = parts.http.endpoint()
  const { client, signer, contract, rpcUrl } = chain
  const [head, balance] = await Promise.all([client.head(), wallet.balance()])
  return {
    version: VERSION,
    address: signer.address,
    peerId: network.peerId,
    addresses: network.addresses(),
    portMapping: parts.portMapping(),
    ...(http === undefined ? {} : { http }),
    chain: {
      chainId: client.identity.chainId,
      name: client.parameters.name,
      testCoin: client.parameters.testCoin,
      genesisHash: client.identity.genesisHash,
      rpcUrl,
      blockNumber: head.number,
      contract: contract.address,
      health: parts.chainHealth(),
    },
    balance,
    peers: new Set(network.connections().map(({ peerId }) => peerId)).size,
    shares: shares.list().length,
    downloads: downloads.list().length,
    storage: parts.storage(),
  }
}
