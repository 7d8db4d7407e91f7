import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { wrapFetchWithPayment, x402Client } from '@x402/fetch'
import { expect } from 'chai'
import { AbiCoder, Contract, HDNodeWallet, JsonRpcProvider, keccak256 } from 'ethers'
import { createApiClient } from '../../src/api/client.ts'
import { parseCoins } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES, chunkCount } from '../../src/domain/chunk.ts'
import { parseAddress, parseChannelId } from '../../src/domain/ids.ts'
import { chunkPrice, filePrice } from '../../src/domain/price.ts'
import { fieldsOf } from '../support/json.ts'
import { readLedger } from '../support/ledger.ts'
import { Market, payoutsTo, type RunningSeller } from '../support/market.ts'
import { type OwnChannel, VoucherScheme } from '../support/voucher-scheme.ts'

const PHRASE = 'test test test test test test test test test test test junk'
const PRICE = '0.001'
/** 12 chunks, the last one shorter. */
const SIZE_BYTES = 11 * CHUNK_SIZE_BYTES + 1_001
const CHUNKS = chunkCount(SIZE_BYTES)
const TOTAL = filePrice(parseCoins(PRICE), SIZE_BYTES)
const CHUNK_PRICE = chunkPrice(parseCoins(PRICE), CHUNK_SIZE_BYTES)
const DEPOSIT = 2n * TOTAL

describe('a stock x402 client pays a seeder with vouchers of a channel', function () {
  this.timeout(150_000)
  let market: Market
  let provider: JsonRpcProvider
  let file: string
  let bytes: Buffer
  let accounts = 0

  before(async () => {
    market = await Market.open()
    provider = new JsonRpcProvider(market.rpcUrl, undefined, { staticNetwork: true, cacheTimeout: -1 })
    file = await market.file('sold over http.bin', SIZE_BYTES)
    bytes = await readFile(file)
  })
  after(async () => {
    provider?.destroy()
    await market?.close()
  })

  /** A wallet that every development tool knows, and a channel that it opened as any program could. */
  async function buyer(payee: string): Promise<{ wallet: HDNodeWallet; channel: OwnChannel }> {
    const wallet = HDNodeWallet.fromPhrase(PHRASE, '', `m/44'/60'/0'/0/${++accounts}`).connect(provider)
    const { chainId } = await provider.getNetwork()
    const salt = BigInt(`0x${createHash('sha256').update(wallet.address).digest('hex').slice(0, 24)}`)
    const contract = new Contract(market.contract, ['function open(uint256 saltAndPayee) payable'], wallet)
    const sent = await contract.getFunction('open')((salt << 160n) | BigInt(payee), { value: DEPOSIT })
    await sent.wait()
    const parties = [wallet.address, payee, salt]
    const channelId = keccak256(AbiCoder.defaultAbiCoder().encode(['address', 'address', 'uint96'], parties))
    const names = { channelId, chainId: Number(chainId), contract: market.contract, payer: wallet.address, payee, salt }
    return { wallet, channel: { ...names, signed: 0n } }
  }

  /** What a page would have: `fetch` that pays. */
  function paying(scheme: VoucherScheme): typeof fetch {
    const client = new x402Client().register('eip155:98767', scheme).setSpendControls(false)
    return wrapFetchWithPayment(fetch, client)
  }

  async function urlOf({ fileHash }: RunningSeller, dataDirectory: string): Promise<string> {
    const { http } = await createApiClient({ dataDirectory }).status()
    return `${http?.url}file/${fileHash}`
  }

  const responseOf = (response: Response): Record<string, unknown> =>
    fieldsOf(JSON.parse(Buffer.from(response.headers.get('payment-response') ?? '', 'base64').toString()))

  /** Ends the channel from the payee's side; what the chain then says of it, and the seller's books. */
  async function settled(seller: { dataDirectory: string }, selling: RunningSeller, channel: OwnChannel) {
    await createApiClient(seller).closeChannel(parseChannelId(channel.channelId))
    const parties = { payer: parseAddress(channel.payer), payee: selling.address }
    const payouts = payoutsTo(await market.eventsUntil((events) => payoutsTo(events, parties).closed > 0), parties)
    expect((await selling.process.stop('SIGINT')).code).to.equal(0)
    const pair = readLedger(seller.dataDirectory).asPayee.find(({ payer }) => payer === parties.payer)
    return { payouts, pair }
  }

  it('gets a whole file chunk by chunk, and the seller redeems it to the wei', async () => {
    const seller = await market.seller('seller', file, PRICE)
    const selling = await seller.start()
    const url = await urlOf(selling, seller.dataDirectory)
    const { wallet, channel } = await buyer(selling.address)
    const balance = await provider.getBalance(wallet.address)
    const kept: bigint[] = []
    const scheme = new VoucherScheme(wallet, channel, async (signed) => void kept.push(signed))
    const pay = paying(scheme)

    const parts: Buffer[] = []
    let paid = 0n
    for (let index = 0; index < CHUNKS; index++) {
      const response = await pay(`${url}/chunk/${index}`)
      expect(response.status).to.equal(200)
      parts.push(Buffer.from(await response.arrayBuffer()))
      paid += chunkPrice(parseCoins(PRICE), parts.at(-1)?.length ?? 0)
      expect(responseOf(response)).to.deep.include({ success: true, payer: wallet.address, transaction: '' })
      const extra = { channelId: channel.channelId, cumulativeAmount: `${paid}`, cover: '0' }
      expect(responseOf(response)['extra']).to.deep.equal(extra)
    }
    expect(Buffer.concat(parts).equals(bytes)).to.equal(true)
    expect([scheme.signed, kept.at(-1)]).to.deep.equal([TOTAL, TOTAL])

    const { payouts, pair } = await settled(seller, selling, channel)
    expect(payouts).to.deep.equal({ paid: TOTAL, opened: 1, closed: 1 })
    expect(pair).to.include({ vouchered: TOTAL, committed: TOTAL, writtenOff: 0n })
    // The contract returned the rest, and the payer sent nothing after the deposit.
    expect(await provider.getBalance(wallet.address)).to.equal(balance + DEPOSIT - TOTAL)
  })

  it('gets ranges and a whole file with one voucher each, and what is paid once is not paid again', async () => {
    const seller = await market.seller('seller of ranges', file, PRICE)
    const selling = await seller.start()
    const url = await urlOf(selling, seller.dataDirectory)
    const { wallet, channel } = await buyer(selling.address)
    const scheme = new VoucherScheme(wallet, channel, async () => {})
    const pay = paying(scheme)

    const last = 2 * CHUNK_SIZE_BYTES + 4
    const range = await pay(url, { headers: { range: `bytes=${CHUNK_SIZE_BYTES - 5}-${last}` } })
    expect(range.status).to.equal(206)
    const part = Buffer.from(await range.arrayBuffer())
    expect(part.equals(bytes.subarray(CHUNK_SIZE_BYTES - 5, last + 1))).to.equal(true)
    expect(scheme.signed).to.equal(3n * CHUNK_PRICE)

    // The three chunks of the range are in D: sent again for nothing, so what was asked for too much stays as cover.
    const whole = await pay(url)
    expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).to.equal(true)
    expect(scheme.signed).to.equal(TOTAL + 3n * CHUNK_PRICE)
    expect(fieldsOf(responseOf(whole)['extra'])['cover']).to.equal(`${3n * CHUNK_PRICE}`)
    const again = await pay(`${url}/chunk/0`)
    expect(again.status).to.equal(200)
    expect(scheme.signed).to.equal(TOTAL + 3n * CHUNK_PRICE)

    const { payouts, pair } = await settled(seller, selling, channel)
    expect(payouts.paid).to.equal(TOTAL + 3n * CHUNK_PRICE)
    expect(pair).to.include({ committed: TOTAL })
  })

  it('pays once when the seller is killed after it took the voucher and before a byte left', async () => {
    const seller = await market.seller('mortal seller', file, PRICE)
    let selling = await seller.start({ env: { CHIRAL_FAIL_POINT: 'payee-durable:4' } })
    let url = await urlOf(selling, seller.dataDirectory)
    const { wallet, channel } = await buyer(selling.address)
    const scheme = new VoucherScheme(wallet, channel, async () => {})
    const pay = paying(scheme)

    const parts: Buffer[] = []
    let deaths = 0
    while (parts.length < CHUNKS) {
      try {
        const response = await pay(`${url}/chunk/${parts.length}`)
        expect(response.status).to.equal(200)
        parts.push(Buffer.from(await response.arrayBuffer()))
      } catch (error) {
        expect(++deaths, String(error)).to.equal(1)
        expect((await selling.process.finished).signal).to.equal('SIGKILL')
        expect(parts.length).to.equal(3)
        scheme.broken()
        selling = await seller.start()
        url = await urlOf(selling, seller.dataDirectory)
      }
    }
    expect(deaths).to.equal(1)
    expect(Buffer.concat(parts).equals(bytes)).to.equal(true)
    expect(scheme.signed).to.equal(TOTAL)

    const { payouts, pair } = await settled(seller, selling, channel)
    expect(payouts).to.deep.equal({ paid: TOTAL, opened: 1, closed: 1 })
    expect(pair).to.include({ vouchered: TOTAL, committed: TOTAL })
  })
})
