import { expect } from 'chai'
import { findStaleFiles } from '../../scripts/generated-files.ts'
import { generateGenesis, makeGenesis } from '../../scripts/genesis.ts'
import { chainParameters } from '../../src/domain/chains.ts'

const ADDRESS = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'

async function failureOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no failure',
    (error: unknown) => String(error),
  )
}

describe('contracts/genesis', () => {
  it('has the network’s parameters', async () => {
    const genesis = await makeGenesis(98765)
    expect(genesis).to.deep.include({ difficulty: '0x400000', gasLimit: '0x47b760' })
    expect(Buffer.from(genesis.extraData.slice(2), 'hex').toString()).to.equal('Keep on keeping on!')
    expect(genesis.config.ethash).to.deep.equal({})
    const { chainId, ethash, ...forks } = genesis.config
    expect([chainId, Object.keys(ethash)]).to.deep.equal([98765, []])
    expect(Object.entries(forks).filter(([, block]) => block !== 0)).to.deep.equal([])
    expect(Object.keys(forks)).to.include.members(['berlinBlock', 'londonBlock'])
  })

  it('is committed as chains.json and genesis-alloc.json make it', async () => {
    expect(await findStaleFiles(await generateGenesis())).to.deep.equal([])
  })

  it('gives the test chain a low difficulty and the test’s own accounts', async () => {
    const genesis = await makeGenesis(98768, [{ address: ADDRESS, balanceWei: '1000' }])
    expect(genesis.alloc).to.deep.equal({ [ADDRESS]: { balance: '0x3e8' } })
    expect(genesis.difficulty).to.equal('0x20000')
    expect(chainParameters(98768).testCoin).to.equal(true)
  })

  it('refuses an account listed twice, a chain it does not know, and the development chain', async () => {
    const twice = { address: ADDRESS, balanceWei: '1' }
    expect(await failureOf(makeGenesis(98768, [twice, twice]))).to.contain(ADDRESS)
    expect(await failureOf(makeGenesis(1))).to.contain('chains.json')
    expect(await failureOf(makeGenesis(98767))).to.contain('development chain')
  })
})
