import type { PublicEndpoints } from './download/public-endpoints.ts'
import { type HttpParts, type HttpStack, openHttp } from './http-stack.ts'
import type { NodeConfig } from './node-config.ts'
import type { StoredShare } from './share-store.ts'

/** What is shared, served by public protocols; each serves what the gate admits. */
export interface PublicStack {
  readonly http: HttpStack
  /** As the offer of a file names them: those that serve it and can be reached. */
  endpointsOf(share: StoredShare): PublicEndpoints
  /** Stopping twice is fine. */
  stop(): Promise<void>
}

/** Serves by all public protocols that the configuration wants. @throws ChiralError as `openHttp` */
export async function openPublic(config: NodeConfig, parts: HttpParts): Promise<PublicStack> {
  const http = await openHttp(config, parts)
  return {
    http,
    endpointsOf() {
      const overHttp = http.endpoint()
      return { ...(overHttp === undefined ? {} : { http: overHttp }) }
    },
    stop: () => http.stop(),
  }
}
