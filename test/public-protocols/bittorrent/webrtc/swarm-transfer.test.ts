import { expect } from 'chai'
import { CHUNK_SIZE_BYTES } from '../../../../src/domain/chunk.ts'
import { codeOf, messageOf } from '../../../../src/domain/errors.ts'
import type { TransferSession } from '../../../../src/domain/transfer.ts'
import { MAX_STRANGERS_OFFERS } from '../../../../src/public-protocols/bittorrent/webrtc/limits.ts'
import {
  openSwarmTransfer,
  type SwarmDependencies,
  type SwarmPlace,
} from '../../../../src/public-protocols/bittorrent/webrtc/swarm-transfer.ts'
import { createDownloaderMetrics } from '../../../../src/public-protocols/downloader-metrics.ts'
import { RequestSlots } from '../../../../src/public-protocols/request-slots.ts'
import { systemClock } from '../../../../src/system/clock.ts'
import { systemRandom } from '../../../../src/system/random.ts'
import { servePartsOf } from '../../../support/bittorrent-seeder.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { seededRandom } from '../../../support/seeded-random.ts'
import { swarmFile } from '../../../support/swarm-file.ts'
import {
  LOOPBACK_REACH,
  loopbackRtc,
  startTestTracker,
  startTestWebtorrent,
  type TestTracker,
  type TestWebtorrent,
} from '../../../support/webtorrent-seeder.ts'

const CONTENT = seededRandom('swarm transfer').bytes(3 * CHUNK_SIZE_BYTES)
const FILE = swarmFile('film.mkv', CONTENT)
const { infohash } = FILE.torrent

describe('bittorrent/webrtc/swarm-transfer', function () {
  this.timeout(60_000)
  const turns = new RequestSlots(1)
  const parts = servePartsOf(FILE.torrents, { clock: systemClock })
  let stack: AsyncDisposableStack
  let tracker: TestTracker

  beforeEach(async () => {
    stack = new AsyncDisposableStack()
    tracker = await startTestTracker()
    stack.defer(() => tracker.stop())
  })
  afterEach(() => stack.disposeAsync())

  /** A peer of the torrent that the tracker knows. */
  async function stranger(): Promise<TestWebtorrent> {
    const started = startTestWebtorrent(parts, { clock: systemClock, trackers: [tracker.url], infohash })
    stack.defer(() => started.seeder.stop())
    while (tracker.peers() === 0) await new Promise((resolve) => setImmediate(resolve))
    return started
  }

  async function meet(
    judge: SwarmPlace['judge'] = () => 'take',
    over: Partial<SwarmDependencies> = {},
  ): Promise<TransferSession> {
    const clock = over.clock ?? systemClock
    const metrics = createDownloaderMetrics('webtorrent')
    const deps = { rtc: loopbackRtc(clock), reach: LOOPBACK_REACH, clock, random: systemRandom, metrics }
    const place = { infohash, tracker: tracker.url, turns, judge }
    const session = await openSwarmTransfer(place, FILE.torrent, { ...deps, ...over })
    stack.defer(() => session.close())
    return session
  }

  const failure = (promise: Promise<unknown>): Promise<string> =>
    promise.then(
      () => 'nothing failed',
      (error: unknown) => `${codeOf(error)}: ${messageOf(error)}`,
    )

  it('brings chunks from whoever answers', async () => {
    await stranger()
    const asked: string[] = []
    const session = await meet((peerId) => {
      asked.push(peerId)
      return 'take'
    })
    expect(session.protocol).to.equal('webtorrent')
    const bytes = await session.request({ chunkIndex: 1, lengthBytes: CHUNK_SIZE_BYTES })
    expect(Buffer.compare(bytes, CONTENT.subarray(CHUNK_SIZE_BYTES, 2 * CHUNK_SIZE_BYTES))).to.equal(0)
    expect(asked).to.deep.equal([Buffer.from(parts.peerId).toString('hex')])
  })

  for (const [verdict, offers, why] of [
    ['leave', 1, 'used already'],
    ['another', MAX_STRANGERS_OFFERS, 'sell the file'],
  ] as const)
    it(`connects to nobody where the verdict is "${verdict}"`, async () => {
      const { seeder } = await stranger()
      let asked = 0
      const refusing = meet(() => {
        asked++
        return verdict
      })
      expect(await failure(refusing))
        .to.match(/^TRANSFER_FAILED: /)
        .and.to.contain(why)
      expect(asked).to.equal(offers)
      expect(seeder.connections()).to.equal(0)
    })

  it('meets one at a time, so that no offer of its own comes to it', async () => {
    await stranger()
    const sessions = await Promise.all([meet(), meet(), meet()])
    for (const session of sessions)
      expect((await session.request({ chunkIndex: 0, lengthBytes: CHUNK_SIZE_BYTES })).byteLength).to.equal(
        CHUNK_SIZE_BYTES,
      )
  })

  it('does not wait where the tracker knows nobody', async () => {
    const clock = new FakeClock() // on which no time goes by
    expect(await failure(meet(undefined, { clock }))).to.match(/^TRANSFER_FAILED: .*nobody else is there/)
  })

  it('takes nobody who comes from outside of its scope', async () => {
    await stranger()
    const rtc = { ...loopbackRtc(systemClock), allows: () => false }
    expect(await failure(meet(undefined, { rtc }))).to.match(/^TRANSFER_FAILED: .*outside of where this node connects/)
  })

  it('goes to no tracker outside of its reach, and gives up when it is told to', async () => {
    await stranger()
    const reach = { ...LOOPBACK_REACH, allows: () => false }
    expect(await failure(meet(undefined, { reach }))).to.match(/^TRANSFER_FAILED: .*leads outside/)
    expect(await failure(meet(undefined, { signal: AbortSignal.abort() }))).to.match(/^CANCELLED: /)
  })
})
