import { request } from 'node:http'
import { ChiralError, codeOf, messageOf } from '../domain/errors.ts'

export interface HttpRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
  readonly signal?: AbortSignal | undefined
}

export interface HttpResponse {
  readonly status: number
  readonly body: AsyncIterable<Uint8Array>
}

export type HttpTransport = (request: HttpRequest) => Promise<HttpResponse>

/**
 * One request on one connection, without a limit of time: hashing a large file may take minutes before the answer comes.
 * @throws ChiralError `DAEMON_UNREACHABLE`, or the signal's reason
 */
export const nodeHttpTransport: HttpTransport = ({ method, url, headers, body, signal }) =>
  new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason)
    const outgoing = request(url, { method, headers, agent: false, ...(signal === undefined ? {} : { signal }) })
    outgoing.on('error', (error) => {
      if (signal?.aborted === true) return reject(signal.reason)
      reject(unreachable(url, error))
    })
    outgoing.on('response', (response) => resolve({ status: response.statusCode ?? 0, body: response }))
    outgoing.end(body)
  })

export function unreachable(url: string, error: unknown): ChiralError {
  const reason = codeOf(error) === 'ECONNREFUSED' ? 'nothing listens there' : messageOf(error)
  return new ChiralError(
    'DAEMON_UNREACHABLE',
    `The daemon at ${new URL(url).origin} does not answer (${reason}): restart it with "chiral daemon".`,
    { cause: error },
  )
}
