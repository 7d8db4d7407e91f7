import { createServer as createHttpServer, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import express, { type Express, type NextFunction, type Request, type Response } from 'express'
import { ChiralError, codeOf, messageOf } from '../domain/errors.ts'
import type { Clock } from '../system/clock.ts'
import type { Logger } from '../system/logger.ts'
import { corsHeaders } from './access.ts'
import { JSON_RPC_CODES, readCalls, refusal } from './calls.ts'
import type { OwnNodeFacts } from './metrics.ts'
import { mountNodeRoutes } from './node-routes.ts'
import { createRateLimiter } from './rate-limit.ts'
import { createUpstream, type Upstream } from './upstream.ts'

/** A transaction has at most 128 KiB for geth, twice that as hexadecimal digits; a batch may hold two such. */
export const MAX_BODY_BYTES = 512 * 1024
const MAX_HEADER_BYTES = 16 * 1024
/** A client that sends its request this slowly is not one. */
const REQUEST_TIMEOUT_MS = 30_000
/** Connections at once: each takes memory before a word has been read. */
const MAX_CONNECTIONS = 1_000

export interface RpcProxyOptions {
  /** JSON-RPC of the node behind. */
  readonly upstream: URL
  readonly host: string
  /** 0 lets the operating system choose. */
  readonly port: number
  /** Origins of the pages that may ask, as `parseOrigin` returns them. */
  readonly origins: readonly string[]
  /** Certificate chain and key in PEM; without them plain HTTP is served. */
  readonly tls?: { readonly certificate: string; readonly key: string } | undefined
  /** Calls one address may make in a minute. */
  readonly callsPerMinute: number
  /** Serve `/metrics`. */
  readonly metrics: boolean
}

export interface RpcProxyDependencies {
  readonly clock: Clock
  readonly log: Logger
  /** Present where the proxy runs beside a node of ours. */
  readonly ownNode?: OwnNode | undefined
}

/** What the proxy takes from a node of ours beside it. */
export interface OwnNode {
  facts(): Promise<OwnNodeFacts>
  /** What others need to connect with it, for the nodes of its cluster. */
  enode(): Promise<string>
  /** The highest block that another node of the cluster told of; 0 before one did. */
  clusterHeight(): number
}

export interface RpcProxy {
  readonly url: string
  /** Lets what is being answered end. Stopping twice is fine. */
  stop(): Promise<void>
}

/**
 * Passes JSON-RPC on to a node: allowed methods only, from named origins only, so much a request and so often a client.
 * @throws ChiralError `API_PORT_TAKEN`, `TLS_INVALID`
 */
export async function startRpcProxy(dependencies: RpcProxyDependencies, options: RpcProxyOptions): Promise<RpcProxy> {
  const upstream = createUpstream(dependencies, options.upstream)
  const server = createServer(createApp(dependencies, upstream, options), options)
  server.maxConnections = MAX_CONNECTIONS
  server.requestTimeout = REQUEST_TIMEOUT_MS
  server.on('clientError', (_error, socket) => socket.destroy())
  const port = await listen(server, options)
  let stopping: Promise<void> | undefined
  return {
    url: `${options.tls === undefined ? 'http' : 'https'}://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    stop() {
      stopping ??= new Promise((resolve) => {
        server.close(() => {
          upstream.close()
          resolve()
        })
        server.closeIdleConnections()
      })
      return stopping
    },
  }
}

function createApp(dependencies: RpcProxyDependencies, upstream: Upstream, options: RpcProxyOptions): Express {
  const { clock, log } = dependencies
  const limiter = createRateLimiter(clock, options.callsPerMinute)
  const origins = new Set(options.origins)
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.use((request: Request, response: Response, next: NextFunction) => {
    const { origin } = request.headers
    response.vary('origin')
    if (origin === undefined) return next()
    if (!origins.has(origin))
      return void fail(response, 403, JSON_RPC_CODES.invalid, 'Pages of this origin may not ask.')
    response.set(corsHeaders(origin))
    if (request.method === 'OPTIONS') return void response.status(204).end()
    next()
  })
  mountNodeRoutes(app, dependencies, upstream, options)
  app.post('/', (request, response, next) => {
    if (request.is('application/json') === false)
      return void fail(response, 415, JSON_RPC_CODES.invalid, 'Send JSON: "Content-Type: application/json".')
    // One call is paid for before the body is read, so that unreadable bodies are counted as well.
    takeOrFail(response, limiter.take(clientOf(request), 1), next)
  })
  app.post('/', express.json({ limit: MAX_BODY_BYTES, strict: true }), async (request, response) => {
    const { batch, calls, refusals } = readCalls(request.body)
    const wait = limiter.take(clientOf(request), Math.max(0, calls.length + refusals.length - 1))
    if (wait !== undefined) return takeOrFail(response, wait)
    if (calls.length === 0) return void response.json(batch ? refusals : refusals[0])
    const gone = new AbortController()
    response.on('close', () => gone.abort(new ChiralError('INTERRUPTED', 'The client went away.')))
    const [first] = calls
    const text = await upstream.pass(batch || first === undefined ? calls : first, gone.signal)
    response.type('application/json').send(refusals.length === 0 ? text : withRefusals(text, refusals))
  })
  app.use((_request, response) => void fail(response, 404, JSON_RPC_CODES.invalid, 'JSON-RPC is a POST to "/".'))
  app.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent || response.destroyed) return next(error)
    const type = typeof error === 'object' && error !== null && 'type' in error ? error.type : undefined
    if (type === 'entity.too.large')
      return void fail(response, 413, JSON_RPC_CODES.invalid, `A request may have at most ${MAX_BODY_BYTES} bytes.`)
    if (typeof type === 'string') return void fail(response, 400, JSON_RPC_CODES.parse, 'The request is not JSON.')
    if (codeOf(error) === 'CHAIN_UNREACHABLE') log.warn({ reason: messageOf(error) }, 'The node behind does not answer')
    else log.error({ err: error }, 'A request to the proxy failed')
    fail(response, 502, JSON_RPC_CODES.away, 'The node does not answer: try again later.')
  })
  return app
}

/** The refused calls of a batch are answered beside those that were passed on; their order has no meaning. */
function withRefusals(text: string, refusals: readonly unknown[]): string {
  const answers: unknown = JSON.parse(text)
  if (!Array.isArray(answers))
    throw new ChiralError('CHAIN_UNREACHABLE', 'The node answered a batch with something else.')
  return JSON.stringify([...answers, ...refusals])
}

function takeOrFail(response: Response, waitSeconds: number | undefined, next?: NextFunction): void {
  if (waitSeconds === undefined) {
    next?.()
    return
  }
  response.set('retry-after', String(waitSeconds))
  fail(response, 429, JSON_RPC_CODES.limit, `Too many calls: wait ${waitSeconds} s.`)
}

function fail(response: Response, status: number, code: number, message: string): void {
  response.status(status).json(refusal(null, code, message))
}

function clientOf(request: Request): string {
  return request.socket.remoteAddress ?? ''
}

function createServer(app: Express, { tls }: RpcProxyOptions): Server {
  if (tls === undefined) return createHttpServer({ maxHeaderSize: MAX_HEADER_BYTES }, app)
  try {
    return createHttpsServer({ maxHeaderSize: MAX_HEADER_BYTES, cert: tls.certificate, key: tls.key }, app)
  } catch (error) {
    throw new ChiralError(
      'TLS_INVALID',
      `Certificate and key cannot be used (${messageOf(error)}): both are PEM files.`,
      {
        cause: error,
      },
    )
  }
}

function listen(server: Server, { host, port }: RpcProxyOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        codeOf(error) === 'EADDRINUSE'
          ? new ChiralError('API_PORT_TAKEN', `Port ${port} of ${host} is taken: choose another with --port.`, {
              cause: error,
            })
          : error,
      ),
    )
    server.listen(port, host, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}
