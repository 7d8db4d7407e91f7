import { expect } from 'chai'
import { Transaction } from 'ethers'
import { signTransaction, type UnsignedTransaction } from '../../src/chain/transaction-signing.ts'
import { wei } from '../../src/domain/amount.ts'
import { ChiralError, codeOf } from '../../src/domain/errors.ts'
import { parseAddress } from '../../src/domain/ids.ts'
import { wellKnownSigner } from './support/test-chain.ts'

const LEGACY: UnsignedTransaction = {
  chainId: 98765,
  nonce: 0,
  to: parseAddress('0x00000000000000000000000000000000000000bb'),
  data: '0x',
  value: wei(1n),
  gasLimit: 21_000n,
  fees: { kind: 'legacy', gasPrice: 7n },
}
const MODERN: UnsignedTransaction = {
  ...LEGACY,
  fees: { kind: 'eip1559', maxFeePerGas: 9n, maxPriorityFeePerGas: 2n },
}

describe('chain/transaction-signing', () => {
  it('signs for one chain, with and without a base fee', () => {
    for (const unsigned of [LEGACY, MODERN]) {
      const { raw, hash } = signTransaction(unsigned, wellKnownSigner(0), 0)
      const read = Transaction.from(raw)
      expect(read.chainId, unsigned.fees.kind).to.equal(98765n)
      expect([read.hash, read.from]).to.deep.equal([hash, wellKnownSigner(0).address])
    }
  })

  it('signs nothing that would hold on every chain', () => {
    for (const unsigned of [LEGACY, MODERN])
      for (const chainId of [0, -1, 1.5, Number.NaN])
        try {
          signTransaction({ ...unsigned, chainId }, wellKnownSigner(0), 0)
          expect.fail(`it signed for ${chainId}`)
        } catch (error) {
          if (!(error instanceof ChiralError)) throw error
          expect(codeOf(error)).to.equal('CHAIN_UNNAMED')
        }
  })
})
