import type { Server, Socket } from 'node:net'
import type { NextFunction, Request, Response } from 'express'
import type { Clock } from '../../system/clock.ts'
import { TokenBucket } from '../../system/token-bucket.ts'
import { addressKey } from '../address-key.ts'
import {
  MAX_CONNECTIONS_PER_ADDRESS,
  MAX_COUNTED_ADDRESSES,
  MAX_PIPELINED,
  REQUEST_BURST,
  REQUESTS_PER_SECOND,
} from './limits.ts'
import type { SeederMetrics } from './metrics.ts'
import { refuse } from './refusal.ts'

/** Ends connections of an address that has as many as it may. */
export function limitConnections(server: Server, metrics: SeederMetrics): void {
  const open = new Map<string, number>()
  server.on('connection', (socket: Socket) => {
    const key = addressKey(socket.remoteAddress ?? '')
    const count = (open.get(key) ?? 0) + 1
    if (count > MAX_CONNECTIONS_PER_ADDRESS) {
      metrics.connectionsRefused.inc()
      socket.destroy()
      return
    }
    open.set(key, count)
    socket.once('close', () => {
      const left = (open.get(key) ?? 1) - 1
      if (left === 0) open.delete(key)
      else open.set(key, left)
    })
  })
}

interface Line {
  waiting: number
  last: Promise<void>
}

/** The requests of each connection. */
const lines = new WeakMap<Socket, Line>()

/** Answers the requests of a connection one after another: those that were sent ahead hold no chunk in memory while they wait. */
export function oneAtATime({ socket }: Request, response: Response, next: NextFunction): void {
  const line = lines.get(socket) ?? { waiting: 0, last: Promise.resolve() }
  lines.set(socket, line)
  if (line.waiting > MAX_PIPELINED) return void socket.destroy()
  const before = line.last
  line.waiting++
  line.last = new Promise((resolve) => {
    response.once('close', () => {
      line.waiting--
      resolve()
    })
  })
  void before.then(() => next())
}

/** Takes `cost` of what an address may ask for; refuses with 429 when it is used up. */
export function createRequestLimit({
  clock,
  metrics,
}: {
  readonly clock: Clock
  readonly metrics: SeederMetrics
}): (request: Request, response: Response, cost: number) => boolean {
  const buckets = new Map<string, TokenBucket>()
  return ({ socket }, response, cost) => {
    const now = clock.monotonic()
    const key = addressKey(socket.remoteAddress ?? '')
    const bucket = buckets.get(key) ?? new TokenBucket({ burst: REQUEST_BURST, perSecond: REQUESTS_PER_SECOND }, now)
    buckets.delete(key) // a Map keeps the order of insertion: this one is the newest now
    buckets.set(key, bucket)
    const [oldest] = buckets.keys()
    if (buckets.size > MAX_COUNTED_ADDRESSES && oldest !== undefined) buckets.delete(oldest)
    if (bucket.take(cost, now)) return true
    metrics.requestsRefused.inc()
    refuse(response, {
      status: 429,
      code: 'RATE_LIMITED',
      message: 'Too many requests: ask again later.',
      retryAfterMs: 1_000,
    })
    return false
  }
}
