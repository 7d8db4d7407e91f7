import { createHash } from 'node:crypto'
import { expect } from 'chai'
import { parseFileHash } from '../../src/domain/ids.ts'
import { type Grant, GrantBook } from '../../src/in-band/grants.ts'
import { grantIdOf } from '../../src/public-protocols/grant-proof.ts'
import { seededRandom } from '../support/seeded-random.ts'

describe('in-band/grants', () => {
  it('finds a token by its id, as those who prove it name it, while its stream lives', () => {
    const book = new GrantBook(seededRandom('grants'))
    const stream = book.open()
    const grant = { fileHash: parseFileHash('22'.repeat(32)), quoteId: 1 } as Grant // no account is looked at
    const token = stream.grant(grant) ?? ''
    const grantId = createHash('sha256').update(token).digest()
    expect(Buffer.compare(grantIdOf(token), grantId)).to.equal(0)
    expect(book.tokenWithId(grantId)).to.equal(token)
    expect(book.find(token)).to.equal(grant)
    expect(book.tokenWithId(grantIdOf('another'))).to.equal(undefined)
    stream.close()
    expect([book.tokenWithId(grantId), book.find(token)]).to.deep.equal([undefined, undefined])
  })
})
