import type { ChainIdentity } from '../chain/client.ts'

/** Each chain has a DHT of its own: who asks for a file is told of seeders that are paid on the same one. */
export function dhtPrefixOf({ chainId, genesisHash }: ChainIdentity): string {
  return `/chiral/${chainId}/${genesisHash.slice(2, 10)}/kad/1`
}
