import { expect } from 'chai'
import { faucetSigner, fundAccount } from '../../src/chain/faucet.ts'
import { createIncomingLedger } from '../../src/chain/incoming.ts'
import { wei } from '../../src/domain/amount.ts'
import { codeOf } from '../../src/domain/errors.ts'
import { parseAddress } from '../../src/domain/ids.ts'
import { systemClock as clock } from '../../src/system/clock.ts'
import { openDatabase } from '../../src/system/database.ts'
import { systemRandom as random } from '../../src/system/random.ts'
import { startTestChain, type TestChain } from './support/test-chain.ts'

const POOR = parseAddress('0x00000000000000000000000000000000000000ad')

describe('chain/faucet', () => {
  let test: TestChain

  before(async () => {
    test = await startTestChain()
  })

  after(() => test.stop())

  it('gives test coin, also to many who ask at once', async () => {
    const { client } = test
    const gifts = await Promise.all(
      Array.from({ length: 5 }, () => fundAccount({ client, clock, random }, { to: POOR, amount: wei(7n) })),
    )
    expect(await client.balance(POOR)).to.equal(35n)
    expect(new Set(gifts.map((gift) => gift.transactionHash)).size).to.equal(5)
    expect(await client.receipt(gifts[0]?.transactionHash ?? '')).to.include({ blockNumber: gifts[0]?.blockNumber })
  })

  it('refuses where the coin is worth something, and when it is empty', async () => {
    const parameters = { ...test.client.parameters, testCoin: false }
    const client = { ...test.client, parameters }
    expect(await fundAccount({ client, clock, random }, { to: POOR, amount: wei(1n) }).catch(codeOf)).to.equal(
      'FUND_REFUSED',
    )
    const tooMuch = wei(10n ** 40n)
    expect(
      await fundAccount({ client: test.client, clock, random }, { to: POOR, amount: tooMuch }).catch(codeOf),
    ).to.equal('FUND_REFUSED')
  })

  it('uses the public test account', () => {
    expect(faucetSigner().address).to.equal('0xa0Ee7A142d267C1f36714E4a8F75612F20a79720')
  })

  it('remembers what came in, once', async () => {
    const ledger = createIncomingLedger(openDatabase(':memory:'), POOR)
    const transfer = {
      transactionHash: `0x${'01'.repeat(32)}`,
      from: faucetSigner().address,
      amount: wei(7n),
      blockNumber: 3,
      purpose: 'test coin',
      receivedAt: 1_800_000_000_000,
    }
    await ledger.record(transfer)
    await ledger.record(transfer)
    expect(ledger.list()).to.deep.equal([transfer])
  })
})
