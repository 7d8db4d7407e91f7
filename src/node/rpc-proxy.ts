import { ChiralError } from '../domain/errors.ts'
import { checkExposure, parseOrigin } from '../rpc-proxy/access.ts'
import { type RpcProxy, startRpcProxy } from '../rpc-proxy/server.ts'
import { systemClock } from '../system/clock.ts'
import type { Logger } from '../system/logger.ts'
import { type ClusterNode, joinCluster } from './geth/cluster.ts'

/** Port of the proxies of a cluster's nodes, the same for all: those behind the name are asked there. */
const CLUSTER_PORT = 8545

/**
 * Serves JSON-RPC to others, beside the geth of a data directory or for any node.
 * @throws ChiralError `USAGE`, `CHAIN_URL_INVALID`, `API_PORT_TAKEN`, `TLS_INVALID`
 */
export async function runRpcProxy(options: {
  readonly rpcUrl: string
  readonly host: string
  readonly port: number
  readonly plain: boolean
  readonly origins: readonly string[]
  readonly certificate?: string | undefined
  readonly key?: string | undefined
  readonly callsPerMinute: number
  readonly metrics: boolean
  readonly cluster?: string | undefined
  readonly dataDirectory: string
  readonly log: Logger
}): Promise<RpcProxy> {
  const { certificate, key, cluster, dataDirectory, log, metrics, host, port, callsPerMinute } = options
  checkExposure(options)
  const origins = options.origins.map(parseOrigin)
  const upstream = parseUpstream(options.rpcUrl)
  const ownNode: ClusterNode | undefined =
    cluster === undefined && !metrics
      ? undefined
      : joinCluster({ clock: systemClock, log }, { dataDirectory, name: cluster, port: CLUSTER_PORT })
  try {
    const proxy = await startRpcProxy(
      { clock: systemClock, log, ownNode },
      {
        upstream,
        host,
        port,
        origins,
        tls: certificate === undefined || key === undefined ? undefined : { certificate, key },
        callsPerMinute,
        metrics,
      },
    )
    return {
      url: proxy.url,
      stop() {
        ownNode?.stop()
        return proxy.stop()
      },
    }
  } catch (error) {
    ownNode?.stop()
    throw error
  }
}

function parseUpstream(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url !== undefined && (url.protocol === 'http:' || url.protocol === 'https:')) return url
  throw new ChiralError('CHAIN_URL_INVALID', 'The RPC address is not a URL: write one such as http://127.0.0.1:8545.')
}
