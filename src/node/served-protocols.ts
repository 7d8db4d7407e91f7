import { TRANSFER_PROTOCOLS, type TransferProtocol } from '../domain/transfer.ts'
import { ipsOf } from './http-listen.ts'
import type { NodeConfig } from './node-config.ts'
import { selectSeedingProtocols } from './select-protocol.ts'

/**
 * What files are served by: what the user says, else what others can reach this node by. On one machine and in a LAN nothing stands in between, and all that
 * it speaks is served.
 *
 * @param addresses the multiaddrs that this node announces
 * @param spoken what it speaks; the default is all that this program does
 */
export function servedProtocols(
  { uploads, http, network }: Pick<NodeConfig, 'uploads' | 'http' | 'network'>,
  addresses: readonly string[],
  spoken: readonly TransferProtocol[] = TRANSFER_PROTOCOLS,
): readonly TransferProtocol[] {
  if (uploads?.protocols !== undefined) return uploads.protocols
  if (network.scope !== 'public') return spoken
  const hasPublicAddress = ipsOf(addresses).length > 0
  const reachable = selectSeedingProtocols({ isBrowser: false, hasPublicAddress, spoken })
  // Who names a port for HTTP forwards it, or has a proxy in front of it.
  const isListening = http?.listen !== undefined
  return spoken.filter((protocol) => reachable.includes(protocol) || (protocol === 'http' && isListening))
}
