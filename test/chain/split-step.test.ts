import { expect } from 'chai'
import fc from 'fast-check'
import {
  explainSplit,
  FORK_LASTS_MS,
  newSplitState,
  QUIET_BLOCKS,
  QUIET_MS,
  type SplitEvent,
  type SplitRules,
  type SplitState,
  stepSplit,
} from '../../src/chain/split-step.ts'

const NOW = 1_800_000_000_000
const RULES: SplitRules = { confirmations: 3, minesOnDemand: false }
const ON_DEMAND: SplitRules = { confirmations: 0, minesOnDemand: true }
const START = newSplitState({ number: 100, timestamp: NOW / 1000 })

const head = (number: number, more: Partial<Extract<SplitEvent, { type: 'head' }>> = {}): SplitEvent => ({
  type: 'head',
  number,
  timestamp: (more.at ?? NOW) / 1000,
  at: NOW,
  ...more,
})
const looked = (more: Partial<Extract<SplitEvent, { type: 'looked' }>> = {}): SplitEvent => ({
  type: 'looked',
  peers: 2,
  forked: false,
  behind: false,
  at: NOW,
  ...more,
})
const through = (state: SplitState, events: readonly SplitEvent[], rules = RULES): SplitState =>
  events.reduce((current, event) => stepSplit(current, event, rules), state)
const signsAfter = (events: readonly SplitEvent[], rules = RULES): readonly string[] =>
  through(START, events, rules).suspicion?.signs ?? []

describe('chain/split-step', () => {
  it('suspects nothing while blocks come and peers are on our branch', () => {
    expect(signsAfter([head(101), looked(), head(102), looked()])).to.deep.equal([])
  })

  it('suspects a reorg that undid more blocks than a deposit waits for, and no other', () => {
    expect(signsAfter([head(102, { reorgedFrom: 98 })])).to.deep.equal([])
    expect(signsAfter([head(102, { reorgedFrom: 97 })])).to.deep.equal(['reorganised'])
    expect(through(START, [head(102, { reorgedFrom: 97 })]).suspicion?.firmBlock).to.equal(96)
  })

  it('takes no block for firm where nothing it remembers is left', () => {
    expect(through(START, [head(90, { reorgedFrom: 0 })]).suspicion?.firmBlock).to.equal(-1)
  })

  it('suspects peers on another branch when they stay there, not for two blocks found at once', () => {
    const moment = [looked({ forked: true }), looked({ forked: true, at: NOW + FORK_LASTS_MS - 1 })]
    expect(signsAfter(moment)).to.deep.equal([])
    expect(signsAfter([...moment, looked({ at: NOW + FORK_LASTS_MS })])).to.deep.equal([])
    expect(signsAfter([...moment, looked({ forked: true, at: NOW + FORK_LASTS_MS })])).to.deep.equal(['forked'])
  })

  it('suspects when all peers are gone, and not a node that never had any or does not tell', () => {
    expect(signsAfter([looked({ peers: 0 })])).to.deep.equal([])
    expect(signsAfter([looked({ peers: undefined })])).to.deep.equal([])
    expect(signsAfter([looked(), looked({ peers: 0 })])).to.deep.equal(['cut-off'])
  })

  it('suspects five block times without a block, whether or not the node answers, until the next block', () => {
    const late = { at: NOW + 75_001 }
    for (const event of [looked(late), { type: 'unreachable', ...late } as const]) {
      const silent = through(START, [event])
      expect(silent.suspicion).to.deep.include({ signs: ['silent'], firmBlock: 97 })
      expect(through(silent, [head(101, late)]).suspicion).to.equal(undefined)
    }
    expect(signsAfter([looked({ at: NOW + 75_000 })])).to.deep.equal([])
    expect(signsAfter([looked({ ...late, behind: true })])).to.deep.equal([])
  })

  it('never suspects a chain that mines on demand for silence, only for what was undone', () => {
    const year = NOW + 365 * 86_400_000
    const quiet = [looked({ peers: 0, at: year }), { type: 'unreachable', at: year } as const]
    expect(signsAfter(quiet, ON_DEMAND)).to.deep.equal([])
    const undone = through(START, [head(100, { reorgedFrom: 100 })], ON_DEMAND)
    expect(undone.suspicion).to.deep.include({ signs: ['reorganised'], firmBlock: 99 })
    expect(through(undone, [looked({ at: NOW + QUIET_MS - 1 })], ON_DEMAND).suspicion).to.not.equal(undefined)
    expect(through(undone, [looked({ at: NOW + QUIET_MS })], ON_DEMAND).suspicion).to.equal(undefined)
  })

  it('goes on suspecting until enough blocks came without a sign', () => {
    const undone = through(START, [head(102, { reorgedFrom: 97 })])
    const blocks = Array.from({ length: QUIET_BLOCKS }, (_, index) => head(103 + index))
    expect(through(undone, blocks.slice(0, -1)).suspicion).to.not.equal(undefined)
    expect(through(undone, blocks).suspicion).to.equal(undefined)
    const again = through(undone, [
      ...blocks.slice(0, -1),
      looked(),
      looked({ peers: 0 }),
      looked(),
      ...blocks.slice(-1),
    ])
    expect(again.suspicion?.signs).to.deep.equal(['reorganised', 'cut-off'])
    const patient = { ...RULES, confirmations: 20 }
    const deep = through(START, [head(102, { reorgedFrom: 50 })], patient)
    expect(through(deep, blocks, patient).suspicion).to.not.equal(undefined)
    expect(through(deep, [...blocks, head(122)], patient).suspicion).to.equal(undefined)
  })

  it('lowers what is firm with each deeper reorg, and never raises it while it suspects', () => {
    const event: fc.Arbitrary<SplitEvent> = fc.oneof(
      fc
        .record({ number: fc.integer({ min: 80, max: 140 }), back: fc.option(fc.integer({ min: 0, max: 30 })) })
        .map(({ number, back }) =>
          head(number, { reorgedFrom: back === null ? undefined : Math.max(0, number - back) }),
        ),
      fc
        .record({ peers: fc.nat(2), forked: fc.boolean(), at: fc.integer({ min: NOW, max: NOW + 200_000 }) })
        .map(looked),
    )
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        let state = START
        for (const next of events) {
          const before = state
          state = stepSplit(state, next, RULES)
          const [was, is] = [before.suspicion, state.suspicion]
          if (is === undefined) continue
          if (was !== undefined && is.firmBlock > was.firmBlock) throw new Error('what is firm rose')
          if (next.type !== 'head' || next.reorgedFrom === undefined) continue
          const deep = before.height - next.reorgedFrom + 1 > RULES.confirmations
          if (deep && is.firmBlock >= next.reorgedFrom) throw new Error('an undone block counts as firm')
        }
      }),
    )
  })

  it('says why in a sentence', () => {
    expect(explainSplit({ signs: ['forked', 'cut-off'] })).to.match(/^The chain may be split \(peers .*; its node lost/)
  })
})
