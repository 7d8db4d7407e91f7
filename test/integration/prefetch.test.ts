import { expect } from 'chai'
import { wei, ZERO_WEI } from '../../src/domain/amount.ts'
import type { ShareView } from '../../src/node/types.ts'
import { type Logger, silentLogger } from '../../src/system/logger.ts'
import { writeTree } from '../support/batches.ts'
import { get, type LiveNode, type Swarm, sha256Of, startSwarm } from '../support/live-swarm.ts'

const NAMES = ['part 1.bin', 'part 2.bin', 'part 9.bin', 'part 10.bin', 'part 11.bin'] as const

describe('integration: files fetched ahead', function () {
  this.timeout(120_000)
  let swarm: Swarm
  let seeder: LiveNode
  let leecher: LiveNode
  /** Resolves with the ids of the next so many files that are fetched ahead. */
  let fetchedAhead: (count: number) => Promise<string[]>

  before(async () => {
    const fetched: string[] = []
    let tell = (): void => {}
    const log: Logger = {
      ...silentLogger,
      info(fields, message) {
        if (message !== 'fetched a file ahead') return
        fetched.push(String(fields['file_hash']))
        tell()
      },
    }
    fetchedAhead = (count) =>
      new Promise((resolve) => {
        tell = () => {
          if (fetched.length >= count) resolve(fetched.splice(0))
        }
        tell()
      })
    swarm = await startSwarm()
    seeder = await swarm.start('seeder')
    leecher = await swarm.start('leecher', { downloads: { prefetchBytes: 2 ** 22 }, system: { log } })
  })
  after(() => swarm.stop())

  async function sharedFolder(name: string, pricePerMiB: bigint): Promise<{ listing: ShareView; ids: string[] }> {
    await writeTree(swarm.path(name), new Map(NAMES.map((file, index) => [file, 300_000 + index])))
    const listing = await seeder.node.share({ path: swarm.path(name), pricePerMiB: wei(pricePerMiB) })
    const ids: string[] = []
    for (const file of NAMES)
      ids.push(
        (await seeder.node.share({ path: swarm.path(`${name}/${file}`), pricePerMiB: wei(pricePerMiB) })).fileHash,
      )
    // The user looks at what is in the folder, as "get --dry-run" does.
    const looked = await leecher.node.batches.plan(
      { items: [{ reference: listing.fileHash, path: '.' }], out: swarm.path(`looked-${name}`), closeChannels: true },
      new AbortController().signal,
    )
    expect(looked.files).to.equal(NAMES.length)
    return { listing, ids }
  }

  const counted = (name: string): number =>
    Number(new RegExp(`^chiral_prefetch_${name} (\\d+)$`, 'm').exec(leecher.node.metrics())?.[1])

  it('has the next free files of a folder when they are asked for, and nothing of one with a price', async () => {
    const priced = await sharedFolder('priced', 10n ** 12n)
    for (const [index, id] of priced.ids.slice(0, 2).entries())
      expect((await get(leecher.node, { reference: id, out: swarm.path(`priced-${index}`) })).phase).to.equal('done')
    const { ids } = await sharedFolder('free', ZERO_WEI)
    for (const [index, id] of ids.slice(0, 2).entries())
      expect((await get(leecher.node, { reference: id, out: swarm.path(`free-${index}`) })).phase).to.equal('done')

    expect(await fetchedAhead(2), 'in the order of the folder').to.deep.equal(ids.slice(2, 4))
    expect(counted('used_bytes')).to.equal(300_002 + 300_003)

    const [, , third = ''] = ids
    const out = swarm.path('free-2')
    const plan = await leecher.node.plan({ reference: third, out, closeChannels: true })
    expect(plan.chunksHeld).to.equal(plan.chunks)
    const view = await get(leecher.node, { reference: third, out })
    expect(view).to.include({ phase: 'done', verifiedBytes: 300_002 })
    expect(view.sources, 'nobody was asked').to.deep.equal([])
    expect(await sha256Of(out)).to.equal(await sha256Of(swarm.path(`free/${NAMES[2]}`)))
    expect(counted('hits_total')).to.equal(1)
    expect(counted('hit_bytes_total')).to.equal(300_002)
    expect(await fetchedAhead(1), 'and it goes on from there').to.deep.equal(ids.slice(4))
  })
})
