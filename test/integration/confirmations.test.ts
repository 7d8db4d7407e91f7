import { expect } from 'chai'
import { createRpc } from '../../src/chain/rpc.ts'
import { wei } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { chunkPrice } from '../../src/domain/price.ts'
import type { DownloadView } from '../../src/node/types.ts'
import { systemClock } from '../../src/system/clock.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { type LiveNode, type Swarm, startSwarm, untilDownload, untilEnded } from '../support/live-swarm.ts'

const PRICE_PER_MIB = wei(10n ** 15n)
const PRICE = chunkPrice(PRICE_PER_MIB, CHUNK_SIZE_BYTES)
const CONFIRMATIONS = 5
const SMALL_CHUNKS = 8

describe('integration: confirmations by amount', function () {
  this.timeout(120_000)
  let swarm: Swarm
  let seeder: LiveNode

  before(async () => {
    swarm = await startSwarm()
    seeder = await swarm.start('seeder', {
      payments: {
        confirmations: CONFIRMATIONS,
        smallDeposit: wei(PRICE * BigInt(SMALL_CHUNKS)),
        smallConfirmations: 1,
      },
    })
  })
  after(() => swarm.stop())

  const waiting = (view: DownloadView): number | undefined =>
    view.sources.find((source) => source.phase === 'confirming')?.blocksLeft

  /** Downloads a file of so many chunks, mining a block whenever the download waits for one. Returns the waits it showed. */
  async function waits(fileChunks: number): Promise<number[]> {
    const { path } = await swarm.file(`file-${fileChunks}`, fileChunks * CHUNK_SIZE_BYTES)
    const { fileHash } = await seeder.node.share({ path, pricePerMiB: PRICE_PER_MIB })
    const { node } = await swarm.start(`leecher-${fileChunks}`)
    const rpc = createRpc({ clock: systemClock, log: silentLogger }, { rpcUrl: swarm.chain.rpcUrl })
    const request = { reference: fileHash, out: swarm.path(`out-${fileChunks}`), closeChannels: false }
    const { downloadId } = await node.download({ ...request, maxTotal: wei(10n ** 18n) })
    const shown: number[] = []
    for (;;) {
      const last = shown.at(-1) ?? Number.POSITIVE_INFINITY
      const view = await untilDownload(
        node,
        downloadId,
        (now) => (waiting(now) ?? last) < last || now.verifiedChunks > 0 || now.phase === 'failed',
      )
      const blocksLeft = waiting(view)
      if (blocksLeft === undefined) break
      shown.push(blocksLeft)
      await rpc.request('anvil_mine', ['0x1'])
    }
    const ended = await untilEnded(node, downloadId)
    expect(ended.phase, JSON.stringify(ended.error)).to.equal('done')
    expect(ended.spent).to.equal(PRICE * BigInt(fileChunks))
    return shown
  }

  it('begins a small download after one block, a larger one after all of them', async () => {
    expect((await waits(SMALL_CHUNKS)).at(0)).to.be.at.most(2)
    const larger = await waits(2 * SMALL_CHUNKS)
    expect(larger).to.include(CONFIRMATIONS)
    expect(larger.length).to.be.at.least(CONFIRMATIONS)
  })
})
