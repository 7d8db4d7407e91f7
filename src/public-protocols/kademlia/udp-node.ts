import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { ChiralError, codeOf, messageOf } from '../../domain/errors.ts'
import type { Clock } from '../../system/clock.ts'
import type { Logger } from '../../system/logger.ts'
import type { UdpEndpoint } from './contact.ts'
import type { DatagramMetrics } from './metrics.ts'
import { PacketLimit } from './packet-limit.ts'

/** How often time is told to a node: its shortest wait is some seconds. */
const TICK_MS = 250

/** What is to be done: datagrams to be sent, and searches that ended. */
export type NodeEffect<Message, Found> =
  | { readonly kind: 'send'; readonly to: UdpEndpoint; readonly message: Message }
  | { readonly kind: 'found'; readonly search: number; readonly found: Found }

/** A node without its socket: what it does about each datagram, and as time goes by. All times are monotonic milliseconds. */
export interface NodeState<Message, Found> {
  /** A datagram of so many bytes came. */
  receive(from: UdpEndpoint, message: Message, now: number, bytes: number): NodeEffect<Message, Found>[]
  /** Time went by. */
  tick(now: number): NodeEffect<Message, Found>[]
  /** Ends a search without a result. */
  cancel(search: number): void
}

export interface UdpNodeParts<Message, State> {
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: DatagramMetrics
  /** Of the network, for people. */
  readonly name: string
  /** @param port where the socket is */
  createState(port: number): State
  encode(message: Message): Uint8Array
  /** `undefined`: nothing that this node has anything to say to. @throws DecodeError */
  decode(bytes: Uint8Array): Message | undefined
}

/** A node at a UDP port. */
export interface UdpNode<Message, State, Found> {
  readonly port: number
  readonly state: State
  /** Does what the state decided outside of its turns. */
  perform(effects: readonly NodeEffect<Message, Found>[]): void
  /**
   * Searches to the end.
   *
   * @param begin begins it and returns its number; `undefined` when too many wait
   * @throws ChiralError `RATE_LIMITED` when too many searches wait, `STREAM_CLOSED` when the node stops; the signal's reason
   */
  find(begin: (now: number) => number | undefined, signal?: AbortSignal): Promise<Found>
  /** Twice is fine. */
  stop(): Promise<void>
}

/** Takes part in a network. @param at an IPv4 address, and a port of which 0 is any. @throws ChiralError `LISTEN_FAILED` */
export async function startUdpNode<Message, Found, State extends NodeState<Message, Found>>(
  { clock, log, metrics, name, createState, encode, decode }: UdpNodeParts<Message, State>,
  at: { readonly host: string; readonly port: number },
): Promise<UdpNode<Message, State, Found>> {
  const socket = createSocket('udp4')
  await bind(socket, at, name)
  const { port } = socket.address()
  const state = createState(port)
  const limit = new PacketLimit()
  const searches = new Map<number, PromiseWithResolvers<Found>>()
  let stopped: Promise<void> | undefined

  function perform(effects: readonly NodeEffect<Message, Found>[]): void {
    for (const effect of effects) {
      if (effect.kind === 'send') send(effect.to, effect.message)
      else searches.get(effect.search)?.resolve(effect.found)
    }
  }

  function send({ address, port: to }: UdpEndpoint, message: Message): void {
    metrics.datagramsSent.inc()
    socket.send(encode(message), to, address, (error) => {
      if (error !== null) log.debug({ address, network: name, reason: messageOf(error) }, 'a datagram was not sent')
    })
  }

  function receive(bytes: Uint8Array, { address, port: from }: RemoteInfo): void {
    const now = clock.monotonic()
    if (!limit.allows(address, now)) return void metrics.datagramsRefused.inc()
    try {
      const message = decode(bytes)
      if (message === undefined) return
      metrics.datagramsReceived.inc()
      perform(state.receive({ address, port: from }, message, now, bytes.byteLength))
    } catch (error) {
      if (codeOf(error) !== 'DECODE_FAILED') throw error
      metrics.datagramsRefused.inc()
      log.debug({ address, network: name, reason: messageOf(error) }, 'a datagram cannot be read')
    }
  }

  let cancelTick = clock.schedule(0, tick)
  function tick(): void {
    cancelTick = clock.schedule(TICK_MS, tick)
    perform(state.tick(clock.monotonic()))
  }

  const gone = (): ChiralError => new ChiralError('STREAM_CLOSED', `This node takes no part in ${name} any more.`)
  socket.on('message', receive)
  // What a network says of one datagram, such as that nobody is there, is nothing against the node.
  socket.on('error', (error) => log.debug({ network: name, reason: messageOf(error) }, 'a socket has an error'))
  return {
    port,
    state,
    perform,
    async find(begin, signal) {
      signal?.throwIfAborted()
      if (stopped !== undefined) throw gone()
      const search = begin(clock.monotonic())
      if (search === undefined)
        throw new ChiralError('RATE_LIMITED', `Too many searches in ${name} wait: try again later.`)
      const result = Promise.withResolvers<Found>()
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
        for (const { reject } of searches.values()) reject(gone())
        socket.close(() => resolve())
      })
      return stopped
    },
  }
}

function bind(
  socket: Socket,
  { host, port }: { readonly host: string; readonly port: number },
  name: string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      const taken = codeOf(error) === 'EADDRINUSE'
      const why = taken ? 'something else uses it' : messageOf(error)
      const message = `${name} cannot use UDP port ${port} of ${host} (${why}).`
      reject(new ChiralError('LISTEN_FAILED', message, { details: { taken }, cause: error }))
    })
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.removeAllListeners('error')
      resolve()
    })
  })
}
