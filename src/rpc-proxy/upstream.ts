import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { z } from 'zod'
import { ChiralError, messageOf } from '../domain/errors.ts'
import { type Clock, deadline } from '../system/clock.ts'
import type { Call } from './calls.ts'

/** geth gives up on a call after five seconds; a large answer takes longer to be sent. */
const TIMEOUT_MS = 30_000
/** The events of some thousand blocks; geth has no bound of its own for an answer. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024
/** Connections kept to the one node behind. */
const MAX_SOCKETS = 64

/** The node behind the proxy. All throw ChiralError `CHAIN_UNREACHABLE`. */
export interface Upstream {
  /** Passes calls on, and returns the answer as the node wrote it. */
  pass(calls: Call | readonly Call[], signal: AbortSignal): Promise<string>
  /** Results in the order asked, `undefined` where the node answered with an error. */
  ask(methods: readonly (readonly [method: string, ...params: unknown[]])[]): Promise<unknown[]>
  close(): void
}

const answersSchema = z.array(z.object({ id: z.int(), result: z.unknown().optional() }))

export function createUpstream({ clock }: { readonly clock: Clock }, url: URL): Upstream {
  const secure = url.protocol === 'https:'
  const agent = secure
    ? new HttpsAgent({ keepAlive: true, maxSockets: MAX_SOCKETS })
    : new HttpAgent({ keepAlive: true, maxSockets: MAX_SOCKETS })
  const post = async (body: string, signal?: AbortSignal): Promise<string> => {
    const limit = deadline(clock, TIMEOUT_MS, unreachable(url, `no answer in ${TIMEOUT_MS / 1000} s`), signal)
    try {
      return await new Promise((resolve, reject) => {
        const outgoing = (secure ? httpsRequest : httpRequest)(url, {
          method: 'POST',
          agent,
          headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
          signal: limit.signal,
        })
        outgoing.on('error', (error) =>
          reject(limit.signal.aborted ? limit.signal.reason : unreachable(url, messageOf(error), error)),
        )
        outgoing.on('response', (answer) => {
          const parts: Buffer[] = []
          let bytes = 0
          answer.on('error', (error) => reject(unreachable(url, messageOf(error), error)))
          answer.on('data', (part: Buffer) => {
            bytes += part.length
            if (bytes > MAX_ANSWER_BYTES) outgoing.destroy(unreachable(url, 'the answer is too long: ask for less'))
            else parts.push(part)
          })
          answer.on('end', () => {
            if (answer.statusCode === 200) resolve(Buffer.concat(parts).toString('utf8'))
            else reject(unreachable(url, `HTTP status ${answer.statusCode}`))
          })
        })
        outgoing.end(body)
      })
    } finally {
      limit.done()
    }
  }
  return {
    pass: (calls, signal) => post(JSON.stringify(calls), signal),
    async ask(methods) {
      const text = await post(
        JSON.stringify(methods.map(([method, ...params], id) => ({ jsonrpc: '2.0', id, method, params }))),
      )
      const answers = answersSchema.safeParse(parse(text))
      if (!answers.success) throw unreachable(url, 'the answer is not JSON-RPC')
      const results = new Map(answers.data.map(({ id, result }) => [id, result]))
      return methods.map((_, id) => results.get(id))
    },
    close: () => agent.destroy(),
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function unreachable(url: URL, reason: string, cause?: unknown): ChiralError {
  return new ChiralError('CHAIN_UNREACHABLE', `The node at ${url.origin} cannot be reached (${reason}).`, { cause })
}
