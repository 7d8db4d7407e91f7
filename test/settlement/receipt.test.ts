import { expect } from 'chai'
import fc from 'fast-check'
import { MAX_CHANNEL_AMOUNT, wei } from '../../src/domain/amount.ts'
import { Bitfield } from '../../src/domain/bitfield.ts'
import { fromHex, toHex } from '../../src/domain/bytes.ts'
import { parseAddress, parseEscrowId, parseFileHash } from '../../src/domain/ids.ts'
import {
  chunksHashOf,
  escrowDomain,
  escrowIdOf,
  isReceiptSignedBy,
  isReleaseSigned,
  receiptDigest,
  releaseDigest,
  signReceipt,
  signRelease,
} from '../../src/settlement/receipt.ts'
import { createSigner } from '../../src/system/signer.ts'
import file from '../vectors/receipt.json' with { type: 'json' }

describe('settlement/receipt', () => {
  for (const vector of file.vectors) {
    const domain = escrowDomain(Number(vector.chainId), parseAddress(vector.contract))
    const payer = parseAddress(vector.payer)
    const signature = fromHex(vector.signature)
    const common = { escrowId: parseEscrowId(vector.escrowId), seeder: parseAddress(vector.seeder) }
    const amount = wei(BigInt(vector.amount))
    const receipt = {
      ...common,
      cumulativeAmount: amount,
      chunksHash: fromHex(vector.chunksHash),
      protocol: vector.protocol,
    }
    const release = { ...common, allocated: amount, nonce: BigInt(vector.nonce) }
    const isReceipt = vector.type === 'Receipt'
    const title = `the vector "${vector.type} ${vector.name}"`

    it(`${vector.valid ? 'accepts' : 'refuses'} ${title}`, () => {
      const accepted = isReceipt
        ? isReceiptSignedBy(domain, payer, { ...receipt, signature })
        : isReleaseSigned(domain, { ...release, signature })
      expect(accepted).to.equal(vector.valid)
    })

    it(`hashes ${title} as Solidity does`, () => {
      expect(`0x${toHex(domain.separator)}`).to.equal(vector.domainSeparator)
      expect(escrowIdOf({ payer, fileHash: parseFileHash(vector.fileHash), salt: BigInt(vector.salt) })).to.equal(
        vector.escrowId,
      )
      const digest = () => (isReceipt ? receiptDigest(domain, receipt) : releaseDigest(domain, release))
      if (vector.digest === null) expect(digest).to.throw(RangeError)
      else expect(`0x${toHex(digest())}`).to.equal(vector.digest)
    })

    if (!vector.valid) continue
    it(`signs ${title} to the same bytes`, () => {
      const own = createSigner(fromHex(isReceipt ? vector.payerKey : vector.seederKey))
      const signed = isReceipt ? signReceipt(domain, own, receipt) : signRelease(domain, own, release)
      expect(`0x${toHex(signed.signature)}`).to.equal(vector.signature)
    })
  }

  for (const { chunkCount, chunks, bitfield, chunksHash } of file.bitfields)
    it(`hashes the chunks [${chunks}] of ${chunkCount}`, () => {
      const set = new Bitfield(chunkCount)
      for (const chunk of chunks) set.add(chunk)
      expect(`0x${toHex(set.toBytes())}`).to.equal(bitfield)
      expect(`0x${toHex(chunksHashOf(set))}`).to.equal(chunksHash)
    })

  const domain = escrowDomain(98767, parseAddress('0x5FbDB2315678afecb367f032d93F642f64180aa3'))
  const signer = createSigner(fromHex('11'.repeat(32)))
  const terms = {
    escrowId: parseEscrowId('ab'.repeat(32)),
    seeder: signer.address,
    cumulativeAmount: wei(7n),
    chunksHash: new Uint8Array(32),
    protocol: 'http',
  }

  it('refuses a receipt in which any bit of the signature is flipped', () => {
    const amounts = fc.bigInt({ min: 0n, max: MAX_CHANNEL_AMOUNT }).map(wei)
    fc.assert(
      fc.property(amounts, fc.nat(511), (cumulativeAmount, bit) => {
        const receipt = signReceipt(domain, signer, { ...terms, cumulativeAmount })
        expect(isReceiptSignedBy(domain, signer.address, receipt)).to.equal(true)
        const signature = receipt.signature.slice()
        signature[bit >> 3] = (signature[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7))
        expect(isReceiptSignedBy(domain, signer.address, { ...receipt, signature })).to.equal(false)
      }),
    )
  })

  it('neither signs nor accepts what the contract has no room for', () => {
    const { signature } = signReceipt(domain, signer, terms)
    const unfit = [
      { protocol: 'ninechars' },
      { protocol: 'édonkey' },
      { protocol: 'a b' },
      { protocol: 'http\0' },
      { chunksHash: new Uint8Array(31) },
      { chunksHash: new Uint8Array(33) },
      { cumulativeAmount: wei(MAX_CHANNEL_AMOUNT + 1n) },
    ]
    for (const member of unfit) {
      expect(() => signReceipt(domain, signer, { ...terms, ...member })).to.throw(RangeError)
      expect(isReceiptSignedBy(domain, signer.address, { ...terms, ...member, signature })).to.equal(false)
    }
  })

  it('derives no id from a salt beyond 96 bits', () => {
    const key = { payer: signer.address, fileHash: parseFileHash('cd'.repeat(32)), salt: 2n ** 96n }
    expect(() => escrowIdOf(key)).to.throw(RangeError)
  })
})
