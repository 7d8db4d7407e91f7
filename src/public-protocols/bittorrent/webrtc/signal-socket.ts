import { lookup } from 'node:dns'
import { isIP } from 'node:net'
import { WebSocket } from 'ws'
import { ChiralError, messageOf } from '../../../domain/errors.ts'
import { type Clock, within } from '../../../system/clock.ts'
import { decodeSignalNotice, MAX_SIGNAL_BYTES, type SignalNotice } from '../signal-messages.ts'
import { MAX_SIGNAL_BACKLOG_BYTES, SIGNAL_CONNECT_TIMEOUT_MS } from './limits.ts'

export interface SignalSocketParts {
  readonly clock: Clock
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

/** @param allows whether this node connects to an IP address @throws ChiralError `TRACKER_FAILED` */
export async function openSignalSocket(
  href: string,
  { clock, heard, nonsense }: SignalSocketParts,
  allows: (address: string) => boolean = () => true,
): Promise<SignalSocket> {
  const hostname = new URL(href).hostname.replace(/^\[|\]$/g, '')
  if (isIP(hostname) !== 0 && !allows(hostname))
    throw new ChiralError(
      'TRACKER_FAILED',
      `The tracker ${href} is not used: it leads outside of where this node connects to.`,
    )
  const socket = new WebSocket(href, {
    maxPayload: MAX_SIGNAL_BYTES,
    perMessageDeflate: false,
    // The address that is checked is the one that is connected to.
    lookup: (hostname, options, done) =>
      lookup(hostname, { ...options, all: true }, (error, addresses) => {
        const allowed = addresses?.filter(({ address }) => allows(address)) ?? []
        const [first] = allowed
        if (error !== null || first === undefined)
          done(error ?? new Error('it leads outside of where this node connects to'), '', 0)
        else if (options.all === true) done(null, allowed)
        else done(null, first.address, first.family)
      }),
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
