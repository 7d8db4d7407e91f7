import { deflateSync } from 'node:zlib'
import { expect } from 'chai'
import { CHUNK_SIZE_BYTES, chunkLength } from '../../../src/domain/chunk.ts'
import { codeOf } from '../../../src/domain/errors.ts'
import { createDownloaderMetrics } from '../../../src/public-protocols/downloader-metrics.ts'
import { openEd2kTransfer } from '../../../src/public-protocols/ed2k/ed2k-transfer.ts'
import { userHashOf } from '../../../src/public-protocols/ed2k/hello.ts'
import {
  ANSWER_TIMEOUT_MS,
  MAX_UNASKED_BYTES,
  QUEUE_TIMEOUT_MS,
  STALL_TIMEOUT_MS,
} from '../../../src/public-protocols/ed2k/limits.ts'
import type { Message } from '../../../src/public-protocols/ed2k/messages.ts'
import { PART_BYTES } from '../../../src/public-protocols/ed2k/parts.ts'
import { systemClock } from '../../../src/system/clock.ts'
import { silentLogger } from '../../../src/system/logger.ts'
import { type ScriptedPeer, scriptedSeeder } from '../../support/ed2k-peer.ts'
import { LEECHER, LOOPBACK_RULES, openTestTransfer, type ShelvedFile, shelve } from '../../support/ed2k-seeder.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import type { LoopbackServer } from '../../support/loopback.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const SIZE = PART_BYTES + 300_000
const CONTENT = new Uint8Array(SIZE).map((_, index) => (index * 13 + (index >> 9)) & 0xff)

describe('public-protocols/ed2k: seeders that misbehave', () => {
  let shelved: ShelvedFile
  const servers: LoopbackServer[] = []

  before(async () => {
    shelved = await shelve(CONTENT)
  })
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.stop()
  })

  async function serve(script: (peer: ScriptedPeer) => Promise<void>): Promise<number> {
    const server = await scriptedSeeder(script)
    servers.push(server)
    return server.port
  }

  /** What a client that is not ours says until a slot; then the script goes on. */
  function stock(
    then: (peer: ScriptedPeer) => Promise<void>,
    over: { readonly status?: readonly boolean[]; readonly partHashes?: readonly Uint8Array[] } = {},
  ): Promise<number> {
    return serve(async (peer) => {
      const { hash, name } = shelved.file
      await peer.heard('hello')
      const hello = { ...LEECHER, userHash: userHashOf(seededRandom('stock').bytes(16)) }
      peer.say({ kind: 'hello-answer', hello })
      await peer.heard('ask-hashes')
      peer.say({ kind: 'name', hash, name }, { kind: 'status', hash, parts: over.status })
      peer.say({ kind: 'hashes', hash, partHashes: over.partHashes ?? shelved.partHashes })
      await peer.heard('ask-slot')
      peer.say({ kind: 'slot' })
      await then(peer)
    })
  }

  function data(start: number, end: number, content = CONTENT): Message {
    return { kind: 'data', hash: shelved.file.hash, start, data: content.subarray(start, end) }
  }

  function packed(start: number, bytes: Uint8Array): Message[] {
    const cut = Math.ceil(bytes.byteLength / 2)
    return [bytes.subarray(0, cut), bytes.subarray(cut)].map((fragment) => ({
      kind: 'packed',
      hash: shelved.file.hash,
      start,
      packedBytes: bytes.byteLength,
      fragment,
    }))
  }

  const ask = (chunkIndex: number) => ({ chunkIndex, lengthBytes: chunkLength(SIZE, chunkIndex) })

  it('takes chunks from a client that is not ours: in pieces, packed, and across the border of two parts', async () => {
    const port = await stock(async (peer) => {
      for (let count = 1; ; count++) {
        const asked = (await peer.heard('ask-ranges', count))[count - 1]
        for (const { start, end } of asked?.ranges ?? []) {
          const middle = Math.floor((start + end) / 2)
          if (count === 2) peer.say(...packed(start, deflateSync(CONTENT.subarray(start, end))))
          else peer.say(data(start, middle), data(start, middle), data(middle, end))
        }
      }
    })
    const session = await openTestTransfer(shelved, port)
    const border = Math.floor(PART_BYTES / CHUNK_SIZE_BYTES)
    for (const chunkIndex of [0, 1, border, border + 1]) {
      const chunk = await session.request(ask(chunkIndex))
      const start = chunkIndex * CHUNK_SIZE_BYTES
      expect(Buffer.compare(chunk, CONTENT.subarray(start, start + chunk.byteLength)), `${chunkIndex}`).to.equal(0)
    }
    await session.close()
  })

  it('asks only for what the map of parts has', async () => {
    const port = await stock(async () => {}, { status: [false, true] })
    const session = await openTestTransfer(shelved, port)
    const border = Math.floor(PART_BYTES / CHUNK_SIZE_BYTES)
    expect([0, border, border + 1].map((chunk) => session.have?.has(chunk))).to.deep.equal([false, false, true])
    expect(await session.request(ask(0)).catch(codeOf)).to.equal('DONT_HAVE')
    await session.close()
  })

  it('opens nothing with who lies about the hashes of parts, or about their number', async () => {
    const lies = [
      { partHashes: shelved.partHashes.map(() => new Uint8Array(16)) },
      { partHashes: shelved.partHashes.slice(1) },
      { status: [true, true, true] },
    ]
    for (const lie of lies) {
      const port = await stock(async () => {}, lie)
      expect(await openTestTransfer(shelved, port).catch(codeOf)).to.equal('TRANSFER_FAILED')
    }
  })

  it('ends with a seeder whose part is not that of the link', async () => {
    const wrong = CONTENT.slice()
    wrong[5] = 99
    const port = await stock(async (peer) => {
      for (let count = 1; ; count++) {
        const asked = (await peer.heard('ask-ranges', count))[count - 1]
        for (const { start, end } of asked?.ranges ?? []) peer.say(data(start, end, wrong))
      }
    })
    const session = await openTestTransfer(shelved, port)
    for (let chunk = 0; chunk * CHUNK_SIZE_BYTES < PART_BYTES; chunk++) await session.request(ask(chunk))
    expect(String(await session.ended)).to.match(/part 0/)
  })

  it('unpacks no more than was asked for, and ends with who sends it', async () => {
    const bombs = [
      deflateSync(new Uint8Array(50 * 2 ** 20)),
      deflateSync(CONTENT.subarray(0, 1_000)),
      seededRandom('no zlib').bytes(10_000),
      new Uint8Array(CHUNK_SIZE_BYTES + 10_000),
    ]
    for (const bomb of bombs) {
      const port = await stock(async (peer) => {
        await peer.heard('ask-ranges')
        peer.say(...packed(0, bomb))
      })
      const session = await openTestTransfer(shelved, port)
      expect(await session.request(ask(0)).catch(codeOf)).to.equal('STREAM_CLOSED')
    }
  })

  it('ends with who sends what nobody asked for, without end', async () => {
    const port = await stock(async (peer) => {
      for (let sent = 0; sent <= MAX_UNASKED_BYTES; sent += 100_000) peer.say(data(0, 100_000))
    })
    const session = await openTestTransfer(shelved, port)
    expect(String(await session.ended)).to.match(/nobody asked/)
  })

  it('gives up waiting for an answer, for a place in the queue, for bytes', async () => {
    const clock = new FakeClock()
    const silent = await serve(async (peer) => {
      await peer.heard('hello')
      await clock.advance(ANSWER_TIMEOUT_MS)
    })
    expect(await openTestTransfer(shelved, silent, { clock }).catch(codeOf)).to.equal('TRANSFER_FAILED')
    const queued = await serve(async (peer) => {
      const { hash } = shelved.file
      await peer.heard('hello')
      peer.say({ kind: 'hello-answer', hello: LEECHER })
      peer.say({ kind: 'status', hash, parts: undefined }, { kind: 'hashes', hash, partHashes: shelved.partHashes })
      await peer.heard('ask-slot')
      peer.say({ kind: 'rank', rank: 7 })
      // The next message is read after the rank was.
      for (let waited = 0; waited < QUEUE_TIMEOUT_MS; waited += 1_000) {
        peer.say({ kind: 'rank', rank: 7 })
        await new Promise((resolve) => setImmediate(resolve))
        await clock.advance(1_000)
      }
      while (!peer.socket.destroyed) {
        await clock.advance(1_000)
        await new Promise((resolve) => setImmediate(resolve))
      }
    })
    const failure = await openTestTransfer(shelved, queued, { clock }).catch((error) => error)
    expect(codeOf(failure)).to.equal('TRANSFER_FAILED')
    expect(failure.message).to.match(/7/)
    const stalling = await stock(async (peer) => {
      await peer.heard('ask-ranges')
      await clock.advance(STALL_TIMEOUT_MS)
    })
    const session = await openTestTransfer(shelved, stalling, { clock })
    expect(await session.request(ask(0)).catch(codeOf)).to.equal('TRANSFER_FAILED')
    await session.close()
  })

  it('never sends a grant, and proves it to none but ours', async () => {
    let heard: Buffer = Buffer.alloc(0)
    const port = await stock(async () => {})
    const grant = 'ab'.repeat(32)
    expect(await openTestTransfer(shelved, port, { grant }).catch(codeOf)).to.equal('TRANSFER_FAILED')
    const ours = await serve(async (peer) => {
      await peer.heard('hello')
      peer.say({ kind: 'hello-answer', hello: { ...LEECHER, nonce: new Uint8Array(16) } })
      await peer.heard('grant')
      heard = Buffer.concat(peer.frames.map(({ payload }) => payload))
      peer.socket.destroy()
    })
    expect(await openTestTransfer(shelved, ours, { grant }).catch(codeOf)).to.equal('TRANSFER_FAILED')
    expect(heard.includes(Buffer.from(grant, 'hex')) || heard.includes(grant)).to.equal(false)
  })

  it('goes to no address but an IP address where it may, and for no other file', async () => {
    const deps = {
      rules: LOOPBACK_RULES,
      clock: systemClock,
      random: seededRandom('none'),
      log: silentLogger,
      metrics: createDownloaderMetrics('ed2k'),
      self: LEECHER,
    }
    const { link, file } = shelved
    for (const address of [
      '192.0.2.1:4662',
      'localhost:4662',
      '127.0.0.1',
      '127.0.0.1:0',
      '127.0.0.1:99999',
      '[::1]:4662',
    ])
      expect(await openEd2kTransfer({ link, address }, file, deps).catch(codeOf), address).to.equal('ENDPOINT_REFUSED')
    const other = { ...file, sizeBytes: file.sizeBytes + 1 }
    expect(await openEd2kTransfer({ link, address: '127.0.0.1:1' }, other, deps).catch(codeOf)).to.equal(
      'ENDPOINT_REFUSED',
    )
    const none = { link: 'ed2k://', address: '127.0.0.1:1' }
    expect(await openEd2kTransfer(none, file, deps).catch(codeOf)).to.equal('ENDPOINT_REFUSED')
  })
})
