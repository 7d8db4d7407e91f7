import { createServer, type Socket } from 'node:net'
import { expect } from 'chai'
import { CHUNK_SIZE_BYTES } from '../../../src/domain/chunk.ts'
import { ChiralError, codeOf } from '../../../src/domain/errors.ts'
import { parseFileHash } from '../../../src/domain/ids.ts'
import type { TransferSession } from '../../../src/domain/transfer.ts'
import { createDownloaderMetrics } from '../../../src/public-protocols/downloader-metrics.ts'
import { type DialRules, resolveEndpoint } from '../../../src/public-protocols/http/endpoint.ts'
import { openHttpTransfer } from '../../../src/public-protocols/http/http-transfer.ts'
import { ANSWER_TIMEOUT_MS, CONNECT_TIMEOUT_MS, STALL_TIMEOUT_MS } from '../../../src/public-protocols/http/limits.ts'
import { createTlsIdentity, fingerprintOf } from '../../../src/public-protocols/http/self-signed.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { LOOPBACK_RULES, shelfOf, shelve, startTestSeeder } from '../../support/http-seeder.ts'
import { type LoopbackServer, listenOnLoopback } from '../../support/loopback.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const FILE = { fileHash: parseFileHash('ab'.repeat(32)), sizeBytes: 3 * CHUNK_SIZE_BYTES }
const LENGTH = 1_000
const HEAD_OK = 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n'
const body = (bytes: number): string => 'x'.repeat(bytes)
const ok = (headers: string, content = ''): string => `HTTP/1.1 200 OK\r\n${headers}\r\n\r\n${content}`

describe('public-protocols/http: seeders that misbehave', () => {
  const clock = new FakeClock()
  const requests: string[] = []
  let server: LoopbackServer | undefined
  let session: TransferSession | undefined

  /** A server that answers the first question well, and what follows as it is told. */
  async function open(answer: (socket: Socket) => void, rules: DialRules = LOOPBACK_RULES): Promise<TransferSession> {
    requests.length = 0
    server = await listenOnLoopback(
      createServer((socket) => {
        socket.on('error', () => {})
        socket.on('data', (asked) => {
          requests.push(asked.toString())
          if (asked.toString().startsWith('HEAD')) socket.write(HEAD_OK)
          else answer(socket)
        })
      }),
    )
    const metrics = createDownloaderMetrics('http')
    session = await openHttpTransfer({ url: `http://localhost:${server.port}/` }, FILE, { rules, clock, metrics })
    return session
  }

  const failure = async (promise: Promise<unknown>): Promise<ChiralError> => {
    try {
      await promise
    } catch (error) {
      if (error instanceof ChiralError) return error
      throw error
    }
    throw new Error('it was to be rejected')
  }
  const ask = (from: TransferSession): Promise<Uint8Array> => from.request({ chunkIndex: 0, lengthBytes: LENGTH })

  afterEach(async () => {
    await session?.close()
    await server?.stop()
    expect(clock.timers, 'timers').to.equal(0)
  })

  const answers: readonly (readonly [what: string, answer: string])[] = [
    ['a chunk that is longer', ok(`Content-Length: ${LENGTH + 1}`, body(LENGTH + 1))],
    ['a chunk that is shorter', ok(`Content-Length: ${LENGTH - 1}`, body(LENGTH - 1))],
    ['a chunk without a length', ok('Transfer-Encoding: chunked', `3e8\r\n${body(LENGTH)}\r\n0\r\n\r\n`)],
    ['two lengths', ok(`Content-Length: ${LENGTH}\r\nContent-Length: ${LENGTH + 1}`, body(LENGTH))],
    ['an encoded chunk', ok(`Content-Length: ${LENGTH}\r\nContent-Encoding: gzip`, body(LENGTH))],
    ['a part of a chunk', `HTTP/1.1 206 Partial\r\nContent-Length: ${LENGTH}\r\n\r\n${body(LENGTH)}`],
    ['a redirect', 'HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n'],
    ['a head without end', `HTTP/1.1 200 OK\r\nX-Huge: ${body(100_000)}`],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['an error', 'HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n'],
  ]
  for (const [what, answer] of answers)
    it(`takes ${what} for a failure, and asks nobody else`, async () => {
      const opened = await open((socket) => socket.write(answer))
      expect((await failure(ask(opened))).code).to.equal('TRANSFER_FAILED')
      expect(requests.filter((text) => text.startsWith('GET')).length).to.equal(1)
    })

  it('does not take what comes before the end of a connection for the whole', async () => {
    const opened = await open((socket) => socket.end(ok(`Content-Length: ${LENGTH}`, body(LENGTH - 1))))
    expect((await failure(ask(opened))).code).to.equal('TRANSFER_FAILED')
  })

  it('stops a body that does not end', async () => {
    const closed = Promise.withResolvers<void>()
    const opened = await open((socket) => {
      socket.once('close', () => closed.resolve())
      socket.write(ok('Transfer-Encoding: chunked'))
      const more = (): void => {
        if (!socket.destroyed) socket.write(`3e8\r\n${body(1_000)}\r\n`, more)
      }
      more()
    })
    expect((await failure(ask(opened))).code).to.equal('TRANSFER_FAILED')
    await closed.promise
  })

  it('gives up on an answer that does not come, and on a body that stops', async () => {
    for (const [said, patience] of [
      ['', ANSWER_TIMEOUT_MS],
      [ok(`Content-Length: ${LENGTH}`, 'half'), STALL_TIMEOUT_MS],
    ] as const) {
      const asked = Promise.withResolvers<void>()
      const opened = await open((socket) => socket.write(said, () => asked.resolve()))
      const failed = failure(ask(opened))
      await asked.promise
      if (said !== '') while (clock.timers === 0) await new Promise((resolve) => setImmediate(resolve))
      await clock.advance(patience)
      await clock.advance(patience)
      expect((await failed).code).to.equal('TRANSFER_FAILED')
      await opened.close()
      await server?.stop()
    }
  })

  it('hands on that a chunk costs something, and with which code, as far as the answer is short', async () => {
    const terms = JSON.stringify({ error: { code: 'VOUCHER_TOO_LOW', quote: { quoteId: 4 } } })
    const paid = await open((socket) =>
      socket.write(`HTTP/1.1 402 Pay\r\nContent-Length: ${terms.length}\r\n\r\n${terms}`),
    )
    const refused = await failure(ask(paid))
    expect(refused.code).to.equal('PAYMENT_REQUIRED')
    expect(refused.details).to.deep.equal({ code: 'VOUCHER_TOO_LOW' })
    await paid.close()
    await server?.stop()
    const wordy = await open((socket) =>
      socket.write(`HTTP/1.1 402 Pay\r\nContent-Length: 99999\r\n\r\n${body(99_999)}`),
    )
    expect((await failure(ask(wordy))).details).to.deep.equal({})
  })

  it('keeps no cookies and asks for no encoding', async () => {
    const cookie = `Content-Length: ${LENGTH}\r\nSet-Cookie: id=7; Path=/`
    const opened = await open((socket) => socket.write(ok(cookie, body(LENGTH))))
    await ask(opened)
    await ask(opened)
    for (const text of requests) {
      expect(text.toLowerCase()).not.to.include('cookie')
      expect(text.toLowerCase()).to.include('accept-encoding: identity')
    }
  })

  it('resolves a host once, and goes to that address whatever is said later', async () => {
    let asked = 0
    const resolve = async (): Promise<string[]> => (asked++ === 0 ? ['127.0.0.1'] : ['10.0.0.1'])
    const opened = await open((socket) => socket.end(ok(`Content-Length: ${LENGTH}`, body(LENGTH))), {
      ...LOOPBACK_RULES,
      resolve,
    })
    for (let i = 0; i < 3; i++) expect((await ask(opened)).byteLength).to.equal(LENGTH)
    expect(asked).to.equal(1)
    expect(requests.at(-1)).to.match(/^host: localhost:\d+\r$/im)
  })

  it('goes nowhere that its rules do not allow', async () => {
    const rules: DialRules = {
      allows: (address) => address.startsWith('192.0.2.'),
      allowsPlain: false,
      resolve: async (hostname) => (hostname === 'inside.example' ? ['10.0.0.1', '::1'] : ['10.0.0.1', '192.0.2.9']),
    }
    const codeFor = async (url: string): Promise<string | undefined> =>
      resolveEndpoint({ url }, rules).then(() => undefined, codeOf)
    for (const url of [
      'http://192.0.2.1/',
      'https://127.0.0.1/',
      'https://0x7f.1/',
      'https://2130706433/',
      'https://[::1]/',
      'https://[::ffff:127.0.0.1]/',
      'https://inside.example/',
      'https://user:word@192.0.2.1/',
      'https://192.0.2.1/?a=b',
      'https://192.0.2.1/#a',
      'ftp://192.0.2.1/',
      'file:///etc/passwd',
      'no url',
    ])
      expect(await codeFor(url), url).to.equal('ENDPOINT_REFUSED')
    expect(await resolveEndpoint({ url: 'https://seed.example/base' }, rules)).to.deep.include({
      address: '192.0.2.9',
      port: 443,
      basePath: '/base/',
    })
  })

  it('shows what names its payer to nobody in the clear, but within one machine', async () => {
    const rules: DialRules = { ...LOOPBACK_RULES, allows: () => true, allowsPlain: true }
    const deps = { rules, clock, metrics: createDownloaderMetrics('http'), grant: 'ab'.repeat(32) }
    const refused = await failure(openHttpTransfer({ url: 'http://10.0.0.9:8080/' }, FILE, deps))
    expect(refused.code).to.equal('ENDPOINT_REFUSED')
    const shelved = shelve(new Uint8Array(LENGTH))
    const served = await startTestSeeder(shelfOf(shelved))
    session = await openHttpTransfer({ url: served.url }, shelved.file, deps)
    expect(await ask(session)).to.have.length(LENGTH)
    await served.stop()
  })

  it('speaks to nobody with another certificate than the pinned one', async () => {
    const tls = createTlsIdentity(seededRandom('one'))
    const other = fingerprintOf(createTlsIdentity(seededRandom('other')).certificate)
    const shelved = shelve(new Uint8Array(LENGTH))
    const served = await startTestSeeder(shelfOf(shelved), { tls })
    const metrics = createDownloaderMetrics('http')
    const deps = { rules: LOOPBACK_RULES, clock, metrics }
    const refused = await failure(openHttpTransfer({ url: served.url, tlsFingerprint: other }, shelved.file, deps))
    expect(refused.code).to.equal('TRANSFER_FAILED')
    expect(codeOf(refused.cause)).to.equal('CERTIFICATE_MISMATCH')
    // Without a pin an authority has to know it, and none does.
    const unknown = await failure(openHttpTransfer({ url: served.url }, shelved.file, deps))
    expect(codeOf(unknown.cause)).to.equal('PEER_UNREACHABLE')
    const pinned = { url: served.url, tlsFingerprint: fingerprintOf(tls.certificate) }
    const right = await openHttpTransfer(pinned, shelved.file, deps)
    expect((await ask(right)).byteLength).to.equal(LENGTH)
    await right.close()
    await served.stop()
  })

  it('waits for a connection only so long', async () => {
    const connected = Promise.withResolvers<void>()
    const mute = await listenOnLoopback(createServer(() => connected.resolve()))
    const metrics = createDownloaderMetrics('http')
    const endpoint = { url: `https://127.0.0.1:${mute.port}/`, tlsFingerprint: '00'.repeat(32) }
    const failed = failure(openHttpTransfer(endpoint, FILE, { rules: LOOPBACK_RULES, clock, metrics }))
    await connected.promise
    await clock.advance(CONNECT_TIMEOUT_MS)
    expect(codeOf((await failed).cause)).to.equal('PEER_UNREACHABLE')
    await mute.stop()
  })
})
