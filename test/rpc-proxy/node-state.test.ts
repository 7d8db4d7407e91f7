import { expect } from 'chai'
import { METRIC_NAMES, renderMetrics } from '../../src/rpc-proxy/metrics.ts'
import { isLive, isReady, type NodeState, nextProgress } from '../../src/rpc-proxy/node-state.ts'

const MINUTE_MS = 60_000

function state(over: Partial<NodeState> = {}): NodeState {
  return {
    height: 100,
    headTime: 1_000,
    blockSeconds: 14,
    difficulty: 4_194_304n,
    gasUsed: 21_000,
    gasLimit: 4_700_000,
    transactions: 1,
    uncles: 0,
    peers: 3,
    hashRate: 180_000n,
    mining: true,
    syncingTo: undefined,
    ...over,
  }
}

describe('rpc-proxy/node-state', () => {
  it('is ready when in step with its peers and its cluster, also as the first node of a chain', () => {
    expect(isReady(state({ height: 0, peers: 0 }), 0)).to.equal(true)
    expect(isReady(state(), 103)).to.equal(true)
    expect(isReady(state(), 104)).to.equal(false)
    expect(isReady(state({ syncingTo: 103 }), 0)).to.equal(true)
    expect(isReady(state({ syncingTo: 104 }), 0)).to.equal(false)
  })

  it('takes a node for stuck only when it is behind and gets no further', () => {
    const behind = state({ syncingTo: 500 })
    const since = nextProgress(undefined, behind, 0)
    expect(isLive(behind, 0, since, 14 * MINUTE_MS)).to.equal(true)
    expect(isLive(behind, 0, since, 16 * MINUTE_MS)).to.equal(false)
    expect(isLive(state(), 0, since, 600 * MINUTE_MS), 'nobody mines').to.equal(true)
    const further = nextProgress(since, state({ height: 101, syncingTo: 500 }), 15 * MINUTE_MS)
    expect(isLive(behind, 0, further, 16 * MINUTE_MS)).to.equal(true)
    expect(nextProgress(since, behind, 5)).to.equal(since)
  })
})

describe('rpc-proxy/metrics', () => {
  it('writes one sample a line, each with its type, under names that are listed', () => {
    const text = renderMetrics(state(), { diskFreeBytes: 7, warnings: ['CHAIN_ALONE', 'CHAIN_FORKED'] }, 1_015_000)
    expect(text).to.contain('chiral_chain_height 100\n')
    expect(text).to.contain('chiral_chain_head_age_seconds 15\n')
    expect(text).to.contain('chiral_chain_difficulty 4194304\n')
    expect(text).to.contain('chiral_chain_warning{code="CHAIN_FORKED"} 1\n')
    expect(text).to.contain('chiral_chain_disk_free_bytes 7\n')
    const names = [...text.matchAll(/^([a-z_]+)(\{.*\})? [0-9.-]+$/gm)].map(([, name]) => name)
    expect(new Set(names)).to.deep.equal(new Set(METRIC_NAMES))
    for (const name of METRIC_NAMES) expect(text).to.contain(`# TYPE ${name} gauge\n`)
    expect(text.endsWith('\n')).to.equal(true)
  })

  it('tells of a node that does not answer only that', () => {
    expect(renderMetrics(undefined, undefined, 0)).to.match(
      /^# HELP chiral_chain_up .*\n# TYPE .*\nchiral_chain_up 0\n$/,
    )
  })
})
