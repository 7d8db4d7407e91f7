import { timingSafeEqual } from 'node:crypto'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import type { buildConnector } from 'undici'
import { fromHex } from '../../domain/bytes.ts'
import { ChiralError, messageOf } from '../../domain/errors.ts'
import type { Clock } from '../../system/clock.ts'
import { sha256 } from '../../system/sha256.ts'
import type { DialTarget } from './endpoint.ts'
import { CONNECT_TIMEOUT_MS } from './limits.ts'

/**
 * Connects to the one address that was decided on, whatever host undici has in mind. With a pinned certificate nobody else's word counts: not
 * that of an authority, nor a name or a date in it. Errors are `PEER_UNREACHABLE` and `CERTIFICATE_MISMATCH`.
 */
export function pinnedConnector(target: DialTarget, clock: Clock, signal: AbortSignal): buildConnector.connector {
  return (_options, callback) => {
    const { address: host, port, tls } = target
    const common = { host, port, noDelay: true, keepAlive: true }
    const socket: Socket =
      tls === undefined
        ? connectTcp(common)
        : connectTls({
            ...common,
            ...(tls.servername === undefined ? {} : { servername: tls.servername }),
            minVersion: 'TLSv1.3',
            ALPNProtocols: ['http/1.1'],
            rejectUnauthorized: tls.fingerprint === undefined,
          })
    const done = (error: Error | null): void => {
      cancel()
      signal.removeEventListener('abort', stop)
      socket.off('error', fail)
      socket.off('close', gone)
      if (error === null) callback(null, socket)
      else {
        socket.on('error', () => {}).destroy()
        callback(error, null)
      }
    }
    const fail = (error: Error): void => done(unreachable(target, messageOf(error), error))
    const gone = (): void => done(unreachable(target, 'the connection was closed'))
    const stop = (): void => done(unreachable(target, 'it is not needed any more'))
    const cancel = clock.schedule(CONNECT_TIMEOUT_MS, () => done(unreachable(target, 'it does not answer')))
    socket.once('error', fail)
    socket.once('close', gone)
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    if (tls === undefined) socket.once('connect', () => done(null))
    else socket.once('secureConnect', () => done(mismatch(target, socket as TLSSocket))) // made by connectTls above
  }
}

function mismatch({ tls, origin }: DialTarget, socket: TLSSocket): ChiralError | null {
  // SPEC 11 §5: "The leecher MUST compare the certificate with the one in the offer where there is one"
  if (tls?.fingerprint === undefined) return null
  const certificate = socket.getPeerX509Certificate()?.raw
  if (certificate !== undefined && timingSafeEqual(sha256(certificate), fromHex(tls.fingerprint))) return null
  return new ChiralError(
    'CERTIFICATE_MISMATCH',
    `${origin} has another certificate than its offer names: somebody else answers there.`,
  )
}

function unreachable({ origin }: DialTarget, why: string, cause?: unknown): ChiralError {
  return new ChiralError(
    'PEER_UNREACHABLE',
    `${origin} cannot be reached: ${why}.`,
    cause === undefined ? {} : { cause },
  )
}
