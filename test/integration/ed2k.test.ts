import { writeFile } from 'node:fs/promises'
import { expect } from 'chai'
import { ZERO_WEI } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { codeOf } from '../../src/domain/errors.ts'
import type { ShareView } from '../../src/node/types.ts'
import { parseEd2kLink } from '../../src/public-protocols/ed2k/link.ts'
import { PART_BYTES, PartHasher } from '../../src/public-protocols/ed2k/parts.ts'
import { openTestTransfer } from '../support/ed2k-seeder.ts'
import { ANY, PRICE, type PublicSwarm, startPublicSwarm } from '../support/public-swarm.ts'

/** Where the link of a share says that the file is. */
function sourceOf({ ed2kLink = '' }: ShareView): { readonly link: string; readonly port: number } {
  return { link: ed2kLink, port: parseEd2kLink(ed2kLink).sources[0]?.port ?? 0 }
}

describe('integration: ed2k', function () {
  this.timeout(120_000)
  let swarm: PublicSwarm

  before(async () => {
    swarm = await startPublicSwarm('ed2k')
  })
  after(() => swarm.stop())

  it('brings a free file of two parts when that is wanted', async () => {
    await swarm.bringOver(await swarm.share(50), await swarm.start('leecher', ANY))
  })

  it('brings a file with a price when that is wanted, paid to the wei after it verified, and to nobody without a grant', async () => {
    const share = await swarm.share(60, swarm.seeder, PRICE)
    await swarm.bringOver(share, await swarm.start('buyer', ANY))

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
