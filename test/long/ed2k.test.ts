import { open, stat } from 'node:fs/promises'
import { expect } from 'chai'
import { ZERO_WEI } from '../../src/domain/amount.ts'
import { chunkCount } from '../../src/domain/chunk.ts'
import { parseEd2kLink } from '../../src/public-protocols/ed2k/link.ts'
import { get, type LiveNode, type Swarm, startSwarm } from '../support/live-swarm.ts'

/** Five minutes alone; the two cores may be shared by many. */
const TIMEOUT_MS = 40 * 60_000
/** One byte more than offsets of four bytes reach. */
const SIZE_BYTES = 2 ** 32 + 1
const ANY = { downloads: { protocol: undefined, stallMs: 60_000, window: 16 } } as const

function received({ node }: LiveNode): number {
  return Number(/^chiral_ed2k_chunks_received_total (\d+)$/m.exec(node.metrics())?.[1])
}

describe('long: ed2k', function () {
  this.timeout(TIMEOUT_MS)
  let swarm: Swarm

  before(async () => {
    swarm = await startSwarm()
  })
  after(() => swarm.stop())

  it('brings a file of 4 GiB and one byte', async () => {
    const path = swarm.path('sparse')
    const file = await open(path, 'w')
    await file.truncate(SIZE_BYTES)
    for (let at = 0; at < SIZE_BYTES; at += 2 ** 24)
      await file.write(Uint8Array.of(at / 2 ** 24, 1, 2, 3), 0, 4, Math.min(at, SIZE_BYTES - 4))
    await file.close()
    // The torrent of the file would be made as well, which takes as long again.
    const seeder = await swarm.start('seeder', { uploads: { protocols: ['bitswap', 'ed2k'] } })
    const leecher = await swarm.start('leecher', ANY)
    const share = await seeder.node.share({ path, pricePerMiB: ZERO_WEI })
    expect(parseEd2kLink(share.ed2kLink ?? '').sizeBytes).to.equal(SIZE_BYTES)
    const out = swarm.path('out')
    const download = await get(leecher.node, { reference: share.fileHash, out, protocol: 'ed2k' })
    expect(download.phase, JSON.stringify(download.error)).to.equal('done')
    // The id of the file was verified, chunk by chunk.
    expect((await stat(out)).size).to.equal(SIZE_BYTES)
    expect(received(leecher)).to.equal(chunkCount(SIZE_BYTES))
    expect(download.sources.map((source) => source.protocol)).to.deep.equal(['ed2k'])
  })
})
