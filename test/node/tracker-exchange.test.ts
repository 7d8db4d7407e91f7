import { expect } from 'chai'
import type { Network, StreamHandler } from '../../src/network/network.ts'
import {
  type LearnedTrackers,
  learnTrackers,
  TRACKERS_PROTOCOL,
  tellTrackers,
} from '../../src/node/tracker-exchange.ts'
import { systemClock } from '../../src/system/clock.ts'
import { writeFrame } from '../../src/system/framing.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { createNodes } from '../network/nodes.ts'

const OWN = ['ws://127.0.0.1:6969/', 'udp://127.0.0.1:6969', 'http://127.0.0.1:6969/announce']

describe('node/tracker-exchange', function () {
  this.timeout(60_000)
  const nodes = createNodes()
  const learners: LearnedTrackers[] = []

  afterEach(async () => {
    for (const learner of learners.splice(0)) learner.stop()
    await nodes.stop()
  })

  /** What a node learns that has `peer` as its bootstrap, when somebody names trackers. */
  async function learner(peer: Network): Promise<{ learned: Promise<void>; trackers: LearnedTrackers; node: Network }> {
    const node = await nodes.start({ bootstrap: peer.addresses() })
    const learned = Promise.withResolvers<void>()
    const trackers = learnTrackers({
      network: node,
      bootstrap: peer.addresses(),
      allows: (address) => address === '127.0.0.1',
      ...{ clock: systemClock, log: silentLogger, onLearned: () => learned.resolve() },
    })
    learners.push(trackers)
    return { learned: learned.promise, trackers, node }
  }

  it('a node learns the trackers of its bootstrap peer', async () => {
    const peer = await nodes.start()
    await tellTrackers(peer, () => OWN)
    const { learned, trackers } = await learner(peer)
    await learned
    expect(trackers.urls()).to.deep.equal(OWN)
  })

  it('a node learns the names of trackers with TLS', async () => {
    const named = ['wss://tracker.example/', OWN[1] ?? '', 'https://tracker.example/announce']
    const peer = await nodes.start()
    await tellTrackers(peer, () => named)
    const { learned, trackers } = await learner(peer)
    await learned
    expect(trackers.urls()).to.deep.equal(named)
  })

  it('asks nobody but its bootstrap peers', async () => {
    const [peer, stranger] = [await nodes.start(), await nodes.start()]
    const asked: string[] = []
    const note =
      (name: string): StreamHandler =>
      async (stream) => {
        asked.push(name)
        await writeFrame(stream, new TextEncoder().encode(OWN.join('\n')))
        await stream.close()
      }
    await peer.handle(TRACKERS_PROTOCOL, note('peer'), { maxInboundStreams: 1 })
    await stranger.handle(TRACKERS_PROTOCOL, note('stranger'), { maxInboundStreams: 1 })
    const { learned, node } = await learner(peer)
    await node.connect({ addresses: stranger.addresses() }, AbortSignal.timeout(30_000))
    await learned
    expect(asked).to.deep.equal(['peer'])
  })

  it('takes no names without TLS, no addresses outside of its scope and no rubbish', async () => {
    const peer = await nodes.start()
    const answers = [
      'gopher://127.0.0.1/',
      `${OWN[1]}\n`.repeat(5),
      'x'.repeat(5_000),
      `https://10.0.0.1/\nws://tracker.example/\nudp://tracker.example:6969\n${OWN[1]}`,
    ]
    await peer.handle(
      TRACKERS_PROTOCOL,
      async (stream) => {
        await writeFrame(stream, new TextEncoder().encode(answers.shift() ?? ''))
        await stream.close()
      },
      { maxInboundStreams: 1 },
    )
    const { learned, trackers, node } = await learner(peer)
    // Each time they meet it asks again; what it cannot use it forgets.
    const left = (): number => answers.length
    for (let before = left(); before > 0; before = left()) {
      expect(trackers.urls()).to.deep.equal([])
      while (left() === before) await new Promise((resolve) => setImmediate(resolve))
      if (left() === 0) break
      await node.disconnect(peer.peerId)
      await node.connect({ addresses: peer.addresses() }, AbortSignal.timeout(30_000))
    }
    await learned
    expect(trackers.urls()).to.deep.equal([OWN[1]])
  })
})
