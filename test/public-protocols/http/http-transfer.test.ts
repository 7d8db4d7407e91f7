import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { expect } from 'chai'
import { wei } from '../../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES } from '../../../src/domain/chunk.ts'
import { codeOf } from '../../../src/domain/errors.ts'
import type { TransferSession } from '../../../src/domain/transfer.ts'
import { createDownloaderMetrics } from '../../../src/public-protocols/downloader-metrics.ts'
import type { Gate } from '../../../src/public-protocols/gate.ts'
import { openHttpTransfer } from '../../../src/public-protocols/http/http-transfer.ts'
import { MAX_CONCURRENT_REQUESTS } from '../../../src/public-protocols/http/limits.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { chunkOf, freeGate, LOOPBACK_RULES, shelfOf, shelve, startTestSeeder } from '../../support/http-seeder.ts'
import { listenOnLoopback } from '../../support/loopback.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const COUNT = 4 * MAX_CONCURRENT_REQUESTS
const SIZE_BYTES = (COUNT - 1) * CHUNK_SIZE_BYTES + 5
const SHELVED = shelve(seededRandom('http transfer').bytes(SIZE_BYTES))
const WHOLE = `/file/${SHELVED.file.fileHash}`
const ALL = Array.from({ length: COUNT }, (_, index) => index)

describe('public-protocols/http: chunks that are asked for together', () => {
  const clock = new FakeClock()
  const asked: string[] = []
  let stack = new AsyncDisposableStack()

  beforeEach(() => {
    asked.length = 0
    stack = new AsyncDisposableStack()
  })
  afterEach(async () => {
    await stack.disposeAsync()
    expect(clock.timers, 'timers').to.equal(0)
  })

  const note = ({ url = '', headers }: IncomingMessage): void => void asked.push(`${url} ${headers.range ?? ''}`.trim())

  async function open(port: number): Promise<TransferSession> {
    const deps = { rules: LOOPBACK_RULES, clock, metrics: createDownloaderMetrics('http') }
    const session = await openHttpTransfer({ url: `http://127.0.0.1:${port}/` }, SHELVED.file, deps)
    stack.defer(() => session.close())
    asked.length = 0
    return session
  }

  /** A server of others, which knows chunks; what it does with ranges is told. */
  async function openTo(answerRange: (response: ServerResponse, first: number, last: number) => void) {
    const server: Server = createServer((request, response) => {
      note(request)
      const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
      if (last !== undefined) return answerRange(response, Number(first), Number(last))
      const chunkIndex = Number(request.url?.split('/').at(-1))
      response.setHeader('content-length', chunkOf(SHELVED.content, chunkIndex).byteLength)
      response.end(request.method === 'HEAD' ? undefined : chunkOf(SHELVED.content, chunkIndex))
    })
    const { port, stop } = await listenOnLoopback(server)
    stack.defer(stop)
    return open(port)
  }

  const ask = (session: TransferSession, chunkIndex: number, signal?: AbortSignal): Promise<Uint8Array> =>
    session.request({ chunkIndex, lengthBytes: chunkOf(SHELVED.content, chunkIndex).byteLength, signal })

  const askAll = (session: TransferSession): Promise<(string | undefined)[]> =>
    Promise.all(
      ALL.map((chunkIndex) =>
        ask(session, chunkIndex).then(
          (bytes) => (Buffer.compare(bytes, chunkOf(SHELVED.content, chunkIndex)) === 0 ? undefined : 'other bytes'),
          codeOf,
        ),
      ),
    )
  const allCame = ALL.map(() => undefined)

  const send = (response: ServerResponse, first: number, last: number): void => {
    const length = last - first + 1
    const range = `bytes ${first}-${last}/${SIZE_BYTES}`
    response.writeHead(206, { 'content-length': length, 'content-range': range })
    response.end(SHELVED.content.subarray(first, last + 1))
  }

  it('come as one range of the file for each connection', async () => {
    const session = await openTo(send)
    expect(await askAll(session)).to.deep.equal(allCame)
    expect(asked).to.have.length(MAX_CONCURRENT_REQUESTS)
    expect(asked[0]).to.equal(`${WHOLE} bytes=0-${4 * CHUNK_SIZE_BYTES - 1}`)
    expect(asked.at(-1)).to.equal(`${WHOLE} bytes=${(COUNT - 4) * CHUNK_SIZE_BYTES}-${SIZE_BYTES - 1}`)
  })

  const others: readonly (readonly [what: string, answer: Parameters<typeof openTo>[0]])[] = [
    ['refuses ranges', (response) => response.writeHead(416, { 'content-length': 0 }).end()],
    ['ignores them', (response) => response.writeHead(200, { 'content-length': SIZE_BYTES }).end(SHELVED.content)],
  ]
  for (const [what, answer] of others)
    it(`come each alone from who ${what}, and are not asked for together again`, async () => {
      const session = await openTo(answer)
      expect(await askAll(session)).to.deep.equal(allCame)
      asked.length = 0
      expect(await askAll(session)).to.deep.equal(allCame)
      expect(asked.every((path) => path.startsWith(`${WHOLE}/chunk/`))).to.equal(true)
      expect(asked).to.have.length(COUNT)
    })

  const damaged: readonly (readonly [what: string, answer: Parameters<typeof openTo>[0]])[] = [
    [
      'ends early',
      (response, first) => {
        response.writeHead(206, { 'content-length': 4 * CHUNK_SIZE_BYTES, 'content-range': `bytes ${first}-` })
        response.write(SHELVED.content.subarray(first, first + 100), () => response.destroy())
      },
    ],
    [
      'is of other bytes',
      (response, first, last) => {
        const range = `bytes ${first + 1}-${last + 1}/${SIZE_BYTES}`
        response.writeHead(206, { 'content-length': last - first + 1, 'content-range': range })
        response.end(SHELVED.content.subarray(first, last + 1))
      },
    ],
    [
      'has another length',
      (response, first, last) => {
        const range = `bytes ${first}-${last}/${SIZE_BYTES}`
        response.writeHead(206, { 'content-length': 7, 'content-range': range }).end('7 bytes')
      },
    ],
  ]
  for (const [what, answer] of damaged)
    it(`are asked for again, each alone, when the range ${what}`, async () => {
      const session = await openTo(answer)
      expect(await askAll(session)).to.deep.equal(allCame)
      expect(asked.filter((path) => path.startsWith(`${WHOLE}/chunk/`))).to.have.length(COUNT)
    })

  it('fail for themselves where the seeder lets only some of them leave', async () => {
    const files = shelfOf(SHELVED)
    const free = freeGate(files, clock)
    const quote = { quoteId: 1, pricePerMiB: wei(1n), expiresAt: 0 }
    const unpaid = { kind: 'payment-required', code: 'VOUCHER_TOO_LOW', message: 'Pay first.', quote } as const
    const gate: Gate = {
      admit: async (asker, chunk) => (chunk.chunkIndex % 4 === 2 ? unpaid : free.admit(asker, chunk)),
    }
    const seeder = await startTestSeeder(files, { clock, gate })
    stack.defer(() => seeder.stop())
    const outcomes = await askAll(await open(seeder.port))
    expect(outcomes).to.deep.equal(ALL.map((index) => (index % 4 === 2 ? 'PAYMENT_REQUIRED' : undefined)))
  })

  it('come on when one of them is not wanted any more, and stop when none is', async () => {
    const begun = new Map<number, ServerResponse>()
    const allBegun = Promise.withResolvers<void>()
    const session = await openTo((response, first, last) => {
      const range = `bytes ${first}-${last}/${SIZE_BYTES}`
      response.writeHead(206, { 'content-length': last - first + 1, 'content-range': range }).flushHeaders()
      begun.set(first / CHUNK_SIZE_BYTES, response)
      if (begun.size === MAX_CONCURRENT_REQUESTS) allBegun.resolve()
    })
    const [one, several] = [new AbortController(), new AbortController()]
    const outcomes = Promise.all(
      ALL.map((index) => {
        const signal = index === 1 ? one.signal : index >= 4 && index < 8 ? several.signal : undefined
        return ask(session, index, signal).then(({ byteLength }) => byteLength, codeOf)
      }),
    )
    await allBegun.promise
    const gone = new Promise((resolve) => begun.get(4)?.once('close', resolve))
    one.abort()
    several.abort()
    await gone
    for (const [index, response] of begun)
      if (index !== 4) response.end(SHELVED.content.subarray(index * CHUNK_SIZE_BYTES, (index + 4) * CHUNK_SIZE_BYTES))
    const expected = ALL.map((index) => (index === 1 || (index >= 4 && index < 8) ? 'CANCELLED' : CHUNK_SIZE_BYTES))
    expect(await outcomes).to.deep.equal([...expected.slice(0, -1), 5])
  })
})
