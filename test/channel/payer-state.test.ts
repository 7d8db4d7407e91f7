import { expect } from 'chai'
import { depositCovers, newPayerPair, type PayerPair } from '../../src/channel/payer-state.ts'
import { wei } from '../../src/domain/amount.ts'
import { parseAddress, parseChannelId } from '../../src/domain/ids.ts'

describe('channel/payer-state', () => {
  it('lets no more come on credit than the deposit can pay', () => {
    const pair: PayerPair = {
      ...newPayerPair(parseAddress(`0x${'22'.repeat(20)}`)),
      verified: wei(60n),
      channels: [
        {
          phase: 'open',
          channelId: parseChannelId('ab'.repeat(32)),
          salt: 1n,
          confirmations: 0,
          best: wei(50n),
          deposit: wei(200n),
          confirmed: wei(100n),
          settled: wei(0n),
        },
      ],
    }
    expect(depositCovers(pair, wei(40n))).to.equal(true)
    expect(depositCovers(pair, wei(41n))).to.equal(false)
    expect(depositCovers({ ...pair, channels: [] }, wei(1n))).to.equal(false)
  })
})
