import { promisify } from 'node:util'
import { expect } from 'chai'
import createTorrent from 'create-torrent'
import fc from 'fast-check'
import parseTorrent from 'parse-torrent'
import { concatBytes } from '../../../src/domain/bytes.ts'
import { CHUNK_SIZE_BYTES, chunkCount } from '../../../src/domain/chunk.ts'
import { codeOf } from '../../../src/domain/errors.ts'
import { encodeBencode } from '../../../src/public-protocols/bittorrent/bencode.ts'
import { formatMagnet, parseMagnet } from '../../../src/public-protocols/bittorrent/magnet.ts'
import {
  decodeTorrent,
  encodeInfo,
  encodeTorrent,
  infohashOf,
  pieceHashOf,
} from '../../../src/public-protocols/bittorrent/torrent.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const CONTENT = seededRandom('torrent').bytes(3 * CHUNK_SIZE_BYTES + 77)
const PIECES = concatBytes(
  ...Array.from({ length: chunkCount(CONTENT.byteLength) }, (_, index) =>
    pieceHashOf(CONTENT.subarray(index * CHUNK_SIZE_BYTES, (index + 1) * CHUNK_SIZE_BYTES)),
  ),
)
const FILE = { name: 'ein Bär.bin', sizeBytes: CONTENT.byteLength, pieces: PIECES }
const TRACKERS = ['http://127.0.0.1:8000/announce', 'udp://127.0.0.1:8000']

describe('public-protocols/bittorrent/torrent', () => {
  const info = encodeInfo(FILE)

  it('has the infohash that another implementation gives the file', async () => {
    const made = await promisify(createTorrent)(Object.assign(Buffer.from(CONTENT), { name: FILE.name }), {
      name: FILE.name,
      pieceLength: CHUNK_SIZE_BYTES,
      announceList: [],
    })
    expect((await parseTorrent(made)).infoHash).to.equal(infohashOf(info))
  })

  it('is read by another implementation, and by itself', async () => {
    const bytes = encodeTorrent(info, TRACKERS)
    const theirs = await parseTorrent(bytes)
    expect(theirs).to.include({ name: FILE.name, length: FILE.sizeBytes, pieceLength: CHUNK_SIZE_BYTES })
    expect(theirs.announce).to.have.members(TRACKERS)
    const ours = decodeTorrent(bytes)
    expect(ours).to.deep.equal({ info: FILE, infohash: theirs.infoHash, trackers: TRACKERS })
  })

  it('refuses torrents of another kind, and rubbish', () => {
    const of = (over: object): Uint8Array =>
      encodeBencode({
        info: { length: FILE.sizeBytes, name: FILE.name, 'piece length': CHUNK_SIZE_BYTES, pieces: PIECES, ...over },
      })
    expect(decodeTorrent(of({})).infohash).to.equal(infohashOf(info))
    const wrong = [
      of({ 'piece length': 16_384 }),
      of({ length: FILE.sizeBytes + CHUNK_SIZE_BYTES }),
      of({ length: -1 }),
      of({ length: 2 ** 50, pieces: new Uint8Array(0) }),
      of({ pieces: PIECES.subarray(1) }),
      of({ name: '' }),
      of({ name: Uint8Array.of(0xff) }),
      of({ files: [] }),
      of({ 'meta version': 2 }),
      encodeBencode({ info: 1 }),
      encodeBencode({}),
      encodeBencode([]),
      Buffer.concat([
        Buffer.from('d4:infod'),
        Buffer.from('6:lengthi1e4:name1:a12:piece lengthi262144e6:pieces0:1:ai1eee'),
      ]),
    ]
    for (const [index, bytes] of wrong.entries())
      expect(() => decodeTorrent(bytes), `${index}`)
        .to.throw()
        .with.property('code', 'DECODE_FAILED')
  })

  it('takes a private torrent, which has another infohash', () => {
    const bytes = encodeBencode({
      info: { length: FILE.sizeBytes, name: FILE.name, 'piece length': CHUNK_SIZE_BYTES, pieces: PIECES, private: 1 },
    })
    expect(decodeTorrent(bytes).infohash).not.to.equal(infohashOf(info))
  })
})

describe('public-protocols/bittorrent/magnet', () => {
  const magnet = {
    infohash: 'ab'.repeat(20),
    name: 'a & b=c',
    sizeBytes: 77,
    trackers: TRACKERS,
    peers: ['127.0.0.1:6881'],
  }

  it('is read by another implementation, and by itself', async () => {
    const text = formatMagnet(magnet)
    expect(parseMagnet(text)).to.deep.equal(magnet)
    const theirs = await parseTorrent(text)
    expect(theirs).to.include({ infoHash: magnet.infohash, name: magnet.name })
    expect(theirs.announce).to.have.members(TRACKERS)
    expect(theirs.peerAddresses).to.deep.equal(magnet.peers)
  })

  it('takes hashes in capitals and in base 32', () => {
    expect(parseMagnet(`magnet:?xt=urn:btih:${'AB'.repeat(20)}`).infohash).to.equal('ab'.repeat(20))
    expect(parseMagnet('magnet:?xt=urn:btih:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB').infohash).to.equal(
      `${'00'.repeat(19)}01`,
    )
  })

  it('refuses rubbish', () => {
    for (const text of [
      '',
      'magnet:',
      'magnet:?dn=x',
      'magnet:?xt=urn:btih:12',
      `magnet:?xt=urn:btmh:1220${'ab'.repeat(32)}`,
      `magnet:?${'x'.repeat(9_000)}`,
    ])
      expect(() => parseMagnet(text), text.slice(0, 30))
        .to.throw()
        .with.property('code', 'DECODE_FAILED')
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parseMagnet(`magnet:?xt=urn:btih:${text}`)
        } catch (error) {
          expect(codeOf(error)).to.equal('DECODE_FAILED')
        }
      }),
    )
  })
})
