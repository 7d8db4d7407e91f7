import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { signBootnode, verifyBootnode } from '../../src/discovery/bootnode.ts'
import { recordDigest } from '../../src/discovery/record.ts'
import { fromHex, toHex } from '../../src/domain/bytes.ts'
import { createSigner } from '../../src/system/signer.ts'

interface Vectors {
  privateKey: string
  context: { now: number; chainId: number; genesisHash: string }
  digest: Record<'payload' | 'digest' | 'signature', string>
  cases: { name: string; record: string; expected: string; fields?: { enode: string; expiresAt: number } }[]
}

const { privateKey, context, digest, cases }: Vectors = JSON.parse(
  readFileSync(new URL('../vectors/bootnode.json', import.meta.url), 'utf8'),
)
const { now, ...chain } = context
const signer = createSigner(fromHex(privateKey))

describe('vectors/bootnode', () => {
  for (const { name, record, expected, fields } of cases)
    it(`${name} → ${expected}`, () => {
      const verdict = verifyBootnode(fromHex(record), { chain, now })
      expect(verdict.accepted ? 'accepted' : verdict.code).to.equal(expected)
      if (verdict.accepted) expect(verdict.value).to.deep.equal(fields)
    })

  it('is what our own writer makes, byte for byte', () => {
    const accepted = cases.filter(({ fields }) => fields !== undefined)
    for (const { name, record, fields } of accepted)
      if (fields !== undefined) expect(`0x${toHex(signBootnode({ ...fields, chain }, signer))}`, name).to.equal(record)
    expect(accepted).to.have.lengthOf.at.least(4)
  })

  it('has digests and signatures that our signer computes as well', () => {
    const computed = recordDigest('bootnode', fromHex(digest.payload))
    expect(`0x${toHex(computed)}`).to.equal(digest.digest)
    expect(`0x${toHex(signer.signDigest(computed))}`).to.equal(digest.signature)
  })
})
