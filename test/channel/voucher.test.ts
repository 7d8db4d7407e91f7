import { expect } from 'chai'
import fc from 'fast-check'
import { channelIdOf } from '../../src/channel/channel-id.ts'
import { signingDomain } from '../../src/channel/eip712.ts'
import { signedByKey } from '../../src/channel/signed-by.ts'
import {
  closeDigest,
  isCloseSigned,
  isVoucherSigned,
  signClose,
  signVoucher,
  voucherDigest,
} from '../../src/channel/voucher.ts'
import { MAX_CHANNEL_AMOUNT, wei } from '../../src/domain/amount.ts'
import { fromHex, toHex } from '../../src/domain/bytes.ts'
import { parseAddress, parseChannelId } from '../../src/domain/ids.ts'
import { createSigner, recoverSigner } from '../../src/system/signer.ts'
import file from '../vectors/voucher.json' with { type: 'json' }

describe('channel/voucher', () => {
  for (const vector of file.vectors) {
    const domain = signingDomain(Number(vector.chainId), parseAddress(vector.contract))
    const channelId = parseChannelId(vector.channelId)
    const amount = wei(BigInt(vector.cumulativeAmount))
    const signature = fromHex(vector.signature)
    const signer = parseAddress(vector.signer)

    it(`${vector.valid ? 'accepts' : 'refuses'} the vector "${vector.name}"`, () => {
      const accepted =
        vector.type === 'Voucher'
          ? isVoucherSigned(domain, { channelId, cumulativeAmount: amount, signature }, signedByKey(signer))
          : isCloseSigned(domain, { channelId, settled: amount, signature }, signedByKey(signer))
      expect(accepted).to.equal(vector.valid)
    })

    it(`hashes the vector "${vector.name}" as Solidity does`, () => {
      expect(toHex(domain.separator)).to.equal(vector.domainSeparator.slice(2))
      const key = {
        payer: parseAddress(vector.payer),
        payee: parseAddress(vector.payee),
        salt: BigInt(vector.salt),
      }
      expect(channelIdOf(key)).to.equal(vector.channelId)
      const digestOf = vector.type === 'Voucher' ? voucherDigest : closeDigest
      if (vector.digest === null) expect(() => digestOf(domain, channelId, amount)).to.throw(RangeError)
      else expect(toHex(digestOf(domain, channelId, amount))).to.equal(vector.digest.slice(2))
    })

    if (!vector.valid) continue
    it(`signs the vector "${vector.name}" to the same bytes`, () => {
      const key = vector.signer === vector.payer ? vector.payerKey : vector.payeeKey
      const own = createSigner(fromHex(key))
      const bytes =
        vector.type === 'Voucher'
          ? signVoucher(domain, own, { channelId, cumulativeAmount: amount }).signature
          : signClose(domain, own, { channelId, settled: amount }).signature
      expect(toHex(bytes)).to.equal(vector.signature.slice(2))
    })
  }

  const domain = signingDomain(98767, parseAddress('0x5FbDB2315678afecb367f032d93F642f64180aa3'))
  const signer = createSigner(fromHex('11'.repeat(32)))
  const signedBySigner = signedByKey(signer.address)
  const channelId = parseChannelId('ab'.repeat(32))
  const amounts = fc.bigInt({ min: 0n, max: MAX_CHANNEL_AMOUNT }).map(wei)

  it('refuses a voucher in which any bit of the signature is flipped', () => {
    fc.assert(
      fc.property(amounts, fc.nat(511), (cumulativeAmount, bit) => {
        const voucher = signVoucher(domain, signer, { channelId, cumulativeAmount })
        expect(isVoucherSigned(domain, voucher, signedBySigner)).to.equal(true)
        const signature = voucher.signature.slice()
        signature[bit >> 3] = (signature[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7))
        expect(isVoucherSigned(domain, { ...voucher, signature }, signedBySigner)).to.equal(false)
      }),
    )
  })

  it('never takes an agreed close for a voucher of the same amount', () => {
    const { signature } = signClose(domain, signer, { channelId, settled: wei(7n) })
    expect(recoverSigner(closeDigest(domain, channelId, wei(7n)), signature)).to.equal(signer.address)
    expect(isVoucherSigned(domain, { channelId, cumulativeAmount: wei(7n), signature }, signedBySigner)).to.equal(false)
  })
})
