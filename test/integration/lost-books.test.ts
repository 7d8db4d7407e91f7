import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { connectChain } from '../../src/chain/client.ts'
import { type Wei, wei } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import type { InBandProtocol } from '../../src/domain/in-band-protocol.ts'
import { chunkPrice } from '../../src/domain/price.ts'
import { verifyReceipts } from '../../src/node/receipts.ts'
import type { DownloadView, ShareView } from '../../src/node/types.ts'
import { createWallet } from '../../src/node/wallet.ts'
import { systemClock } from '../../src/system/clock.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { getBatch } from '../support/batches.ts'
import {
  get,
  type LiveNode,
  type NodeChoices,
  type Swarm,
  sha256Of,
  startSwarm,
  untilDownload,
} from '../support/live-swarm.ts'

const PRICE_PER_MIB = wei(10n ** 15n)
const PRICE = chunkPrice(PRICE_PER_MIB, CHUNK_SIZE_BYTES)
/** Many against those that come between two reports of progress: a download is to be stopped in its middle. */
const CHUNKS = 400

const chunks = (count: number): Wei => wei(PRICE * BigInt(count))

describe('integration: lost books', function () {
  this.timeout(180_000)
  let swarm: Swarm
  let count = 0

  beforeEach(async () => {
    swarm = await startSwarm()
  })
  afterEach(() => swarm.stop())

  /** A node whose wallet has words that somebody wrote down. */
  async function withWords(choices: NodeChoices): Promise<{ name: string; phrase: string; live: LiveNode }> {
    const name = `node-${++count}`
    const { phrase } = await createWallet({ dataDirectory: swarm.path(name), password: '' })
    return { name, phrase, live: await swarm.start(name, choices) }
  }

  /** The disk is gone; another machine gets the words. */
  async function restored(
    { name, phrase, live }: { name: string; phrase: string; live: LiveNode },
    choices: NodeChoices,
  ): Promise<LiveNode> {
    await live.stop()
    await rm(swarm.path(name), { recursive: true })
    const fresh = `node-${++count}`
    await createWallet({ dataDirectory: swarm.path(fresh), password: '', phrase })
    const again = await swarm.start(fresh, choices)
    expect(again.status.address).to.equal(live.status.address)
    return again
  }

  async function share(by: LiveNode): Promise<ShareView> {
    const { path } = await swarm.file(`file-${++count}`, CHUNKS * CHUNK_SIZE_BYTES)
    return by.node.share({ path, pricePerMiB: PRICE_PER_MIB })
  }

  /** Downloads until at least `verified` chunks are there, and then no more. */
  async function begin(leecher: LiveNode, file: ShareView, out: string, verified: number): Promise<void> {
    const request = { reference: file.fileHash, out, maxTotal: chunks(40 + CHUNKS), closeChannels: false }
    const { downloadId } = await leecher.node.download(request)
    await untilDownload(leecher.node, downloadId, ({ verifiedChunks }) => verifiedChunks >= verified)
    await leecher.node.pause(downloadId)
    expect(leecher.node.downloadOf(downloadId)?.verifiedChunks).to.be.below(CHUNKS)
  }

  async function finish(leecher: LiveNode, file: ShareView, out: string): Promise<DownloadView> {
    const done = await get(leecher.node, { reference: file.fileHash, out, maxTotal: chunks(40 + CHUNKS) })
    expect(done.phase, JSON.stringify(done.error)).to.equal('done')
    expect(await sha256Of(out)).to.equal(file.sha256)
    return done
  }

  async function expectExplained(...nodes: readonly LiveNode[]): Promise<void> {
    for (const { node } of nodes) {
      const history = await node.history()
      expect(history.filter(({ kind }) => kind === 'other').map(({ change }) => change)).to.deep.equal([])
      for (const format of ['csv', 'json'] as const) verifyReceipts((await node.exportReceipts({ format })).text)
    }
  }

  for (const protocol of ['bitswap', 'webrpc'] as const satisfies readonly InBandProtocol[]) {
    const choices: NodeChoices = { downloads: { protocol, stallMs: 30_000, window: 1 } }

    it(`a payer goes on with the words alone, on the channel it had, and the rest comes back (${protocol})`, async () => {
      const seeder = await swarm.start('seeder', choices)
      const file = await share(seeder)
      const before = await withWords(choices)
      await begin(before.live, file, swarm.path('before'), 8)
      const [channel] = before.live.node.channels()
      const leecher = await restored(before, choices)
      expect(leecher.node.channels()).to.have.length(1)
      expect(leecher.node.channels()[0]).to.include({ channelId: channel?.channelId, phase: 'closing' })

      // The chunks went with the disk: they are bought again, or sent again where they were owed.
      await finish(leecher, file, swarm.path('after'))
      expect(leecher.node.channels()).to.deep.equal([])
      const received = await swarm.received(seeder.status.address)
      const promised = channel?.vouchered ?? 0n
      expect(received >= chunks(CHUNKS), `${received} for ${CHUNKS} chunks`).to.equal(true)
      expect(received <= promised + chunks(CHUNKS), `${received}, ${promised} before`).to.equal(true)
      const opened = (await leecher.node.receipts({})).filter(({ kind }) => kind === 'opened')
      expect(opened.map(({ channelId }) => channelId)).to.deep.equal([channel?.channelId])
      // What the seeder committed is what it was paid for: nothing twice, but the chunks that were lost and bought again.
      const committed = (await seeder.node.receipts({})).flatMap(({ files = [] }) => files)
      expect(committed.reduce((sum, { amount }) => sum + amount, 0n)).to.equal(received)
      expect(verifyReceipts((await seeder.node.exportReceipts({ format: 'csv' })).text).earned).to.equal(received)
      const paid = verifyReceipts((await leecher.node.exportReceipts({ format: 'csv' })).text)
      expect(paid.deposited - paid.refunded).to.equal(received)
    })

    it(`a payee gets back what the payer promised it, and sells nothing twice for it (${protocol})`, async () => {
      const before = await withWords(choices)
      const file = await share(before.live)
      const leecher = await swarm.start('leecher', choices)
      const out = swarm.path('out')
      await begin(leecher, file, out, 8)
      const promised = leecher.node.channels()[0]?.vouchered ?? 0n
      const path = join(swarm.directory, `file-${count}`)
      const seeder = await restored(before, choices)
      // Its bootstrap peer went with the disk: until somebody connects there is nobody to announce to.
      await leecher.node.connect(seeder.status.addresses)
      await seeder.node.share({ path, pricePerMiB: PRICE_PER_MIB })
      const { sources } = await finish(leecher, file, out)
      // Who was found before the seller's disk was lost is not asked again: it is looked for anew.
      expect(sources.map(({ peerId }) => peerId)).to.deep.equal([seeder.status.peerId])
      const received = await swarm.received(seeder.status.address)
      expect(received >= promised, `${received}, promised ${promised}`).to.equal(true)
      expect(received).to.equal(chunks(CHUNKS))
      await expectExplained(leecher)
    })
  }

  it('a payer whose books are lost goes on with a batch, on the one channel it had', async () => {
    const choices: NodeChoices = { downloads: { protocol: 'webrpc', stallMs: 30_000, window: 1 } }
    const seeder = await swarm.start('seeder', choices)
    const file = await share(seeder)
    const more = await Promise.all([share(seeder), share(seeder)])
    const before = await withWords(choices)
    await begin(before.live, file, swarm.path('before'), 8)
    const [channel] = before.live.node.channels()
    const leecher = await restored(before, choices)
    const items = [file, ...more].map(({ fileHash }, index) => ({ reference: fileHash, path: `${index}.bin` }))
    const batch = await getBatch(leecher.node, { items, out: swarm.path('batch'), closeChannels: true })
    expect(batch, JSON.stringify(batch.error)).to.include({ phase: 'done', filesDone: 3 })
    const opened = (await leecher.node.receipts({})).filter(({ kind }) => kind === 'opened')
    expect(opened.map(({ channelId }) => channelId)).to.deep.equal([channel?.channelId])
    const received = await swarm.received(seeder.status.address)
    const promised = channel?.vouchered ?? 0n
    expect(received <= promised + chunks(3 * CHUNKS), `${received}, ${promised} before`).to.equal(true)
    const paid = verifyReceipts((await leecher.node.exportReceipts({ format: 'csv' })).text)
    expect(paid.deposited - paid.refunded).to.equal(received)
  })

  it('a payer whose payee is gone closes the channel, and gets everything back that was not redeemed', async () => {
    const seeder = await swarm.start('seeder')
    const file = await share(seeder)
    const before = await withWords({ downloads: { window: 1 } })
    await begin(before.live, file, swarm.path('before'), 4)
    await seeder.stop()
    const leecher = await restored(before, {})
    const [channel] = leecher.node.channels()
    if (channel === undefined) throw new Error('the channel was not found')
    const { channelId, deposit } = channel
    await leecher.node.closeChannel(channelId)
    const rpc = await connectChain({ rpcUrl: swarm.chain.rpcUrl, clock: systemClock, log: silentLogger })
    await rpc.request('evm_increaseTime', [3_700])
    await rpc.request('anvil_mine', ['0x100'])
    rpc.close()
    const kinds = async (): Promise<string[]> => (await leecher.node.receipts({})).map(({ kind }) => kind)
    while ((await kinds()).length < 3) await new Promise((resolve) => setImmediate(resolve))
    expect(await kinds()).to.deep.equal(['opened', 'closeRequested', 'closed'])
    expect(verifyReceipts((await leecher.node.exportReceipts({ format: 'json' })).text).refunded).to.equal(deposit)
    const refund = (await leecher.node.history()).find(({ kind }) => kind === 'refund')
    expect(refund?.change).to.equal(deposit)
  })
})
