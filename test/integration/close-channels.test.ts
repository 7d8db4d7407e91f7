import { expect } from 'chai'
import { wei } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { get, type LiveNode, type Swarm, startSwarm } from '../support/live-swarm.ts'

const PRICE_PER_MIB = wei(10n ** 15n)
const CHUNKS = 4
const BUYERS = 3

describe('integration: the end of all channels', function () {
  this.timeout(120_000)
  let swarm: Swarm

  before(async () => {
    swarm = await startSwarm()
  })
  after(() => swarm.stop())

  /** One that has bought from the seller and left the channel open. */
  async function buyer(name: string, reference: string): Promise<LiveNode> {
    const live = await swarm.start(name)
    const download = await get(live.node, { reference, out: swarm.path(`${name}.out`), closeChannels: false })
    expect(download.phase, JSON.stringify(download.error)).to.equal('done')
    return live
  }

  it('pays a seller of many by one transaction, and a buyer asks for the end of its own', async () => {
    const seller = await swarm.start('seller')
    const { path } = await swarm.file('sold', CHUNKS * CHUNK_SIZE_BYTES)
    const { fileHash, totalPrice } = await seller.node.share({ path, pricePerMiB: PRICE_PER_MIB })
    for (let index = 0; index < BUYERS; index++) await buyer(`buyer ${index}`, fileHash)
    expect(await swarm.received(seller.status.address)).to.equal(0n)
    const channelIds = seller.node.channels().map(({ channelId }) => channelId)
    expect(channelIds).to.have.length(BUYERS)

    const closed = await seller.node.closeChannels()
    expect(closed.map((each) => [...each.channelIds].toSorted())).to.deep.equal([channelIds.toSorted()])
    const total = totalPrice * BigInt(BUYERS)
    await swarm.untilBlock(async () => (await swarm.received(seller.status.address)) === total)

    const last = await buyer('last buyer', fileHash)
    const [own] = last.node.channels()
    const [asked, ...others] = await last.node.closeChannels()
    expect([asked?.channelIds, others]).to.deep.equal([[own?.channelId], []])
    // However far the chain is with it, it is asked for once.
    for (const { transactionHash } of await last.node.closeChannels())
      expect(transactionHash).to.equal(asked?.transactionHash)
  })
})
