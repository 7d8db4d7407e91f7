import { type IncomingHttpHeaders, request } from 'node:http'
import { connect } from 'node:net'
import { type ApiClient, createApiClient } from '../../src/api/client.ts'
import { type ApiServer, startApiServer } from '../../src/api/server.ts'
import type { Clock } from '../../src/system/clock.ts'
import { systemClock } from '../../src/system/clock.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { FakeNode } from '../support/fake-node.ts'

export const TOKEN = '5a'.repeat(32)

export interface TestApi {
  readonly node: FakeNode
  readonly server: ApiServer
  readonly client: ApiClient
  readonly port: number
  shutdowns: number
  /** One request with full control over its headers. */
  raw(options: RawRequest): Promise<RawResponse>
}

export interface RawRequest {
  readonly method?: string
  readonly path: string
  readonly headers?: Record<string, string>
  readonly body?: string | Uint8Array
  readonly token?: string | null
}

export interface RawResponse {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

export async function startTestApi(clock: Clock = systemClock): Promise<TestApi> {
  const node = new FakeNode()
  const api = { shutdowns: 0 }
  const server = await startApiServer(
    { node, clock, log: silentLogger },
    { token: TOKEN, version: '0.1.0', onShutdown: () => void api.shutdowns++ },
  )
  const port = Number(new URL(server.url).port)
  return Object.assign(api, {
    node,
    server,
    client: createApiClient({ url: server.url, token: TOKEN }),
    port,
    raw: (options: RawRequest) => raw(port, options),
  })
}

/** The `error.code` of an answer. */
export function errorCode({ text }: RawResponse): string {
  return JSON.parse(text).error.code
}

/** Sends bytes that need not be HTTP and waits until the server ends the connection. */
export function sendRubbish(port: number, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes))
    socket.on('error', () => {})
    socket.on('data', () => {})
    socket.on('close', () => resolve())
  })
}

function raw(port: number, options: RawRequest): Promise<RawResponse> {
  const { method = 'GET', path, headers = {}, body, token = TOKEN } = options
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: '127.0.0.1',
      port,
      method,
      path,
      agent: false,
      headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...headers },
    })
    outgoing.on('error', reject)
    outgoing.on('response', async (response) => {
      let text = ''
      for await (const chunk of response) text += String(chunk)
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text })
    })
    outgoing.end(body)
  })
}
