import { expect } from 'chai'
import { codeOf } from '../../src/domain/errors.ts'
import { READ_HIGH_WATER_BYTES, STREAM_WINDOW_BYTES } from '../../src/network/limits.ts'
import type { Network } from '../../src/network/network.ts'
import type { DuplexStream } from '../../src/system/duplex-stream.ts'
import { createNodes, NEVER, readAll, until } from './nodes.ts'

const PROTOCOL = '/test/duplex/1'
const MIB = 1024 * 1024

describe('network/duplex', () => {
  const nodes = createNodes()
  let a: Network
  let b: Network

  before(async () => {
    ;[a, b] = await Promise.all([nodes.start(), nodes.start()])
    await a.connect({ addresses: b.addresses() }, NEVER)
  })
  after(() => nodes.stop())
  afterEach(() => b.unhandle(PROTOCOL))

  /** Both ends of a new stream; the far end lives until `done`. */
  async function open(): Promise<{ near: DuplexStream; far: DuplexStream; done: () => void }> {
    let done = (): void => undefined
    const far = new Promise<DuplexStream>((resolve) => {
      void b.handle(
        PROTOCOL,
        (stream) => {
          resolve(stream)
          return new Promise<void>((end) => {
            done = end
          })
        },
        { maxInboundStreams: 4 },
      )
    })
    const near = await a.openStream(b.peerId, PROTOCOL, NEVER)
    // yamux opens lazily: the listener sees a stream with its first bytes
    await near.send(new Uint8Array([1]))
    const iterator = (await far).source[Symbol.asyncIterator]()
    const first = await iterator.next()
    expect(first.value?.byteLength).to.equal(1)
    return { near, far: { ...wrap(await far), source: { [Symbol.asyncIterator]: () => iterator } }, done: () => done() }
  }

  it('delivers every byte in order, more than any window holds', async () => {
    const { near, far, done } = await open()
    const sent = new Uint8Array(3 * STREAM_WINDOW_BYTES).map((_, i) => (i * 31 + (i >> 11)) & 255)
    const received = readAll(far)
    for (let i = 0; i < sent.byteLength; i += 262_144) await near.send(sent.subarray(i, i + 262_144))
    await near.close()
    expect(Buffer.compare(await received, sent)).to.equal(0)
    done()
  })

  it('holds a sender back whose peer does not read, loses nothing, and goes on when it does', async () => {
    const { near, far, done } = await open()
    let sent = 0
    let finished = false
    const total = 40 * MIB
    const sending = (async () => {
      for (; sent < total; sent += MIB) await near.send(new Uint8Array(MIB).fill(sent / MIB))
      await near.close()
      finished = true
    })()
    // nobody reads at the far end: what is under way is at most a window and the two buffers
    let before = -1
    await until(() => {
      const stuck = sent === before
      before = sent
      return stuck && sent > 0
    })
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(finished).to.equal(false)
    expect(sent).to.be.at.most(STREAM_WINDOW_BYTES + READ_HIGH_WATER_BYTES + 4 * MIB)
    const bytes = await readAll(far)
    await sending
    expect(bytes.byteLength).to.equal(total)
    for (let i = 0; i < total; i += MIB) expect(bytes[i]).to.equal(i / MIB)
    done()
  })

  it('ends the reader when the remote closes, also when paused bytes are unread', async () => {
    const { near, far, done } = await open()
    await near.send(new Uint8Array(6 * MIB))
    await near.close()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect((await readAll(far)).byteLength).to.equal(6 * MIB)
    await far.send(new Uint8Array(3))
    await far.close()
    expect((await readAll(near)).byteLength).to.equal(3)
    done()
  })

  it('throws STREAM_RESET at both ends when one aborts', async () => {
    const { near, far, done } = await open()
    const farRead = codeOfRejection(readAll(far))
    const nearRead = codeOfRejection(readAll(near))
    near.abort(new Error('enough'))
    expect(await nearRead).to.equal('STREAM_RESET')
    expect(await farRead).to.equal('STREAM_RESET')
    expect(await codeOfRejection(near.send(new Uint8Array(1)))).to.be.oneOf(['STREAM_RESET', 'STREAM_CLOSED'])
    await near.close()
    done()
  })

  it('throws STREAM_RESET and releases a waiting sender when the connection ends', async () => {
    const c = await nodes.start()
    let far: DuplexStream | undefined
    await c.handle(PROTOCOL, (stream) => new Promise(() => (far = stream)), { maxInboundStreams: 1 })
    await a.connect({ addresses: c.addresses() }, NEVER)
    const near = await a.openStream(c.peerId, PROTOCOL, NEVER)
    const sending = codeOfRejection(near.send(new Uint8Array(40 * MIB)))
    const reading = codeOfRejection(readAll(near))
    await until(() => far !== undefined)
    await c.stop()
    expect(await reading).to.equal('STREAM_RESET')
    expect(await sending).to.equal('STREAM_RESET')
  })
})

function wrap(stream: DuplexStream): Omit<DuplexStream, 'source'> {
  return {
    send: (data) => stream.send(data),
    close: () => stream.close(),
    abort: (reason) => stream.abort(reason),
  }
}

async function codeOfRejection(promise: Promise<unknown>): Promise<string | undefined> {
  try {
    await promise
  } catch (error) {
    return codeOf(error) ?? String(error)
  }
  return 'nothing was thrown'
}
