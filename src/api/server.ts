import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import express, { type Express, type NextFunction, type Request, type Response } from 'express'
import { z } from 'zod'
import { errorKind } from '../domain/error-kinds.ts'
import { ChiralError, codeOf, messageOf } from '../domain/errors.ts'
import type { ChiralNode } from '../node/types.ts'
import type { Clock } from '../system/clock.ts'
import type { Logger } from '../system/logger.ts'
import { METRICS_CONTENT_TYPE } from '../system/metrics.ts'
import { createEventStreams, type EventStreams } from './events.ts'
import { createHandlers } from './handlers.ts'
import { HTTP_STATUS } from './http-status.ts'
import { openApiDocument } from './openapi.ts'
import { EVENTS_PATH, METRICS_PATH, OPENAPI_PATH, type Route, routes } from './routes.ts'

/** The largest request is a batch of 10,000 files with paths of 300 bytes. It is read only of whoever knows the token. */
const MAX_BODY_BYTES = 4 * 2 ** 20
const MAX_HEADER_BYTES = 16 * 1024
/** The control API spends money: it is never reachable from another machine. */
const HOST = '127.0.0.1'

export interface ApiServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string
  readonly openStreams: number
  /** Ends open event streams and connections. Stopping twice is fine. */
  stop(): Promise<void>
}

export interface ApiServerDependencies {
  readonly node: ChiralNode
  readonly clock: Clock
  readonly log: Logger
}

export interface ApiServerOptions {
  readonly token: string
  readonly version: string
  /** 0, the default, lets the operating system choose. */
  readonly port?: number | undefined
  /** Called when a client asks for the daemon to stop; the answer has been sent by the time the server closes. */
  readonly onShutdown: () => void
}

/** Serves the control API of `node` on the loopback interface. @throws ChiralError `API_PORT_TAKEN` */
export async function startApiServer(
  { node, clock, log }: ApiServerDependencies,
  options: ApiServerOptions,
): Promise<ApiServer> {
  const streams = createEventStreams(node, clock)
  const app = createApp(node, streams, log, options)
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, app)
  server.on('clientError', (_error, socket) => socket.destroy())
  const port = await listen(server, options.port ?? 0)
  let stopping: Promise<void> | undefined
  return {
    url: `http://${HOST}:${port}`,
    get openStreams() {
      return streams.size
    },
    stop() {
      stopping ??= new Promise((resolve) => {
        server.close(() => resolve())
        streams.stop()
        server.closeIdleConnections()
        // Requests still being worked on, such as a long hash, learn of the end by their signal.
        server.closeAllConnections()
      })
      return stopping
    },
  }
}

function createApp(node: ChiralNode, streams: EventStreams, log: Logger, options: ApiServerOptions): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.use(refuseOtherSites)
  app.use(authenticate(options.token))
  app.use(requireJson)
  app.use(express.json({ limit: MAX_BODY_BYTES, strict: true }))
  const handlers = createHandlers(node, options.onShutdown)
  for (const name of Object.keys(routes) as (keyof typeof routes)[])
    mount(app, routes[name], handlers[name] as (request: unknown) => unknown)
  const document = openApiDocument(options.version)
  app.get(OPENAPI_PATH, (_request, response) => void response.json(document))
  app.get(METRICS_PATH, (_request, response) => void response.type(METRICS_CONTENT_TYPE).send(node.metrics()))
  app.get(EVENTS_PATH, (request, response) => streams.open(request, response))
  app.use((request: Request) => {
    throw new ChiralError('ROUTE_UNKNOWN', `There is no ${request.method} ${request.path.slice(0, 200)}.`)
  })
  app.use((error: unknown, request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) return next(error)
    const failure = publicError(error)
    if (failure.code === 'INTERNAL')
      log.error({ err: error, method: request.method, path: request.path }, 'A request to the control API failed')
    const { code, message, details } = failure
    response.status(HTTP_STATUS[errorKind(code)]).json({ error: { code, message, details: jsonSafe(details) } })
  })
  return app
}

/** The types of route and handler were matched in `Handlers`; here both are only data. */
function mount(app: Express, route: Route, handler: (request: unknown) => unknown): void {
  const method = route.method === 'GET' ? 'get' : route.method === 'POST' ? 'post' : 'delete'
  app[method](route.path, async (request: Request, response: Response) => {
    const gone = new AbortController()
    response.on('close', () => gone.abort(new ChiralError('INTERRUPTED', 'The client went away.')))
    const answer = await handler({
      params: decode(route.params, request.params, 'parameter'),
      query: decode(route.query, request.query, 'query'),
      body: decode(route.body, request.body ?? {}, 'field'),
      signal: gone.signal,
    })
    response.json(z.encode(route.response, answer))
  })
}

/** @throws ChiralError `REQUEST_INVALID` naming the first thing that is wrong */
function decode(schema: z.ZodType, value: unknown, what: string): unknown {
  const result = z.safeDecode(schema, value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const where = issue === undefined || issue.path.length === 0 ? '' : ` "${issue.path.join('.')}"`
  throw new ChiralError(
    'REQUEST_INVALID',
    `The request has a wrong ${what}${where}: ${issue?.message ?? 'it is not valid'}.`,
    { details: { issues: result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })) } },
  )
}

/**
 * A page of another site must not reach the API: its script's requests carry an Origin, and a name it lets resolve to
 * 127.0.0.1 (DNS rebinding) shows in Host.
 */
function refuseOtherSites(request: Request, _response: Response, next: NextFunction): void {
  const port = request.socket.localPort
  const hosts = [`${HOST}:${port}`, `localhost:${port}`]
  const { host, origin } = request.headers
  const sameSite = origin === undefined || hosts.some((own) => origin === `http://${own}`)
  if (host === undefined || !hosts.includes(host) || !sameSite)
    throw new ChiralError('HOST_REFUSED', `The control API answers to http://${HOST}:${port} only.`)
  next()
}

function authenticate(token: string): (request: Request, response: Response, next: NextFunction) => void {
  // Hashes are equally long, which timingSafeEqual needs, and tell nothing about how much of a guess was right.
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  const expected = digest(`Bearer ${token}`)
  const open = new Set(Object.values(routes).flatMap((route: Route) => (route.open ? [route.path] : [])))
  return (request, _response, next) => {
    if (open.has(request.path) || timingSafeEqual(digest(request.headers.authorization ?? ''), expected)) return next()
    throw new ChiralError(
      'UNAUTHORIZED',
      'The API token is missing or wrong: send "Authorization: Bearer <token>" with the content of the file api-token.',
    )
  }
}

/** A form or plain text that another site can send without asking first is not a request to this API. */
function requireJson(request: Request, _response: Response, next: NextFunction): void {
  const hasBody =
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0
  if (hasBody && request.is('application/json') === false)
    throw new ChiralError('REQUEST_INVALID', 'A request body must be JSON: send "Content-Type: application/json".')
  next()
}

/** What a caller may see of any thrown value. */
function publicError(error: unknown): ChiralError {
  if (error instanceof ChiralError) return error
  const code = codeOf(error)
  const type = typeof error === 'object' && error !== null && 'type' in error ? error.type : undefined
  if (type === 'entity.too.large')
    return new ChiralError('BODY_TOO_LARGE', `A request body may have at most ${MAX_BODY_BYTES} bytes.`)
  if (typeof type === 'string' || error instanceof URIError)
    return new ChiralError('REQUEST_INVALID', 'The request is not readable: send valid JSON in UTF-8.')
  if (code !== undefined && typeof error === 'object' && error !== null && 'details' in error)
    return new ChiralError(code, messageOf(error)) // an error of ours from another copy of the package
  return new ChiralError('INTERNAL', `The daemon failed at this request: ${messageOf(error)}.`, { cause: error })
}

/** `details` may hold amounts as bigint, which JSON cannot. */
function jsonSafe(details: Readonly<Record<string, unknown>>): unknown {
  return JSON.parse(JSON.stringify(details, (_key, value) => (typeof value === 'bigint' ? value.toString() : value)))
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        codeOf(error) === 'EADDRINUSE'
          ? new ChiralError('API_PORT_TAKEN', `Port ${port} is taken: choose another with --api-port.`, {
              cause: error,
            })
          : error,
      ),
    )
    server.listen(port, HOST, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}
