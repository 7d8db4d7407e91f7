import { connect, createServer, type Server, type Socket } from 'node:net'

export interface LoopbackServer {
  readonly port: number
  connections(): Promise<number>
  stop(): Promise<void>
}

/** A server on a free port of 127.0.0.1. Stopping it ends its connections; twice is fine. */
export async function listenOnLoopback(server: Server): Promise<LoopbackServer> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('it listens on no port')
  let stopped: Promise<void> | undefined
  return {
    port: address.port,
    connections: async () => sockets.size,
    stop() {
      stopped ??= new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      })
      return stopped
    },
  }
}

/** A proxy whose plug can be pulled. */
export interface Plug extends LoopbackServer {
  /** Every connection breaks, and so does each new one. */
  pull(): void
  putIn(): void
}

/** Passes bytes on to a port of this machine; both sides break when `cutAfterBytes` came back from it. */
export async function cuttingProxy(port: number, cutAfterBytes = Number.POSITIVE_INFINITY): Promise<Plug> {
  const passing = new Set<Socket>()
  let isIn = true
  const server = createServer((near) => {
    if (!isIn) {
      near.destroy()
      return
    }
    passing.add(near)
    near.once('close', () => passing.delete(near))
    const far = connect({ host: '127.0.0.1', port })
    const both = [near, far]
    let left = cutAfterBytes
    for (const socket of both) {
      socket.on('error', () => {})
      socket.on('close', () => {
        for (const other of both) other.destroy()
      })
    }
    near.pipe(far)
    far.on('data', (bytes: Buffer) => {
      if (bytes.length < left) {
        left -= bytes.length
        near.write(bytes)
        return
      }
      near.write(bytes.subarray(0, left), () => near.destroy())
      far.pause()
    })
    far.on('end', () => near.end())
  })
  return {
    ...(await listenOnLoopback(server)),
    pull() {
      isIn = false
      for (const socket of passing) socket.destroy()
    },
    putIn() {
      isIn = true
    },
  }
}
