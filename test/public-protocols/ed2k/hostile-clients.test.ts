import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect } from 'chai'
import { fromHex } from '../../../src/domain/bytes.ts'
import { CHUNK_SIZE_BYTES } from '../../../src/domain/chunk.ts'
import { encodeMessage } from '../../../src/public-protocols/ed2k/encode-message.ts'
import {
  HELLO_TIMEOUT_MS,
  MAX_CHUNKS_ASKED,
  MAX_CONNECTIONS_PER_ADDRESS,
  MAX_RANGE_BYTES,
  MAX_REQUEST_FRAME_BYTES,
  MESSAGE_BURST,
  SEND_TIMEOUT_MS,
} from '../../../src/public-protocols/ed2k/limits.ts'
import type { ServedFiles } from '../../../src/public-protocols/ed2k/served-files.ts'
import type { Ed2kSeeder } from '../../../src/public-protocols/ed2k/server.ts'
import type { Gate } from '../../../src/public-protocols/gate.ts'
import { type ScriptedPeer, stockClient } from '../../support/ed2k-peer.ts'
import { LEECHER, openTestTransfer, shelfOf, shelve, startTestSeeder } from '../../support/ed2k-seeder.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import vectors from '../../vectors/ed2k.json' with { type: 'json' }

const CHUNKS = 80
const CONTENT = new Uint8Array(CHUNKS * CHUNK_SIZE_BYTES).fill(7)
const HELLO = encodeMessage({ kind: 'hello', hello: LEECHER })

describe('public-protocols/ed2k: clients that misbehave', () => {
  let seeder: Ed2kSeeder | undefined
  const sockets: Socket[] = []

  async function start(options: Parameters<typeof startTestSeeder>[1] & { readonly read?: ServedFiles['read'] } = {}) {
    const shelved = await shelve(CONTENT)
    const files = shelfOf(shelved)
    const { read = files.read, ...others } = options
    seeder = await startTestSeeder({ ...files, read }, others)
    return { shelved, port: seeder.port, hash: shelved.file.hash }
  }

  async function dial(port: number, localAddress = '127.0.0.1'): Promise<Socket> {
    const socket = connect({ host: '127.0.0.1', port, localAddress }).on('error', () => {})
    sockets.push(socket)
    await once(socket, 'connect')
    return socket
  }

  /** Says this after a hello, and resolves when the seeder ended the connection. */
  async function ends(port: number, bytes: Uint8Array): Promise<void> {
    const socket = await dial(port)
    socket.resume()
    const closed = once(socket, 'close')
    socket.write(bytes)
    await closed
  }

  async function client(port: number, localAddress?: string): Promise<ScriptedPeer> {
    const peer = await stockClient(port, localAddress)
    sockets.push(peer.socket)
    return peer
  }

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy()
    await seeder?.stop()
    seeder = undefined
  })

  it('ends connections that bring what cannot be read, and goes on serving', async () => {
    const { port, shelved } = await start()
    const random = seededRandom('rubbish')
    for (let round = 0; round < 20; round++) await ends(port, random.bytes(4_000).fill(round * 13, 0, 1))
    for (const { frame } of vectors.bad)
      await ends(port, Buffer.concat([HELLO, fromHex(frame), HELLO.subarray(0, 1), fromHex('00ff')]))
    const session = await openTestTransfer(shelved, port)
    const chunk = await session.request({ chunkIndex: 3, lengthBytes: CHUNK_SIZE_BYTES })
    expect(chunk.every((byte) => byte === 7)).to.equal(true)
    await session.close()
  })

  it('ends connections that announce a large frame, before there is memory for it', async () => {
    const { port } = await start()
    const head = Uint8Array.of(0xe3, 0xff, 0xff, 0xff, 0x7f, 0x47)
    await ends(port, Buffer.concat([HELLO, head]))
    await ends(port, Buffer.concat([HELLO, Uint8Array.of(0xe3, 0x01, 0x80, 0, 0, 0x47)])) // 32,769
  })

  it('ends connections that say something before hello', async () => {
    const { port, hash } = await start()
    await ends(port, encodeMessage({ kind: 'ask-name', hash }))
  })

  it('serves others while one address holds a thousand idle connections, and lets go of those', async () => {
    const clock = new FakeClock()
    const { port, hash } = await start({ clock })
    const idle = await Promise.all(Array.from({ length: 1_000 }, () => dial(port)))
    const other = await client(port, '127.0.0.2')
    other.say({ kind: 'ask-name', hash })
    await other.heard('name')
    const closed = idle.map((socket) => (socket.destroyed ? Promise.resolve() : once(socket.resume(), 'close')))
    await Promise.race(closed)
    while (idle.filter(({ destroyed }) => !destroyed).length > MAX_CONNECTIONS_PER_ADDRESS)
      await new Promise((resolve) => setImmediate(resolve))
    await clock.advance(HELLO_TIMEOUT_MS)
    await Promise.all(closed)
    other.say({ kind: 'ask-status', hash })
    await other.heard('status')
  })

  it('sends a file while a thousand clients of many addresses are idle, each in the middle of a frame', async () => {
    // Its time stands still, so none of them is let go meanwhile.
    const { port, shelved } = await start({ clock: new FakeClock() })
    const half = new Uint8Array(MAX_REQUEST_FRAME_BYTES / 2)
    half.set([0xe3, ...new Uint8Array(Uint32Array.of(MAX_REQUEST_FRAME_BYTES).buffer), 0x58])
    const before = process.memoryUsage().arrayBuffers
    const idle = await Promise.all(
      Array.from({ length: 1_000 }, async (_, index) => {
        const socket = await dial(port, `127.0.1.${1 + (index % 20)}`)
        socket.write(Buffer.concat([HELLO, half]))
        await once(socket, 'data') // it was greeted, and is waited for now
        return socket
      }),
    )
    const session = await openTestTransfer(shelved, port)
    for (let chunkIndex = 0; chunkIndex < CHUNKS; chunkIndex++) {
      const chunk = await session.request({ chunkIndex, lengthBytes: CHUNK_SIZE_BYTES })
      expect(Buffer.compare(chunk, CONTENT.subarray(0, CHUNK_SIZE_BYTES))).to.equal(0)
    }
    await session.close()
    expect(idle.filter(({ destroyed }) => destroyed).length).to.equal(0)
    const held = process.memoryUsage().arrayBuffers - before
    expect(held).to.be.below(4 * idle.length * MAX_REQUEST_FRAME_BYTES)
  })

  it('ends connections that ask for what no client asks for', async () => {
    const { port, hash, shelved } = await start({ read: () => new Promise(() => {}) })
    const { sizeBytes } = shelved.file
    for (const ranges of [[{ start: sizeBytes - 1, end: sizeBytes + 1 }], [{ start: 0, end: MAX_RANGE_BYTES + 1 }]]) {
      const peer = await client(port)
      peer.say({ kind: 'ask-slot', hash })
      await peer.heard('slot')
      peer.say({ kind: 'ask-ranges', hash, ranges })
      await peer.closed
    }
    const greedy = await client(port)
    greedy.say({ kind: 'ask-slot', hash })
    await greedy.heard('slot')
    for (let chunk = 0; chunk <= MAX_CHUNKS_ASKED; chunk++)
      greedy.say({
        kind: 'ask-ranges',
        hash,
        ranges: [{ start: chunk * CHUNK_SIZE_BYTES, end: (chunk + 1) * CHUNK_SIZE_BYTES }],
      })
    await greedy.closed
  })

  it('ends connections that say too much, and those that take nothing', async () => {
    const clock = new FakeClock()
    const finished: boolean[] = []
    const gate: Gate = {
      admit: async () => ({ kind: 'admitted', finished: async (left) => void finished.push(left) }),
    }
    const { port, hash } = await start({ clock, gate })
    const question = encodeMessage({ kind: 'ask-name', hash })
    await ends(port, Buffer.concat([HELLO, ...Array.from({ length: MESSAGE_BURST + 1 }, () => question)]))

    const lazy = await dial(port)
    lazy.pause()
    lazy.write(encodeMessage({ kind: 'hello', hello: { ...LEECHER, nonce: new Uint8Array(16) } }))
    lazy.write(encodeMessage({ kind: 'ask-slot', hash }))
    const asks = Array.from({ length: MAX_CHUNKS_ASKED }, (_, chunk) => {
      const range = { start: chunk * CHUNK_SIZE_BYTES, end: (chunk + 1) * CHUNK_SIZE_BYTES }
      return encodeMessage({ kind: 'ask-ranges', hash, ranges: [range] })
    })
    lazy.write(Buffer.concat(asks))
    // Time goes on until nothing was taken for as long as that may be.
    while (!finished.includes(false)) {
      await clock.advance(SEND_TIMEOUT_MS / 10)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(finished.filter((left) => left).length).to.be.lessThan(MAX_CHUNKS_ASKED)
  })
})
