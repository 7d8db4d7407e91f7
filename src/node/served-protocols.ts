import { TRANSFER_PROTOCOLS, type TransferProtocol } from '../domain/transfer.ts'
import type { NodeConfig } from './node-config.ts'
import { ipsOf } from './reached-at.ts'
import { selectSeedingProtocols } from './select-protocol.ts'

/**
 * What files are served by: what the user says, else what others can reach this node by. On one machine and in a LAN nothing stands in between, and all that
 * it speaks is served. Best first.
 *
 * @param reach the multiaddrs that this node announces, and whether a router forwards ports to it
 * @param spoken what it speaks; the default is all that this program does
 */
export function servedProtocols(
  { uploads, http, network }: Pick<NodeConfig, 'uploads' | 'http' | 'network'>,
  { addresses, isMapped }: { readonly addresses: readonly string[]; readonly isMapped: boolean },
  spoken: readonly TransferProtocol[] = TRANSFER_PROTOCOLS,
): readonly TransferProtocol[] {
  if (uploads?.protocols !== undefined) return uploads.protocols
  if (network.scope !== 'public') return spoken
  const place = isMapped ? 'mapped' : ipsOf(addresses).length > 0 ? 'public' : 'behind-a-router'
  const reachable = selectSeedingProtocols({ isBrowser: false, place, natDefault: uploads?.natDefault, spoken })
  // Who names a port for HTTP forwards it, or has a proxy in front of it.
  const isAdded = http?.listen !== undefined && spoken.includes('http') && !reachable.includes('http')
  return isAdded ? [...reachable, 'http'] : reachable
}
