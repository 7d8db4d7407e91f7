import { connect, type Socket } from 'node:net'
import { expect } from 'chai'
import { CHUNK_SIZE_BYTES } from '../../../src/domain/chunk.ts'
import type { Gate } from '../../../src/public-protocols/gate.ts'
import {
  CHUNK_SEND_TIMEOUT_MS,
  LISTING_COST_REQUESTS,
  MAX_CONNECTIONS_PER_ADDRESS,
  MAX_HEADER_BYTES,
  MAX_PIPELINED,
  REQUEST_BURST,
} from '../../../src/public-protocols/http/limits.ts'
import { createTlsIdentity } from '../../../src/public-protocols/http/self-signed.ts'
import type { ServedFiles } from '../../../src/public-protocols/http/served-files.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { freeGate, shelfOf, shelve, startTestSeeder } from '../../support/http-seeder.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const CHUNKS = 400
const SHELVED = shelve(new Uint8Array(CHUNKS * CHUNK_SIZE_BYTES).fill(7))
const HASH = SHELVED.file.fileHash

describe('public-protocols/http: clients that misbehave', () => {
  let seeder: Awaited<ReturnType<typeof startTestSeeder>> | undefined
  const sockets: Socket[] = []

  /** Starts a seeder; `asked` collects every id that it looks up and every chunk that it reads. */
  async function start(options: Parameters<typeof startTestSeeder>[1] & { readonly read?: ServedFiles['read'] } = {}) {
    const shelf = shelfOf(SHELVED)
    const asked: string[] = []
    const read = options.read ?? shelf.read
    const files: ServedFiles = {
      ...shelf,
      file(fileHash) {
        asked.push(fileHash)
        return shelf.file(fileHash)
      },
      read(fileHash, chunkIndex) {
        asked.push(`${fileHash}/${chunkIndex}`)
        return read(fileHash, chunkIndex)
      },
    }
    seeder = await startTestSeeder(files, options)
    return { ...seeder, asked }
  }

  /** Says this and collects what comes until the connection ends. */
  function say(port: number, text: string | Uint8Array): { readonly socket: Socket; readonly said: Promise<string> } {
    const socket = connect({ host: '127.0.0.1', port })
    sockets.push(socket)
    const parts: Buffer[] = []
    socket.on('error', () => {})
    socket.on('data', (part: Buffer) => parts.push(part))
    const said = new Promise<string>((resolve) => socket.once('close', () => resolve(Buffer.concat(parts).toString())))
    socket.write(text)
    return { socket, said }
  }

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy()
    await seeder?.stop()
    seeder = undefined
  })

  it('ends connections whose request, or handshake, does not come to its end', async () => {
    const { port } = await start()
    const slow = say(port, `GET /file/${HASH} HTTP/1.1\r\nHost: a\r\nX-Slow: `)
    const silent = say(port, '')
    const secure = await startTestSeeder(shelfOf(SHELVED), { tls: createTlsIdentity(seededRandom('tls')) })
    const mute = say(secure.port, '')
    expect(await slow.said).to.match(/^HTTP\/1\.1 408 |^$/)
    expect(await silent.said).to.match(/^HTTP\/1\.1 408 |^$/)
    expect(await mute.said).to.equal('')
    await secure.stop()
  })

  it('refuses heads that are too large, and what is no request', async () => {
    const { port, asked } = await start()
    const huge = say(port, `GET /file/${HASH} HTTP/1.1\r\nHost: a\r\nX-Huge: ${'x'.repeat(MAX_HEADER_BYTES)}\r\n\r\n`)
    expect(await huge.said).to.match(/^HTTP\/1\.1 431 /)
    for (const garbage of [
      '\x16\x03\x01\x02',
      'GET / HTTP/9.9\r\nHost: a',
      'GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n',
    ])
      expect(await say(port, `${garbage}\r\n\r\n`).said).to.match(/^HTTP\/1\.1 400 /)
    expect(asked).to.deep.equal([])
  })

  it('takes no body', async () => {
    const { port, asked } = await start()
    for (const body of ['Content-Length: 5\r\n\r\nhello', 'Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'])
      expect(await say(port, `GET /file/${HASH} HTTP/1.1\r\nHost: a\r\n${body}`).said).to.match(/^HTTP\/1\.1 413 /)
    expect(asked).to.deep.equal([])
  })

  it('looks nothing up for a path that is none of its own', async () => {
    const { port, asked } = await start()
    const paths = [
      '/../../etc/passwd',
      '/file/../../etc/passwd',
      '/file/..%2f..%2fetc%2fpasswd',
      '/file/%2e%2e/%2e%2e/etc/passwd',
      '/file/%00',
      '/file/%',
      `/file/${HASH}/../${HASH}`,
      `//file/${HASH}`,
      `/FILE/${HASH}`,
      `/file/${HASH.slice(1)}`,
      `/file/${HASH}/manifest/`,
      `/file/${'../'.repeat(200)}`,
      '/file/__proto__',
      'http://169.254.169.254/latest',
      '*',
    ]
    for (const path of paths) {
      const said = await say(port, `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`).said
      expect(said, path).to.match(/^HTTP\/1\.1 404 /)
    }
    expect(asked).to.deep.equal([])
    for (const index of ['-1', '1e1', '0x1', '99999999999', `${CHUNKS}`, '%31%00'])
      await say(port, `GET /file/${HASH}/chunk/${index} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`).said
    expect(asked.filter((what) => what.includes('/'))).to.deep.equal([])
  })

  it('has so many connections with one address', async () => {
    const { port } = await start()
    const kept = Array.from({ length: MAX_CONNECTIONS_PER_ADDRESS }, () => say(port, ''))
    await Promise.all(kept.map(({ socket }) => new Promise((resolve) => socket.once('connect', resolve))))
    expect(await say(port, `HEAD /file/${HASH} HTTP/1.1\r\nHost: a\r\n\r\n`).said).to.equal('')
    kept[0]?.socket.destroy()
    await kept[0]?.said
    let answer = ''
    while (answer === '')
      answer = await say(port, `HEAD /file/${HASH} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`).said
    expect(answer).to.match(/^HTTP\/1\.1 200 /)
  })

  it('answers requests that are sent ahead one by one, and not many of them', async () => {
    let reading = 0
    let most = 0
    const read = async (): Promise<Uint8Array> => {
      most = Math.max(most, ++reading)
      await new Promise((resolve) => setImmediate(resolve))
      reading--
      return new Uint8Array(CHUNK_SIZE_BYTES)
    }
    const { port } = await start({ read })
    const request = (rest: string): string => `GET /file/${HASH}/chunk/1 HTTP/1.1\r\nHost: a\r\n${rest}\r\n`
    const few = await say(port, request('').repeat(3) + request('Connection: close\r\n')).said
    expect(few.match(/HTTP\/1\.1 200 /g)?.length).to.equal(4)
    expect(most).to.equal(1)
    const many = await say(port, request('').repeat(100)).said
    expect(many.match(/HTTP\/1\.1 200 /g)?.length ?? 0).to.be.at.most(MAX_PIPELINED + 1)
  })

  it('reads no further than a client takes, and lets go of one that takes nothing', async () => {
    const clock = new FakeClock()
    const free = freeGate(shelfOf(SHELVED), clock)
    const left: boolean[] = []
    const ended = Promise.withResolvers<void>()
    const gate: Gate = {
      async admit(asker, chunk) {
        const admission = await free.admit(asker, chunk)
        if (admission.kind !== 'admitted') return admission
        const finished = async (all: boolean): Promise<void> => {
          left.push(all)
          await admission.finished(all)
          if (!all) ended.resolve()
        }
        return { kind: 'admitted', finished }
      },
    }
    const { port, asked } = await start({ clock, gate })
    const { socket, said } = say(port, `GET /file/${HASH} HTTP/1.1\r\nHost: a\r\n\r\n`)
    socket.pause()
    // Whatever the system buffers is less than the file; then nothing moves any more.
    let before = -1
    while (asked.length > before) {
      before = asked.length
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    expect(before).to.be.within(2, CHUNKS / 2)
    await clock.advance(CHUNK_SEND_TIMEOUT_MS)
    await ended.promise
    expect(left.filter((all) => !all)).to.deep.equal([false])
    socket.resume()
    expect((await said).length).to.be.below(CHUNKS * CHUNK_SIZE_BYTES)
    expect(clock.timers).to.equal(0)
  })

  it('answers 429 to who asks too often', async () => {
    const clock = new FakeClock()
    const { url } = await start({ clock })
    const statuses: number[] = []
    for (let i = 0; i <= REQUEST_BURST / LISTING_COST_REQUESTS; i++)
      statuses.push((await fetch(`${url}file/${HASH}/manifest`, { method: 'HEAD' })).status)
    expect(statuses.at(-1)).to.equal(429)
    expect(new Set(statuses.slice(0, -1))).to.deep.equal(new Set([200]))
    await clock.advance(2_000)
    expect((await fetch(`${url}file/${HASH}/manifest`, { method: 'HEAD' })).status).to.equal(200)
  })

  it('ends everything when it stops', async () => {
    const never = new Promise<Uint8Array>(() => {})
    const { port, stop } = await start({ read: () => never })
    const waiting = say(port, `GET /file/${HASH} HTTP/1.1\r\nHost: a\r\n\r\n`)
    const idle = say(port, '')
    await new Promise((resolve) => idle.socket.once('connect', resolve))
    await Promise.all([stop(), stop()])
    expect(await waiting.said).to.equal('')
    expect(await idle.said).to.equal('')
  })
})
