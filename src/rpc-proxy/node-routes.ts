import type { Express, Response } from 'express'
import { messageOf } from '../domain/errors.ts'
import { METRICS_CONTENT_TYPE } from '../system/metrics.ts'
import { renderMetrics } from './metrics.ts'
import { isLive, isReady, type NodeState, nextProgress, type Progress, readNodeState } from './node-state.ts'
import type { RpcProxyDependencies, RpcProxyOptions } from './server.ts'
import type { Upstream } from './upstream.ts'

/** Probes and scrapes of several watchers within it are answered from one look at the node. */
const STATE_KEPT_MS = 1_000

/**
 * How the node behind is doing, for probes and for Prometheus. `started`: it answers; `live`: it is not stuck behind the others;
 * `ready`: it is in step with them.
 */
export function mountNodeRoutes(
  app: Express,
  { clock, log, ownNode }: RpcProxyDependencies,
  upstream: Upstream,
  { metrics }: Pick<RpcProxyOptions, 'metrics'>,
): void {
  let progress: Progress | undefined
  let kept: { readonly at: number; readonly state: Promise<NodeState> } | undefined
  const look = (): Promise<NodeState> => {
    const at = clock.monotonic()
    if (kept === undefined || at - kept.at > STATE_KEPT_MS) {
      const state = readNodeState(upstream)
      state.then(
        (found) => {
          progress = nextProgress(progress, found, at)
        },
        () => {}, // told to whoever waits for the state
      )
      kept = { at, state }
    }
    return kept.state
  }
  const judge = async (response: Response, verdict: (state: NodeState, clusterHeight: number) => boolean) => {
    try {
      const state = await look()
      const clusterHeight = ownNode?.clusterHeight() ?? 0
      const { height, syncingTo, peers } = state
      response.status(verdict(state, clusterHeight) ? 200 : 503).json({ height, syncingTo, clusterHeight, peers })
    } catch (error) {
      log.debug({ reason: messageOf(error) }, 'The node behind does not answer a probe')
      response.status(503).json({})
    }
  }
  app.get('/health/started', (_request, response) => judge(response, () => true))
  app.get('/health/ready', (_request, response) => judge(response, isReady))
  app.get('/health/live', (_request, response) =>
    judge(
      response,
      (state, clusterHeight) => progress === undefined || isLive(state, clusterHeight, progress, clock.monotonic()),
    ),
  )
  if (ownNode !== undefined)
    app.get('/node', async (_request, response) => {
      const [enode, { height }] = await Promise.all([ownNode.enode(), look()])
      response.json({ enode, height })
    })
  if (metrics)
    app.get('/metrics', async (_request, response) => {
      const [state, facts] = await Promise.all([look().catch(() => undefined), ownNode?.facts().catch(() => undefined)])
      response.type(METRICS_CONTENT_TYPE).send(renderMetrics(state, facts, clock.now()))
    })
}
