import { readFile } from 'node:fs/promises'
import { expect } from 'chai'
import { channelIdOf } from '../../src/channel/channel-id.ts'
import { signingDomain } from '../../src/channel/eip712.ts'
import { type Wei, wei } from '../../src/domain/amount.ts'
import { toHex } from '../../src/domain/bytes.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { parseAddress } from '../../src/domain/ids.ts'
import { chunkPrice } from '../../src/domain/price.ts'
import { verifyReceipts } from '../../src/node/receipts.ts'
import type { ChannelView, ShareView } from '../../src/node/types.ts'
import type { SigningDomain } from '../../src/system/eip712.ts'
import { fieldsOf } from '../support/json.ts'
import { type LiveNode, type Swarm, startSwarm } from '../support/live-swarm.ts'
import { type OwnChannel, type PayerByHand, startPayerByHand } from '../support/payer-by-hand.ts'

const FILE_CHUNKS = 40
const PRICE_PER_MIB = wei(10n ** 15n)
const PRICE = chunkPrice(PRICE_PER_MIB, CHUNK_SIZE_BYTES)
const chunks = (count: number): Wei => wei(PRICE * BigInt(count))

interface Terms {
  readonly scheme: string
  readonly network: string
  readonly amount: string
  readonly payTo: string
  readonly extra: Readonly<Record<string, unknown>>
}

const encode = (json: unknown): string => Buffer.from(JSON.stringify(json)).toString('base64')
const decode = (header: string | null): unknown => JSON.parse(Buffer.from(header ?? '', 'base64').toString())

describe('integration: payments in the headers of HTTP requests', function () {
  this.timeout(120_000)
  let swarm: Swarm
  let seeder: LiveNode
  let payer: PayerByHand
  let channel: OwnChannel
  let share: ShareView
  let bytes: Buffer
  let files = 0

  before(async () => {
    swarm = await startSwarm()
    seeder = await swarm.start('seeder')
  })
  after(() => swarm.stop())
  beforeEach(async () => {
    payer = await startPayerByHand(swarm.config(`payer-${++files}`))
    channel = await payer.open(seeder, chunks(100))
    const { path } = await swarm.file(`file-${files}`, FILE_CHUNKS * CHUNK_SIZE_BYTES)
    share = await seeder.node.share({ path, pricePerMiB: PRICE_PER_MIB })
    bytes = await readFile(path)
  })
  afterEach(() => payer.stop())

  const ask = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${share.httpUrl}${path}`, { headers })
  const termsIn = (response: Response): Terms =>
    (fieldsOf(decode(response.headers.get('payment-required')))['accepts'] as [Terms])[0]
  const errorIn = async (response: Response): Promise<Record<string, unknown>> =>
    fieldsOf(fieldsOf(await response.json())['error'])
  const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer())

  /** V and D, as the seeder tells them on a stream. */
  async function books(): Promise<{ vouchered: bigint; committed: bigint }> {
    const conversation = await payer.dial(seeder)
    const { nonce } = conversation.hello
    const { peerId } = seeder.status
    const proof = payer.prove(channel, {
      payeePeerId: peerId as Parameters<typeof payer.prove>[1]['payeePeerId'],
      nonce,
    })
    conversation.send({ type: 'payer-hello', proof })
    const { status } = await conversation.next('hello-ack')
    await conversation.close()
    if (status === undefined) throw new Error('the payer was not let in')
    return { vouchered: status.vouchered, committed: status.committed }
  }

  /** Resolves when the seeder's books show what the chain says of the channel. */
  async function untilSeen(isSeen: (view: ChannelView) => boolean): Promise<void> {
    const view = (): ChannelView | undefined =>
      seeder.node.channels().find(({ channelId }) => channelId === channel.channelId)
    for (let now = view(); now === undefined || !isSeen(now); now = view())
      await new Promise((resolve) => setImmediate(resolve))
  }

  function payment(terms: Terms, amount: Wei, over: { by?: OwnChannel; domain?: SigningDomain; quote?: number } = {}) {
    const { by = channel, domain, quote } = over
    const { signature } = payer.voucher(by, amount, domain)
    const accepted = quote === undefined ? terms : { ...terms, extra: { ...terms.extra, quoteId: quote } }
    const payload = {
      payer: by.key.payer,
      salt: `${by.key.salt}`,
      cumulativeAmount: `${amount}`,
      signature: `0x${toHex(signature)}`,
    }
    return { x402Version: 2, accepted, payload }
  }

  /** Asks with a voucher of this amount, on the terms of now. */
  async function pay(path: string, amount: Wei, over: Parameters<typeof payment>[2] = {}, headers = {}) {
    const terms = termsIn(await ask(path, headers))
    return ask(path, { ...headers, 'payment-signature': encode(payment(terms, amount, over)) })
  }

  it('says what it wants, for a chunk, a range and a file, to whoever asks', async () => {
    const response = await ask('/chunk/0')
    expect(response.status).to.equal(402)
    expect(response.headers.get('cache-control')).to.equal('no-store')
    const { chain, http, address } = seeder.status
    const terms = termsIn(response)
    const { network, payTo, amount } = terms
    expect({ network, payTo, amount }).to.deep.equal({ network: 'eip155:98767', payTo: address, amount: `${PRICE}` })
    const { contract, chainId, cumulativeAmount, pricePerMiB } = terms.extra
    expect([contract, chainId, pricePerMiB]).to.deep.equal([chain.contract, chain.chainId, `${PRICE_PER_MIB}`])
    expect(cumulativeAmount).to.equal(undefined)
    const { resource } = fieldsOf(decode(response.headers.get('payment-required')))
    expect(fieldsOf(resource)['url']).to.equal(`${http?.url}file/${share.fileHash}/chunk/0`)
    expect(await errorIn(response)).to.include({ code: 'HELLO_REQUIRED' })
    const range = `bytes=${CHUNK_SIZE_BYTES - 1}-${3 * CHUNK_SIZE_BYTES}`
    expect(termsIn(await ask('', { range })).amount).to.equal(`${chunks(4)}`)
    expect(termsIn(await ask('')).amount).to.equal(`${chunks(FILE_CHUNKS)}`)
  })

  it('sells for a voucher, shows what it holds, and gives nothing twice for one', async () => {
    const first = await pay('/chunk/3', PRICE)
    expect(first.status).to.equal(200)
    expect((await bytesOf(first)).equals(bytes.subarray(3 * CHUNK_SIZE_BYTES, 4 * CHUNK_SIZE_BYTES))).to.equal(true)
    const { success, extra } = fieldsOf(decode(first.headers.get('payment-response')))
    const { channelId } = channel
    expect([success, extra]).to.deep.equal([true, { channelId, cumulativeAmount: `${PRICE}`, cover: '0' }])
    expect(first.headers.get('access-control-expose-headers')).to.include('PAYMENT-RESPONSE')
    const again = await pay('/chunk/4', PRICE)
    expect(again.status).to.equal(402)
    expect(await errorIn(again)).to.include({ code: 'VOUCHER_TOO_LOW' })
    expect(termsIn(again).extra['cumulativeAmount']).to.equal(`${chunks(2)}`)
    expect(await books()).to.deep.equal({ vouchered: PRICE, committed: PRICE })
    // In the log of receipts it is a sale as any other.
    const log = await seeder.node.receipts({})
    const [sale] = log.filter((receipt) => receipt.kind === 'voucher' && receipt.channelId === channelId)
    expect(sale).to.deep.include({ amount: PRICE, files: [{ fileHash: share.fileHash, amount: PRICE }] })
    const { text } = await seeder.node.exportReceipts({ format: 'csv' })
    expect(verifyReceipts(text).entries).to.equal(log.length)
  })

  it('refuses what is not a payment for it, in one sentence, and nothing changes', async () => {
    const terms = termsIn(await ask('/chunk/0'))
    const good = payment(terms, PRICE)
    const other: OwnChannel = { ...channel, key: { ...channel.key, salt: 77n } }
    const unopened = { ...other, channelId: channelIdOf(other.key) }
    const elsewhere = signingDomain(98767, parseAddress(`0x${'11'.repeat(20)}`))
    const mainnet = signingDomain(1, seeder.status.chain.contract)
    const refused: readonly [string, string, number, string][] = [
      ['not base64', '%%%', 400, 'DECODE_FAILED'],
      ['not JSON', Buffer.from('{"x402Version": 2').toString('base64'), 400, 'DECODE_FAILED'],
      ['another version', encode({ ...good, x402Version: 1 }), 400, 'DECODE_FAILED'],
      ['too long', encode({ ...good, padding: 'x'.repeat(8_192) }), 400, 'DECODE_FAILED'],
      ['another chain', encode({ ...good, accepted: { ...terms, network: 'eip155:1' } }), 402, 'VOUCHER_WRONG_CHANNEL'],
      [
        'another payee',
        encode({ ...good, accepted: { ...terms, payTo: payer.chain.signer.address } }),
        402,
        'VOUCHER_WRONG_CHANNEL',
      ],
      ['signed for another contract', encode(payment(terms, PRICE, { domain: elsewhere })), 402, 'VOUCHER_INVALID'],
      ['signed for another chain', encode(payment(terms, PRICE, { domain: mainnet })), 402, 'VOUCHER_INVALID'],
      [
        'of another amount',
        encode({ ...good, payload: { ...good.payload, cumulativeAmount: `${chunks(9)}` } }),
        402,
        'VOUCHER_INVALID',
      ],
      ['on no channel', encode(payment(terms, PRICE, { by: unopened })), 402, 'CHANNEL_UNKNOWN'],
      ['beyond the deposit', encode(payment(terms, chunks(101))), 402, 'VOUCHER_OVER_DEPOSIT'],
      ['at a price of long ago', encode(payment(terms, PRICE, { quote: 999_999 })), 402, 'QUOTE_EXPIRED'],
    ]
    for (const [name, header, status, code] of refused) {
      const response = await ask('/chunk/0', { 'payment-signature': header })
      expect(response.status, name).to.equal(status)
      const error = await errorIn(response)
      expect(error['code'], name).to.equal(code)
      expect(error['message'], name).to.match(/^[A-Z][^\n]{10,300}\.$/)
      if (status === 402) expect(termsIn(response).amount, name).to.equal(`${PRICE}`)
    }
    expect((await ask('/chunk/0', { 'payment-signature': 'x'.repeat(20_000) })).status).to.equal(431)
    // The voucher at an old price was good, and so it is kept; nothing was sent.
    expect(await books()).to.deep.equal({ vouchered: PRICE, committed: 0n })
    expect((await pay('/chunk/0', PRICE)).status).to.equal(200)
    expect(seeder.node.metrics()).to.match(/^chiral_http_payments_refused_total \d+$/m)
  })

  it('goes on where an answer broke off, for the same voucher', async () => {
    const all = chunks(FILE_CHUNKS)
    const terms = termsIn(await ask(''))
    const header = { 'payment-signature': encode(payment(terms, all)) }
    const broken = new AbortController()
    const response = await fetch(share.httpUrl ?? '', { headers: header, signal: broken.signal })
    expect(response.status).to.equal(200)
    const reader = response.body?.getReader()
    await reader?.read()
    broken.abort()
    await reader?.closed.catch(() => {})
    const whole = await ask('', header)
    expect(whole.status).to.equal(200)
    expect((await bytesOf(whole)).equals(bytes)).to.equal(true)
    expect(await books()).to.deep.equal({ vouchered: all, committed: all })
  })

  it('serves one account over HTTP and a stream, and counts every chunk once', async () => {
    const conversation = await payer.connect(seeder, channel)
    const quoteId = await conversation.quote(share.fileHash)
    const want = (chunkIndex: number, amount?: Wei): Promise<string> =>
      conversation.want({
        fileHash: share.fileHash,
        chunkIndex,
        quoteId,
        voucher: amount === undefined ? undefined : payer.voucher(channel, amount),
      })
    expect(await want(0, PRICE)).to.equal('block')
    expect((await pay('/chunk/1', chunks(2))).status).to.equal(200)
    expect(await want(2, chunks(2))).to.equal('VOUCHER_TOO_LOW')
    expect(await want(2, chunks(3))).to.equal('block')
    // What the stream brought is sent again over HTTP, and what HTTP brought on the stream.
    expect((await pay('/chunk/0', chunks(3))).status).to.equal(200)
    expect(await want(1)).to.equal('block')
    await conversation.close()
    expect(await books()).to.deep.equal({ vouchered: chunks(3), committed: chunks(3) })
  })

  it('serves nothing on a channel that is being closed, and takes what was redeemed for no proof', async () => {
    expect((await pay('/chunk/0', PRICE)).status).to.equal(200)
    const { key, channelId } = channel
    const { contract } = payer.chain
    const item = { payer: key.payer, salt: key.salt, cumulativeAmount: PRICE }
    const { signature } = payer.voucher(channel, PRICE)
    const sent = await contract.redeem({ payee: key.payee, item: { ...item, signature }, key: `redeem:${channelId}` })
    await sent.wait(0)
    await untilSeen(({ settled }) => settled === PRICE)
    const response = await pay('/chunk/0', PRICE)
    expect(response.status).to.equal(402)
    expect(await errorIn(response)).to.include({ code: 'VOUCHER_REDEEMED' })
    expect(termsIn(response).extra['cumulativeAmount']).to.equal(`${PRICE + 1n}`)
    expect((await pay('/chunk/1', chunks(2))).status).to.equal(200)
    const ended = await contract.requestClose({ payee: key.payee, salt: key.salt, key: `end:${channelId}` })
    await ended.wait(0)
    await untilSeen(({ phase }) => phase === 'closing')
    const closing = await pay('/chunk/1', chunks(2))
    expect(closing.status).to.equal(402)
    expect(await errorIn(closing)).to.include({ code: 'CHANNEL_CLOSING' })
  })

  it('sells nothing to a payer whom the user does not want', async () => {
    const account = payer.chain.signer.address
    await seeder.node.peerBook.ban(account, 'a test')
    const refused = await pay('/chunk/0', PRICE)
    expect([refused.status, (await errorIn(refused))['code']]).to.deep.equal([402, 'PEER_BLOCKED'])
    await seeder.node.peerBook.unban(account)
    expect((await pay('/chunk/0', PRICE)).status).to.equal(200)
  })

  it('takes none where the seeder does not want them', async () => {
    const plain = await swarm.start('plain', { http: { vouchers: false } })
    const { path } = await swarm.file('plain file', CHUNK_SIZE_BYTES)
    const { httpUrl } = await plain.node.share({ path, pricePerMiB: PRICE_PER_MIB })
    const terms = termsIn(await ask('/chunk/0'))
    for (const headers of [{}, { 'payment-signature': encode(payment(terms, PRICE)) }, { 'payment-signature': '%' }]) {
      const response = await fetch(`${httpUrl}/chunk/0`, { headers })
      expect(response.status).to.equal(402)
      expect(response.headers.get('payment-required')).to.equal(null)
      expect(await errorIn(response)).to.include({ code: 'HELLO_REQUIRED' })
    }
  })

  it('asks the chain no more than now and then for channels that do not exist', async () => {
    const terms = termsIn(await ask('/chunk/0'))
    const codes = new Map<number, number>()
    for (let salt = 1_000n; salt < 1_040n; salt++) {
      const key = { ...channel.key, salt }
      const by: OwnChannel = { ...channel, key, channelId: channelIdOf(key) }
      const response = await ask('/chunk/0', { 'payment-signature': encode(payment(terms, PRICE, { by })) })
      codes.set(response.status, (codes.get(response.status) ?? 0) + 1)
      if (response.status === 429) expect(Number(response.headers.get('retry-after'))).to.be.above(0)
      await response.arrayBuffer()
    }
    // A burst of 8, and one for each second that this took.
    expect(codes.get(429)).to.be.at.least(20)
    expect(codes.get(402)).to.be.at.least(1)
  })
})
