import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { ChiralError, codeOf, messageOf } from '../../../domain/errors.ts'
import type { Clock } from '../../../system/clock.ts'
import type { Logger } from '../../../system/logger.ts'
import { decodeDatagram, encodeDatagram } from './datagram.ts'
import type { KadId } from './kad-id.ts'
import { type KadEffect, type KadOptions, KadState } from './kad-state.ts'
import type { KadEndpoint, KadMessage, KadSource } from './message.ts'
import type { KadMetrics } from './metrics.ts'
import { PacketLimit } from './packet-limit.ts'
import type { OwnFile } from './publications.ts'

/** How often time is told to the node: its shortest wait is four seconds. */
const TICK_MS = 250

export interface KadNodeParts extends Omit<KadOptions, 'udpPort'> {
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: KadMetrics
}

/** A node of Kad at a UDP port. */
export interface KadNode {
  readonly port: number
  /** Nodes that answered. */
  contacts(): number
  /** The files that are published from now on, and told to whoever searches here. */
  serve(files: Iterable<OwnFile>): void
  /**
   * Who serves a file, as far as the nodes closest to it know: some ten seconds.
   *
   * @param target the ed2k hash
   * @throws ChiralError `RATE_LIMITED` when too many searches wait, `STREAM_CLOSED` when the node stops; the signal's reason
   */
  findSources(target: KadId, sizeBytes: number, signal?: AbortSignal): Promise<readonly KadSource[]>
  /** Twice is fine. */
  stop(): Promise<void>
}

/** Takes part in Kad. @param at an IPv4 address, and a port of which 0 is any. @throws ChiralError `LISTEN_FAILED` */
export async function startKadNode(
  parts: KadNodeParts,
  at: { readonly host: string; readonly port: number },
): Promise<KadNode> {
  const { clock, log, metrics } = parts
  const socket = createSocket('udp4')
  await bind(socket, at)
  const { port } = socket.address()
  const state = new KadState({ ...parts, udpPort: port })
  const limit = new PacketLimit()
  const searches = new Map<number, PromiseWithResolvers<readonly KadSource[]>>()
  let stopped: Promise<void> | undefined

  function perform(effects: readonly KadEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'send') send(effect.to, effect.message)
      else searches.get(effect.search)?.resolve(effect.sources)
    }
  }

  function send({ address, port: to }: KadEndpoint, message: KadMessage): void {
    metrics.datagramsSent.inc()
    socket.send(encodeDatagram(message), to, address, (error) => {
      if (error !== null) log.debug({ address, reason: messageOf(error) }, 'a datagram of Kad was not sent')
    })
  }

  function receive(bytes: Uint8Array, { address, port: from }: RemoteInfo): void {
    const now = clock.monotonic()
    if (!limit.allows(address, now)) return void metrics.datagramsRefused.inc()
    try {
      const message = decodeDatagram(bytes)
      if (message === undefined) return
      metrics.datagramsReceived.inc()
      perform(state.receive({ address, port: from }, message, now))
    } catch (error) {
      if (codeOf(error) !== 'DECODE_FAILED') throw error
      metrics.datagramsRefused.inc()
      log.debug({ address, reason: messageOf(error) }, 'a datagram of Kad cannot be read')
    }
  }

  let cancelTick = clock.schedule(0, tick)
  function tick(): void {
    cancelTick = clock.schedule(TICK_MS, tick)
    perform(state.tick(clock.monotonic()))
  }

  socket.on('message', receive)
  // What a network says of one datagram, such as that nobody is there, is nothing against the node.
  socket.on('error', (error) => log.debug({ reason: messageOf(error) }, 'the socket of Kad has an error'))
  return {
    port,
    contacts: () => state.contacts,
    serve: (files) => state.serve(files, clock.monotonic()),
    async findSources(target, sizeBytes, signal) {
      signal?.throwIfAborted()
      if (stopped !== undefined) throw new ChiralError('STREAM_CLOSED', 'This node takes no part in Kad any more.')
      const search = state.search(target, sizeBytes, clock.monotonic())
      if (search === undefined) throw new ChiralError('RATE_LIMITED', 'Too many searches in Kad wait: try again later.')
      const result = Promise.withResolvers<readonly KadSource[]>()
      searches.set(search, result)
      const abort = (): void => result.reject(signal?.reason)
      signal?.addEventListener('abort', abort, { once: true })
      try {
        return await result.promise
      } finally {
        signal?.removeEventListener('abort', abort)
        searches.delete(search)
        state.cancel(search)
      }
    },
    stop() {
      stopped ??= new Promise((resolve) => {
        cancelTick()
        for (const { reject } of searches.values())
          reject(new ChiralError('STREAM_CLOSED', 'This node takes no part in Kad any more.'))
        socket.close(() => resolve())
      })
      return stopped
    },
  }
}

function bind(socket: Socket, { host, port }: { readonly host: string; readonly port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      const taken = codeOf(error) === 'EADDRINUSE'
      const why = taken ? 'something else uses it' : messageOf(error)
      const message = `Kad cannot use UDP port ${port} of ${host} (${why}).`
      reject(new ChiralError('LISTEN_FAILED', message, { details: { taken }, cause: error }))
    })
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.removeAllListeners('error')
      resolve()
    })
  })
}
