import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { expect } from 'chai'
import type { BittorrentConfig, NodeConfig } from '../../src/node/node-config.ts'
import { openTrackers, type TrackerStack } from '../../src/node/tracker-stack.ts'
import { parseTrackerUrl } from '../../src/public-protocols/bittorrent/announce/tracker-url.ts'
import { openSignalSocket } from '../../src/public-protocols/bittorrent/webrtc/signal-socket.ts'
import { systemClock } from '../../src/system/clock.ts'
import { noFailPoints } from '../../src/system/fail-points.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { createMetrics } from '../../src/system/metrics.ts'
import { systemRandom } from '../../src/system/random.ts'
import { TestCertificate } from '../support/test-certificate.ts'
import { LOOPBACK_REACH } from '../support/webtorrent-seeder.ts'

const HOST = '127.0.0.1'

describe('node/tracker-stack', () => {
  const certificate = new TestCertificate()
  const files = { certificate: certificate.certificateFile, key: certificate.keyFile }
  const trusted = getCACertificates('default')
  const stacks: TrackerStack[] = []

  let authority: string

  before(async () => {
    authority = (await certificate.make()).certificate
  })

  after(() => certificate.remove())

  afterEach(async () => {
    setDefaultCACertificates(trusted)
    for (const stack of stacks.splice(0)) await stack.stop()
  })

  async function open(bittorrent: BittorrentConfig): Promise<TrackerStack> {
    // as: the part of a configuration that is read
    const config = { network: { scope: 'loopback', bootstrap: [] }, bittorrent } as unknown as NodeConfig
    const stack = await openTrackers(config, {
      system: { random: systemRandom, clock: systemClock, log: silentLogger, failPoints: noFailPoints },
      network: {
        addresses: () => [`/ip4/${HOST}/tcp/4001`],
        handle: async () => {},
        unhandle: async () => {},
        onConnect: () => () => {},
        isConnected: () => false,
        openStream: () => Promise.reject(new Error('nobody is there')),
      },
      counter: createMetrics().counter,
      resolve: LOOPBACK_REACH.resolve,
    })
    stacks.push(stack)
    return stack
  }

  const shapes = (stack: TrackerStack): string[] => stack.urls().map((url) => url.replace(/:\d+/, ':PORT'))

  it('names its tracker by its address, without a certificate', async () => {
    expect(shapes(await open({ serveTracker: true }))).to.deep.equal([
      `ws://${HOST}:PORT/`,
      `udp://${HOST}:PORT`,
      `http://${HOST}:PORT/announce`,
    ])
  })

  it('names it by its certificate, and is reached there', async () => {
    const stack = await open({ serveTracker: true, trackerTls: files, trackers: ['udp://192.0.2.7:6969'] })
    const own = ['wss://localhost:PORT/', `udp://${HOST}:PORT`, 'https://localhost:PORT/announce']
    expect(shapes(stack)).to.deep.equal([...own, 'udp://192.0.2.7:PORT'])
    const [wss = ''] = stack.urls()
    expect(parseTrackerUrl(wss).kind).to.equal('websocket')
    setDefaultCACertificates([...trusted, authority])
    const socket = await openSignalSocket(wss, {
      ...{ clock: systemClock, reach: LOOPBACK_REACH, heard: () => {}, nonsense: () => {} },
    })
    socket.close()
    await socket.ended
  })

  it('does not start with a certificate that cannot be used', async () => {
    const trackerTls = { ...files, key: join(certificate.folder, 'nowhere.pem') }
    const error = await open({ serveTracker: true, trackerTls }).catch((reason: unknown) => reason)
    expect(error).to.have.property('code', 'TLS_INVALID')
    // Who is no tracker needs none.
    expect((await open({ trackerTls })).urls()).to.deep.equal([])
  })
})
