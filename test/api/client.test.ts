import { expect } from 'chai'
import { type ApiClient, createApiClient } from '../../src/api/client.ts'
import { parseCoins } from '../../src/domain/amount.ts'
import {
  CHANNEL_ID,
  FILE_HASH,
  fakeDownload,
  fakePlan,
  fakeShare,
  fakeStatus,
  PAYEE,
  PEER,
  TRANSACTION,
  WALLET,
} from '../support/fake-node.ts'
import { startTestApi, type TestApi, TOKEN } from './support.ts'

const PRICE = parseCoins('0.001')
const REQUEST = { reference: FILE_HASH, out: '/tmp/x' }

describe('api/client', () => {
  let api: TestApi
  let client: ApiClient
  beforeEach(async () => {
    api = await startTestApi()
    client = api.client
  })
  afterEach(() => api.server.stop())

  it('carries every value through JSON and back unchanged', async () => {
    const { node } = api
    node.historyEntries = [
      { at: 1, kind: 'gas', change: -5n, fee: parseCoins('5wei'), note: '', channelId: CHANNEL_ID, peer: PAYEE },
      {
        at: 2,
        kind: 'fund',
        change: 10n ** 30n,
        fee: parseCoins('0'),
        note: 'é',
        transactionHash: TRANSACTION,
        blockNumber: 7,
      },
    ]
    node.channelViews = [
      {
        channelId: CHANNEL_ID,
        role: 'payee',
        peer: WALLET,
        phase: 'open',
        deposit: PRICE,
        settled: PRICE,
        vouchered: PRICE,
      },
    ]
    node.peerViews = [{ peerId: PEER, address: '/ip4/127.0.0.1/tcp/1', direction: 'inbound', latencyMs: 1.5 }]
    expect(await client.status()).to.deep.equal(fakeStatus())
    expect(await client.plan(REQUEST)).to.deep.equal(fakePlan())
    expect(await client.history()).to.deep.equal(node.historyEntries)
    expect(await client.channels()).to.deep.equal(node.channelViews)
    expect(await client.peers()).to.deep.equal(node.peerViews)
    const addresses = [`/ip4/127.0.0.1/tcp/1/p2p/${PEER}`]
    expect(await client.connect({ addresses })).to.deep.equal({ peerIds: [PEER] })
    expect(node.calls.at(-1)).to.deep.equal(['connect', addresses])
    expect(await client.wallet()).to.deep.equal({ address: WALLET, balance: parseCoins('100'), testCoin: true })
    expect(await client.find({ reference: 'abc', listing: 'def' })).to.deep.include({
      fileHash: FILE_HASH,
      seeders: fakePlan().seeders,
    })
    expect(node.calls.at(-1)).to.deep.equal(['find', { reference: 'abc', listing: 'def' }])
  })

  it('shares, lists and withdraws a share', async () => {
    const share = fakeShare({ path: '/files/ä b', pricePerMiB: PRICE })
    expect(await client.share({ path: '/files/ä b', pricePerMiB: PRICE })).to.deep.equal(share)
    expect(await client.shares()).to.deep.equal([share])
    await client.unshare(FILE_HASH)
    expect(await client.shares()).to.deep.equal([])
    expect(await codeOf(client.unshare(FILE_HASH))).to.equal('SHARE_UNKNOWN')
  })

  it('passes a download request on with its amounts, and closes channels unless told otherwise', async () => {
    await client.download({ ...REQUEST, maxTotal: PRICE, maxSources: 3, window: 8, overwrite: true })
    await client.plan({ ...REQUEST, closeChannels: false })
    expect(api.node.calls).to.deep.equal([
      ['download', { ...REQUEST, closeChannels: true, maxTotal: PRICE, maxSources: 3, window: 8, overwrite: true }],
      ['plan', { ...REQUEST, closeChannels: false }],
    ])
  })

  it('reads and steers downloads', async () => {
    const { downloadId } = await client.download(REQUEST)
    expect(await client.downloadOf(downloadId)).to.have.property('reference', FILE_HASH)
    expect(await client.downloads()).to.have.length(1)
    await client.pause(downloadId)
    await client.resume(downloadId)
    await client.cancel('../../status')
    expect(api.node.calls.slice(1)).to.deep.equal([
      ['pause', downloadId],
      ['resume', downloadId],
      ['cancel', '../../status'],
    ])
    expect(await codeOf(client.downloadOf('none'))).to.equal('DOWNLOAD_UNKNOWN')
  })

  it('moves money', async () => {
    expect(await client.send({ to: PAYEE, amount: PRICE })).to.deep.equal({ transactionHash: TRANSACTION })
    expect(await client.fund({ amount: PRICE })).to.deep.equal({ balance: parseCoins('100.001') })
    expect(await client.closeChannel(CHANNEL_ID)).to.deep.equal({
      transactionHash: TRANSACTION,
      closesAt: 1_800_000_000_000,
    })
    expect(await client.closeChannels()).to.deep.equal([])
    expect(await client.withdrawChannel(CHANNEL_ID)).to.deep.equal({ transactionHash: TRANSACTION })
    expect(api.node.calls).to.deep.equal([
      ['send', PAYEE, PRICE],
      ['fund', PRICE],
      ['closeChannel', CHANNEL_ID],
      ['closeChannels'],
      ['withdrawChannel', CHANNEL_ID],
    ])
  })

  it('reads and changes limits, and no others', async () => {
    expect(await client.limits()).to.deep.equal({ downloads: 0, uploads: 0 })
    expect(await client.setLimits({ uploads: 100_000 })).to.deep.equal({ downloads: 0, uploads: 100_000 })
    expect(await client.setLimits({ downloads: 16_384 })).to.deep.equal({ downloads: 16_384, uploads: 100_000 })
    for (const downloads of [-1, 1, 16_383, 20_000.5, 2e12])
      expect(await client.setLimits({ downloads }).catch((error: Error) => error.name), `${downloads}`).to.equal(
        'ZodError',
      )
    expect(api.node.limitsView).to.deep.equal({ downloads: 16_384, uploads: 100_000 })
  })

  it('tells the node when a client gives up', async () => {
    const giveUp = new AbortController()
    const reason = new Error('enough')
    const started = new Promise<void>((resolve) => {
      api.node.subscribe((event) => event.kind === 'hashing' && resolve())
    })
    const request = client
      .share({ path: '/files/hang', pricePerMiB: PRICE }, { signal: giveUp.signal })
      .catch((error) => error)
    await started
    giveUp.abort(reason)
    expect(await request).to.equal(reason)
    expect(await client.shares()).to.deep.equal([])
  })

  it('says that a daemon cannot be reached, or is something else', async () => {
    await api.server.stop()
    expect(await codeOf(client.status())).to.equal('DAEMON_UNREACHABLE')
    const wrong = createApiClient({
      url: 'http://127.0.0.1:1',
      token: TOKEN,
      transport: async () => ({
        status: 200,
        body: (async function* () {
          yield Buffer.from('<html>')
        })(),
      }),
    })
    expect(await codeOf(wrong.status())).to.equal('DAEMON_UNREACHABLE')
  })

  it('reports a wrong token by its code', async () => {
    expect(await codeOf(createApiClient({ url: api.server.url, token: 'no' }).status())).to.equal('UNAUTHORIZED')
    const events = createApiClient({ url: api.server.url, token: 'no' }).events()
    expect(await codeOf(events[Symbol.asyncIterator]().next())).to.equal('UNAUTHORIZED')
  })

  it('tells downloads apart from what is not one', async () => {
    api.node.script = []
    await client.download(REQUEST)
    expect(await client.downloads()).to.deep.equal([fakeDownload({ ...REQUEST, phase: 'finding' })])
  })
})

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'no error',
    (error: unknown) => (typeof error === 'object' && error !== null && 'code' in error ? error.code : error),
  )
}
