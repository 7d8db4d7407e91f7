import { writeFile } from 'node:fs/promises'
import { expect } from 'chai'
import { wei, ZERO_WEI } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { codeOf } from '../../src/domain/errors.ts'
import type { ShareView } from '../../src/node/types.ts'
import { parseEd2kLink } from '../../src/public-protocols/ed2k/link.ts'
import { PART_BYTES, PartHasher } from '../../src/public-protocols/ed2k/parts.ts'
import { openTestTransfer } from '../support/ed2k-seeder.ts'
import { get, type LiveNode, type Swarm, sha256Of, startSwarm } from '../support/live-swarm.ts'

const ANY = { downloads: { protocol: undefined, stallMs: 30_000 } } as const
const PRICE = wei(10n ** 15n)

/** Chunks that a node has received over ed2k. */
function received({ node }: LiveNode): number {
  return Number(/^chiral_ed2k_chunks_received_total (\d+)$/m.exec(node.metrics())?.[1])
}

/** Where the link of a share says that the file is. */
function sourceOf({ ed2kLink = '' }: ShareView): { readonly link: string; readonly port: number } {
  return { link: ed2kLink, port: parseEd2kLink(ed2kLink).sources[0]?.port ?? 0 }
}

describe('integration: ed2k', function () {
  this.timeout(120_000)
  let swarm: Swarm
  let seeder: LiveNode
  let count = 0

  before(async () => {
    swarm = await startSwarm()
    seeder = await swarm.start('seeder')
  })
  after(() => swarm.stop())

  async function shared(fileChunks: number, by = seeder, pricePerMiB = ZERO_WEI): Promise<ShareView> {
    const { path } = await swarm.file(`file-${++count}`, fileChunks * CHUNK_SIZE_BYTES - 1)
    return by.node.share({ path, pricePerMiB })
  }

  it('brings a free file of two parts when that is wanted', async () => {
    const leecher = await swarm.start('leecher', ANY)
    const share = await shared(50)
    const out = swarm.path('free')
    const download = await get(leecher.node, { reference: share.fileHash, out, protocol: 'ed2k' })
    expect(download.phase, JSON.stringify(download.error)).to.equal('done')
    expect(download.sources.map((source) => source.protocol)).to.deep.equal(['ed2k'])
    expect(await sha256Of(out)).to.equal(share.sha256)
    expect(received(leecher)).to.equal(50)
  })

  it('brings a file with a price when that is wanted, paid to the wei after it verified, and to nobody without a grant', async () => {
    const buyer = await swarm.start('buyer', ANY)
    const share = await shared(60, seeder, PRICE)
    const out = swarm.path('priced')
    const before = await swarm.received(seeder.status.address)
    const job = { reference: share.fileHash, out, protocol: 'ed2k', closeChannels: true } as const
    const download = await get(buyer.node, job)
    expect(download.phase, JSON.stringify(download.error)).to.equal('done')
    expect(download.sources.map((source) => source.protocol)).to.deep.equal(['ed2k'])
    expect(await sha256Of(out)).to.equal(share.sha256)
    expect(received(buyer)).to.equal(60)
    expect(download.spent).to.equal(share.totalPrice)
    expect(await swarm.received(seeder.status.address)).to.equal(before + share.totalPrice)

    const { link, port } = sourceOf(share)
    for (const grant of [{}, { grant: '00'.repeat(32) }]) {
      const stranger = await openTestTransfer({ link, file: share }, port, grant)
      const refused = await stranger.request({ chunkIndex: 0, lengthBytes: CHUNK_SIZE_BYTES }).catch(codeOf)
      expect(refused).to.equal('PAYMENT_REQUIRED')
      await stranger.close()
    }
  })

  it('names a file by its true hash, in the link and over a restart', async () => {
    const first = await swarm.start('restarting')
    const path = swarm.path('a part to the byte')
    const content = new Uint8Array(PART_BYTES).fill(7)
    await writeFile(path, content)
    const share = await first.node.share({ path, pricePerMiB: ZERO_WEI })
    const hasher = await PartHasher.create()
    hasher.update(content)
    const { hash } = hasher.digest()
    expect(parseEd2kLink(share.ed2kLink ?? '')).to.include({ hash, sizeBytes: PART_BYTES, name: 'a part to the byte' })
    await first.stop()
    const second = await swarm.start('restarting')
    const [after] = await second.node.shares()
    expect(parseEd2kLink(after?.ed2kLink ?? '').hash).to.equal(hash)
  })
})
