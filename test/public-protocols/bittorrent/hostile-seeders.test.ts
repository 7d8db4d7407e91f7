import { expect } from 'chai'
import { CHUNK_SIZE_BYTES, chunkCount, chunkLength } from '../../../src/domain/chunk.ts'
import { codeOf } from '../../../src/domain/errors.ts'
import { parseFileHash } from '../../../src/domain/ids.ts'
import type { TransferSession } from '../../../src/domain/transfer.ts'
import { proofOf } from '../../../src/public-protocols/bittorrent/chiral-message.ts'
import { ANSWER_TIMEOUT_MS, MAX_STRAY_BYTES } from '../../../src/public-protocols/bittorrent/limits.ts'
import { openWireTransfer } from '../../../src/public-protocols/bittorrent/wire-transfer.ts'
import { createDownloaderMetrics } from '../../../src/public-protocols/downloader-metrics.ts'
import { grantIdOf } from '../../../src/public-protocols/grant-proof.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { HandPeer, INFOHASH, PEER_ID } from './by-hand.ts'

const SIZE_BYTES = 20 * CHUNK_SIZE_BYTES + 50_000
const FILE = { fileHash: parseFileHash('22'.repeat(32)), sizeBytes: SIZE_BYTES }
const COUNT = chunkCount(SIZE_BYTES)
const GRANT = 'cd'.repeat(32)
const NONCE = new Uint8Array(32).fill(5)

describe('public-protocols/bittorrent: seeders that are not as they should be', () => {
  let clock: FakeClock
  let seeders: HandPeer[]

  beforeEach(() => {
    clock = new FakeClock()
    seeders = []
  })
  afterEach(async () => {
    for (const seeder of seeders) seeder.close()
    for (const seeder of seeders) await seeder.over()
    await clock.advance(0)
    expect(clock.timers, 'timers').to.equal(0)
  })

  interface Opened {
    readonly seeder: HandPeer
    readonly opening: Promise<TransferSession>
    /** The code opening fails with. */
    readonly refused: Promise<string | undefined>
  }

  function open(over: { readonly grant?: string; readonly signal?: AbortSignal } = {}): Opened {
    const seeder = new HandPeer()
    seeders.push(seeder)
    const options = {
      infohash: INFOHASH,
      protocol: 'bittorrent',
      clock,
      metrics: createDownloaderMetrics('bittorrent'),
    } as const
    const opening = openWireTransfer(seeder.far, FILE, { ...options, random: seededRandom('leecher'), ...over })
    const refused = opening.then(() => undefined, codeOf)
    return { seeder, opening, refused }
  }

  /** A seeder that lets be asked. `asIf` is what it claims to be besides. */
  async function opened(
    asIf: Parameters<HandPeer['greet']>[0] = {},
    grant?: string,
  ): Promise<{ readonly seeder: HandPeer; readonly session: TransferSession }> {
    const { seeder, opening } = open(grant === undefined ? {} : { grant })
    seeder.shake()
    seeder.greet(asIf)
    seeder.send({ kind: 'have-all' })
    await seeder.next('interested')
    seeder.send({ kind: 'unchoke' })
    return { seeder, session: await opening }
  }

  const ask = (session: TransferSession, chunkIndex: number): Promise<Uint8Array> =>
    session.request({ chunkIndex, lengthBytes: chunkLength(SIZE_BYTES, chunkIndex) })
  const codeFrom = (asked: Promise<unknown>): Promise<string | undefined> => asked.then(() => undefined, codeOf)

  /** Answers what is asked of the chunk. */
  async function serve(seeder: HandPeer, blocks: number): Promise<void> {
    for (let served = 0; served < blocks; served++) {
      const { block } = await seeder.next('request')
      const { pieceIndex, offset, length } = block
      seeder.send({ kind: 'piece', pieceIndex, offset, bytes: new Uint8Array(length).fill(pieceIndex) })
    }
  }

  it('asks for blocks of what a seeder has, and puts them together', async () => {
    const { seeder, session } = await opened()
    expect(session.have?.count).to.equal(COUNT)
    const asked = ask(session, COUNT - 1)
    await serve(seeder, 4)
    expect([...new Set(await asked)]).to.deep.equal([COUNT - 1])
    await session.close()
  })

  it('fails with who answers for another torrent, or speaks something else', async () => {
    const other = open()
    other.seeder.shake('44'.repeat(20))
    expect(await other.refused).to.equal('TRANSFER_FAILED')
    const rubbish = open()
    rubbish.seeder.write(seededRandom('rubbish').bytes(100))
    expect(await rubbish.refused).to.equal('TRANSFER_FAILED')
    const closing = open()
    closing.seeder.close()
    expect(await closing.refused).to.equal('TRANSFER_FAILED')
  })

  it('does not wait for who says nothing, or never unchokes', async () => {
    const silent = open()
    await clock.advance(ANSWER_TIMEOUT_MS)
    expect(await silent.refused).to.equal('TRANSFER_FAILED')
    const choking = open()
    choking.seeder.shake()
    choking.seeder.greet()
    choking.seeder.send({ kind: 'have-all' })
    await choking.seeder.next('interested')
    await clock.advance(ANSWER_TIMEOUT_MS)
    expect(await choking.refused).to.equal('TRANSFER_FAILED')
  })

  it('gives up opening when it is told to', async () => {
    const controller = new AbortController()
    const { refused } = open({ signal: controller.signal })
    controller.abort()
    expect(await refused).to.equal('CANCELLED')
  })

  it('fails a request of which nothing comes, and takes back what it asked for', async () => {
    const { seeder, session } = await opened()
    const failed = codeFrom(ask(session, 0))
    await seeder.next('request')
    await clock.advance(ANSWER_TIMEOUT_MS)
    expect(await failed).to.equal('TRANSFER_FAILED')
    await seeder.next('cancel')
    await session.close()
  })

  it('takes no block of another length or place for the one it asked for', async () => {
    const { seeder, session } = await opened()
    const asked = ask(session, 0)
    await seeder.next('request')
    for (const [offset, length] of [
      [0, 16_383],
      [1, 16_384],
      [CHUNK_SIZE_BYTES, 16_384],
      [0, 0],
    ] as const)
      seeder.send({ kind: 'piece', pieceIndex: 0, offset, bytes: new Uint8Array(length).fill(99) })
    for (let offset = 0; offset < CHUNK_SIZE_BYTES; offset += 16_384)
      seeder.send({ kind: 'piece', pieceIndex: 0, offset, bytes: new Uint8Array(16_384).fill(1) })
    expect([...new Set(await asked)]).to.deep.equal([1])
    await session.close()
  })

  it('ends a connection on which comes what nobody asked for, or more than any message has', async () => {
    const { seeder, session } = await opened()
    for (let sent = 0; sent <= MAX_STRAY_BYTES; sent += 16_384)
      seeder.send({ kind: 'piece', pieceIndex: 3, offset: 0, bytes: new Uint8Array(16_384) })
    expect(codeOf(await session.ended)).to.equal('TRANSFER_FAILED')
    expect(await codeFrom(ask(session, 0))).to.equal('STREAM_CLOSED')
    const other = await opened()
    const pending = codeFrom(ask(other.session, 0))
    other.seeder.write(Uint8Array.of(0x80, 0, 0, 0))
    expect(codeOf(await other.session.ended)).to.equal('DECODE_FAILED')
    expect(await pending).to.equal('STREAM_CLOSED')
  })

  it('asks again for what a choke made the seeder forget', async () => {
    const { seeder, opening } = open()
    const shake = new Uint8Array(68)
    shake.set(new TextEncoder().encode('\x13BitTorrent protocol'))
    shake.set(new Uint8Array(20).fill(0x33), 28)
    seeder.write(shake) // of BEP 3 alone
    seeder.send({ kind: 'bitfield', bits: Uint8Array.of(0x80, 0, 0) })
    await seeder.next('interested')
    seeder.send({ kind: 'unchoke' })
    const session = await opening
    expect(session.have?.count).to.equal(1)
    const asked = ask(session, 0)
    await seeder.next('request')
    seeder.send({ kind: 'choke' })
    seeder.messages = []
    seeder.send({ kind: 'unchoke' })
    await serve(seeder, 15)
    await seeder.until(() => seeder.messages.some(({ kind }) => kind === 'request'))
    await serve(seeder, 1)
    expect((await asked).byteLength).to.equal(CHUNK_SIZE_BYTES)
    await session.close()
  })

  it('asks no more at once than the seeder lets', async () => {
    const { seeder, session } = await opened()
    const small = open()
    small.seeder.shake()
    small.seeder.send({
      kind: 'extended',
      extensionId: 0,
      payload: new TextEncoder().encode('d1:mde4:reqqi20ee'),
    })
    small.seeder.send({ kind: 'have-all' }, { kind: 'unchoke' })
    const modest = await small.opening
    for (const each of [session, modest]) for (let index = 0; index < COUNT; index++) void codeFrom(ask(each, index))
    await clock.advance(0)
    await clock.advance(0)
    const requests = (peer: HandPeer): number => peer.messages.filter(({ kind }) => kind === 'request').length
    expect([requests(seeder), requests(small.seeder)]).to.deep.equal([8 * 16, 16])
    await session.close()
    await modest.close()
  })

  it('says so when a seeder wants to be paid, and does not show a grant to one that knows of none', async () => {
    const { seeder, opening } = open()
    seeder.shake()
    seeder.greet({ nonce: NONCE, isPriced: true })
    seeder.send({ kind: 'have-none' })
    const session = await opening
    expect(session.have).to.equal(undefined)
    expect(await codeFrom(ask(session, 0))).to.equal('PAYMENT_REQUIRED')
    await session.close()
    const ignorant = open({ grant: GRANT })
    ignorant.seeder.shake()
    ignorant.seeder.greet()
    expect(await ignorant.refused).to.equal('TRANSFER_FAILED')
    expect(Buffer.concat(ignorant.seeder.bytes).includes(Buffer.from(grantIdOf(GRANT)))).to.equal(false)
  })

  it('proves its grant, is told what to pay, and asks again', async () => {
    const { seeder, opening } = open({ grant: GRANT })
    seeder.shake()
    seeder.greet({ nonce: NONCE, isPriced: true })
    seeder.send({ kind: 'have-none' })
    await seeder.until(() => seeder.heard.length > 0)
    const leecherId = seeder.handshake?.peerId ?? new Uint8Array(0)
    const proof = proofOf(GRANT, { nonce: NONCE, infohash: INFOHASH, leecherId, seederId: PEER_ID })
    const [proved] = seeder.heard
    expect(proved?.kind === 'prove' && Buffer.compare(proved.proof, proof)).to.equal(0)
    seeder.say({ kind: 'welcome', have: new Uint8Array(3).fill(0xff) })
    seeder.send({ kind: 'unchoke' })
    const session = await opening
    expect(session.have?.count).to.equal(COUNT)

    const refused = session.request({ chunkIndex: 0, lengthBytes: CHUNK_SIZE_BYTES }).catch((error: unknown) => error)
    await seeder.next('request')
    seeder.say({ kind: 'refused', pieceIndex: 0, code: 'VOUCHER_TOO_LOW' })
    expect(await refused).to.deep.include({ code: 'PAYMENT_REQUIRED', details: { code: 'VOUCHER_TOO_LOW' } })
    seeder.send({ kind: 'choke' })
    await seeder.next('cancel')
    const again = ask(session, COUNT - 1)
    await seeder.until(() => seeder.heard.at(-1)?.kind === 'again')
    seeder.messages = []
    seeder.send({ kind: 'unchoke' })
    await serve(seeder, 4)
    expect((await again).byteLength).to.equal(chunkLength(SIZE_BYTES, COUNT - 1))
    await session.close()
  })
})
