import { createHash } from 'node:crypto'
import { expect } from 'chai'
import { verifyManifest } from '../../../src/content/manifest.ts'
import { wei } from '../../../src/domain/amount.ts'
import { Bitfield } from '../../../src/domain/bitfield.ts'
import { CHUNK_SIZE_BYTES } from '../../../src/domain/chunk.ts'
import type { Gate } from '../../../src/public-protocols/gate.ts'
import { systemClock } from '../../../src/system/clock.ts'
import { RateLimit } from '../../../src/system/rate-limit.ts'
import { chunkOf, freeGate, shelfOf, shelve, startTestSeeder } from '../../support/http-seeder.ts'
import { fieldsOf } from '../../support/json.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const SIZE_BYTES = 3 * CHUNK_SIZE_BYTES + 5_000
const FREE = shelve(seededRandom('free').bytes(SIZE_BYTES), { name: 'näive "résumé".pdf', mimeType: 'application/pdf' })
const PRICED = shelve(seededRandom('priced').bytes(SIZE_BYTES), { isFree: false })
const EMPTY = shelve(new Uint8Array(0))
const held = new Bitfield(4)
held.add(1)
held.add(2)
const PARTIAL = shelve(seededRandom('partial').bytes(SIZE_BYTES), { held })
const FILES = shelfOf(FREE, PRICED, EMPTY, PARTIAL)
const base64 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64')

describe('public-protocols/http: the seeder', () => {
  let seeder: Awaited<ReturnType<typeof startTestSeeder>>
  before(async () => {
    seeder = await startTestSeeder(FILES)
  })
  after(() => seeder.stop())

  const ask = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> =>
    fetch(seeder.url + path, { method, headers })
  const of = ({ file }: typeof FREE, rest = ''): string => `file/${file.fileHash}${rest}`
  const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer())
  const errorIn = async (response: Response): Promise<Record<string, unknown>> => {
    expect(response.headers.get('cache-control')).to.equal('no-store')
    return fieldsOf(fieldsOf(await response.json())['error'])
  }

  it('sends a whole file, and says what it is', async () => {
    const response = await ask(of(FREE))
    expect(response.status).to.equal(200)
    expect(Buffer.compare(await bytesOf(response), FREE.content)).to.equal(0)
    const expected = {
      'content-length': `${SIZE_BYTES}`,
      'accept-ranges': 'bytes',
      etag: `"${FREE.file.fileHash}"`,
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'application/pdf',
      'repr-digest': `sha-256=:${base64(FREE.content)}:`,
      'x-content-type-options': 'nosniff',
      'access-control-allow-origin': '*',
    }
    for (const [name, value] of Object.entries(expected)) expect(response.headers.get(name), name).to.equal(value)
    expect(response.headers.get('content-disposition')).to.match(/^attachment; .*filename\*=UTF-8''n%C3%A4ive%20%22r/)
  })

  it('sends no faster than the node may send, and counts nothing that waits for its turn', async () => {
    const chunksPerSecond = 4
    const rate = new RateLimit(systemClock, chunksPerSecond * CHUNK_SIZE_BYTES)
    const admitted: number[] = []
    const free = freeGate(FILES, systemClock)
    const gate: Gate = {
      admit(asker, chunk) {
        admitted.push(rate.delayMs())
        return free.admit(asker, chunk)
      },
    }
    const slow = await startTestSeeder(FILES, { rate, gate })
    try {
      const beganAt = systemClock.monotonic()
      const bytes = await bytesOf(await fetch(slow.url + of(FREE)))
      expect(Buffer.compare(bytes, FREE.content)).to.equal(0)
      // Three whole chunks and a little of another, of which a quarter of a second may be made up for.
      expect(systemClock.monotonic() - beganAt).to.be.at.least((3 / chunksPerSecond) * 1_000 - 250)
      expect(admitted).to.deep.equal([0, 0, 0, 0])
    } finally {
      await slow.stop()
    }
  })

  it('answers HEAD as GET, without the bytes and without asking the gate', async () => {
    const head = await ask(of(PRICED), {}, 'HEAD')
    expect(head.status).to.equal(200)
    expect(head.headers.get('content-length')).to.equal(`${SIZE_BYTES}`)
    expect((await bytesOf(head)).length).to.equal(0)
    expect((await ask(of(EMPTY))).status).to.equal(200)
  })

  it('sends ranges across chunks, from either end', async () => {
    for (const [range, first, last] of [
      ['bytes=0-0', 0, 0],
      [`bytes=${CHUNK_SIZE_BYTES - 1}-${2 * CHUNK_SIZE_BYTES}`, CHUNK_SIZE_BYTES - 1, 2 * CHUNK_SIZE_BYTES],
      [`bytes=${SIZE_BYTES - 10}-`, SIZE_BYTES - 10, SIZE_BYTES - 1],
      ['bytes=-5', SIZE_BYTES - 5, SIZE_BYTES - 1],
      ['bytes=5-99999999999', 5, SIZE_BYTES - 1],
    ] as const) {
      const response = await ask(of(FREE), { range })
      expect(response.status, range).to.equal(206)
      expect(response.headers.get('content-range')).to.equal(`bytes ${first}-${last}/${SIZE_BYTES}`)
      expect(Buffer.compare(await bytesOf(response), FREE.content.subarray(first, last + 1)), range).to.equal(0)
    }
  })

  it('ignores ranges that it may ignore, and refuses what is outside', async () => {
    for (const range of ['bytes=0-1,5-6', 'items=0-1', 'bytes=9-3', 'bytes=x'])
      expect((await ask(of(FREE), { range })).status, range).to.equal(200)
    for (const range of [`bytes=${SIZE_BYTES}-`, 'bytes=-0']) {
      const response = await ask(of(FREE), { range })
      expect(response.status, range).to.equal(416)
      expect(response.headers.get('content-range')).to.equal(`bytes */${SIZE_BYTES}`)
    }
    expect((await ask(of(EMPTY), { range: 'bytes=0-' })).status).to.equal(416)
  })

  it('goes on only with the same file, and does not send what is known', async () => {
    const etag = `"${FREE.file.fileHash}"`
    const resume = { range: 'bytes=100-' }
    expect((await ask(of(FREE), { ...resume, 'if-range': etag })).status).to.equal(206)
    expect((await ask(of(FREE), { ...resume, 'if-range': '"other"' })).status).to.equal(200)
    expect((await ask(of(FREE), { ...resume, 'if-range': 'Wed, 21 Oct 2026 07:28:00 GMT' })).status).to.equal(200)
    for (const known of [etag, `"a", W/${etag}`, '*'])
      expect((await ask(of(FREE), { 'if-none-match': known })).status, known).to.equal(304)
    expect((await ask(of(FREE), { 'if-none-match': '"other"' })).status).to.equal(200)
  })

  it('sends chunks, each with its digest', async () => {
    for (const index of [0, 3]) {
      const response = await ask(of(FREE, `/chunk/${index}`))
      const bytes = await bytesOf(response)
      expect(Buffer.compare(bytes, chunkOf(FREE.content, index))).to.equal(0)
      expect(response.headers.get('content-digest')).to.equal(`sha-256=:${base64(bytes)}:`)
      expect(response.headers.get('content-length')).to.equal(`${bytes.length}`)
    }
  })

  it('makes no digest for who declines one', async () => {
    for (const [wanted, has] of [
      ['sha-256=0', false],
      ['sha-512=3, sha-256=0', false],
      ['sha-256=1', true],
      ['sha-512=0', true],
      ['', true],
    ] as const) {
      const response = await ask(of(FREE, '/chunk/3'), { 'want-content-digest': wanted })
      expect(response.headers.has('content-digest'), wanted).to.equal(has)
      expect(Buffer.compare(await bytesOf(response), chunkOf(FREE.content, 3))).to.equal(0)
    }
  })

  it('has the manifest in bytes and, for who wants it, as JSON, compressed', async () => {
    const binary = await ask(of(PRICED, '/manifest'))
    const manifest = verifyManifest(await bytesOf(binary), PRICED.file.fileHash)
    expect(manifest.sizeBytes).to.equal(SIZE_BYTES)
    for (const encoding of ['br', 'gzip', 'identity']) {
      const response = await ask(of(PRICED, '/manifest'), { accept: 'application/json', 'accept-encoding': encoding })
      expect(response.headers.get('content-encoding')).to.equal(encoding === 'identity' ? null : encoding)
      const json = fieldsOf(await response.json())
      expect(json).to.deep.include({ fileHash: PRICED.file.fileHash, sizeBytes: SIZE_BYTES, chunksHeld: 4 })
      expect(json['chunkHashes']).to.deep.equal(manifest.chunkHashes.map((hash) => Buffer.from(hash).toString('hex')))
    }
  })

  it('has a Metalink with a hash for each chunk, of what is free', async () => {
    const text = await (await ask(of(FREE, '/metalink'))).text()
    expect(text).to.include(`<url priority="1">${seeder.url}file/${FREE.file.fileHash}</url>`)
    expect(text).to.include('<file name="näive &#34;résumé&#34;.pdf">')
    const hashes = [0, 1, 2, 3].map((index) => createHash('sha256').update(chunkOf(FREE.content, index)).digest('hex'))
    expect([...text.matchAll(/^ {6}<hash>(.*)<\/hash>$/gm)].map(([, hash]) => hash)).to.deep.equal(hashes)
    expect((await ask(of(PRICED, '/metalink'))).status).to.equal(404)
    expect((await ask(of(PARTIAL, '/metalink'))).status).to.equal(404)
  })

  it('has of a part what it has', async () => {
    expect((await ask(of(PARTIAL))).status).to.equal(404)
    expect((await ask(of(PARTIAL, '/chunk/0'))).status).to.equal(404)
    expect((await ask(of(PARTIAL, '/chunk/1'))).status).to.equal(200)
    const range = `bytes=${CHUNK_SIZE_BYTES}-${3 * CHUNK_SIZE_BYTES - 1}`
    expect((await ask(of(PARTIAL), { range })).status).to.equal(206)
    const beyond = await ask(of(PARTIAL), { range: `bytes=${CHUNK_SIZE_BYTES}-${3 * CHUNK_SIZE_BYTES}` })
    expect(beyond.status).to.equal(416)
  })

  it('answers 402 with its price for what is not free, and says nothing that a cache could keep', async () => {
    for (const path of [of(PRICED), of(PRICED, '/chunk/0')]) {
      const response = await ask(path)
      expect(response.status).to.equal(402)
      const error = await errorIn(response)
      expect(error['code']).to.equal('PAYMENT_REQUIRED')
      expect(fieldsOf(error['quote'])['pricePerMiB']).to.equal('1000')
      expect(response.headers.get('etag')).to.equal(null)
    }
  })

  it('lets pages of any origin read, and send what x402 and ranges need', async () => {
    const response = await ask(of(FREE), { origin: 'https://a.example' }, 'OPTIONS')
    expect(response.status).to.equal(204)
    const allowed = response.headers.get('access-control-allow-headers')?.split(', ')
    expect(allowed).to.include.members(['PAYMENT-SIGNATURE', 'Range', 'If-Range', 'Access-Control-Expose-Headers'])
    const exposed = response.headers.get('access-control-expose-headers')?.split(', ')
    expect(exposed).to.include.members(['PAYMENT-REQUIRED', 'PAYMENT-RESPONSE', 'Content-Range', 'Repr-Digest'])
  })

  it('answers other methods with 405 and other paths with 404', async () => {
    expect((await ask(of(FREE), {}, 'DELETE')).status).to.equal(405)
    for (const path of [
      '',
      'file',
      `file/${'0'.repeat(64)}`,
      `${of(FREE)}/`,
      `${of(FREE)}/chunk/4`,
      `${of(FREE)}/chunk/01`,
    ]) {
      const response = await ask(path)
      expect(response.status, path).to.equal(404)
      expect(await errorIn(response), path).to.have.property('code')
    }
  })

  it('stops in the middle, with less than it announced, when the gate admits no more', async () => {
    const told: boolean[] = []
    const free = freeGate(FILES, systemClock)
    const gate: Gate = {
      async admit(asker, chunk) {
        expect(asker).to.deep.equal({ address: '127.0.0.1', grant: 'token-7' })
        if (chunk.chunkIndex < 2) {
          const finished = async (left: boolean): Promise<void> => void told.push(left)
          return { kind: 'admitted', finished }
        }
        const quote = { quoteId: 1, pricePerMiB: wei(1n), expiresAt: 0 }
        return chunk.chunkIndex === 2
          ? { kind: 'payment-required', code: 'PAYMENT_REQUIRED', message: 'Pay.', quote }
          : free.admit(asker, chunk)
      },
    }
    const other = await startTestSeeder(FILES, { gate })
    const headers = { authorization: 'Bearer token-7', 'payment-signature': 'cGF5' }
    const response = await fetch(`${other.url}${of(FREE)}`, { headers })
    expect(response.headers.get('content-length')).to.equal(`${SIZE_BYTES}`)
    const parts: Uint8Array[] = []
    let failed = false
    try {
      for await (const part of response.body ?? []) parts.push(part)
    } catch {
      failed = true
    }
    expect(failed).to.equal(true)
    const got = Buffer.concat(parts)
    expect(Buffer.compare(got, FREE.content.subarray(0, got.length))).to.equal(0)
    expect(got.length).to.be.at.most(2 * CHUNK_SIZE_BYTES)
    expect(told).to.deep.equal([true, true])
    await other.stop()
  })

  it('tells the gate what did not leave when the file cannot be read', async () => {
    const told: boolean[] = []
    const gate: Gate = {
      admit: async () => ({ kind: 'admitted', finished: async (left) => void told.push(left) }),
    }
    const read = async (): Promise<Uint8Array> => Promise.reject(new Error('the file has changed'))
    const other = await startTestSeeder({ ...FILES, read }, { gate })
    expect((await fetch(`${other.url}${of(FREE)}`)).status).to.equal(404)
    expect(told).to.deep.equal([false])
    await other.stop()
  })
})
