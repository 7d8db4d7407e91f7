import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { encodeListing, LISTING_MEDIA_TYPE } from '../../src/content/listing.ts'
import { signHeader } from '../../src/discovery/header.ts'
import { wei } from '../../src/domain/amount.ts'
import { codeOf } from '../../src/domain/errors.ts'
import { parseFileHash } from '../../src/domain/ids.ts'
import { filePrice } from '../../src/domain/price.ts'
import { hashFile } from '../../src/node/hash.ts'
import type { ShareView } from '../../src/node/types.ts'
import { createSigner } from '../../src/system/signer.ts'
import { getBatch, readTree, smallAndLarge, untilBatch, writeTree } from '../support/batches.ts'
import { startEvilSeeder } from '../support/evil-seeder.ts'
import { type LiveNode, type Swarm, startSwarm } from '../support/live-swarm.ts'

const PRICE_PER_MIB = wei(10n ** 15n)
/** A busy machine must not look like a stalled seeder: the loser of a hedge may keep what was paid ahead for the chunk. */
const UNHURRIED = { downloads: { stallMs: 30_000 } }

describe('integration: batches', function () {
  this.timeout(180_000)
  let swarm: Swarm
  let seeders: LiveNode[]
  let leecher: LiveNode

  before(async () => {
    swarm = await startSwarm()
    seeders = [await swarm.start('seeder-1'), await swarm.start('seeder-2')]
    leecher = await swarm.start('leecher', UNHURRIED)
  })
  after(() => swarm.stop())

  /** A folder that both seeders share; each has a listing of its own. */
  async function sharedFolder(name: string, files: ReadonlyMap<string, number>, by = seeders): Promise<ShareView[]> {
    await writeTree(swarm.path(name), files)
    return Promise.all(by.map(({ node }) => node.share({ path: swarm.path(name), pricePerMiB: PRICE_PER_MIB })))
  }

  const priceOf = (sizes: Iterable<number>): bigint =>
    [...sizes].reduce((sum, size) => sum + filePrice(PRICE_PER_MIB, size), 0n)

  async function received(): Promise<bigint[]> {
    return Promise.all(seeders.map(({ status }) => swarm.received(status.address)))
  }

  async function channelTransactions(): Promise<number> {
    return (await leecher.node.history()).filter(({ note }) => /^open |^add /.test(note)).length
  }

  for (const protocol of ['bitswap', 'webrpc'] as const)
    it(`gets a folder by the id of its listing, over one channel a seeder, paid to the wei, with ${protocol}`, async () => {
      const files = smallAndLarge(40, 6 << 20)
      const [share] = await sharedFolder(`folder-${protocol}`, files)
      const [before, transactions] = [await received(), await channelTransactions()]
      const out = swarm.path(`out-${protocol}`)
      const items = [{ reference: share?.fileHash ?? '', path: '.' }]
      const batch = await getBatch(leecher.node, { items, out, protocol })
      expect(batch.phase, JSON.stringify(batch.error)).to.equal('done')
      expect(batch).to.include({ files: 41, filesDone: 41, filesFailed: 0, spent: priceOf(files.values()) })
      expect([...(await readTree(out))]).to.deep.equal([...(await readTree(swarm.path(`folder-${protocol}`)))])
      expect(batch.sources.map(({ payee }) => payee)).to.have.members(seeders.map(({ status }) => status.address))
      const after = await received()
      for (const [index, { status }] of seeders.entries()) {
        const paid = batch.sources.find(({ payee }) => payee === status.address)?.paid ?? 0n
        expect(paid > 0n).to.equal(true)
        expect((after[index] ?? 0n) - (before[index] ?? 0n)).to.equal(paid)
      }
      expect((await channelTransactions()) - transactions, 'a channel for each seeder, and no top-up').to.equal(2)

      const again = await getBatch(leecher.node, { items, out, protocol })
      expect(again).to.include({ batchId: batch.batchId, phase: 'done', filesDone: 41, spent: batch.spent })
      expect(await received()).to.deep.equal(after)
    })

  it('buys content once, however many places it goes to', async () => {
    const { path } = await swarm.file('copied', 300_000)
    const own = await seeders[0]?.node.share({ path, pricePerMiB: PRICE_PER_MIB })
    const items = ['a.bin', 'deep/b.bin'].map((target) => ({ reference: own?.fileHash ?? '', path: target }))
    const batch = await getBatch(leecher.node, { items, out: swarm.path('copies') })
    expect(batch, JSON.stringify(batch.error)).to.include({ phase: 'done', filesDone: 2, spent: priceOf([300_000]) })
    expect(new Set((await readTree(swarm.path('copies'))).values())).to.deep.equal(new Set([own?.sha256]))
  })

  it('finds a small file of a large folder through its listing, and not by its own id', async () => {
    const [seeder] = seeders
    if (seeder === undefined) throw new Error('there is a seeder')
    const files = new Map(Array.from({ length: 65 }, (_, index) => [`file-${index}`, 1_000 + index]))
    const [share] = await sharedFolder('many', files, [seeder])
    expect(share?.folder).to.include({ files: 65, ownRecords: 64 })
    const smallest = (await hashFile(swarm.path('many/file-0'))).fileHash
    const { seeders: found } = await leecher.node.find(smallest, { listing: share?.fileHash })
    expect(found.map(({ payee }) => payee)).to.deep.equal([seeder.status.address])
    const second = (await hashFile(swarm.path('many/file-1'))).fileHash
    expect((await leecher.node.find(second)).seeders).to.have.length(1)
    expect(await leecher.node.find(smallest).then(() => 'found', codeOf)).to.equal('NO_SEEDERS')
  })

  it('gets what there is, and says what there is not', async () => {
    const { path } = await swarm.file('there', 5_000)
    const own = await seeders[0]?.node.share({ path, pricePerMiB: PRICE_PER_MIB })
    const items = [{ reference: own?.fileHash ?? '' }, { reference: 'ee'.repeat(32), path: 'gone.bin' }]
    const batch = await getBatch(leecher.node, { items, out: swarm.path('some') })
    expect(batch).to.include({ phase: 'failed', filesDone: 1, filesFailed: 1 })
    expect(batch.error?.code).to.equal('NO_SEEDERS')
    expect(batch.failures).to.have.length(1)
    expect(batch.failures[0]).to.include({ path: 'gone.bin', code: 'NO_SEEDERS' })
    expect([...(await readTree(swarm.path('some'))).keys()]).to.deep.equal(['there'])
  })

  it('refuses a budget that cannot suffice for all of them, and spends nothing', async () => {
    const [share] = await sharedFolder('dear', smallAndLarge(3, 1 << 20))
    const balance = await leecher.node.balance()
    const items = [{ reference: share?.fileHash ?? '', path: '.' }]
    const request = { items, out: swarm.path('poor'), maxTotal: wei(10n ** 14n), closeChannels: true }
    expect(await leecher.node.batches.start(request).catch(codeOf)).to.equal('BUDGET_EXCEEDED')
    expect(await leecher.node.balance()).to.equal(balance)
  })

  it('writes nothing through a link that leads out of the folder', async () => {
    const [share] = await sharedFolder(
      'linked',
      new Map([
        ['sub/a.bin', 2_000],
        ['b.bin', 2_000],
      ]),
    )
    const [out, outside] = [swarm.path('with-link'), swarm.path('outside')]
    await mkdir(out)
    await mkdir(outside)
    await symlink(outside, join(out, 'sub'))
    const batch = await getBatch(leecher.node, { items: [{ reference: share?.fileHash ?? '', path: '.' }], out })
    expect(batch).to.include({ phase: 'failed', filesDone: 1 })
    expect(batch.error?.code).to.equal('TARGET_OUTSIDE')
    expect(await readdir(outside)).to.deep.equal([])
  })

  /** A seeder of one file that it calls a listing. */
  async function calledListing(name: string, bytes: Uint8Array, pricePerMiB = wei(0n)): Promise<string> {
    await writeFile(swarm.path(name), bytes)
    const liar = await startEvilSeeder({
      config: swarm.config(`${name}-seeder`),
      file: { path: swarm.path(name), bytes: Buffer.from(bytes) },
      pricePerMiB,
      lies: {
        catalog: (honest, { signer, fileHash }) => {
          const said = {
            fileHash,
            name,
            mimeType: LISTING_MEDIA_TYPE,
            createdAt: 1_800_000_000_000,
            sha256: 'ab'.repeat(32),
          }
          const header = signHeader({ ...said, sizeBytes: bytes.byteLength }, signer)
          return { ...honest, headerRecord: () => header }
        },
      },
    })
    swarm.defer(() => liar.stop())
    return liar.fileHash
  }

  it('refuses what is called a listing and is none, and one that costs', async () => {
    const signer = createSigner(new Uint8Array(32).fill(9))
    const good = encodeListing([{ path: 'a', sizeBytes: 1, fileHash: parseFileHash('ab'.repeat(32)) }], signer)
    const forged = new Uint8Array(good)
    forged[40] = (forged[40] ?? 0) ^ 1
    const cases = [
      ['plain', await calledListing('plain', new Uint8Array(1_000)), 'LISTING_INVALID'],
      ['forged', await calledListing('forged', forged), 'LISTING_INVALID'],
      ['priced', await calledListing('priced', good, PRICE_PER_MIB), 'LISTING_PRICED'],
    ] as const
    for (const [name, reference, code] of cases) {
      const request = { items: [{ reference, path: '.' }], out: swarm.path(`from-${name}`), closeChannels: true }
      const planned = leecher.node.batches.plan(request, new AbortController().signal)
      expect(await planned.then(() => 'planned', codeOf), name).to.equal(code)
    }
    const [, plain] = cases[0]
    const items = [{ reference: plain, path: 'as-file' }]
    const batch = await getBatch(leecher.node, { items, out: swarm.path('raw'), listingsAsFiles: true })
    expect(batch.filesDone, 'the file itself').to.equal(1)
  })

  it('refuses an entry that is not what its listing says, and takes the others', async () => {
    const [honest] = seeders
    const [first, second] = await Promise.all(['x', 'y'].map((name) => swarm.file(name, 4_000)))
    const shares = await Promise.all(
      [first, second].map((file) => honest?.node.share({ path: file?.path ?? '', pricePerMiB: PRICE_PER_MIB })),
    )
    const entries = shares.map((share, index) => ({
      path: `${index}.bin`,
      sizeBytes: index === 0 ? 4_000 : 4_001,
      fileHash: share?.fileHash ?? parseFileHash('00'.repeat(32)),
    }))
    const lying = await calledListing('lying', encodeListing(entries, createSigner(new Uint8Array(32).fill(9))))
    const batch = await getBatch(leecher.node, {
      items: [{ reference: lying, path: '.' }],
      out: swarm.path('from-lying'),
    })
    expect(batch).to.include({ phase: 'failed', filesDone: 1, filesFailed: 1 })
    expect(batch.failures[0]).to.include({ path: '1.bin', code: 'LISTING_MISMATCH' })
  })

  it('goes on after a pause, without paying twice', async () => {
    const files = smallAndLarge(20, 24 << 20)
    const [share] = await sharedFolder('interrupted', files)
    const items = [{ reference: share?.fileHash ?? '', path: '.' }]
    const request = { items, out: swarm.path('resumed'), closeChannels: true }
    const { batchId } = await leecher.node.batches.start(request)
    await untilBatch(leecher.node, batchId, ({ verifiedBytes }) => verifiedBytes > 1 << 20)
    await leecher.node.batches.pause(batchId)
    expect(leecher.node.batches.get(batchId)).to.include({ phase: 'paused' })
    const batch = await getBatch(leecher.node, request)
    expect(batch, JSON.stringify(batch.error)).to.include({ batchId, phase: 'done', filesDone: 21 })
    expect(batch.spent).to.equal(priceOf(files.values()))
    expect([...(await readTree(swarm.path('resumed')))]).to.deep.equal([...(await readTree(swarm.path('interrupted')))])
  })

  it('stops selling the files of a folder with its listing', async () => {
    const [seeder] = seeders
    if (seeder === undefined) throw new Error('there is a seeder')
    const shared = seeder.node.shares().length
    const [share] = await sharedFolder('short', new Map([['s.bin', 900]]), [seeder])
    expect(seeder.node.shares().length).to.equal(shared + 1)
    expect(share?.folder?.files).to.equal(1)
    await seeder.node.unshare(share?.fileHash ?? parseFileHash('00'.repeat(32)))
    expect(seeder.node.shares().length).to.equal(shared)
  })

  it('explains every wei of every wallet', async () => {
    for (const { node } of [leecher, ...seeders]) {
      const history = await node.history()
      expect(history.filter(({ kind }) => kind === 'other')).to.deep.equal([])
      expect(history.reduce((sum, { change }) => sum + change, 0n)).to.equal(await node.balance())
    }
  })
})
