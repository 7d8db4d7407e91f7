import { connect, type Socket } from 'node:net'
import { ChiralError, messageOf } from '../../domain/errors.ts'
import type { Clock } from '../../system/clock.ts'
import { formatAddress } from './endpoint.ts'
import { CONNECT_TIMEOUT_MS } from './limits.ts'

/** A connection. @throws ChiralError `PEER_UNREACHABLE`, `CANCELLED` */
export function dial(
  { host, port }: { readonly host: string; readonly port: number },
  { clock, signal }: { readonly clock: Clock; readonly signal?: AbortSignal | undefined },
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true })
    const done = (error?: ChiralError): void => {
      cancel()
      signal?.removeEventListener('abort', stop)
      socket.off('error', fail)
      if (error === undefined) return void resolve(socket)
      socket.on('error', () => {}).destroy()
      reject(error)
    }
    const unreachable = (why: string, cause?: unknown): ChiralError =>
      new ChiralError(
        'PEER_UNREACHABLE',
        `${formatAddress(host, port)} cannot be reached over ed2k: ${why}.`,
        cause === undefined ? {} : { cause },
      )
    const fail = (error: Error): void => done(unreachable(messageOf(error), error))
    const stop = (): void => done(new ChiralError('CANCELLED', 'The connection is not needed any more.'))
    const cancel = clock.schedule(CONNECT_TIMEOUT_MS, () => done(unreachable('it does not answer')))
    socket.once('error', fail)
    socket.once('connect', () => done())
    if (signal?.aborted === true) return stop()
    signal?.addEventListener('abort', stop, { once: true })
  })
}
