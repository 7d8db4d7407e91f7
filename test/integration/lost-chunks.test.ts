import { expect } from 'chai'
import { MAX_RESENDS } from '../../src/channel/payee-state.ts'
import { wei } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { IN_BAND_PROTOCOLS } from '../../src/domain/in-band-protocol.ts'
import { chunkPrice } from '../../src/domain/price.ts'
import type { DuplexStream } from '../../src/system/duplex-stream.ts'
import { startEvilSeeder } from '../support/evil-seeder.ts'
import { get, type Swarm, sha256Of, startSwarm } from '../support/live-swarm.ts'

const FILE_CHUNKS = 3
const PRICE_PER_MIB = wei(10n ** 15n)
const PRICE = chunkPrice(PRICE_PER_MIB, CHUNK_SIZE_BYTES)

/** Lines that break with the first chunks that leave on them. */
function losing(chunks: number): { lose: (stream: DuplexStream) => DuplexStream; lost: () => number } {
  let lost = 0
  const lose = (stream: DuplexStream): DuplexStream => ({
    source: stream.source,
    close: () => stream.close(),
    abort: (reason) => stream.abort(reason),
    async send(data) {
      if (lost === chunks || data.byteLength < CHUNK_SIZE_BYTES) return stream.send(data)
      lost++
      const reason = new Error('The line broke.')
      stream.abort(reason)
      throw reason
    },
  })
  return { lose, lost: () => lost }
}

describe('integration: a line that loses chunks', function () {
  this.timeout(180_000)
  let swarm: Swarm

  before(async () => {
    swarm = await startSwarm()
    await swarm.start('relay')
  })
  after(() => swarm.stop())

  for (const protocol of IN_BAND_PROTOCOLS)
    it(`brings a chunk that was sent in vain as often as is free, and it is paid once (${protocol})`, async () => {
      const line = losing(MAX_RESENDS + 1)
      const seeder = await startEvilSeeder({
        config: swarm.config(`seeder-${protocol}`),
        file: await swarm.file(`file-${protocol}`, FILE_CHUNKS * CHUNK_SIZE_BYTES),
        pricePerMiB: PRICE_PER_MIB,
        lies: { stream: line.lose },
        protocol,
      })
      swarm.defer(() => seeder.stop())
      const { node } = await swarm.start(`leecher-${protocol}`, { downloads: { stallMs: 30_000 } })
      const told: string[] = []
      node.subscribe((event) => void (event.kind === 'notice' && told.push(event.message)))
      const out = swarm.path(`out-${protocol}`)
      const download = await get(node, { reference: seeder.fileHash, out, protocol })
      expect(download.phase, JSON.stringify(download.error)).to.equal('done')
      expect(await sha256Of(out)).to.equal(download.sha256)
      expect(line.lost()).to.equal(MAX_RESENDS + 1)
      expect(told.filter((message) => message.includes('took it off the bill'))).to.have.length(1)
      expect(download.spent).to.equal(BigInt(FILE_CHUNKS) * PRICE)
      await seeder.redeemAll()
      expect(await swarm.received(seeder.address)).to.equal(BigInt(FILE_CHUNKS) * PRICE)
    })
})
