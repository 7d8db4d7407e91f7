import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { wei } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { parseAddress, parseChannelId } from '../../src/domain/ids.ts'
import type { Gate } from '../../src/public-protocols/gate.ts'
import { shelfOf, shelve, startTestSeeder } from '../support/http-seeder.ts'
import { listenOnLoopback } from '../support/loopback.ts'
import { Processes } from '../support/processes.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { startChromium } from './chromium.ts'
import type { Page } from './devtools.ts'

const FREE = shelve(seededRandom('page').bytes(20 * CHUNK_SIZE_BYTES + 7), { mimeType: 'text/html' })
const PRICED = shelve(seededRandom('priced page').bytes(1_000), { isFree: false })

const ACCOUNT = parseAddress(`0x${'b2'.repeat(20)}`)
const TERMS = { chainId: 98767, contract: parseAddress(`0x${'c0'.repeat(20)}`), payee: ACCOUNT, confirmations: 0 }
/** Wants 250 wei, and takes whatever voucher says so. */
const PAID: Gate = {
  async admit({ payment }) {
    const quote = { quoteId: 1, pricePerMiB: wei(1_000n), expiresAt: 0 }
    if (payment?.kind !== 'voucher' || payment.voucher.cumulativeAmount !== 250n)
      return { kind: 'payment-required', code: 'HELLO_REQUIRED', message: 'Pay.', quote, demand: { amount: wei(250n) } }
    const { channel, cumulativeAmount: accepted } = payment.voucher
    const paid = { payer: channel.payer, channelId: parseChannelId('ab'.repeat(32)), accepted, cover: wei(0n) }
    return { kind: 'admitted', paid, finished: async () => {} }
  },
}

describe('a page that fetches', function () {
  this.timeout(60_000)
  const stack = new AsyncDisposableStack()
  let seeder: Awaited<ReturnType<typeof startTestSeeder>>
  let page: Page

  before(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'chiral-page-'))
    stack.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
    seeder = await startTestSeeder(shelfOf(FREE, PRICED))
    stack.defer(() => seeder.stop())
    const site = await listenOnLoopback(
      createServer((_request, response) => void response.setHeader('content-type', 'text/html').end('<!doctype html>')),
    )
    stack.defer(() => site.stop())
    const processes = new Processes()
    stack.defer(() => processes.stopAll())
    const { devTools } = await startChromium(processes, join(folder, 'profile'))
    stack.defer(async () => devTools.close())
    page = await devTools.newPage()
    await page.open(`http://127.0.0.1:${site.port}/`)
  })
  after(() => stack.disposeAsync())

  it('reads a file and its headers from another origin', async () => {
    const told = await page.evaluate(async (url: string) => {
      const response = await fetch(url)
      const digest = await crypto.subtle.digest('SHA-256', await response.arrayBuffer())
      const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
      return { hex, digest: response.headers.get('repr-digest'), etag: response.headers.get('etag') }
    }, `${seeder.url}file/${FREE.file.fileHash}`)
    expect(told.hex).to.equal(FREE.file.sha256)
    expect(told.digest).to.equal(`sha-256=:${Buffer.from(FREE.file.sha256, 'hex').toString('base64')}:`)
    expect(told.etag).to.equal(`"${FREE.file.fileHash}"`)
  })

  it('reads a range that it has to ask for permission for', async () => {
    const told = await page.evaluate(async (url: string) => {
      const response = await fetch(url, { headers: { range: 'bytes=5-9, 20-29', 'if-range': '"x"' } })
      const one = await fetch(url, { headers: { range: 'bytes=262140-262149' } })
      return {
        status: response.status,
        oneStatus: one.status,
        range: one.headers.get('content-range'),
        bytes: [...new Uint8Array(await one.arrayBuffer())],
      }
    }, `${seeder.url}file/${FREE.file.fileHash}`)
    expect(told.status).to.equal(200)
    expect(told.oneStatus).to.equal(206)
    expect(told.range).to.equal(`bytes 262140-262149/${FREE.content.length}`)
    expect(told.bytes).to.deep.equal([...FREE.content.subarray(262_140, 262_150)])
  })

  it('reads what a file costs, and may send a payment', async () => {
    const told = await page.evaluate(async (url: string) => {
      const response = await fetch(url, {
        headers: { 'payment-signature': 'cGF5', 'access-control-expose-headers': 'PAYMENT-RESPONSE' },
      })
      return { status: response.status, text: await response.text() }
    }, `${seeder.url}file/${PRICED.file.fileHash}`)
    expect(told.status).to.equal(402)
    expect(JSON.parse(told.text)).to.have.nested.property('error.quote.pricePerMiB', '1000')
  })

  it('reads the terms of a payment from a header, pays in one, and reads what became of it', async () => {
    const paying = await startTestSeeder(shelfOf(PRICED), { gate: PAID, paymentTerms: TERMS })
    stack.defer(() => paying.stop())
    const told = await page.evaluate(async (url: string) => {
      const read = (header: string | null): Record<string, unknown> => JSON.parse(atob(header ?? ''))
      const wanted = read((await fetch(url)).headers.get('payment-required'))
      const [accepted] = wanted['accepts'] as [Record<string, string>]
      const signature = `0x${'5a'.repeat(64)}`
      const payload = { payer: accepted['payTo'], salt: '7', cumulativeAmount: accepted['amount'], signature }
      const payment = btoa(JSON.stringify({ x402Version: 2, accepted, payload }))
      const response = await fetch(url, {
        headers: { 'payment-signature': payment, 'access-control-expose-headers': 'PAYMENT-RESPONSE' },
      })
      const bytes = (await response.arrayBuffer()).byteLength
      return { status: response.status, bytes, taken: read(response.headers.get('payment-response')) }
    }, `${paying.url}file/${PRICED.file.fileHash}`)
    expect([told.status, told.bytes]).to.deep.equal([200, 1_000])
    expect(told.taken['extra']).to.include({ cumulativeAmount: '250', cover: '0' })
  })
})
