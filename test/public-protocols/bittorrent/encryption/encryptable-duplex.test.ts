import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect } from 'chai'
import { Bitfield } from '../../../../src/domain/bitfield.ts'
import { fromHex } from '../../../../src/domain/bytes.ts'
import { CHUNK_SIZE_BYTES } from '../../../../src/domain/chunk.ts'
import { parseFileHash } from '../../../../src/domain/ids.ts'
import { proofOf } from '../../../../src/public-protocols/bittorrent/chiral-message.ts'
import { HANDSHAKE_TIMEOUT_MS } from '../../../../src/public-protocols/bittorrent/limits.ts'
import { createSeederMetrics } from '../../../../src/public-protocols/bittorrent/metrics.ts'
import { encodeHandshake } from '../../../../src/public-protocols/bittorrent/wire-message.ts'
import { grantIdOf } from '../../../../src/public-protocols/grant-proof.ts'
import { servePartsOf, startTestBittorrent, torrentsOf } from '../../../support/bittorrent-seeder.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { seededRandom } from '../../../support/seeded-random.ts'
import { HandPeer, INFOHASH, PEER_ID } from '../by-hand.ts'
import { PLAINTEXT, RC4, ScriptedDialer } from './scripted-dialer.ts'

const CONTENT = seededRandom('encrypted').bytes(CHUNK_SIZE_BYTES)
const FILE = { fileHash: parseFileHash('22'.repeat(32)), sizeBytes: CONTENT.byteLength, infohash: INFOHASH }
const GRANT = 'ab'.repeat(32)
const SHAKE = encodeHandshake(fromHex(INFOHASH), PEER_ID)
const OTHER = '44'.repeat(20)

/** The bytes of a socket, as they are asked for. */
class Incoming {
  readonly #socket: Socket
  #held = Buffer.alloc(0)

  constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', this.#keep)
  }

  /** All that came, as soon as it is so much. */
  async atLeast(bytes: number): Promise<Buffer> {
    while (this.#held.byteLength < bytes) await once(this.#socket, 'data')
    const taken = this.#held
    this.#held = Buffer.alloc(0)
    return taken
  }

  handOver(listener: (bytes: Uint8Array) => void): void {
    this.#socket.off('data', this.#keep)
    this.#socket.on('data', listener)
  }

  readonly #keep = (bytes: Uint8Array): void => {
    this.#held = Buffer.concat([this.#held, bytes])
  }
}

describe('public-protocols/bittorrent/encryption/encryptable-duplex', () => {
  let stack: AsyncDisposableStack
  let clock: FakeClock
  let refused: number
  let encrypted: number

  beforeEach(() => {
    stack = new AsyncDisposableStack()
    clock = new FakeClock()
    refused = 0
    encrypted = 0
  })
  afterEach(async () => {
    await stack.disposeAsync()
    await clock.advance(0) // for the ends of connections to be heard
    expect(clock.timers, 'timers').to.equal(0)
  })

  async function dial({ isFree = true } = {}): Promise<Socket> {
    const torrents = torrentsOf({ ...FILE, isFree, held: Bitfield.full(1) }, async () => CONTENT, { grants: [GRANT] })
    const counted = {
      peersRefused: { inc: () => void refused++ },
      connectionsEncrypted: { inc: () => void encrypted++ },
    }
    const metrics = { ...createSeederMetrics(), ...counted }
    const seeder = await startTestBittorrent(servePartsOf(torrents, { clock, metrics }))
    stack.defer(() => seeder.stop())
    const socket = connect({ host: '127.0.0.1', port: seeder.port })
    stack.defer(() => void socket.destroy())
    await once(socket, 'connect')
    while (clock.timers === 0) await new Promise((resolve) => setImmediate(resolve))
    return socket
  }

  /** The handshake of encryption, and whoever speaks after it. */
  async function encryptedPeer(socket: Socket, provide: number, shake = SHAKE): Promise<HandPeer> {
    const incoming = new Incoming(socket)
    const dialer = new ScriptedDialer(INFOHASH)
    socket.write(dialer.hello(100))
    const padB = dialer.agree(await incoming.atLeast(96))
    expect(padB).to.be.at.most(512)
    socket.write(dialer.offer({ provide, early: shake.subarray(0, 20) }))
    dialer.chosen(await incoming.atLeast(14))
    const peer = new HandPeer()
    stack.defer(() => peer.close())
    peer.far.on('data', (bytes) => socket.write(dialer.seal(bytes)))
    incoming.handOver((bytes) => peer.far.write(dialer.open(bytes)))
    peer.write(shake.subarray(20))
    return peer
  }

  for (const [name, provide] of [
    ['RC4', RC4],
    ['plaintext', PLAINTEXT],
  ] as const) {
    it(`serves a free file to a peer that chose ${name}`, async () => {
      const peer = await encryptedPeer(await dial(), provide)
      peer.send({ kind: 'interested' })
      await peer.next('unchoke')
      peer.ask(0, 16_384)
      const { bytes } = await peer.next('piece')
      expect(Buffer.compare(bytes, CONTENT.subarray(16_384, 32_768))).to.equal(0)
      expect([encrypted, refused]).to.deep.equal([1, 0])
    })

    it(`serves a file with a price to a peer that chose ${name} and proved its grant`, async () => {
      const peer = await encryptedPeer(await dial({ isFree: false }), provide)
      peer.greet()
      await peer.until(() => peer.extended !== undefined && peer.handshake !== undefined)
      const context = {
        nonce: peer.extended?.nonce ?? new Uint8Array(0),
        infohash: INFOHASH,
        leecherId: PEER_ID,
        seederId: peer.handshake?.peerId ?? new Uint8Array(0),
      }
      peer.say({ kind: 'prove', grantId: grantIdOf(GRANT), proof: proofOf(GRANT, context) })
      await peer.next('unchoke')
      peer.ask(0)
      expect(Buffer.compare((await peer.next('piece')).bytes, CONTENT.subarray(0, 16_384))).to.equal(0)
    })
  }

  it('serves a peer in the clear, and counts it as none that encrypts', async () => {
    const socket = await dial()
    const came = new Incoming(socket)
    socket.write(SHAKE)
    expect((await came.atLeast(68)).subarray(0, 20).equals(SHAKE.subarray(0, 20))).to.equal(true)
    expect(encrypted).to.equal(0)
  })

  it('ends the connection for rubbish, and counts it', async () => {
    const socket = await dial()
    socket.write(Buffer.alloc(96 + 512 + 20, 0x47))
    socket.resume()
    await once(socket, 'close')
    expect([refused, encrypted]).to.deep.equal([1, 0])
  })

  it('ends the connection for a torrent that it does not serve, whichever handshake names it, and counts it', async () => {
    const socket = await dial()
    const incoming = new Incoming(socket)
    const dialer = new ScriptedDialer(OTHER)
    socket.write(dialer.hello(0))
    dialer.agree(await incoming.atLeast(96))
    socket.write(dialer.offer({ provide: RC4 }))
    await once(socket, 'close')
    expect(refused).to.equal(1)
    const other = await dial()
    await encryptedPeer(other, RC4, encodeHandshake(fromHex(OTHER), PEER_ID))
    await once(other, 'close')
    expect([refused, encrypted]).to.deep.equal([2, 1])
  })

  it('gives both handshakes together the time of one, however slowly the bytes come', async () => {
    const socket = await dial()
    const incoming = new Incoming(socket)
    const dialer = new ScriptedDialer(INFOHASH)
    await clock.advance(HANDSHAKE_TIMEOUT_MS / 2)
    socket.write(dialer.hello(0))
    dialer.agree(await incoming.atLeast(96))
    await clock.advance(HANDSHAKE_TIMEOUT_MS / 2 - 2)
    socket.write(dialer.offer({ provide: PLAINTEXT, early: SHAKE.subarray(0, 67) }))
    expect(dialer.chosen(await incoming.atLeast(14))).to.equal(PLAINTEXT)
    await clock.advance(1)
    expect(socket.closed).to.equal(false)
    const closed = once(socket, 'close')
    await clock.advance(1)
    await closed
    expect((await incoming.atLeast(0)).byteLength).to.equal(0)
  })
})
