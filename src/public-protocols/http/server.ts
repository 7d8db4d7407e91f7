import { createServer as createHttpServer, type Server, type ServerOptions } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { ChiralError, codeOf, messageOf } from '../../domain/errors.ts'
import { limitConnections } from './connections.ts'
import {
  CHUNK_SEND_TIMEOUT_MS,
  CONNECTION_CHECK_MS,
  HEADER_TIMEOUT_MS,
  IDLE_TIMEOUT_MS,
  MAX_CONNECTIONS,
  MAX_HEADER_BYTES,
  MAX_HEADERS,
  MAX_REQUESTS_PER_CONNECTION,
} from './limits.ts'
import { createRoutes, type RoutesParts } from './routes.ts'

export interface HttpSeederOptions {
  /** An IP address. */
  readonly host: string
  /** 0 lets the operating system choose. */
  readonly port: number
  /** Certificate and key in PEM; without them plain HTTP is served. */
  readonly tls?: { readonly certificate: string; readonly key: string } | undefined
}

export interface HttpSeeder {
  readonly port: number
  /** Ends what is being sent. Stopping twice is fine. */
  stop(): Promise<void>
}

/** Serves files to whoever asks, as far as the gate admits it. @throws ChiralError `LISTEN_FAILED`, `TLS_INVALID` */
export async function startHttpSeeder(
  parts: Omit<RoutesParts, 'signal'>,
  options: HttpSeederOptions,
): Promise<HttpSeeder> {
  const stopping = new AbortController()
  const app = createRoutes({ ...parts, signal: stopping.signal })
  const server = createServer(options)
  server.on('request', app)
  server.maxConnections = MAX_CONNECTIONS
  server.maxHeadersCount = MAX_HEADERS
  server.maxRequestsPerSocket = MAX_REQUESTS_PER_CONNECTION
  server.setTimeout(CHUNK_SEND_TIMEOUT_MS)
  limitConnections(server, parts.metrics)
  const port = await listen(server, options)
  let stopped: Promise<void> | undefined
  return {
    port,
    stop() {
      stopped ??= new Promise((resolve) => {
        stopping.abort()
        server.close(() => resolve())
        server.closeAllConnections()
      })
      return stopped
    },
  }
}

function createServer({ tls }: HttpSeederOptions): Server {
  const limits: ServerOptions = {
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADER_TIMEOUT_MS,
    // Requests have no body, so all of one has to be there as soon as its head.
    requestTimeout: HEADER_TIMEOUT_MS,
    connectionsCheckingInterval: CONNECTION_CHECK_MS,
    keepAliveTimeout: IDLE_TIMEOUT_MS,
    noDelay: true,
  }
  if (tls === undefined) return createHttpServer(limits)
  const { certificate, key } = tls
  try {
    return createHttpsServer({
      ...limits,
      cert: certificate,
      key,
      minVersion: 'TLSv1.3',
      handshakeTimeout: HEADER_TIMEOUT_MS,
      ALPNProtocols: ['http/1.1'],
    })
  } catch (error) {
    const why = messageOf(error)
    throw new ChiralError(
      'TLS_INVALID',
      `The certificate for HTTP cannot be used (${why}): delete its file to get a new one.`,
      {
        cause: error,
      },
    )
  }
}

function listen(server: Server, { host, port }: HttpSeederOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const why = codeOf(error) === 'EADDRINUSE' ? 'something else listens there' : messageOf(error)
      const message = `Files cannot be served over HTTP at port ${port} of ${host} (${why}): choose another with http.listen.`
      reject(
        new ChiralError('LISTEN_FAILED', message, { details: { taken: codeOf(error) === 'EADDRINUSE' }, cause: error }),
      )
    })
    server.listen(port, host, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}
