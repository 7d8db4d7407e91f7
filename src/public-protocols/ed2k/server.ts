import { createServer, type Server, type Socket } from 'node:net'
import { ChiralError, codeOf, messageOf } from '../../domain/errors.ts'
import { addressKey } from '../address-key.ts'
import { CallBacks } from './call-backs.ts'
import type { Callee } from './callee.ts'
import { Calls } from './calls.ts'
import {
  HELLO_TIMEOUT_MS,
  IDLE_TIMEOUT_MS,
  MAX_CONNECTIONS,
  MAX_CONNECTIONS_PER_ADDRESS,
  MAX_REQUEST_FRAME_BYTES,
} from './limits.ts'
import type { Places } from './places.ts'
import { type SeederParts, SeederSession } from './seeder-session.ts'
import { UploadSlots } from './upload-slots.ts'
import { Wire } from './wire.ts'

export interface Ed2kSeederOptions {
  /** An IP address. */
  readonly host: string
  /** 0 lets the operating system choose. */
  readonly port: number
}

export interface Ed2kSeeder {
  readonly port: number
  /** Who waits for a slot. */
  waiting(): Places['counts']
  /** Ends what is being sent. Stopping twice is fine. */
  stop(): Promise<void>
}

/** Serves files to whoever asks, as far as the gate admits it. @throws ChiralError `LISTEN_FAILED` */
export async function startEd2kSeeder(
  parts: Omit<SeederParts, 'slots' | 'self'> & { readonly self: Omit<SeederParts['self'], 'port'> },
  options: Ed2kSeederOptions,
): Promise<Ed2kSeeder> {
  const { clock, metrics } = parts
  const sessions = new Map<Wire, SeederSession>()
  const ofAddress = new Map<string, number>()
  const calls = new Calls({ clock, metrics, taken: serve })
  const slots = new UploadSlots({
    clock,
    async call(callee) {
      if (!(await calls.call(callee, () => slots.expects(callee)))) slots.unreached(callee)
    },
  })
  const server = createServer({ noDelay: true })
  server.maxConnections = MAX_CONNECTIONS
  const port = await listen(server, options)
  const session = { ...parts, slots, self: { ...parts.self, port } }
  const callBacks = new CallBacks({
    clock,
    call(callee) {
      // SPEC 14 §5: "It MUST NOT call ports below 1,024, one of ours, or a client that came back"
      const isGone = (): boolean => ![...sessions.values()].some(({ client }) => client === callee.client)
      if (isGone()) void calls.call(callee, isGone)
    },
  })
  server.on('connection', (socket: Socket) => serve(socket))
  function serve(socket: Socket, callee?: Callee): void {
    const address = socket.remoteAddress ?? ''
    const key = addressKey(address)
    const count = (ofAddress.get(key) ?? 0) + 1
    if (count > MAX_CONNECTIONS_PER_ADDRESS) {
      metrics.connectionsRefused.inc()
      socket.destroy()
      if (callee !== undefined) {
        metrics.callsFailed.inc()
        slots.unreached(callee)
      }
      return
    }
    ofAddress.set(key, count)
    const wire = new Wire(socket, {
      clock,
      maxFrameBytes: MAX_REQUEST_FRAME_BYTES,
      firstMs: HELLO_TIMEOUT_MS,
      idleMs: IDLE_TIMEOUT_MS,
    })
    const peer = new SeederSession(session, wire, address, callee)
    sessions.set(wire, peer)
    void wire.ended.then((reason) => {
      parts.log.debug({ address, reason: messageOf(reason) }, 'an ed2k connection ended')
      sessions.delete(wire)
      const left = (ofAddress.get(key) ?? 1) - 1
      if (left === 0) ofAddress.delete(key)
      else ofAddress.set(key, left)
      if (peer.abandoned !== undefined) callBacks.add(peer.abandoned)
    })
  }
  let stopped: Promise<void> | undefined
  return {
    port,
    waiting: () => slots.waiting,
    stop() {
      stopped ??= new Promise((resolve) => {
        server.close(() => resolve())
        callBacks.stop()
        calls.stop()
        for (const wire of sessions.keys()) wire.end(new ChiralError('STREAM_CLOSED', 'The seeder stops.'))
      })
      return stopped
    },
  }
}

function listen(server: Server, { host, port }: Ed2kSeederOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const taken = codeOf(error) === 'EADDRINUSE'
      const why = taken ? 'something else listens there' : messageOf(error)
      const message = `Files cannot be served over ed2k at port ${port} of ${host} (${why}): choose another with ed2k.listen.`
      reject(new ChiralError('LISTEN_FAILED', message, { details: { taken }, cause: error }))
    })
    server.listen(port, host, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}
