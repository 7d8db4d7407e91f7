import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { keccak256, SigningKey } from 'ethers'
import { heldRanges } from '../../src/discovery/chunk-set.ts'
import { verifyHeader } from '../../src/discovery/header.ts'
import { verifyOffer } from '../../src/discovery/offer.ts'
import { recordDigest } from '../../src/discovery/record.ts'
import type { Verdict } from '../../src/discovery/verdict.ts'
import { verifyWithdrawal } from '../../src/discovery/withdraw.ts'
import { fromHex, toHex } from '../../src/domain/bytes.ts'
import { parseAddress, parseFileHash, peerIdText } from '../../src/domain/ids.ts'

interface Case {
  name: string
  kind: 'offer' | 'header' | 'withdraw'
  record: string
  expected: string
  fields?: Record<string, unknown>
}

interface Vectors {
  privateKey: string
  signer: string
  context: Record<'fileHash' | 'fromPeerId' | 'genesisHash' | 'contract', string> & { now: number; chainId: number }
  digest: Record<'payload' | 'digest' | 'signature', string>
  cases: Case[]
}

const { privateKey, signer, context, digest, cases }: Vectors = JSON.parse(
  readFileSync(new URL('../vectors/records.json', import.meta.url), 'utf8'),
)
const chain = {
  chainId: context.chainId,
  genesisHash: context.genesisHash,
  contract: parseAddress(context.contract),
}
const fromPeerId = peerIdText(context.fromPeerId)
const fileHash = parseFileHash(context.fileHash)

function verify({ kind, record }: Case): Verdict<object> {
  const bytes = fromHex(record)
  if (kind === 'offer') return verifyOffer(bytes, { fileHash, fromPeerId, now: context.now, chain })
  return kind === 'header' ? verifyHeader(bytes, { fileHash }) : verifyWithdrawal(bytes, { fromPeerId, chain })
}

/** The fields of an accepted record as the vectors write them. */
function fieldsOf(value: object): Map<string, unknown> {
  return new Map<string, unknown>(
    Object.entries(value).map(([name, field]) => {
      if (name === 'chunks') return [name, heldRanges(field).map(({ first, count }) => [first, count])]
      if (name === 'small') return [name, { ...field, amount: String(field.amount) }]
      return [name, typeof field === 'bigint' ? field.toString() : field]
    }),
  )
}

describe('vectors/records', () => {
  for (const vector of cases)
    it(`${vector.kind}: ${vector.name} → ${vector.expected}`, () => {
      const verdict = verify(vector)
      expect(verdict.accepted ? 'accepted' : verdict.code).to.equal(vector.expected)
      const value = fieldsOf(verdict.accepted ? verdict.value : {})
      for (const [field, wanted] of Object.entries(vector.fields ?? {}))
        expect(value.get(field), field).to.deep.equal(wanted)
    })

  it('has digests and signatures that ethers computes as well', () => {
    const payload = fromHex(digest.payload)
    const length = payload.byteLength.toString(16).padStart(8, '0')
    const preimage = `0x${Buffer.from('chiral/record/1\0').toString('hex')}01${length}${digest.payload}`
    expect(keccak256(preimage)).to.equal(`0x${digest.digest}`)
    expect(toHex(recordDigest('offer', payload))).to.equal(digest.digest)
    expect(new SigningKey(`0x${privateKey}`).sign(`0x${digest.digest}`).compactSerialized).to.equal(
      `0x${digest.signature}`,
    )
    expect(parseAddress(signer)).to.equal(signer)
  })
})
