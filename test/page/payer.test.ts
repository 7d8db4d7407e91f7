import { expect } from 'chai'
import { createApiClient } from '../../src/api/client.ts'
import { parseCoins } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { IN_BAND_PROTOCOLS, type InBandProtocol } from '../../src/domain/in-band-protocol.ts'
import { filePrice } from '../../src/domain/price.ts'
import type { TransportName } from '../../src/network/transports.ts'
import { fieldsOf } from '../support/json.ts'
import { readLedger } from '../support/ledger.ts'
import { payoutsTo, type RunningSeller, type Seller, sha256Of } from '../support/market.ts'
import type { Buyer, OpenOptions, Told } from './client/main.ts'
import type { Page } from './devtools.ts'
import { PageRig, type Wallet } from './rig.ts'

const TIMEOUT_MS = 120_000
const PRICE = '0.001'
const SMALL_BYTES = 5 * CHUNK_SIZE_BYTES + 7
/** Long enough that a page ends in the middle of it. */
const LARGE_CHUNKS = 96
const LARGE_BYTES = LARGE_CHUNKS * CHUNK_SIZE_BYTES
const ENOUGH_CHUNKS = 8
const ALL = Number.MAX_SAFE_INTEGER

interface Case {
  readonly transport: TransportName
  /** What the page may dial with: a relay is met over WebSocket. */
  readonly transports: readonly TransportName[]
  readonly listen: string
  readonly address: RegExp
}

const CASES: readonly Case[] = [
  { transport: 'ws', transports: ['ws'], listen: '/ip4/127.0.0.1/tcp/0/ws', address: /\/ws\/p2p\/\w+$/ },
  {
    transport: 'webrtc-direct',
    transports: ['webrtc-direct'],
    listen: '/ip4/127.0.0.1/udp/0/webrtc-direct',
    address: /\/webrtc-direct\/certhash\//,
  },
  { transport: 'webrtc', transports: ['ws', 'webrtc'], listen: '', address: /\/p2p-circuit\/webrtc\/p2p\/\w+$/ },
]

describe('a page that pays', function () {
  this.timeout(TIMEOUT_MS)
  let rig: PageRig
  let relay: string

  before(async () => {
    rig = await PageRig.open()
    const { market } = rig
    const daemon = market.processes.start(
      [
        ...['daemon', '--json', '--data-dir', market.path('relay'), '--rpc', market.rpcUrl],
        ...['--listen', '/ip4/127.0.0.1/tcp/0/ws'],
      ],
      { env: { CHIRAL_SERVE_AS_RELAY: 'true' } },
    )
    const { addresses } = fieldsOf(await daemon.document())
    if (!Array.isArray(addresses)) throw new Error('the relay told no addresses')
    relay = String(addresses[0])
  })

  after(() => rig?.close())

  /** `chunks`: so many are enough. */
  const buy = (page: Page, from: RunningSeller, protocol: InBandProtocol, chunks = ALL): Promise<Told> =>
    page.evaluate((...given: Parameters<Buyer['buy']>) => window.buyer.buy(...given), from.fileHash, protocol, chunks)

  async function open(wallet: Wallet, from: RunningSeller, transports: readonly TransportName[]): Promise<Page> {
    const page = await rig.page()
    await page.evaluate((given: OpenOptions) => window.buyer.open(given), wallet.openOptions(from, transports))
    return page
  }

  /** The file is the file, and page, seller and chain agree on its price to the wei. */
  async function expectBought(
    page: Page,
    { told, wallet, from, path }: { told: Told; wallet: Wallet; from: RunningSeller; path: string },
  ): Promise<void> {
    expect(told.phase, told.error).to.equal('done')
    const sha256 = await sha256Of(path)
    expect(told.sha256).to.equal(sha256)
    expect(await page.evaluate((id: string) => window.buyer.sha256Of(id), told.downloadId)).to.equal(sha256)
    await page.evaluate(() => window.buyer.stop())
    const price = filePrice(parseCoins(PRICE), told.verifiedChunks === LARGE_CHUNKS ? LARGE_BYTES : SMALL_BYTES)
    expect(told.spent).to.equal(price.toString())
    const books = await rig.books(page, wallet)
    expect(books.asPayer.map(({ payee, vouchered, verified }) => ({ payee, vouchered, verified }))).to.deep.equal([
      { payee: from.address, vouchered: price, verified: price },
    ])
    expect(books.transactions).to.deep.equal(['open'])
    expect([...books.purchases.values()]).to.deep.equal(Array.from({ length: told.verifiedChunks }, () => 1))
    const payouts = payoutsTo(await rig.market.events(), { payer: wallet.address, payee: from.address })
    expect(payouts).to.deep.equal({ paid: price, opened: 1, closed: 1 })
  }

  /** The seller stopped: what it remembers of each of these buyers is what they paid. */
  function expectSold(seller: Seller, wallets: readonly Wallet[], price: bigint): void {
    const { asPayee } = readLedger(seller.dataDirectory)
    expect(asPayee).to.have.deep.members(
      wallets.map(({ address }) => ({ payer: address, vouchered: price, committed: price, writtenOff: 0n })),
    )
  }

  for (const { transport, transports, listen, address } of CASES)
    it(`downloads over ${transport}, chunk by chunk and in a session`, async () => {
      const path = await rig.market.file(`${transport}.bin`, SMALL_BYTES)
      const seller = await rig.market.seller(`${transport} seller`, path, PRICE, listen)
      const from = await seller.start(listen === '' ? { env: { CHIRAL_RELAYS: relay } } : {})
      expect(from.bootstrap).to.match(address)
      const wallets = await Promise.all(
        IN_BAND_PROTOCOLS.map(async (protocol) => {
          const wallet = await rig.wallet()
          const page = await open(wallet, from, transports)
          const told = await buy(page, from, protocol)
          expect(told.protocols).to.deep.equal([protocol])
          await expectBought(page, { told, wallet, from, path })
          await page.close()
          return wallet
        }),
      )
      await from.process.stop()
      expectSold(seller, wallets, filePrice(parseCoins(PRICE), SMALL_BYTES))
    })

  it('stores its changes in turn', async () => {
    const page = await rig.page()
    expect(await page.evaluate(() => window.buyer.turns())).to.deep.equal(['long', 'short'])
    await page.close()
  })

  describe('in the middle of a download', () => {
    let path: string
    let seller: Seller
    let from: RunningSeller

    before(async () => {
      path = await rig.market.file('large.bin', LARGE_BYTES)
      seller = await rig.market.seller('large seller', path, PRICE, '/ip4/127.0.0.1/tcp/0/ws')
      from = await seller.start()
    })

    for (const protocol of IN_BAND_PROTOCOLS)
      it(`goes on after a reload and pays nothing twice, by ${protocol}`, async () => {
        const wallet = await rig.wallet()
        const page = await open(wallet, from, ['ws'])
        const before = await buy(page, from, protocol, ENOUGH_CHUNKS)
        await rig.reload(page)
        await page.evaluate((given: OpenOptions) => window.buyer.open(given), wallet.openOptions(from, ['ws']))
        const told = await page.evaluate(() => window.buyer.goOn())
        expect(told.downloadId).to.equal(before.downloadId)
        await expectBought(page, { told, wallet, from, path })
        await page.close()
      })

    it('has stored every voucher that left when the browser is killed, and goes on', async () => {
      const wallet = await rig.wallet()
      const dying = await open(wallet, from, ['ws'])
      await buy(dying, from, 'bitswap', ENOUGH_CHUNKS)
      await rig.killBrowser()
      const page = await rig.page()
      const [pair] = (await rig.books(page, wallet)).asPayer
      const channels = await createApiClient({ dataDirectory: seller.dataDirectory }).channels()
      const received = channels.find(({ peer }) => peer === wallet.address)
      if (pair === undefined || received === undefined) throw new Error('one of them knows no channel')
      expect(Number(pair.vouchered)).to.be.at.least(Number(received.vouchered))
      expect(Number(received.vouchered)).to.be.above(0)
      await page.evaluate((given: OpenOptions) => window.buyer.open(given), wallet.openOptions(from, ['ws']))
      await expectBought(page, { told: await page.evaluate(() => window.buyer.goOn()), wallet, from, path })
      await page.close()
    })

    it('leaves the wallet to the tab that has it', async () => {
      const wallet = await rig.wallet()
      const first = await open(wallet, from, ['ws'])
      const second = await open(wallet, from, ['ws']).then(() => 'opened', String)
      expect(second).to.match(/Another tab of this browser/)
      await first.evaluate(() => window.buyer.stop())
    })
  })
})
