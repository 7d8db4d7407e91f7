import { createStreamMetrics } from '../../src/in-band/metrics.ts'
import { openBittorrentTransfer } from '../../src/public-protocols/bittorrent/bittorrent-transfer.ts'
import { serveWire } from '../../src/public-protocols/bittorrent/served-wire.ts'
import { openWebtorrentTransfer } from '../../src/public-protocols/bittorrent/webrtc/webtorrent-transfer.ts'
import type { ByteDuplex } from '../../src/public-protocols/bittorrent/wire.ts'
import { createDownloaderMetrics } from '../../src/public-protocols/downloader-metrics.ts'
import { openHttpTransfer } from '../../src/public-protocols/http/http-transfer.ts'
import { createTlsIdentity, fingerprintOf } from '../../src/public-protocols/http/self-signed.ts'
import type { ServedFiles } from '../../src/public-protocols/http/served-files.ts'
import * as bitswap from '../bitswap/harness.ts'
import type { RigOptions } from '../in-band/rig.ts'
import { FakeShelf } from '../in-band/shelf.ts'
import * as loopback from '../support/bittorrent-seeder.ts'
import * as ed2k from '../support/ed2k-seeder.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { LOOPBACK_RULES, startTestSeeder } from '../support/http-seeder.ts'
import { cuttingProxy } from '../support/loopback.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { transferOf } from '../support/transfer-of-client.ts'
import { LOOPBACK_REACH, loopbackRtc, startTestTracker, startTestWebtorrent } from '../support/webtorrent-seeder.ts'
import * as webrpc from '../webrpc/harness.ts'
import { openToy, serveToy } from './toy-transport.ts'
import { CONTENT, itTransfersFiles, type OpenTransfer, type SeederUnderTest } from './transfer-suite.ts'

const INFOHASH = '33'.repeat(20)
const TLS = createTlsIdentity(seededRandom('tls'))

const openEd2k: OpenTransfer = async (seeder, { cutAfterBytes } = {}) => {
  const clock = new FakeClock()
  const shelved = await ed2k.shelve(CONTENT, { fileHash: seeder.file.fileHash, held: seeder.held })
  const files = { ...ed2k.shelfOf(shelved), read: (_fileHash: unknown, chunkIndex: number) => seeder.read(chunkIndex) }
  const served = await ed2k.startTestSeeder(files, { clock })
  // What is said before a slot comes before the chunk.
  const proxy = await cuttingProxy(served.port, cutAfterBytes === undefined ? undefined : cutAfterBytes + 1_024)
  const session = await ed2k.openTestTransfer(shelved, proxy.port, { clock })
  const stop = async (): Promise<void> => {
    await proxy.stop()
    await served.stop()
  }
  return { session, clock, connections: proxy.connections, stop }
}

describe('compliance: http', () => itTransfersFiles(openHttp()))
describe('compliance: http with TLS', () => itTransfersFiles(openHttp(TLS)))
describe('compliance: ed2k', () => itTransfersFiles(openEd2k))
describe('compliance: bittorrent', () => itTransfersFiles(openBittorrent()))
describe('compliance: webtorrent', () => itTransfersFiles(openWebtorrent()))
describe('compliance: bitswap', () => itTransfersFiles(openInBand(bitswap)))
describe('compliance: webrpc', () => itTransfersFiles(openInBand(webrpc)))
describe('compliance: a transport of sixty lines', () =>
  itTransfersFiles(async (seeder, { cutAfterBytes } = {}) => {
    const served = await serveToy(seeder)
    const proxy = await cuttingProxy(served.port, cutAfterBytes)
    const stop = async (): Promise<void> => {
      await proxy.stop()
      await served.stop()
    }
    return { session: openToy(proxy.port), clock: new FakeClock(), connections: served.connections, stop }
  }))

function openHttp(tls?: typeof TLS): OpenTransfer {
  return async (seeder, { cutAfterBytes } = {}) => {
    const clock = new FakeClock()
    const served = await startTestSeeder(servedFilesOf(seeder), { clock, ...(tls && { tls }) })
    // A handshake and the answer to the first question come before the chunk.
    const proxy = await cuttingProxy(served.port, cutAfterBytes === undefined ? undefined : cutAfterBytes + 4_096)
    const url = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${proxy.port}/`
    const session = await openHttpTransfer(
      { url, ...(tls && { tlsFingerprint: fingerprintOf(tls.certificate) }) },
      seeder.file,
      { rules: LOOPBACK_RULES, clock, metrics: createDownloaderMetrics('http') },
    )
    const stop = async (): Promise<void> => {
      await proxy.stop()
      await served.stop()
    }
    return { session, clock, connections: proxy.connections, stop }
  }
}

function servedFilesOf({ file, held, read }: SeederUnderTest): ServedFiles {
  const facts = { name: 'file', mimeType: 'application/octet-stream', sha256: '00'.repeat(32), isFree: true }
  return {
    file: (fileHash) => (fileHash === file.fileHash ? { ...file, ...facts, held } : undefined),
    manifest: () => undefined,
    read: (_fileHash, chunkIndex) => read(chunkIndex),
  }
}

function openBittorrent(): OpenTransfer {
  return async ({ file, held, read }, { cutAfterBytes } = {}) => {
    const clock = new FakeClock()
    const torrents = loopback.torrentsOf({ ...file, infohash: INFOHASH, isFree: true, held }, read)
    const served = await loopback.startTestBittorrent(loopback.servePartsOf(torrents, { clock }))
    // Handshakes come before the chunk.
    const proxy = await cuttingProxy(served.port, cutAfterBytes === undefined ? undefined : cutAfterBytes + 1_024)
    const session = await openBittorrentTransfer({ infohash: INFOHASH, addresses: [`127.0.0.1:${proxy.port}`] }, file, {
      rules: loopback.LOOPBACK_RULES,
      clock,
      random: seededRandom('leecher'),
      metrics: createDownloaderMetrics('bittorrent'),
    })
    const stop = async (): Promise<void> => {
      await proxy.stop()
      await served.stop()
    }
    return { session, clock, connections: proxy.connections, stop }
  }
}

function openWebtorrent(): OpenTransfer {
  return async ({ file, held, read }, { cutAfterBytes } = {}) => {
    const clock = new FakeClock()
    const torrents = loopback.torrentsOf({ ...file, infohash: INFOHASH, isFree: true, held }, read)
    const parts = loopback.servePartsOf(torrents, { clock })
    const tracker = await startTestTracker()
    // Handshakes come before the chunk.
    const limit = cutAfterBytes === undefined ? Number.POSITIVE_INFINITY : cutAfterBytes + 1_024
    const serve: typeof serveWire = (duplex, address, more) => serveWire(cutAfter(duplex, limit), address, more)
    const options = { clock, trackers: [tracker.url], infohash: INFOHASH, serve }
    const { seeder, endpoint } = startTestWebtorrent(parts, options)
    const session = await openWebtorrentTransfer(endpoint, file, {
      ...{ rtc: loopbackRtc(clock), resolve: LOOPBACK_REACH.resolve, clock },
      random: seededRandom('leecher'),
      metrics: createDownloaderMetrics('bittorrent'),
    })
    const stop = async (): Promise<void> => {
      await seeder.stop()
      await tracker.stop()
    }
    return { session, clock, connections: async () => seeder.connections(), stop }
  }
}

/** A connection that ends when so many bytes were written to it. */
function cutAfter(duplex: ByteDuplex, limit: number): ByteDuplex {
  let written = 0
  return {
    on: duplex.on.bind(duplex),
    destroy: () => duplex.destroy(),
    write(bytes) {
      written += bytes.byteLength
      if (written >= limit) duplex.destroy()
      return duplex.write(bytes)
    },
  }
}

function openInBand({ createRig, connect }: Pick<typeof bitswap, 'createRig' | 'connect'>): OpenTransfer {
  return async (seeder, { cutAfterBytes } = {}) => {
    const breaking: { cut?: () => void } = {}
    let sent = 0
    const corrupt = (bytes: Uint8Array): Uint8Array => {
      sent += bytes.byteLength
      if (cutAfterBytes === undefined || sent < cutAfterBytes) return bytes
      setImmediate(() => breaking.cut?.())
      return bytes.subarray(0, cutAfterBytes / 2)
    }
    const clock = new FakeClock()
    const quotes = new FakeShelf(clock)
    const chunks = {
      have: () => seeder.held,
      read: (_fileHash: unknown, chunkIndex: number) => seeder.read(chunkIndex),
    }
    const options: RigOptions = { fromListener: { corrupt }, server: { clock, quotes, chunks } }
    const rig = createRig(options)
    breaking.cut = () => rig.pair.cut()
    const client = await connect(rig, { account: undefined, clock, metrics: createStreamMetrics('bitswap') })
    const stop = async (): Promise<void> => rig.pair.cut()
    return { session: await transferOf(client, seeder.file), clock, connections: async () => 0, stop }
  }
}
