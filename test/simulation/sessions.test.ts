import { expect } from 'chai'
import type { InBandProtocol } from '../../src/domain/in-band-protocol.ts'
import { buyer, calm, seller } from './calm.ts'
import { World } from './world.ts'

const TIMEOUT_MS = 120_000
/** Whatever is longer than this on the wire holds a chunk. */
const CHUNK_BYTES = 200_000

/** From the first word of the seller to the last of 11 chunks, in virtual time: a new wallet, so that nothing comes on credit before the ninth. */
async function transferMs(prefers: InBandProtocol, line: { latencyMs: number; window: number }): Promise<number> {
  const { latencyMs, window } = line
  const world = await World.create(
    calm({
      sellers: [seller('seller', { files: [8] })],
      buyers: [buyer('buyer', [{ file: 8, window }], { prefers })],
      line: { latencyMs, jitterMs: 0, bytesPerMs: 20_000 },
    }),
  )
  await world.run()
  const arrivals = world.scheduler.trace.flatMap((line) => {
    const [, at = '', bytes = ''] = /^(\S+) seller > buyer (\d+) bytes$/.exec(line) ?? []
    return at === '' ? [] : [{ atMs: Number(at), bytes: Number(bytes) }]
  })
  const chunks = arrivals.filter(({ bytes }) => bytes > CHUNK_BYTES)
  expect(chunks).to.have.length(11)
  return (chunks.at(-1)?.atMs ?? 0) - (arrivals[0]?.atMs ?? 0)
}

describe('simulation: a session with a new wallet', function () {
  this.timeout(TIMEOUT_MS)

  for (const latencyMs of [20, 150])
    for (const window of [1, 8, 32])
      it(`takes no longer than chunk by chunk: ${latencyMs} ms away, window ${window}`, async () => {
        const byBitswap = await transferMs('bitswap', { latencyMs, window })
        const bySession = await transferMs('webrpc', { latencyMs, window })
        expect(bySession).to.be.at.most(byBitswap)
        // The opening and the first payment, then one round trip for each chunk and what disks take.
        expect(bySession).to.be.at.most((11 + 1.5) * 2 * latencyMs + 11 * 25)
      })
})
