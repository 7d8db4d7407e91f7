import { createServer, type Socket } from 'node:net'
import { ChiralError, codeOf, messageOf } from '../../domain/errors.ts'
import { ConnectionCount } from './connection-count.ts'
import { EncryptableDuplex } from './encryption/encryptable-duplex.ts'
import { type ServeParts, serveWire } from './served-wire.ts'

export interface BittorrentSeederOptions {
  /** An IP address. */
  readonly host: string
  /** 0 lets the operating system choose. */
  readonly port: number
}

export interface BittorrentSeeder {
  readonly port: number
  /** Ends all connections. Stopping twice is fine. */
  stop(): Promise<void>
}

/** Serves files to whoever connects over TCP, as far as the gate admits it. @throws ChiralError `LISTEN_FAILED` */
export async function startBittorrentSeeder(
  parts: ServeParts,
  options: BittorrentSeederOptions,
): Promise<BittorrentSeeder> {
  const count = new ConnectionCount()
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (socket) => {
    const address = socket.remoteAddress ?? ''
    const letGo = count.take(address)
    if (letGo === undefined) {
      parts.metrics.connectionsRefused.inc()
      socket.destroy()
      return
    }
    sockets.add(socket)
    socket.once('close', () => {
      sockets.delete(socket)
      letGo()
    })
    serveWire(encryptable(socket, parts), address, parts)
  })
  const port = await listen(server, options)
  let stopped: Promise<void> | undefined
  return {
    port,
    stop() {
      stopped ??= new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      })
      return stopped
    },
  }
}

function encryptable(socket: Socket, { random, torrents, metrics }: ServeParts): EncryptableDuplex {
  return new EncryptableDuplex(socket, {
    random,
    infohash: (torrentKey) => torrents.infohash(torrentKey),
    opened: (method) => {
      if (method !== 'clear') metrics.connectionsEncrypted.inc()
    },
  })
}

function listen(server: ReturnType<typeof createServer>, { host, port }: BittorrentSeederOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const taken = codeOf(error) === 'EADDRINUSE'
      const why = taken ? 'something else listens there' : messageOf(error)
      const message = `Files cannot be served over BitTorrent at port ${port} of ${host} (${why}): choose another with bittorrent.listen.`
      reject(new ChiralError('LISTEN_FAILED', message, { details: { taken }, cause: error }))
    })
    server.listen(port, host, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}
