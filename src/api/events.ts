import type { Request, Response } from 'express'
import { z } from 'zod'
import type { ChiralNode, NodeEvent } from '../node/types.ts'
import type { Clock } from '../system/clock.ts'
import { eventSchema } from './schema.ts'

/** Often enough that no proxy or client takes the stream for dead, rarely enough to cost nothing. */
export const HEARTBEAT_MS = 15_000
/** A client that reads too slowly to keep this small is cut off; it reconnects and gets the current state. */
const MAX_BUFFERED_BYTES = 1 << 20

/** Open event streams of one server. */
export interface EventStreams {
  /** Answers a request with the current state and then every event, until the client goes or `stop`. */
  open(request: Request, response: Response): void
  readonly size: number
  stop(): void
}

export function createEventStreams(node: ChiralNode, clock: Clock): EventStreams {
  const open = new Set<() => void>()
  return {
    open(_request, response) {
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      })
      response.flushHeaders()
      const write = (chunk: string): void => {
        response.write(chunk)
        if (response.writableLength > MAX_BUFFERED_BYTES) response.destroy()
      }
      let cancelHeartbeat = (): void => {}
      const beat = (): void => {
        cancelHeartbeat = clock.schedule(HEARTBEAT_MS, () => {
          write(': heartbeat\n\n')
          beat()
        })
      }
      const unsubscribe = node.subscribe((event) => write(encodeEvent(event)))
      const close = (): void => {
        unsubscribe()
        cancelHeartbeat()
        open.delete(close)
        response.end()
      }
      open.add(close)
      response.on('close', close)
      response.on('error', close)
      write('retry: 1000\n\n')
      // Subscribed first, replayed second: nothing falls between, and a state seen twice is harmless.
      for (const share of node.shares()) write(encodeEvent({ kind: 'share', share }))
      for (const download of node.downloads()) write(encodeEvent({ kind: 'download', download }))
      for (const batch of node.batches.list()) write(encodeEvent({ kind: 'batch', batch }))
      write(': replayed\n\n')
      beat()
    },
    get size() {
      return open.size
    },
    stop() {
      for (const close of open) close()
    },
  }
}

function encodeEvent(event: NodeEvent): string {
  return `event: ${event.kind}\ndata: ${JSON.stringify(z.encode(eventSchema, event))}\n\n`
}
