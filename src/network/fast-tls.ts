import { constants } from 'node:crypto'
import { Socket } from 'node:net'
import { connect, createSecureContext, type SecureContext, TLSSocket, type TLSSocketOptions } from 'node:tls'
import type { ConnectionEncrypter, MessageStream, SecureConnectionOptions, SecuredConnection } from '@libp2p/interface'
import { type TLSComponents, tls } from '@libp2p/tls'
import { generateCertificate, toMessageStream, verifyPeerCertificate } from '@libp2p/tls/utils'
import { Uint8ArrayList } from 'uint8arraylist'
import { ChiralError } from '../domain/errors.ts'
import { afterTurn } from '../system/after-turn.ts'
import { SOCKET_INACTIVITY_MS } from './limits.ts'
import { receiveTogether, sendTogether } from './records.ts'

/** ALPN's name for "no muxer was agreed on early", https://github.com/libp2p/specs/blob/master/tls/tls.md */
const NO_EARLY_MUXER = 'libp2p'

/**
 * `/tls/1.0.0` as `@libp2p/tls` speaks it, but with the TCP socket itself under Node's TLS instead of a JavaScript duplex on
 * top of libp2p's event emitter: a third faster, with certificates and their verification still those of `@libp2p/tls`.
 *
 * It reaches into the connection's fields, which libp2p does not promise; where they are not what they were, or bytes are
 * still queued, the connection goes through the stock encrypter. Both are the same on the wire.
 */
export function fastTls(): (components: TLSComponents) => ConnectionEncrypter {
  return (components) => new FastTls(components)
}

class FastTls implements ConnectionEncrypter {
  readonly protocol: string
  readonly #components: TLSComponents
  readonly #stock: ConnectionEncrypter
  /**
   * One a node. Its certificate is good for a hundred years and costs 3 ms; a context for each connection takes OpenSSL another millisecond and
   * 20 KiB as long as the connection lasts.
   */
  #context: Promise<SecureContext> | undefined

  constructor(components: TLSComponents) {
    this.#components = components
    this.#stock = tls()(components)
    this.protocol = this.#stock.protocol
  }

  async secureInbound(connection: MessageStream, options?: SecureConnectionOptions): Promise<SecuredConnection> {
    const secure = await this.#prepare(options)
    const socket = takeSocket(connection)
    if (socket === undefined) return this.#stock.secureInbound(connection, options)
    const secured = new TLSSocket(socket, { ...secure, isServer: true, requestCert: true })
    destroyTogether(socket, secured)
    return this.#handshake(connection, secured, false, options)
  }

  async secureOutbound(connection: MessageStream, options?: SecureConnectionOptions): Promise<SecuredConnection> {
    const secure = await this.#prepare(options)
    const socket = takeSocket(connection)
    if (socket === undefined) return this.#stock.secureOutbound(connection, options)
    const secured = connect({ socket, ...secure })
    destroyTogether(socket, secured)
    return this.#handshake(connection, secured, true, options)
  }

  async #prepare(options: SecureConnectionOptions | undefined) {
    this.#context ??= createContext(this.#components.privateKey)
    const secureContext = await this.#context
    options?.signal?.throwIfAborted()
    const muxers = options?.skipStreamMuxerNegotiation === true ? [] : [...this.#muxers().keys()]
    const offered = [...muxers, NO_EARLY_MUXER]
    return {
      secureContext,
      // peers are known by the libp2p key in their certificate, which `verifyPeerCertificate` checks, not by an authority
      rejectUnauthorized: false,
      ALPNProtocols: offered,
      ALPNCallback: ({ protocols }) => protocols.find((name) => offered.includes(name)),
    } as const satisfies TLSSocketOptions & { rejectUnauthorized: boolean }
  }

  #muxers() {
    return this.#components.upgrader.getStreamMuxers()
  }

  async #handshake(
    connection: MessageStream,
    socket: TLSSocket,
    isClient: boolean,
    options: SecureConnectionOptions | undefined,
  ): Promise<SecuredConnection> {
    const onAbort = (): void => {
      socket.destroy(new ChiralError('PEER_UNREACHABLE', 'The TLS handshake did not end in time.'))
    }
    options?.signal?.addEventListener('abort', onAbort, { once: true })
    socket.setTimeout(SOCKET_INACTIVITY_MS, () => socket.destroy(new Error('the connection was silent for too long')))
    try {
      await new Promise<void>((resolve, reject) => {
        // stays for good: an error after the handshake ends the connection, not the process
        socket.on('error', (error) => {
          connection.abort(error)
          reject(error)
        })
        socket.once('close', () => reject(new Error('the connection closed during the TLS handshake')))
        socket.once('secure', () => resolve())
      })
      const remotePeer = await verifyPeerCertificate(socket.getPeerCertificate().raw, options?.remotePeer)
      const agreed = socket.alpnProtocol
      const streamMuxer = agreed && agreed !== NO_EARLY_MUXER ? this.#muxers().get(agreed) : undefined
      if (isClient && agreed && agreed !== NO_EARLY_MUXER && streamMuxer === undefined)
        throw new Error(`the muxer ${agreed} was not offered`)
      const encrypted = toMessageStream(connection, socket)
      sendTogether(encrypted, socket)
      receiveTogether(encrypted, socket, afterTurn)
      return {
        remotePeer,
        connection: encrypted,
        ...(streamMuxer && { streamMuxer }),
      }
    } catch (error) {
      socket.destroy()
      connection.abort(error instanceof Error ? error : new Error(String(error)))
      throw error
    } finally {
      options?.signal?.removeEventListener('abort', onAbort)
    }
  }
}

async function createContext(privateKey: TLSComponents['privateKey']): Promise<SecureContext> {
  return createSecureContext({
    ...(await generateCertificate(privateKey)),
    minVersion: 'TLSv1.3',
    maxVersion: 'TLSv1.3',
    // Every connection shows its certificate: none goes on with the session of another.
    secureOptions: constants.SSL_OP_NO_TICKET,
  })
}

/**
 * The TCP socket under a connection, detached from it and with what was read too early put back; `undefined` where that
 * cannot be done. The connection keeps listening for the socket's `error` and `close`.
 */
function takeSocket(connection: MessageStream): Socket | undefined {
  if (!('socket' in connection && connection.socket instanceof Socket)) return undefined
  if (!('readBuffer' in connection && connection.readBuffer instanceof Uint8ArrayList)) return undefined
  const { socket, readBuffer } = connection
  if (socket.destroyed || connection.writeBufferLength > 0 || connection.writableNeedsDrain) return undefined
  socket.pause()
  socket.removeAllListeners('data')
  socket.removeAllListeners('drain')
  // under TLS the socket no longer sees its own traffic: its timer would cut a busy connection
  socket.setTimeout(0)
  if (readBuffer.byteLength > 0) {
    const early = readBuffer.slice()
    readBuffer.consume(early.byteLength)
    socket.unshift(early)
  }
  return socket
}

/**
 * Whoever ends the TCP socket ends TLS on top of it first. The other way round, in one turn of the event loop, TLS writes its
 * farewell to a handle that is already freed: Node 24 dies of it (SIGSEGV). libp2p does just that when it aborts a connection.
 */
function destroyTogether(socket: Socket, secured: TLSSocket): void {
  const destroy = (error?: Error): Socket => {
    secured.destroy()
    return Socket.prototype.destroy.call(socket, error)
  }
  socket.destroy = destroy
  // a reset frees the handle as well; the peer sees an end without a farewell, which no protocol of ours takes for a good one
  socket.resetAndDestroy = () => destroy()
}
