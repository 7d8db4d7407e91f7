import { isIP } from 'node:net'
import { WebSocket } from 'ws'
import { ChiralError, messageOf } from '../../../domain/errors.ts'
import { type Clock, within } from '../../../system/clock.ts'
import { decodeSignalNotice, MAX_SIGNAL_BYTES, type SignalNotice } from '../signal-messages.ts'
import { addressesOf, lookupWithin, type TrackerReach } from '../tracker-reach.ts'
import { MAX_SIGNAL_BACKLOG_BYTES, SIGNAL_CONNECT_TIMEOUT_MS } from './limits.ts'

export interface SignalSocketParts {
  readonly clock: Clock
  readonly reach: TrackerReach
  /** Whatever the tracker says that makes sense. */
  heard(notice: SignalNotice): void
  /** A message that made none. */
  nonsense(error: unknown): void
}

/** A connection to a tracker on a WebSocket. */
export interface SignalSocket {
  /** Nothing happens when the connection is over. */
  send(message: Readonly<Record<string, unknown>>): void
  /** Resolves with the reason when it is. */
  readonly ended: Promise<Error>
  /** Closing twice is fine. */
  close(): void
}

/** Redirections are not followed. @throws ChiralError `TRACKER_FAILED` */
export async function openSignalSocket(
  href: string,
  { clock, reach, heard, nonsense }: SignalSocketParts,
): Promise<SignalSocket> {
  const hostname = new URL(href).hostname.replace(/^\[|\]$/g, '')
  if (isIP(hostname) !== 0) await addressesOf(hostname, reach)
  const socket = new WebSocket(href, {
    maxPayload: MAX_SIGNAL_BYTES,
    perMessageDeflate: false,
    lookup: lookupWithin(reach),
  })
  const opened = Promise.withResolvers<void>()
  const over = Promise.withResolvers<Error>()
  socket.on('open', () => opened.resolve())
  socket.on('error', (error) => {
    over.resolve(error)
    opened.reject(error)
  })
  socket.on('close', () => {
    over.resolve(new Error('the tracker ended the connection'))
    opened.reject(new Error('the tracker ended the connection'))
  })
  socket.on('message', (data) => {
    try {
      heard(decodeSignalNotice(data.toString('utf8')))
    } catch (error) {
      nonsense(error)
    }
  })
  try {
    await within(clock, SIGNAL_CONNECT_TIMEOUT_MS, () => new Error('it does not answer'), opened.promise)
  } catch (error) {
    socket.terminate()
    throw new ChiralError('TRACKER_FAILED', `The tracker ${href} cannot be used: ${messageOf(error)}`, { cause: error })
  }
  return {
    ended: over.promise,
    send(message) {
      if (socket.readyState !== WebSocket.OPEN) return
      if (socket.bufferedAmount > MAX_SIGNAL_BACKLOG_BYTES) socket.terminate()
      else socket.send(JSON.stringify(message))
    },
    close: () => socket.close(),
  }
}
