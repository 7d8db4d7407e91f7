import { expect } from 'chai'
import { type Wei, wei, ZERO_WEI } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import type { PublicProtocol } from '../../src/domain/transfer.ts'
import type { DownloadView, ShareView } from '../../src/node/types.ts'
import { get, type LiveNode, type NodeChoices, type Swarm, sha256Of, startSwarm } from './live-swarm.ts'

/** A leecher that takes whatever protocol is best. */
export const ANY = { downloads: { protocol: undefined, stallMs: 30_000 } } as const
export const PRICE = wei(10n ** 15n)

/** A swarm with a seeder, and what tests of one public protocol do in it. */
export interface PublicSwarm extends Swarm {
  readonly seeder: LiveNode
  /** Shares a new file that is not quite so many chunks long; without a seller and a price by the seeder, for nothing. */
  share(fileChunks: number, seller?: LiveNode, pricePerMiB?: Wei): Promise<ShareView>
  /** Chunks that a node has received over the protocol. */
  receivedBy(node: LiveNode): number
  /** Downloads what is shared, by the protocol where the seeder can be reached by it, and expects all of it. */
  bring(share: ShareView, leecher: LiveNode): Promise<DownloadView>
  /** The same, expecting every chunk over the protocol, and for what has a price that the seeder was paid it to the wei. */
  bringOver(share: ShareView, leecher: LiveNode): Promise<void>
}

export async function startPublicSwarm(protocol: PublicProtocol, choices: NodeChoices = {}): Promise<PublicSwarm> {
  const swarm = await startSwarm()
  const seeder = await swarm.start('seeder', choices)
  const metric = new RegExp(`^chiral_${protocol}_chunks_received_total (\\d+)$`, 'm')
  const receivedBy = ({ node }: LiveNode): number => Number(metric.exec(node.metrics())?.[1])
  let files = 0

  async function bring(share: ShareView, { node }: LiveNode): Promise<DownloadView> {
    const out = swarm.path(`${share.fileHash}.out`)
    const download = await get(node, { reference: share.fileHash, out, protocol, closeChannels: true })
    expect(download.phase, JSON.stringify(download.error)).to.equal('done')
    expect(await sha256Of(out)).to.equal(share.sha256)
    expect(download.spent).to.equal(share.totalPrice)
    return download
  }

  return {
    ...swarm,
    seeder,
    receivedBy,
    bring,
    async share(fileChunks, seller = seeder, pricePerMiB = ZERO_WEI) {
      const { path } = await swarm.file(`file-${++files}`, fileChunks * CHUNK_SIZE_BYTES - 1)
      return seller.node.share({ path, pricePerMiB })
    },
    async bringOver(share, leecher) {
      const before = { chunks: receivedBy(leecher), paid: await swarm.received(seeder.status.address) }
      const { sources } = await bring(share, leecher)
      expect(sources.map((source) => source.protocol)).to.deep.equal([protocol])
      expect(receivedBy(leecher) - before.chunks).to.equal(share.chunks)
      expect(await swarm.received(seeder.status.address)).to.equal(before.paid + share.totalPrice)
    },
  }
}
