import { expect } from 'chai'
import { wei } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { chunkPrice, filePrice } from '../../src/domain/price.ts'
import { verifyReceipts } from '../../src/node/receipts.ts'
import type { DownloadView } from '../../src/node/types.ts'
import { getBatch } from '../support/batches.ts'
import { startEvilSeeder } from '../support/evil-seeder.ts'
import { get, type LiveNode, type Swarm, sha256Of, startSwarm } from '../support/live-swarm.ts'

const ASKED = wei(10n ** 15n)
const LOWEST = wei(6n * 10n ** 14n)
const BID = wei(8n * 10n ** 14n)
const FILE_CHUNKS = 60
const SIZE_BYTES = FILE_CHUNKS * CHUNK_SIZE_BYTES

describe('integration: bids', function () {
  this.timeout(180_000)
  let swarm: Swarm
  let bargainer: LiveNode
  let firm: LiveNode
  let buyer: LiveNode
  let count = 0

  before(async () => {
    swarm = await startSwarm()
    bargainer = await swarm.start('bargainer')
    ;[firm, buyer] = await Promise.all([swarm.start('firm'), swarm.start('buyer')])
  })
  after(() => swarm.stop())

  const received = (): Promise<bigint[]> =>
    Promise.all([bargainer, firm].map(({ status }) => swarm.received(status.address)))

  async function shared(by: readonly LiveNode[] = [bargainer, firm]) {
    const { path } = await swarm.file(`file-${++count}`, SIZE_BYTES)
    const terms = { path, pricePerMiB: ASKED }
    const shares = by.map(({ node }) =>
      node.share(node === bargainer.node ? { ...terms, lowestPricePerMiB: LOWEST } : terms),
    )
    const [share] = await Promise.all(shares)
    if (share === undefined) throw new Error('nobody shares it')
    return share
  }

  function sourceOf(download: DownloadView, { status }: LiveNode) {
    const source = download.sources.find(({ payee }) => payee === status.address)
    if (source === undefined) throw new Error(`${status.address} was not asked`)
    return source
  }

  for (const protocol of ['bitswap', 'webrpc', 'http'] as const)
    it(`pays who takes the bid at the bid and who does not at its price, to the wei, over ${protocol}`, async () => {
      const share = await shared()
      const before = await received()
      const out = swarm.path(`out-${count}`)
      const request = { reference: share.fileHash, out, protocol, bid: BID }
      const plan = await buyer.node.plan({ ...request, closeChannels: true })
      expect([plan.totalPrice, plan.bidPrice]).to.deep.equal([share.totalPrice, filePrice(BID, SIZE_BYTES)])
      expect(plan.seeders.map(({ pricePerMiB }) => pricePerMiB)).to.deep.equal([ASKED, ASKED])

      const download = await get(buyer.node, request)
      expect(download.phase, JSON.stringify(download.error)).to.equal('done')
      expect(await sha256Of(out)).to.equal(share.sha256)
      const after = await received()
      let [chunks, spent] = [0, 0n]
      for (const [index, [seller, price]] of (
        [
          [bargainer, BID],
          [firm, ASKED],
        ] as const
      ).entries()) {
        const source = sourceOf(download, seller)
        expect([source.pricePerMiB, source.askedPricePerMiB]).to.deep.equal([price, ASKED])
        const owed = BigInt(source.chunks) * chunkPrice(price, CHUNK_SIZE_BYTES)
        expect([source.verified, source.paid]).to.deep.equal([owed, owed])
        expect((after[index] ?? 0n) - (before[index] ?? 0n)).to.equal(owed)
        chunks += source.chunks
        spent += owed
        const log = await buyer.node.receipts({ fileHash: share.fileHash, peer: seller.status.address })
        const promised = log.filter(({ kind }) => kind === 'quoted').flatMap(({ files }) => files ?? [])
        const prices = price === ASKED ? [ASKED] : [ASKED, BID]
        expect(promised.map(({ amount }) => amount).toSorted(), 'what the seller signed').to.deep.equal(
          prices.toSorted(),
        )
      }
      const { text } = await buyer.node.exportReceipts({ format: 'csv' })
      expect(verifyReceipts(text).wallet).to.equal(buyer.status.address)
      expect([chunks, download.spent]).to.deep.equal([FILE_CHUNKS, spent])
    })

  it('pays the asked price to all without a bid', async () => {
    const share = await shared([bargainer])
    const download = await get(buyer.node, { reference: share.fileHash, out: swarm.path('no-bid') })
    expect([download.phase, download.spent]).to.deep.equal(['done', share.totalPrice])
    expect(sourceOf(download, bargainer).pricePerMiB).to.equal(ASKED)
  })

  it('loses the discount by a bid below the lowest price, and gets no second one', async () => {
    const share = await shared([bargainer])
    for (const bid of [wei(LOWEST - 1n), BID]) {
      const download = await get(buyer.node, { reference: share.fileHash, out: swarm.path(`low-${bid}`), bid })
      expect([download.phase, download.spent]).to.deep.equal(['done', share.totalPrice])
    }
  })

  it('tells the lowest price to nobody but its user', async () => {
    const share = await shared([bargainer])
    expect(bargainer.node.shares().find(({ fileHash }) => fileHash === share.fileHash)?.lowestPricePerMiB).to.equal(
      LOWEST,
    )
    const found = await buyer.node.find(share.fileHash)
    const plan = await buyer.node.plan({ reference: share.fileHash, out: swarm.path('told'), closeChannels: true })
    const told = JSON.stringify([found, plan], (_key, value) => (typeof value === 'bigint' ? value.toString() : value))
    expect(told).to.include(ASKED.toString()).and.to.not.include(LOWEST.toString())
  })

  it('refuses a lowest price of nothing, or above the price', async () => {
    const { path } = await swarm.file('refused', 10)
    for (const lowest of [0n, ASKED + 1n]) {
      const asked = bargainer.node.share({ path, pricePerMiB: ASKED, lowestPricePerMiB: wei(lowest) })
      expect(await asked.catch((error: unknown) => error)).to.have.property('code', 'USAGE')
    }
  })

  it('bids for every file of a batch', async () => {
    const shares = [await shared([bargainer]), await shared([bargainer])]
    const [before] = await received()
    const items = shares.map(({ fileHash }) => ({ reference: fileHash }))
    const batch = await getBatch(buyer.node, { items, out: swarm.path('batch'), bid: BID })
    expect(batch.phase, JSON.stringify(batch.failures)).to.equal('done')
    expect(batch.spent).to.equal(2n * filePrice(BID, SIZE_BYTES))
    expect((await received())[0]).to.equal((before ?? 0n) + batch.spent)
  })

  it('leaves a seeder that asks more after the bid, and pays it nothing', async () => {
    const file = await swarm.file('raised', SIZE_BYTES)
    const { node } = bargainer
    const lies = {
      quotes: (honest: Parameters<NonNullable<Parameters<typeof startEvilSeeder>[0]['lies']['quotes']>>[0]) => ({
        ...honest,
        counter: (...args: Parameters<typeof honest.counter>) => {
          const quote = honest.counter(...args)
          return quote === undefined || quote === 'repeated' ? quote : { ...quote, pricePerMiB: wei(ASKED + 1n) }
        },
      }),
    }
    const [liar] = await Promise.all([
      startEvilSeeder({ config: swarm.config('liar'), file, pricePerMiB: wei(ASKED - 4n), lies }),
      node.share({ path: file.path, pricePerMiB: ASKED, lowestPricePerMiB: LOWEST }),
    ])
    swarm.defer(() => liar.stop())
    const download = await get(buyer.node, { reference: liar.fileHash, out: swarm.path('raised-out'), bid: BID })
    expect(download.phase, JSON.stringify(download.error)).to.equal('done')
    expect(download.spent).to.equal(filePrice(BID, SIZE_BYTES))
    const source = download.sources.find(({ payee }) => payee === liar.address)
    expect([source?.error?.code, source?.paid]).to.deep.equal(['QUOTE_RAISED', 0n])
    await liar.redeemAll()
    expect(await swarm.received(liar.address)).to.equal(0n)
  })

  it('leaves a seeder that does not sign what it quotes, and pays it nothing', async () => {
    const file = await swarm.file('unsigned', SIZE_BYTES)
    const [liar] = await Promise.all([
      startEvilSeeder({
        config: swarm.config('forger'),
        file,
        pricePerMiB: wei(ASKED - 4n),
        lies: { signQuote: async () => new Uint8Array(64).fill(7) },
      }),
      bargainer.node.share({ path: file.path, pricePerMiB: ASKED }),
    ])
    swarm.defer(() => liar.stop())
    const download = await get(buyer.node, { reference: liar.fileHash, out: swarm.path('unsigned-out') })
    expect([download.phase, download.spent]).to.deep.equal(['done', filePrice(ASKED, SIZE_BYTES)])
    const source = download.sources.find(({ payee }) => payee === liar.address)
    expect([source?.error?.code, source?.paid]).to.deep.equal(['QUOTE_INVALID', 0n])
  })
})
