import { createServer } from 'node:http'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { expect } from 'chai'
import { codeOf, messageOf } from '../../../src/domain/errors.ts'
import { announceTo } from '../../../src/public-protocols/bittorrent/announce/announcer.ts'
import { parseTrackerUrl } from '../../../src/public-protocols/bittorrent/announce/tracker-url.ts'
import { addressesOf, type TrackerReach } from '../../../src/public-protocols/bittorrent/tracker-reach.ts'
import { openSignalSocket } from '../../../src/public-protocols/bittorrent/webrtc/signal-socket.ts'
import { systemClock } from '../../../src/system/clock.ts'
import { silentLogger } from '../../../src/system/logger.ts'
import { systemRandom } from '../../../src/system/random.ts'
import { listenOnLoopback } from '../../support/loopback.ts'
import { TestCertificate } from '../../support/test-certificate.ts'
import { startTestTracker, type TestTracker } from '../../support/webtorrent-seeder.ts'

const HOST = '127.0.0.1'
const NAME = 'tracker.example'
const ANNOUNCEMENT = {
  ...{ infohash: 'ab'.repeat(20), peerId: 'cd'.repeat(20), port: 7_001, left: 0, wanted: 0 },
  event: undefined,
} as const

describe('bittorrent/tracker-reach', () => {
  const certificate = new TestCertificate()
  const trusted = getCACertificates('default')
  let tracker: TestTracker
  let looked: string[]

  before(async () => {
    const tls = await certificate.make(`DNS:${NAME}`)
    setDefaultCACertificates([...trusted, tls.certificate])
    tracker = await startTestTracker({ tls })
  })
  beforeEach(() => {
    looked = []
  })
  after(async () => {
    setDefaultCACertificates(trusted)
    certificate.remove()
    await tracker.stop()
  })

  /** Every name leads to these addresses, of which 127.0.0.1 alone may be connected to. */
  function reachOf(...addresses: readonly string[]): TrackerReach {
    return {
      allows: (address) => address === HOST,
      async resolve(hostname) {
        looked.push(hostname)
        return addresses
      },
    }
  }

  const http = (reach: TrackerReach, host: string) => {
    const parts = { clock: systemClock, random: systemRandom, log: silentLogger, reach }
    return announceTo(parseTrackerUrl(`https://${host}:${tracker.port}/announce`), parts)(ANNOUNCEMENT)
  }
  const webSocket = async (reach: TrackerReach, host: string): Promise<void> => {
    const parts = { clock: systemClock, reach, heard: () => {}, nonsense: () => {} }
    const socket = await openSignalSocket(`wss://${host}:${tracker.port}/`, parts)
    socket.close()
    await socket.ended
  }
  const failure = (promise: Promise<unknown>): Promise<string> =>
    promise.then(
      () => 'nothing failed',
      (error: unknown) => `${codeOf(error)}: ${messageOf(error)}`,
    )

  for (const [what, connect] of [
    ['over HTTPS', http],
    ['over WSS', webSocket],
  ] as const)
    describe(what, () => {
      it('connects to the address that was checked, which is asked for once, under the name', async () => {
        await connect(reachOf('10.0.0.1', HOST), NAME)
        expect(looked).to.deep.equal([NAME])
      })

      it('connects to nothing outside of its scope, whatever the name', async () => {
        const error = await failure(connect(reachOf('127.0.0.2', '10.0.0.1', '::1', 'fe80::1%lo', 'rubbish'), NAME))
        expect(error).to.match(/^TRACKER_FAILED: .*tracker\.example leads outside/)
      })

      it('believes nobody whose certificate is for another name', async () => {
        expect(await failure(connect(reachOf(HOST), 'other.example'))).to.match(/^TRACKER_FAILED: .*other\.example/)
        expect(looked).to.deep.equal(['other.example'])
      })

      it('connects to no address outside of its scope that a URL has', async () => {
        expect(await failure(connect(reachOf(HOST), '127.0.0.2'))).to.match(/^TRACKER_FAILED: .*127\.0\.0\.2 leads/)
        expect(looked).to.deep.equal([])
      })

      it('fails where a name is not known', async () => {
        const reach = { allows: () => true, resolve: () => Promise.reject(new Error('ENOTFOUND')) }
        expect(await failure(connect(reach, NAME))).to.match(/^TRACKER_FAILED: .*ENOTFOUND/)
      })
    })

  it('follows no redirection', async () => {
    const paths: string[] = []
    const server = await listenOnLoopback(
      createServer((request, response) => {
        paths.push(new URL(request.url ?? '', 'http://tracker').pathname)
        response.writeHead(302, { location: '/elsewhere' }).end()
      }),
    )
    try {
      const parts = { clock: systemClock, random: systemRandom, log: silentLogger, reach: reachOf() }
      const overHttp = announceTo(parseTrackerUrl(`http://${HOST}:${server.port}/announce`), parts)(ANNOUNCEMENT)
      expect(await failure(overHttp)).to.match(/^TRACKER_FAILED: .*302/)
      const signals = { ...parts, heard: () => {}, nonsense: () => {} }
      expect(await failure(openSignalSocket(`ws://${HOST}:${server.port}/`, signals))).to.match(
        /^TRACKER_FAILED: .*302/,
      )
      expect(paths).to.deep.equal(['/announce', '/'])
    } finally {
      await server.stop()
    }
  })

  it('finds where a tracker over UDP is in the same way', async () => {
    expect(await addressesOf(NAME, reachOf('10.0.0.1', HOST))).to.deep.equal([HOST])
    expect(await failure(addressesOf(NAME, reachOf()))).to.equal('TRACKER_FAILED: tracker.example has no address.')
  })
})
