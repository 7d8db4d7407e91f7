import type { Endpoints } from '../../discovery/endpoints.ts'
import {
  PUBLIC_PROTOCOLS,
  type PublicProtocol,
  type TransferFile,
  type TransferSession,
} from '../../domain/transfer.ts'

/** Where one seeder serves a file by public protocols. */
export type PublicEndpoints = Pick<Endpoints, PublicProtocol>

/** Opens a transfer of a file. `grant`: what names the payer to the seeder. */
export type Connector<Endpoint> = (
  endpoint: Endpoint,
  file: TransferFile,
  options: { readonly grant: string | undefined; readonly signal: AbortSignal },
) => Promise<TransferSession>

/** The public protocols this node speaks as a leecher. */
export type PublicConnectors = {
  readonly [Protocol in PublicProtocol]?: Connector<NonNullable<Endpoints[Protocol]>>
}

/** Of all that an offer names, what is served by public protocols. */
export function publicEndpointsOf(endpoints: Endpoints): PublicEndpoints {
  const named = PUBLIC_PROTOCOLS.filter((protocol) => endpoints[protocol] !== undefined)
  return Object.fromEntries(named.map((protocol) => [protocol, endpoints[protocol]]))
}

/** How to reach one seeder by each public protocol that both sides speak. */
export function openersOf(
  endpoints: PublicEndpoints,
  connectors: PublicConnectors,
  file: TransferFile,
  signal: AbortSignal,
): ReadonlyMap<PublicProtocol, Opener> {
  const opener = <Protocol extends PublicProtocol>(protocol: Protocol): Opener | undefined => {
    const endpoint = endpoints[protocol]
    const connect: Connector<NonNullable<Endpoints[Protocol]>> | undefined = connectors[protocol]
    if (endpoint === undefined || connect === undefined) return undefined
    return ({ token }) => connect(endpoint, file, { grant: token, signal })
  }
  const openers = new Map<PublicProtocol, Opener>()
  for (const protocol of PUBLIC_PROTOCOLS) {
    const open = opener(protocol)
    if (open !== undefined) openers.set(protocol, open)
  }
  return openers
}

export type Opener = (grant: { readonly token?: string | undefined }) => Promise<TransferSession>
