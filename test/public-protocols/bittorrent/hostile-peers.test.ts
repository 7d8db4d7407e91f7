import { expect } from 'chai'
import { wei } from '../../../src/domain/amount.ts'
import { Bitfield } from '../../../src/domain/bitfield.ts'
import { CHUNK_SIZE_BYTES, chunkCount, chunkLength } from '../../../src/domain/chunk.ts'
import { codeOf } from '../../../src/domain/errors.ts'
import { parseFileHash } from '../../../src/domain/ids.ts'
import { proofOf } from '../../../src/public-protocols/bittorrent/chiral-message.ts'
import {
  COSTLY_BURST,
  HANDSHAKE_TIMEOUT_MS,
  IDLE_TIMEOUT_MS,
  MAX_BACKLOG_BYTES,
  MAX_PENDING_BLOCKS,
  SEND_TIMEOUT_MS,
  STRANGER_CHUNKS_AT_ONCE,
  UNPROVEN_TIMEOUT_MS,
} from '../../../src/public-protocols/bittorrent/limits.ts'
import { type ServedPeer, type ServeParts, serveWire } from '../../../src/public-protocols/bittorrent/served-wire.ts'
import type { Admission, AskedChunk, Asker, Gate } from '../../../src/public-protocols/gate.ts'
import { grantIdOf } from '../../../src/public-protocols/grant-proof.ts'
import { RateLimit } from '../../../src/system/rate-limit.ts'
import { servePartsOf, torrentsOf } from '../../support/bittorrent-seeder.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { HandPeer, INFOHASH, PEER_ID } from './by-hand.ts'

const SIZE_BYTES = 5 * CHUNK_SIZE_BYTES + 100
const COUNT = chunkCount(SIZE_BYTES)
const CONTENT = seededRandom('hostile peers').bytes(SIZE_BYTES)
const FILE = { fileHash: parseFileHash('22'.repeat(32)), sizeBytes: SIZE_BYTES, infohash: INFOHASH }
const GRANT = 'ab'.repeat(32)
const QUOTE = { quoteId: 1, pricePerMiB: wei(1n), expiresAt: 0 }

/** A gate that a test opens and shuts, and that remembers what went through it. */
class TestGate implements Gate {
  asked: (AskedChunk & Asker)[] = []
  finished: [chunkIndex: number, left: boolean][] = []
  answer: (asker: Asker) => Exclude<Admission, { kind: 'admitted' }> | undefined = () => undefined

  async admit(asker: Asker, chunk: AskedChunk): Promise<Admission> {
    this.asked.push({ ...asker, ...chunk })
    const refused = this.answer(asker)
    if (refused !== undefined) return refused
    return { kind: 'admitted', finished: async (left) => void this.finished.push([chunk.chunkIndex, left]) }
  }
}

type ServedHand = HandPeer & { readonly ended: Promise<Error>; readonly served: ServedPeer }

const UNPAID = { kind: 'payment-required', code: 'VOUCHER_TOO_LOW', message: '', quote: QUOTE } as const

describe('public-protocols/bittorrent: peers that are not as they should be', () => {
  let clock: FakeClock
  let gate: TestGate
  let reads: number[]
  let peers: HandPeer[]
  let beforeRead: () => Promise<void>
  let random: ReturnType<typeof seededRandom>

  beforeEach(() => {
    clock = new FakeClock()
    gate = new TestGate()
    reads = []
    peers = []
    beforeRead = async () => {}
    random = seededRandom('nonces')
  })
  afterEach(async () => {
    for (const peer of peers) peer.close()
    for (const peer of peers) await peer.over()
    await clock.advance(0)
    expect(clock.timers, 'timers').to.equal(0)
  })

  async function read(chunkIndex: number): Promise<Uint8Array> {
    reads.push(chunkIndex)
    await beforeRead()
    const start = chunkIndex * CHUNK_SIZE_BYTES
    return CONTENT.subarray(start, start + chunkLength(SIZE_BYTES, chunkIndex))
  }

  function connect(
    over: { readonly isFree?: boolean; readonly held?: Bitfield; readonly parts?: Partial<ServeParts> } = {},
  ): ServedHand {
    const { isFree = true, held = Bitfield.full(COUNT) } = over
    const torrents = torrentsOf({ ...FILE, isFree, held }, read, {
      grants: [GRANT],
      info: new Uint8Array(20_000).fill(1),
    })
    const peer = new HandPeer()
    peers.push(peer)
    const served = serveWire(peer.far, '203.0.113.9', {
      ...servePartsOf(torrents, { clock, gate }),
      random,
      ...over.parts,
    })
    return Object.assign(peer, { ended: served.ended, served })
  }

  /** As a client does: shakes hands and waits until it may ask. */
  async function unchoked(): Promise<ServedHand> {
    const peer = connect()
    peer.shake()
    peer.greet()
    peer.send({ kind: 'interested' })
    await peer.next('unchoke')
    return peer
  }

  async function proved(): Promise<ServedHand> {
    const peer = connect({ isFree: false })
    peer.shake()
    peer.greet()
    await peer.until(() => peer.extended !== undefined)
    peer.say({ kind: 'prove', grantId: grantIdOf(GRANT), proof: proofOf(GRANT, contextOf(peer)) })
    await peer.next('unchoke')
    return peer
  }

  function contextOf({ extended, handshake }: HandPeer) {
    const [nonce, seederId] = [extended?.nonce, handshake?.peerId]
    if (nonce === undefined || seederId === undefined) throw new Error('the seeder did not greet')
    return { nonce, seederId, infohash: INFOHASH, leecherId: PEER_ID }
  }

  const endCode = async ({ ended }: { readonly ended: Promise<Error> }): Promise<string | undefined> =>
    codeOf(await ended)

  it('says what it is and has, and serves a block', async () => {
    const peer = await unchoked()
    expect(peer.extended).to.deep.include({ ids: { ut_metadata: 1, chiral: 2 }, metadataSize: 20_000, isPriced: false })
    peer.ask(5, 0, 100)
    const { bytes } = await peer.next('piece')
    expect(Buffer.compare(bytes, CONTENT.subarray(5 * CHUNK_SIZE_BYTES))).to.equal(0)
    expect(gate.asked).to.deep.equal([
      { address: '203.0.113.9', grant: undefined, fileHash: FILE.fileHash, chunkIndex: 5 },
    ])
    expect(gate.finished).to.deep.equal([[5, true]])
    expect(peer.served.sentBytes).to.equal(100)
  })

  it('admits a chunk once for all of its blocks, however they are asked for', async () => {
    const peer = await unchoked()
    for (let offset = 0; offset < CHUNK_SIZE_BYTES; offset += 16_384) peer.ask(1, offset)
    for (let offset = 0; offset < CHUNK_SIZE_BYTES; offset += 16_384) {
      const { bytes } = await peer.next('piece')
      const start = CHUNK_SIZE_BYTES + offset
      expect(Buffer.compare(bytes, CONTENT.subarray(start, start + 16_384))).to.equal(0)
    }
    await clock.advance(0)
    expect([gate.asked.length, reads.length, gate.finished]).to.deep.equal([1, 1, [[1, true]]])
  })

  it('ends a connection for another torrent, for rubbish, and for what is no block', async () => {
    const other = connect()
    other.shake('44'.repeat(20))
    expect(await endCode(other)).to.equal('NOT_FOUND')
    const rubbish = connect()
    rubbish.write(seededRandom('rubbish').bytes(200))
    expect(await endCode(rubbish)).to.equal('DECODE_FAILED')
    for (const [pieceIndex, offset, length] of [
      [COUNT, 0, 1],
      [5, 0, 101],
      [0, CHUNK_SIZE_BYTES, 1],
      [0, 0, 16_385],
      [0, 0, 0],
      [2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1],
    ] as const) {
      const peer = await unchoked()
      peer.ask(pieceIndex, offset, length)
      expect(await endCode(peer), `${pieceIndex} ${offset} ${length}`).to.equal('DECODE_FAILED')
    }
    expect(reads).to.deep.equal([])
  })

  it('ends a connection whose message is longer than any may be, before it came', async () => {
    const peer = connect()
    peer.shake()
    peer.write(Uint8Array.of(0x7f, 0xff, 0xff, 0xff))
    expect(await endCode(peer)).to.equal('DECODE_FAILED')
  })

  it('does not wait for who says nothing, or nothing more', async () => {
    const silent = connect()
    await clock.advance(HANDSHAKE_TIMEOUT_MS)
    expect(await endCode(silent)).to.equal('TRANSFER_FAILED')
    const idle = await unchoked()
    await clock.advance(IDLE_TIMEOUT_MS - 1)
    idle.send({ kind: 'keep-alive' })
    await clock.advance(0)
    await clock.advance(IDLE_TIMEOUT_MS - 1)
    expect(idle.isOver).to.equal(false)
    await clock.advance(1)
    expect(await endCode(idle)).to.equal('TRANSFER_FAILED')
  })

  it('serves nobody it has choked, and who has asked for too much gets the rest rejected', async () => {
    const choked = connect()
    choked.shake()
    choked.ask(0)
    await choked.next('reject')
    const greedy = await unchoked()
    gate.admit = () => new Promise(() => {})
    for (let asked = 0; asked <= MAX_PENDING_BLOCKS; asked++) greedy.ask(asked % COUNT, 0, 100)
    await greedy.next('reject')
    expect(reads).to.deep.equal([])
  })

  it('has few chunks of a stranger in memory, whatever it asks for', async () => {
    const peer = await unchoked()
    gate.admit = (asker, chunk) => {
      gate.asked.push({ ...asker, ...chunk })
      return new Promise(() => {})
    }
    for (let index = 0; index < COUNT; index++) peer.ask(index, 0, 100)
    peer.send({ kind: 'have', pieceIndex: 0 })
    await clock.advance(0)
    expect(gate.asked.length).to.equal(STRANGER_CHUNKS_AT_ONCE)
  })

  it('gives up on a peer that does not read, and counts only what it took', async () => {
    const peer = await unchoked()
    peer.pause()
    for (let offset = 0; offset < CHUNK_SIZE_BYTES; offset += 16_384) peer.ask(0, offset)
    while (reads.length === 0) await clock.advance(0)
    await clock.advance(SEND_TIMEOUT_MS)
    expect(await endCode(peer)).to.equal('TRANSFER_FAILED')
    expect(gate.finished).to.deep.equal([[0, false]])
  })

  it('gives up on a peer that makes it answer and does not read', async () => {
    const peer = connect()
    peer.shake()
    await peer.until(() => peer.handshake !== undefined)
    peer.pause()
    for (let sent = 0; sent < MAX_BACKLOG_BYTES / 17 + 10_000 && !peer.isOver; sent++) {
      peer.ask(0)
      if (sent % 1_000 === 0) await clock.advance(0)
    }
    expect(await endCode(peer)).to.equal('TRANSFER_FAILED')
  })

  it('has a chunk admitted again for who asks for more than all of it', async () => {
    const peer = await unchoked()
    for (let asked = 0; asked < 40; asked++) peer.ask(0)
    for (let came = 0; came < 40; came++) await peer.next('piece')
    await clock.advance(0)
    expect(gate.asked).to.have.length(3)
    expect(gate.finished).to.deep.equal([
      [0, true],
      [0, true],
    ])
  })

  it('counts a block that was cancelled when it was on its way', async () => {
    const peer = await unchoked()
    peer.pause()
    for (let offset = 0; offset < 8 * 16_384; offset += 16_384) peer.ask(0, offset)
    while (reads.length === 0) await clock.advance(0)
    await clock.advance(0)
    for (let offset = 0; offset < 8 * 16_384; offset += 16_384)
      peer.send({ kind: 'cancel', block: { pieceIndex: 0, offset, length: 16_384 } })
    await clock.advance(0)
    expect(gate.finished, 'the first blocks are leaving').to.deep.equal([])
    peer.resume()
    await peer.next('piece')
    await clock.advance(0)
    peer.close()
    await peer.ended
    expect(gate.finished).to.deep.equal([[0, true]])
  })

  it('owes nothing for what was cancelled before it left', async () => {
    const peer = await unchoked()
    const reading = Promise.withResolvers<void>()
    const held = Promise.withResolvers<void>()
    const { admit } = gate
    gate.admit = async (...asked) => {
      reading.resolve()
      await held.promise
      return admit.call(gate, ...asked)
    }
    peer.ask(0)
    await reading.promise
    peer.send({ kind: 'cancel', block: { pieceIndex: 0, offset: 0, length: 16_384 } })
    await clock.advance(0)
    held.resolve()
    while (gate.finished.length === 0) await clock.advance(0)
    expect(gate.finished).to.deep.equal([[0, false]])
  })

  it('leaves strangers choked for what has a price, tells them of no piece, and ends them', async () => {
    const peer = connect({ isFree: false })
    peer.shake()
    peer.greet()
    peer.send({ kind: 'interested' })
    await peer.next('have-none')
    expect(peer.extended?.isPriced).to.equal(true)
    peer.ask(0)
    await peer.next('reject')
    await clock.advance(UNPROVEN_TIMEOUT_MS)
    expect(await endCode(peer)).to.equal('HELLO_REQUIRED')
    expect([gate.asked, reads]).to.deep.equal([[], []])
    expect(peer.messages.map(({ kind }) => kind)).not.to.include('unchoke')
  })

  it('ends a stranger of a file that has got a price meanwhile', async () => {
    const peer = await unchoked()
    gate.answer = () => UNPAID
    peer.ask(0)
    await peer.next('choke')
    await clock.advance(UNPROVEN_TIMEOUT_MS)
    expect(await endCode(peer)).to.equal('HELLO_REQUIRED')
  })

  it('takes a proof on its own connection alone, and the grant is never on the line', async () => {
    const peer = await proved()
    expect(peer.heard.map(({ kind }) => kind)).to.deep.equal(['welcome'])
    peer.ask(5, 0, 100)
    await peer.next('piece')
    expect(gate.asked[0]).to.include({ grant: GRANT })
    expect(Buffer.concat(peer.bytes).includes(GRANT)).to.equal(false)

    const thief = connect({ isFree: false })
    thief.shake()
    thief.greet()
    await thief.until(() => thief.extended !== undefined)
    const overheard = proofOf(GRANT, { ...contextOf(thief), nonce: contextOf(peer).nonce })
    thief.say({ kind: 'prove', grantId: grantIdOf(GRANT), proof: overheard })
    await thief.until(() => thief.heard.length > 0)
    expect(thief.heard).to.deep.equal([{ kind: 'refused', pieceIndex: undefined, code: 'HELLO_REQUIRED' }])
    thief.ask(0)
    await thief.next('reject')
  })

  it('chokes a payer whose credit is used up until it says that it paid', async () => {
    const peer = await proved()
    gate.answer = () => UNPAID
    peer.ask(0)
    await peer.next('choke')
    expect(peer.heard.at(-1)).to.deep.equal({ kind: 'refused', pieceIndex: 0, code: 'VOUCHER_TOO_LOW' })
    peer.ask(1)
    await peer.next('reject')
    expect(gate.asked.length, 'who is choked costs the gate nothing').to.equal(1)
    gate.answer = () => undefined
    peer.say({ kind: 'again' })
    await peer.next('unchoke')
    peer.ask(5, 0, 100)
    await peer.next('piece')
  })

  it('lets what was admitted leave before it chokes', async () => {
    const peer = await proved()
    const held = Promise.withResolvers<void>()
    beforeRead = () => held.promise
    peer.ask(5, 0, 100)
    while (reads.length === 0) await clock.advance(0)
    gate.answer = () => UNPAID
    peer.ask(0)
    await peer.next('reject')
    peer.ask(1)
    await peer.next('reject')
    expect(
      gate.asked.map(({ chunkIndex }) => chunkIndex),
      'the gate is not asked again',
    ).to.deep.equal([5, 0])
    held.resolve()
    await peer.until(() => peer.messages.some(({ kind }) => kind === 'choke'))
    expect(peer.messages.map(({ kind }) => kind)).to.deep.equal(['piece', 'choke'])
    expect(gate.finished).to.deep.equal([[5, true]])
  })

  it('ends a peer that says it paid again and again', async () => {
    const peer = await proved()
    gate.answer = () => UNPAID
    for (let said = 0; said <= COSTLY_BURST; said++) peer.say({ kind: 'again' })
    expect(await endCode(peer)).to.equal('DECODE_FAILED')
  })

  it('sends no faster than the limit on all that is sent, and has nothing admitted that waits for it', async () => {
    const rate = new RateLimit(clock, CHUNK_SIZE_BYTES)
    rate.take(CHUNK_SIZE_BYTES)
    const peer = connect({ parts: { rate } })
    peer.shake()
    peer.send({ kind: 'interested' })
    await peer.next('unchoke')
    peer.ask(5, 0, 100)
    while (clock.timers < 2) await new Promise((resolve) => setImmediate(resolve))
    expect(gate.asked).to.deep.equal([])
    await clock.advance(1_000)
    await peer.next('piece')
  })

  it('chokes a stranger that was given too much for as long as the gate says', async () => {
    const peer = await unchoked()
    gate.answer = () => ({ kind: 'refused', code: 'RATE_LIMITED', retryAfterMs: 5_000 })
    peer.ask(0)
    await peer.next('choke')
    gate.answer = () => undefined
    await clock.advance(5_000)
    await peer.next('unchoke')
    peer.ask(5, 0, 100)
    await peer.next('piece')
  })

  it('does not serve chunks that it does not hold, and says which it has', async () => {
    const held = new Bitfield(COUNT)
    held.add(2)
    const peer = connect({ held })
    peer.shake()
    peer.send({ kind: 'interested' })
    expect(Buffer.from((await peer.next('bitfield')).bits).toString('hex')).to.equal('20')
    await peer.next('unchoke')
    peer.ask(0)
    await peer.next('reject')
    expect(gate.asked).to.deep.equal([])
  })

  it('gives a chunk that cannot be read to nobody, and owes nothing for it', async () => {
    const parts = servePartsOf(
      torrentsOf({ ...FILE, isFree: true, held: Bitfield.full(COUNT) }, async () => Promise.reject(new Error('gone'))),
      { clock, gate },
    )
    const peer = connect({ parts })
    peer.shake()
    peer.send({ kind: 'interested' })
    await peer.next('unchoke')
    peer.ask(0)
    await peer.next('reject')
    expect(gate.finished).to.deep.equal([[0, false]])
  })
})
