import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { fromHex, toHex } from '../../../src/domain/bytes.ts'
import {
  type ChiralMessage,
  decodeChiralMessage,
  encodeChiralMessage,
  isProofOf,
  proofOf,
} from '../../../src/public-protocols/bittorrent/chiral-message.ts'
import {
  decodeExtendedHandshake,
  encodeExtendedHandshake,
} from '../../../src/public-protocols/bittorrent/extended-handshake.ts'
import { encodeInfo, infohashOf } from '../../../src/public-protocols/bittorrent/torrent.ts'
import { grantIdOf } from '../../../src/public-protocols/grant-proof.ts'

interface Message {
  readonly kind: ChiralMessage['kind']
  readonly bytes: string
  readonly grantId?: string
  readonly proof?: string
  readonly have?: string
  readonly pieceIndex?: number
  readonly code?: string
}

interface Vectors {
  readonly torrent: Record<'name' | 'pieces' | 'info' | 'infohash', string> & { readonly sizeBytes: number }
  readonly proof: Record<'grant' | 'grantId' | 'nonce' | 'infohash' | 'leecherId' | 'seederId' | 'proof', string>
  readonly extendedHandshakes: readonly {
    readonly bytes: string
    readonly metadataSize?: number
    readonly nonce?: string
    readonly isPriced?: boolean
  }[]
  readonly messages: readonly Message[]
  readonly invalidMessages: readonly { readonly why: string; readonly bytes: string }[]
}

const vectors: Vectors = JSON.parse(readFileSync(new URL('../../vectors/bittorrent.json', import.meta.url), 'utf8'))

function messageOf({ kind, grantId = '', proof = '', have = '', pieceIndex, code = '' }: Message): ChiralMessage {
  switch (kind) {
    case 'prove':
      return { kind, grantId: fromHex(grantId), proof: fromHex(proof) }
    case 'again':
      return { kind }
    case 'welcome':
      return { kind, have: fromHex(have) }
    case 'refused':
      return { kind, pieceIndex, code }
  }
}

describe('public-protocols/bittorrent: test vectors', () => {
  it('makes the torrent', () => {
    const { name, sizeBytes, pieces, info, infohash } = vectors.torrent
    const made = encodeInfo({ name, sizeBytes, pieces: fromHex(pieces) })
    expect([toHex(made), infohashOf(made)]).to.deep.equal([info, infohash])
  })

  it('proves the grant, and no other', () => {
    const { grant, grantId, proof, ...rest } = vectors.proof
    const context = {
      nonce: fromHex(rest.nonce),
      infohash: rest.infohash,
      leecherId: fromHex(rest.leecherId),
      seederId: fromHex(rest.seederId),
    }
    expect([toHex(grantIdOf(grant)), toHex(proofOf(grant, context))]).to.deep.equal([grantId, proof])
    expect(isProofOf(grant, context, fromHex(proof))).to.equal(true)
    expect(isProofOf('cd'.repeat(32), context, fromHex(proof))).to.equal(false)
    expect(isProofOf(grant, context, fromHex(proof).subarray(1))).to.equal(false)
    for (const key of ['nonce', 'leecherId', 'seederId'] as const)
      expect(
        isProofOf(grant, { ...context, [key]: context[key].map((byte) => byte ^ 1) }, fromHex(proof)),
        key,
      ).to.equal(false)
    expect(isProofOf(grant, { ...context, infohash: '00'.repeat(20) }, fromHex(proof))).to.equal(false)
  })

  for (const { bytes, metadataSize, nonce, isPriced } of vectors.extendedHandshakes)
    it(`writes and reads the extended handshake of ${nonce === undefined ? 'a leecher' : 'a seeder'}`, () => {
      const said = { metadataSize, nonce: nonce === undefined ? undefined : fromHex(nonce), isPriced }
      expect(toHex(encodeExtendedHandshake(said))).to.equal(bytes)
      expect(decodeExtendedHandshake(fromHex(bytes))).to.deep.include({ ...said, isPriced: isPriced === true })
    })

  for (const message of vectors.messages)
    it(`writes and reads ${message.kind} ${message.code ?? ''}`, () => {
      expect(toHex(encodeChiralMessage(messageOf(message)))).to.equal(message.bytes)
      expect(decodeChiralMessage(fromHex(message.bytes))).to.deep.equal(messageOf(message))
    })

  for (const { why, bytes } of vectors.invalidMessages)
    it(`refuses ${why}`, () => {
      expect(() => decodeChiralMessage(fromHex(bytes)))
        .to.throw()
        .with.property('code', 'DECODE_FAILED')
    })
})
