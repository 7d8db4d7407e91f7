import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { decodeMessage } from '../../src/public-protocols/ed2k/decode-message.ts'
import { encodeMessage } from '../../src/public-protocols/ed2k/encode-message.ts'
import { type Frame, FrameReader } from '../../src/public-protocols/ed2k/frames.ts'
import type { Hello } from '../../src/public-protocols/ed2k/hello.ts'
import type { Message } from '../../src/public-protocols/ed2k/messages.ts'
import { LEECHER } from './ed2k-seeder.ts'
import { type LoopbackServer, listenOnLoopback } from './loopback.ts'

/** One end of a connection that says what a test wants, and remembers what comes. */
export class ScriptedPeer {
  readonly socket: Socket
  readonly frames: Frame[] = []
  readonly closed: Promise<void>
  #changed = (): void => {}

  constructor(socket: Socket) {
    this.socket = socket
    const reader = new FrameReader(4_000_000)
    socket.on('error', () => {})
    socket.on('data', (bytes: Buffer) => {
      for (const frame of reader.push(bytes)) this.frames.push({ ...frame, payload: frame.payload.slice() })
      this.#changed()
    })
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()))
  }

  get messages(): Message[] {
    return this.frames.map(decodeMessage).filter((message) => message !== undefined)
  }

  say(...messages: readonly (Message | Uint8Array)[]): void {
    for (const message of messages) this.socket.write(message instanceof Uint8Array ? message : encodeMessage(message))
  }

  /** Resolves with all messages of a kind when so many have come. */
  async heard<Kind extends Message['kind']>(kind: Kind, count = 1): Promise<Extract<Message, { kind: Kind }>[]> {
    for (;;) {
      const found = this.messages.filter(
        (message): message is Extract<Message, { kind: Kind }> => message.kind === kind,
      )
      if (found.length >= count) return found
      await new Promise<void>((resolve) => {
        this.#changed = resolve
      })
    }
  }
}

/** A client that is not ours, at a seeder of this machine; it has said hello and was answered. */
export async function stockClient(
  port: number,
  localAddress = '127.0.0.1',
  hello: Hello = LEECHER,
): Promise<ScriptedPeer> {
  const socket = connect({ host: '127.0.0.1', port, localAddress })
  await once(socket, 'connect')
  const peer = new ScriptedPeer(socket)
  peer.say({ kind: 'hello', hello })
  await peer.heard('hello-answer')
  return peer
}

/** A seeder that a test makes up; each connection is handed to `serve`. */
export function scriptedSeeder(serve: (peer: ScriptedPeer) => Promise<void>): Promise<LoopbackServer> {
  return listenOnLoopback(
    createServer((socket) => {
      void serve(new ScriptedPeer(socket)).catch(() => socket.destroy())
    }),
  )
}

/** Where a client that is not ours listens. */
export interface ScriptedListener extends Pick<LoopbackServer, 'port' | 'stop'> {
  /** Who connects next, or did and was not asked for yet. */
  next(): Promise<ScriptedPeer>
}

/** Listens at a free port of 127.0.0.1. */
export async function scriptedListener(): Promise<ScriptedListener> {
  const came: ScriptedPeer[] = []
  let changed = (): void => {}
  const server = await listenOnLoopback(
    createServer((socket) => {
      came.push(new ScriptedPeer(socket))
      changed()
    }),
  )
  return {
    ...server,
    async next() {
      for (;;) {
        const peer = came.shift()
        if (peer !== undefined) return peer
        await new Promise<void>((resolve) => {
          changed = resolve
        })
      }
    },
  }
}
