import { createConnection, createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { ChiralError, codeOf, messageOf } from '../domain/errors.ts'
import { type Clock, deadline } from './clock.ts'

/** JSON-RPC 2.0, one document a line, over a Unix socket: geth's IPC, and how a command speaks to a supervisor. */

/** The longest line taken: geth's answers about peers and blocks are a few kilobytes. */
const MAX_LINE_BYTES = 1024 * 1024

const answerSchema = z.object({
  id: z.number(),
  result: z.unknown().optional(),
  error: z.object({ code: z.union([z.number(), z.string()]).optional(), message: z.string() }).optional(),
})
const requestSchema = z.object({ id: z.number(), method: z.string(), params: z.array(z.unknown()).default([]) })

/**
 * Asks one question on a connection of its own.
 *
 * @throws ChiralError `SOCKET_UNREACHABLE` when nobody listens or answers in time; `SOCKET_REFUSED`, or the code the other side gave
 */
export async function askSocket(
  path: string,
  request: { readonly method: string; readonly params?: readonly unknown[] },
  { clock, timeoutMs, signal }: { readonly clock: Clock; readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<unknown> {
  const { method, params = [] } = request
  const late = unreachable(path, `no answer to ${method} in ${timeoutMs / 1000} s`)
  const limit = deadline(clock, timeoutMs, late, signal)
  const socket = createConnection(path)
  try {
    const line = await new Promise<string>((resolve, reject) => {
      limit.signal.addEventListener('abort', () => reject(limit.signal.reason), { once: true })
      socket.once('error', (error) => reject(unreachable(path, messageOf(error), error)))
      socket.once('close', () => reject(unreachable(path, 'the connection ended')))
      socket.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })}\n`)
      collectLine(socket, resolve, () => reject(unreachable(path, 'the answer is too long')))
    })
    const { result, error } = answerSchema.parse(JSON.parse(line))
    if (error === undefined) return result
    const code = typeof error.code === 'string' ? error.code : 'SOCKET_REFUSED'
    throw new ChiralError(code, error.message, { details: { method } })
  } finally {
    limit.done()
    socket.destroy()
  }
}

function collectLine(socket: Socket, found: (line: string) => void, tooLong: () => void): void {
  let text = ''
  socket.setEncoding('utf8').on('data', (part: string) => {
    text += part
    // geth ends a document with a line break, and writes none within it.
    if (text.includes('\n')) found(text.slice(0, text.indexOf('\n')))
    else if (text.length > MAX_LINE_BYTES) tooLong()
  })
}

function unreachable(path: string, reason: string, cause?: unknown): ChiralError {
  return new ChiralError('SOCKET_UNREACHABLE', `Nothing answers on ${path} (${reason}).`, { details: { path }, cause })
}

export interface SocketServer {
  close(): Promise<void>
}

/** Serves the methods of a table. Only the user who owns the folder of `path` can connect. */
export function serveSocket(
  path: string,
  methods: Readonly<Record<string, () => Promise<unknown>>>,
): Promise<SocketServer> {
  const open = new Set<Socket>()
  const answering = new Set<Promise<void>>()
  const server = createServer((socket) => {
    open.add(socket)
    socket.on('error', () => {}).once('close', () => open.delete(socket))
    const lines = createInterface({ input: socket })
    lines.on('error', () => {}) // the socket's own, told once more
    lines.on('line', (line) => {
      const answered = answer(line, methods).then((text) => {
        if (socket.writable) socket.write(text)
      })
      answering.add(answered)
      void answered.finally(() => answering.delete(answered))
    })
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () =>
      resolve({
        // What was asked is answered first; whoever keeps a connection open is not waited for.
        async close() {
          const closed = new Promise<void>((done) => server.close(() => done()))
          await Promise.allSettled(answering)
          for (const socket of open) socket.destroySoon()
          await closed
        },
      }),
    )
  })
}

async function answer(line: string, methods: Readonly<Record<string, () => Promise<unknown>>>): Promise<string> {
  let id = 0
  try {
    const request = requestSchema.parse(JSON.parse(line))
    id = request.id
    const method = Object.hasOwn(methods, request.method) ? methods[request.method] : undefined
    if (method === undefined) throw new ChiralError('SOCKET_REFUSED', `There is no method ${request.method}.`)
    return `${JSON.stringify({ jsonrpc: '2.0', id, result: (await method()) ?? null })}\n`
  } catch (error) {
    const code = codeOf(error) ?? 'INTERNAL'
    return `${JSON.stringify({ jsonrpc: '2.0', id, error: { code, message: messageOf(error) } })}\n`
  }
}
