import { expect } from 'chai'
import { Bitfield } from '../../../src/domain/bitfield.ts'
import { CHUNK_SIZE_BYTES, chunkCount, chunkLength } from '../../../src/domain/chunk.ts'
import { PartCheck } from '../../../src/public-protocols/ed2k/part-check.ts'
import {
  chunkSpans,
  chunksOf,
  hashsetLength,
  PART_BYTES,
  PartHasher,
  partCount,
} from '../../../src/public-protocols/ed2k/parts.ts'
import { heldParts } from '../../../src/public-protocols/ed2k/served-files.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import vectors from '../../vectors/ed2k.json' with { type: 'json' }

const SIZE = 2 * PART_BYTES + 100_000
const CONTENT = new Uint8Array(SIZE).map((_, index) => (index * 7 + (index >> 11)) & 0xff)
const COUNT = chunkCount(SIZE)

function chunkAt(chunkIndex: number): Uint8Array {
  const start = chunkIndex * CHUNK_SIZE_BYTES
  return CONTENT.slice(start, start + chunkLength(SIZE, chunkIndex))
}

async function partHashes(): Promise<readonly Uint8Array[]> {
  const hasher = await PartHasher.create()
  hasher.update(CONTENT)
  return hasher.digest().partHashes
}

describe('public-protocols/ed2k: parts', () => {
  for (const { zeros, hash, parts } of vectors.hashes)
    it(`hashes ${zeros} zeros`, async () => {
      const hasher = await PartHasher.create()
      for (let at = 0; at < zeros; at += 3_000_001) hasher.update(new Uint8Array(Math.min(3_000_001, zeros - at)))
      const digest = hasher.digest()
      expect(digest.hash).to.equal(hash)
      expect(digest.partHashes.length).to.equal(parts).and.to.equal(hashsetLength(zeros))
    })

  it('counts an empty part after a file that ends with one', () => {
    expect([0, PART_BYTES - 1, PART_BYTES, 2 * PART_BYTES].map(partCount)).to.deep.equal([1, 1, 2, 3])
  })

  it('cuts each chunk at the borders of parts, and nothing twice or not at all', () => {
    const spans = Array.from({ length: COUNT }, (_, index) => chunkSpans(SIZE, index)).flat()
    let at = 0
    for (const { start, end } of spans) {
      expect(start).to.equal(at)
      expect(Math.floor(start / PART_BYTES)).to.equal(Math.floor((end - 1) / PART_BYTES))
      at = end
    }
    expect(at).to.equal(SIZE)
    expect(spans.length).to.equal(COUNT + 2)
    expect(chunksOf({ start: CHUNK_SIZE_BYTES - 1, end: 2 * CHUNK_SIZE_BYTES + 1 })).to.deep.equal([0, 1, 2])
  })

  it('calls a part held when all chunks in it are, those at its borders among them', () => {
    const held = new Bitfield(COUNT)
    const border = Math.floor(PART_BYTES / CHUNK_SIZE_BYTES)
    for (let chunk = border + 1; chunk < COUNT; chunk++) held.add(chunk)
    expect(heldParts({ sizeBytes: SIZE, held })).to.deep.equal([false, false, true])
    held.add(border)
    expect(heldParts({ sizeBytes: SIZE, held })).to.deep.equal([false, true, true])
    expect(heldParts({ sizeBytes: SIZE, held: Bitfield.full(COUNT) })).to.equal(undefined)
  })

  it('finds the part that is wrong, with chunks in about their order', async () => {
    const wrong = (await partHashes()).map((hash, part) => (part === 1 ? new Uint8Array(16) : hash))
    const check = await PartCheck.create(SIZE, wrong)
    const order = Array.from({ length: COUNT }, (_, index) => index).map((index) => Math.min(COUNT - 1, index ^ 1))
    const found = [...new Set(order)]
      .map((index) => check.add(index, chunkAt(index)))
      .filter((part) => part !== undefined)
    expect(found[0]).to.equal(1)
  })

  it('finds nothing wrong where nothing is, and goes on when a part is not all here', async () => {
    const hashes = await partHashes()
    const all = await PartCheck.create(SIZE, hashes)
    for (let index = 0; index < COUNT; index++) expect(all.add(index, chunkAt(index))).to.equal(undefined)
    const wrong = hashes.map((hash, part) => (part === 1 ? new Uint8Array(16) : hash))
    const some = await PartCheck.create(SIZE, wrong)
    const found = Array.from({ length: COUNT - 1 }, (_, index) => some.add(index + 1, chunkAt(index + 1)))
    expect(found.filter((part) => part !== undefined)).to.deep.equal([1])
  })

  it('hashes the same bytes alike however they come', async () => {
    const whole = await PartHasher.create()
    whole.update(CONTENT)
    const pieces = await PartHasher.create()
    const random = seededRandom('pieces')
    for (let at = 0; at < SIZE; ) {
      const [a = 0, b = 0, c = 0] = random.bytes(3)
      const piece = CONTENT.subarray(at, at + a * 65_536 + b * 256 + c + 1)
      pieces.update(piece)
      at += piece.byteLength
    }
    expect(pieces.digest()).to.deep.equal(whole.digest())
  })
})
