import { connect, createServer, type Socket } from 'node:net'
import { ChiralError } from '../../src/domain/errors.ts'
import type { TransferSession } from '../../src/domain/transfer.ts'
import { listenOnLoopback } from '../support/loopback.ts'
import type { SeederUnderTest } from './transfer-suite.ts'

/** Of a chunk that is not held. */
const NOT_HELD = 0xffff_ffff

/** The smallest transport there can be: a connection a chunk; four bytes of index there, four of length and the chunk back. */
export async function serveToy({ held, read }: SeederUnderTest) {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', async (asked) => {
      const chunkIndex = asked.readUInt32BE()
      const chunk = held.has(chunkIndex) ? await read(chunkIndex) : new Uint8Array(0)
      const head = Buffer.alloc(4)
      head.writeUInt32BE(held.has(chunkIndex) ? chunk.byteLength : NOT_HELD)
      socket.end(Buffer.concat([head, chunk]))
    })
  })
  return listenOnLoopback(server)
}

export function openToy(port: number): TransferSession {
  const over = new AbortController()
  const ended = Promise.withResolvers<Error>()
  const sockets = new Set<Socket>()
  return {
    protocol: 'http', // the nearest: a request a chunk
    have: undefined,
    ended: ended.promise,
    async request({ chunkIndex, lengthBytes, signal }) {
      const stopped = signal === undefined ? over.signal : AbortSignal.any([over.signal, signal])
      const parts: Buffer[] = []
      const socket = connect({ host: '127.0.0.1', port, signal: stopped })
      sockets.add(socket.once('close', () => sockets.delete(socket)))
      try {
        socket.write(Buffer.from(Uint32Array.of(chunkIndex).buffer).swap32())
        for await (const part of socket as AsyncIterable<Buffer>) parts.push(part)
      } catch (cause) {
        if (over.signal.aborted) throw new ChiralError('STREAM_CLOSED', 'It was closed.')
        if (signal?.aborted === true) throw new ChiralError('CANCELLED', 'It was cancelled.')
        throw new ChiralError('TRANSFER_FAILED', 'The connection broke.', { cause })
      }
      const answer = Buffer.concat(parts)
      if (answer.length >= 4 && answer.readUInt32BE() === NOT_HELD) throw new ChiralError('DONT_HAVE', 'Not here.')
      if (answer.length !== 4 + lengthBytes) throw new ChiralError('TRANSFER_FAILED', 'The chunk has another length.')
      return new Uint8Array(answer.subarray(4))
    },
    async close() {
      over.abort()
      ended.resolve(new ChiralError('STREAM_CLOSED', 'It was closed.'))
      await Promise.all([...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve).destroy())))
    },
  }
}
