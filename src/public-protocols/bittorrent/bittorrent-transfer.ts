import { connect, type Socket } from 'node:net'
import { ChiralError, messageOf } from '../../domain/errors.ts'
import type { TransferFile, TransferSession } from '../../domain/transfer.ts'
import { type Clock, deadline } from '../../system/clock.ts'
import {
  type BittorrentEndpoint,
  type DialRules,
  formatPeerAddress,
  type PeerAddress,
  resolveEndpoint,
} from './endpoint.ts'
import { CONNECT_TIMEOUT_MS } from './limits.ts'
import { failed } from './transfer-errors.ts'
import { openWireTransfer, type WireTransferOptions } from './wire-transfer.ts'

export interface BittorrentDependencies extends Omit<WireTransferOptions, 'infohash' | 'protocol'> {
  readonly rules: DialRules
}

/**
 * Connects to a seeder's BitTorrent port and shakes hands: at the first of its addresses where somebody answers.
 * @throws ChiralError `ENDPOINT_REFUSED`, `CANCELLED`, `TRANSFER_FAILED`
 */
export async function openBittorrentTransfer(
  endpoint: BittorrentEndpoint,
  file: TransferFile,
  { rules, ...options }: BittorrentDependencies,
): Promise<TransferSession> {
  const { infohash } = endpoint
  let failure: unknown
  for (const address of resolveEndpoint(endpoint, rules)) {
    let socket: Socket
    try {
      socket = await dial(address, options)
    } catch (error) {
      if (options.signal?.aborted === true) throw new ChiralError('CANCELLED', 'Opening the transfer was cancelled.')
      failure = error
      continue
    }
    return await openWireTransfer(socket, file, { ...options, infohash, protocol: 'bittorrent' })
  }
  throw failure
}

async function dial(
  address: PeerAddress,
  { clock, signal }: { readonly clock: Clock; readonly signal?: AbortSignal | undefined },
): Promise<Socket> {
  const unreachable = (why: string, cause?: unknown): ChiralError =>
    failed(`${formatPeerAddress(address)} cannot be reached (${why})`, cause)
  const limit = deadline(clock, CONNECT_TIMEOUT_MS, unreachable('it does not answer'), signal)
  const socket = connect({ ...address, noDelay: true, keepAlive: true })
  try {
    await new Promise<void>((resolve, reject) => {
      if (limit.signal.aborted) return reject(limit.signal.reason)
      limit.signal.addEventListener('abort', () => reject(limit.signal.reason), { once: true })
      socket.once('connect', resolve)
      socket.once('error', (error) => reject(unreachable(messageOf(error), error)))
    })
    return socket
  } catch (error) {
    socket.on('error', () => {}).destroy()
    throw error
  } finally {
    limit.done()
  }
}
