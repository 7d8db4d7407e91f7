import { expect } from 'chai'
import { assessHealth, type HealthFacts } from '../../../src/chain/geth/health.ts'

const NOW = 1_800_000_000
const HEALTHY: HealthFacts = {
  chainId: 98765,
  genesisHash: '0x5d',
  height: 100,
  headHash: '0x01',
  headTime: NOW - 10,
  difficulty: 4_194_304n,
  totalDifficulty: 400_000_000n,
  peers: 2,
  peerHeads: [
    { totalDifficulty: 400_000_000n, branch: 'ours' },
    { totalDifficulty: 399_000_000n, branch: 'ours' },
  ],
  syncingTo: undefined,
  mining: true,
  hashRate: 200_000,
  refusedBlock: undefined,
}

function warningsOf(facts: Partial<HealthFacts>): string[] {
  return assessHealth({ ...HEALTHY, ...facts }, NOW * 1000).warnings.map(({ code }) => code)
}

describe('chain/geth/health', () => {
  it('has nothing to say about a healthy node', () => {
    expect(assessHealth(HEALTHY, NOW * 1000)).to.deep.include({
      headAgeSeconds: 10,
      difficulty: '4194304',
      hashRate: 200_000,
      warnings: [],
    })
  })

  it('warns when five block times have brought no block, but not while it catches up', () => {
    expect(warningsOf({ headTime: NOW - 75 })).to.deep.equal([])
    expect(warningsOf({ headTime: NOW - 76 })).to.deep.equal(['CHAIN_SILENT'])
    expect(warningsOf({ headTime: NOW - 9_999, syncingTo: 5_000 })).to.deep.equal(['CHAIN_BEHIND'])
    expect(warningsOf({ headTime: NOW - 9_999, syncingTo: 100 })).to.deep.equal(['CHAIN_SILENT'])
  })

  it('counts no seconds since a first block that bears no date', () => {
    const { warnings } = assessHealth({ ...HEALTHY, height: 0, headTime: 0 }, NOW * 1000)
    expect(warnings[0]?.message).to.equal('No block yet, where one is due every 15 s: is anybody mining?')
  })

  it('warns when it is alone, and when a clock is wrong', () => {
    expect(warningsOf({ peers: 0, peerHeads: [] })).to.deep.equal(['CHAIN_ALONE'])
    expect(warningsOf({ headTime: NOW + 16 })).to.deep.equal(['CHAIN_CLOCK'])
  })

  it('warns of a clock when a block was refused, until it could be taken or a peer is back', () => {
    const refused = (secondsAgo: number, aheadThen: number): Partial<HealthFacts> => {
      const refusedAtMs = (NOW - secondsAgo) * 1000
      return { refusedBlock: { blockTime: NOW - secondsAgo + aheadThen, refusedAtMs } }
    }
    expect(warningsOf(refused(0, 31))).to.deep.equal(['CHAIN_CLOCK'])
    expect(warningsOf(refused(15, 31))).to.deep.equal(['CHAIN_CLOCK'])
    expect(warningsOf(refused(16, 31))).to.deep.equal([])
    const alone = { peers: 0, peerHeads: [] }
    expect(warningsOf({ ...refused(59, 31), ...alone })).to.deep.equal(['CHAIN_CLOCK', 'CHAIN_ALONE'])
    expect(warningsOf({ ...refused(60, 31), ...alone })).to.deep.equal(['CHAIN_ALONE'])
    const [warning] = assessHealth({ ...HEALTHY, ...refused(5, 44) }, NOW * 1000).warnings
    expect(warning?.message).to.contain('refused, 44 s in the future')
  })

  it('warns of a fork, and takes a newer head that it does not have for what it is', () => {
    const peer = { totalDifficulty: 400_000_001n }
    expect(warningsOf({ peerHeads: [{ ...peer, branch: 'unknown' }] })).to.deep.equal([])
    expect(warningsOf({ peerHeads: [{ ...peer, branch: 'other' }] })).to.deep.equal(['CHAIN_FORKED'])
    const lighter = { totalDifficulty: 390_000_000n, branch: 'unknown' as const }
    expect(warningsOf({ peerHeads: [lighter] })).to.deep.equal(['CHAIN_FORKED'])
    expect(warningsOf({ peerHeads: [{ totalDifficulty: undefined, branch: 'unknown' }] })).to.deep.equal([])
  })
})
