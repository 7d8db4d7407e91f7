import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { expect } from 'chai'
import { wei } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { codeOf } from '../../src/domain/errors.ts'
import { freePort } from '../../src/system/free-port.ts'
import { get, type Swarm, sha256Of, startSwarm } from '../support/live-swarm.ts'
import { startPeerTracker, whenSeeding } from '../support/swarm-peers.ts'

const PRICE = wei(10n ** 15n)
/** 30 MiB: at a MiB a second neither of the two brings them before the other has begun. */
const CHUNKS = 120
const BYTES_PER_SECOND = 2 ** 20

describe('a download from a seller and a stock client', function () {
  this.timeout(180_000)
  let swarm: Swarm
  let child: ChildProcess | undefined

  before(async () => {
    swarm = await startSwarm()
  })
  after(async () => {
    if (child?.pid !== undefined && child.exitCode === null) {
      child.kill('SIGKILL')
      await once(child, 'close')
    }
    await swarm.stop()
  })

  /** Seeds a torrent: no DHT, no neighbours, no tracker. */
  async function aria2(folder: string, torrent: string): Promise<number> {
    const port = await freePort('127.0.0.1')
    const quiet = ['--enable-dht=false', '--enable-dht6=false', '--bt-enable-lpd=false', '--enable-peer-exchange=false']
    const seeding = ['--check-integrity=true', '--seed-ratio=0.0', `--max-overall-upload-limit=${BYTES_PER_SECOND}`]
    const places = ['--no-conf', '--interface=127.0.0.1', `--dir=${folder}`, `--listen-port=${port}`]
    child = spawn('aria2c', [...quiet, ...seeding, ...places, torrent], { stdio: 'ignore' })
    await once(child, 'spawn').catch((error) => {
      const isMissing = codeOf(error) === 'ENOENT'
      throw isMissing ? new Error('There is no aria2c: install it (on Debian: apt-get install aria2).') : error
    })
    return port
  }

  it('pays the seller for what it brought, to the wei, and aria2 nothing', async () => {
    const seller = await swarm.start('seller', { uploads: { maxRate: BYTES_PER_SECOND } })
    const folder = swarm.path('aria2')
    await mkdir(folder)
    const { path, bytes } = await swarm.file('a film.mkv', CHUNKS * CHUNK_SIZE_BYTES - 77)
    const share = await seller.node.share({ path, pricePerMiB: PRICE })
    const { infohash, torrent } = seller.node.torrent(share.fileHash)
    await writeFile(join(folder, basename(path)), bytes)
    await writeFile(join(folder, 'film.torrent'), torrent)
    const port = await aria2(folder, join(folder, 'film.torrent'))
    await (await whenSeeding(port, infohash, share)).close()

    const tracker = await startPeerTracker([port])
    swarm.defer(() => tracker.stop())
    const node = await swarm.start('buyer', { bittorrent: { trackers: [tracker.url] } })
    const out = swarm.path('out')
    const download = await get(node.node, { reference: share.fileHash, out, freeSources: true })
    expect(download.phase, JSON.stringify(download.error)).to.equal('done')
    expect(await sha256Of(out)).to.equal(share.sha256)
    const of = (name: string) => download.sources.find(({ peerId }) => peerId === name)
    const [sold, given] = [of(seller.status.peerId), of(`bittorrent:127.0.0.1:${port}`)]
    expect(given?.chunks).to.be.greaterThan(0)
    expect(sold?.chunks).to.be.greaterThan(0)
    expect((sold?.chunks ?? 0) + (given?.chunks ?? 0)).to.equal(CHUNKS)
    expect(given).to.deep.include({ paid: 0n, vouchers: 0, verified: 0n, protocol: 'bittorrent' })
    expect(download.spent)
      .to.equal(sold?.verified)
      .and.to.satisfy((spent: bigint) => spent < share.totalPrice)
    expect(await swarm.received(seller.status.address)).to.equal(sold?.verified)
  })
})
