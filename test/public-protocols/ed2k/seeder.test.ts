import { expect } from 'chai'
import { wei } from '../../../src/domain/amount.ts'
import { Bitfield } from '../../../src/domain/bitfield.ts'
import { equalBytes } from '../../../src/domain/bytes.ts'
import { CHUNK_SIZE_BYTES, chunkCount } from '../../../src/domain/chunk.ts'
import { codeOf } from '../../../src/domain/errors.ts'
import { parseEd2kHash } from '../../../src/public-protocols/ed2k/ed2k-hash.ts'
import { STOCK_DATA_BYTES, STOCK_PAUSE_MS } from '../../../src/public-protocols/ed2k/limits.ts'
import type { Ed2kSeeder } from '../../../src/public-protocols/ed2k/server.ts'
import type { Asker, Gate } from '../../../src/public-protocols/gate.ts'
import { grantIdOf } from '../../../src/public-protocols/grant-proof.ts'
import { type ScriptedPeer, stockClient } from '../../support/ed2k-peer.ts'
import { openTestTransfer, shelfOf, shelve, startTestSeeder } from '../../support/ed2k-seeder.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const CONTENT = seededRandom('ed2k').bytes(3 * CHUNK_SIZE_BYTES + 5)
const BLOCK = 184_320
const QUOTE = { quoteId: 1, pricePerMiB: wei(1n), expiresAt: Number.MAX_SAFE_INTEGER }

/** Writes down what was asked for and what became of it; admits what `admits` says. */
function watchedGate(admits: (asker: Asker) => boolean = () => true) {
  const asked: { readonly asker: Asker; readonly chunkIndex: number }[] = []
  const finished: boolean[] = []
  const gate: Gate = {
    async admit(asker, { chunkIndex }) {
      asked.push({ asker, chunkIndex })
      if (!admits(asker)) return { kind: 'payment-required', code: 'HELLO_REQUIRED', message: 'Pay.', quote: QUOTE }
      return {
        kind: 'admitted',
        async finished(left) {
          finished.push(left)
        },
      }
    },
  }
  return { gate, asked, finished }
}

describe('public-protocols/ed2k: seeder', () => {
  let seeder: Ed2kSeeder | undefined
  const peers: ScriptedPeer[] = []

  async function start(...given: Parameters<typeof startTestSeeder>): Promise<number> {
    seeder = await startTestSeeder(...given)
    return seeder.port
  }

  async function client(port: number): Promise<ScriptedPeer> {
    const peer = await stockClient(port)
    peers.push(peer)
    return peer
  }

  afterEach(async () => {
    for (const { socket } of peers.splice(0)) socket.destroy()
    await seeder?.stop()
    seeder = undefined
  })

  it('answers a client that is not ours as one of its own, and shows it nothing of ours', async () => {
    const shelved = await shelve(CONTENT)
    const { hash } = shelved.file
    const peer = await client(await start(shelfOf(shelved)))
    const unknown = parseEd2kHash('ff'.repeat(16))
    peer.say({ kind: 'ask-name', hash }, { kind: 'ask-status', hash }, { kind: 'ask-hashes', hash })
    peer.say({ kind: 'ask-name', hash: unknown }, { kind: 'ask-slot', hash })
    await peer.heard('slot')
    const [hello, ...answers] = peer.messages
    expect(hello?.kind === 'hello-answer' && hello.hello.nonce).to.equal(undefined)
    expect(answers).to.deep.equal([
      { kind: 'name', hash, name: 'a file.bin' },
      { kind: 'status', hash, parts: undefined },
      { kind: 'hashes', hash, partHashes: [] },
      { kind: 'no-file', hash: unknown },
      { kind: 'slot' },
    ])
  })

  it('says which parts it holds, and asks the gate for each chunk that a range touches before its first byte', async () => {
    const clock = new FakeClock()
    const { gate, asked, finished } = watchedGate()
    const shelved = await shelve(CONTENT)
    const { hash } = shelved.file
    const peer = await client(await start(shelfOf(shelved), { clock, gate }))
    peer.say({ kind: 'ask-slot', hash })
    await peer.heard('slot')
    const range = { start: CHUNK_SIZE_BYTES - 1, end: 2 * CHUNK_SIZE_BYTES + 1 }
    peer.say({ kind: 'ask-ranges', hash, ranges: [range] })
    let bytes = 0
    for (let count = 1; bytes < range.end - range.start; count++) {
      const data = await peer.heard('data', count)
      bytes = data.reduce((sum, each) => sum + each.data.byteLength, 0)
      await clock.advance(STOCK_PAUSE_MS)
    }
    const data = await peer.heard('data')
    const whole = Buffer.concat(data.map((each) => each.data))
    expect(Buffer.compare(whole, CONTENT.subarray(range.start, range.end))).to.equal(0)
    expect(asked.map(({ chunkIndex }) => chunkIndex)).to.deep.equal([0, 1, 2])
    expect(finished).to.deep.equal([true, true, true])
  })

  it('leaves a pause between two messages with data, and sends what is named again once', async () => {
    const clock = new FakeClock()
    const shelved = await shelve(CONTENT)
    const { hash } = shelved.file
    const peer = await client(await start(shelfOf(shelved), { clock }))
    peer.say({ kind: 'ask-slot', hash })
    await peer.heard('slot')
    const first = { start: 0, end: STOCK_DATA_BYTES }
    const second = { start: BLOCK, end: BLOCK + STOCK_DATA_BYTES }
    const third = { start: 2 * BLOCK, end: 2 * BLOCK + 1 }
    peer.say(
      { kind: 'ask-ranges', hash, ranges: [first, second] },
      { kind: 'ask-ranges', hash, ranges: [first, second, third] },
    )
    await peer.heard('data', 1)
    await clock.advance(STOCK_PAUSE_MS - 1)
    // What was answered since then came after all data that had left.
    peer.say({ kind: 'ask-name', hash })
    await peer.heard('name')
    expect((await peer.heard('data')).length).to.equal(1)
    await clock.advance(1)
    await peer.heard('data', 2)
    await clock.advance(STOCK_PAUSE_MS)
    await peer.heard('data', 3)
    await clock.advance(10 * STOCK_PAUSE_MS)
    peer.say({ kind: 'ask-status', hash })
    await peer.heard('status')
    expect((await peer.heard('data')).map(({ start }) => start)).to.deep.equal(
      [first, second, third].map(({ start }) => start),
    )
  })

  it('takes the slot of a client that is not ours when what it asks for has a price, or is not here', async () => {
    const { gate, asked } = watchedGate(() => false)
    const held = new Bitfield(chunkCount(CONTENT.byteLength))
    held.add(0)
    const shelved = await shelve(CONTENT, { held })
    const { hash } = shelved.file
    const port = await start(shelfOf(shelved), { gate })
    for (const start of [0, CHUNK_SIZE_BYTES]) {
      const peer = await client(port)
      peer.say({ kind: 'ask-status', hash }, { kind: 'ask-slot', hash })
      await peer.heard('slot')
      expect((await peer.heard('status'))[0]?.parts).to.deep.equal([false])
      peer.say({ kind: 'ask-ranges', hash, ranges: [{ start, end: start + 10 }] })
      await peer.heard('no-slot')
      expect(peer.messages.some(({ kind }) => kind === 'data')).to.equal(false)
    }
    expect(asked.map(({ chunkIndex }) => chunkIndex)).to.deep.equal([0])
  })

  it('knows who pays by a proof that fits one connection, and tells others what is wanted', async () => {
    const grant = 'ab'.repeat(32)
    const { gate, asked } = watchedGate((asker) => asker.grant === grant)
    const shelved = await shelve(CONTENT)
    const grantOf = (id: Uint8Array): string | undefined => (equalBytes(id, grantIdOf(grant)) ? grant : undefined)
    const port = await start(shelfOf(shelved), { gate, grantOf })
    const payer = await openTestTransfer(shelved, port, { grant })
    const chunk = await payer.request({ chunkIndex: 1, lengthBytes: CHUNK_SIZE_BYTES })
    expect(Buffer.compare(chunk, CONTENT.subarray(CHUNK_SIZE_BYTES, 2 * CHUNK_SIZE_BYTES))).to.equal(0)
    await payer.close()
    for (const options of [{}, { grant: 'cd'.repeat(32) }]) {
      const stranger = await openTestTransfer(shelved, port, options)
      const refused = await stranger.request({ chunkIndex: 1, lengthBytes: CHUNK_SIZE_BYTES }).catch((error) => error)
      expect(codeOf(refused)).to.equal('PAYMENT_REQUIRED')
      expect(refused.details).to.deep.equal({ code: 'HELLO_REQUIRED' })
      await stranger.close()
    }
    // The same proof on another connection, which has another nonce.
    const thief = await client(port)
    const { hash } = shelved.file
    thief.say({ kind: 'grant', hash, id: grantIdOf(grant), proof: new Uint8Array(32) }, { kind: 'ask-slot', hash })
    await thief.heard('slot')
    thief.say({ kind: 'ask-ranges', hash, ranges: [{ start: 0, end: 10 }] })
    await thief.heard('no-slot')
    expect(asked.map(({ asker }) => asker.grant === grant)).to.deep.equal([true, false, false, false])
  })

  it('tells the gate that a chunk did not leave when the asker is gone', async () => {
    const clock = new FakeClock()
    const { gate, finished } = watchedGate()
    const shelved = await shelve(CONTENT)
    const { hash } = shelved.file
    const peer = await client(await start(shelfOf(shelved), { clock, gate }))
    peer.say({ kind: 'ask-slot', hash })
    await peer.heard('slot')
    peer.say({ kind: 'ask-ranges', hash, ranges: [{ start: 0, end: CHUNK_SIZE_BYTES }] })
    await peer.heard('data')
    peer.socket.destroy()
    while (finished.length === 0) await new Promise((resolve) => setImmediate(resolve))
    expect(finished).to.deep.equal([false])
  })
})
