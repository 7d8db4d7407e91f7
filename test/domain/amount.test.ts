import { expect } from 'chai'
import fc from 'fast-check'
import { formatCoins, parseCoins, parseWei, subtractWei, wei } from '../../src/domain/amount.ts'

describe('domain/amount', () => {
  it('parses what it formats, exactly', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 40n }), (amount) => {
        expect(parseCoins(formatCoins(amount))).to.equal(amount)
        expect(parseWei(amount.toString())).to.equal(amount)
        expect(parseCoins(`${amount}wei`)).to.equal(amount)
      }),
    )
  })

  it('reads coins and wei as a person writes them', () => {
    expect(parseCoins('0.001')).to.equal(10n ** 15n)
    expect(parseCoins(' 2 coins ')).to.equal(2n * 10n ** 18n)
    expect(parseCoins('7 wei')).to.equal(7n)
  })

  for (const text of ['', '-1', '1e3', '0x10', '1.', '.5', '1.0000000000000000001', 'NaN', '1,5', '٣'])
    it(`refuses ${JSON.stringify(text)} as an amount`, () => {
      expect(() => parseCoins(text))
        .to.throw()
        .with.property('code', 'DECODE_FAILED')
    })

  it('is never negative', () => {
    expect(() => wei(-1n)).to.throw(RangeError)
    expect(subtractWei(wei(1n), wei(2n))).to.equal(0n)
    expect(formatCoins(-15n * 10n ** 17n)).to.equal('-1.5')
  })
})
