/**
 * Loaded before a program (`node --import`): appends what goes over its TCP and UDP sockets to the file that CHIRAL_RECORD names, a line of JSON a
 * piece (`recording.ts` reads them). It listens at Node's own sockets, so the program is the one that everybody runs, and needs no right to see the line.
 */

import { Socket as UdpSocket } from 'node:dgram'
import { subscribe } from 'node:diagnostics_channel'
import { appendFileSync } from 'node:fs'
import { Socket } from 'node:net'
import type { Piece } from './recording.ts'

const path = process.env['CHIRAL_RECORD'] ?? ''
let sockets = 0

appendFileSync(path, '') // also where nothing goes

// At once: the program may end at any time, and the order of pieces is that of the file.
function record(piece: Piece): void {
  appendFileSync(path, `${JSON.stringify(piece)}\n`)
}

function hexOf(written: unknown): string {
  if (written instanceof Uint8Array) return Buffer.from(written).toString('hex')
  throw new Error('The recorder reads what is written as bytes alone.')
}

function recordTcp(message: unknown): void {
  const socket = typeof message === 'object' && message !== null && 'socket' in message ? message.socket : undefined
  if (!(socket instanceof Socket)) return
  const common = { line: 'tcp', socket: ++sockets } as const
  socket.on('data', (bytes: Buffer) => record({ ...common, from: 'them', hex: bytes.toString('hex') }))
  const recordWrites = (): void => {
    socket.write = new Proxy(socket.write, {
      apply(write, self, args: unknown[]) {
        record({ ...common, from: 'us', hex: hexOf(args[0]) })
        return Reflect.apply(write, self, args)
      },
    })
  }
  // Node puts its own `write` back when a socket connects.
  if (socket.pending) socket.once('connect', recordWrites)
  else recordWrites()
}

function recordUdp(message: unknown): void {
  const socket = typeof message === 'object' && message !== null && 'socket' in message ? message.socket : undefined
  if (!(socket instanceof UdpSocket)) return
  const common = { line: 'udp', socket: ++sockets } as const
  socket.on('message', (bytes) => record({ ...common, from: 'them', hex: bytes.toString('hex') }))
  socket.send = new Proxy(socket.send, {
    apply(send, self, args: unknown[]) {
      record({ ...common, from: 'us', hex: hexOf(args[0]) })
      return Reflect.apply(send, self, args)
    },
  })
}

subscribe('net.server.socket', recordTcp)
subscribe('net.client.socket', recordTcp)
subscribe('udp.socket', recordUdp)
