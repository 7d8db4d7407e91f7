import { expect } from 'chai'
import fc from 'fast-check'
import { OUTCOME_NAMES, OUTCOMES, type Outcome } from '../../src/reputation/outcome.ts'
import { assess, BEST_SCORE, LEAST_EVIDENCE } from '../../src/reputation/score.ts'
import { HALF_LIFE_MS, type Standing } from '../../src/reputation/state.ts'
import { MAX_EVIDENCE, type PeerEvent, step } from '../../src/reputation/step.ts'

const START = 1_800_000_000_000
const outcome = (kind: Outcome, wei = 0n): PeerEvent => ({ kind: 'outcome', outcome: kind, wei })
const scoreOf = (standing: Standing | undefined, now = START, inDefault = false): number =>
  assess(standing, { now, inDefault }).score ?? 0

function historyOf(events: readonly PeerEvent[], before?: Standing, at = START): Standing | undefined {
  return events.reduce<Standing | undefined>((standing, event) => step(standing, event, at), before)
}

const repeat = (count: number, event: PeerEvent): PeerEvent[] => Array.from({ length: count }, () => event)
const good = fc.constantFrom(...OUTCOME_NAMES.filter((kind) => OUTCOMES[kind].isGood))
const bad = fc.constantFrom(...OUTCOME_NAMES.filter((kind) => !OUTCOMES[kind].isGood))
const anyOutcome = fc.record({
  kind: fc.constant('outcome' as const),
  outcome: fc.constantFrom(...OUTCOME_NAMES),
  wei: fc.bigInt({ min: 0n, max: 10n ** 30n }),
})
const lives = fc.array(fc.record({ event: anyOutcome, waitMs: fc.nat({ max: HALF_LIFE_MS }) }), { maxLength: 60 })

/** A standing after any history, and when that ended. */
const lived = lives.map((events) => {
  let at = START
  let standing: Standing | undefined
  for (const { event, waitMs } of events) {
    at += waitMs
    standing = step(standing, event, at)
  }
  return { standing, at }
})

describe('reputation/score', () => {
  it('says nothing of a peer that is new, nor of one that did next to nothing', () => {
    expect(assess(undefined, { now: START, inDefault: false }).score).to.equal(undefined)
    const little = historyOf(repeat(LEAST_EVIDENCE - 1, outcome('paidChunk')))
    expect(assess(little, { now: START, inDefault: false }).score).to.equal(undefined)
    const enough = historyOf(repeat(LEAST_EVIDENCE, outcome('paidChunk')))
    expect(assess(enough, { now: START, inDefault: false }).score).to.equal((BEST_SCORE * 5) / 25)
  })

  it('rises with every good outcome and falls with every bad one, after any history', () => {
    fc.assert(
      fc.property(lived, good, bad, ({ standing, at }, better, worse) => {
        const before = assess(standing, { now: at, inDefault: false })
        const value = (event: PeerEvent): number =>
          assess(step(standing, event, at), { now: at, inDefault: false }).score ?? 0
        expect(value(outcome(better))).to.be.at.least((before.score ?? 0) - 1e-9)
        if (before.score !== undefined) expect(value(outcome(worse))).to.be.at.most(before.score + 1e-9)
      }),
    )
  })

  it('stays from 0 to 5 and below what the evidence supports, and its evidence within bounds', () => {
    fc.assert(
      fc.property(lived, fc.boolean(), ({ standing, at }, inDefault) => {
        const { score, terms } = assess(standing, { now: at, inDefault })
        const sum = (isGood: boolean): number =>
          terms.reduce((total, term) => total + (term.isGood === isGood ? term.weight : 0), 0)
        if (score !== undefined) {
          expect(score).to.be.within(0, BEST_SCORE)
          expect(score).to.be.at.most((BEST_SCORE * sum(true)) / (sum(true) + sum(false)) + 1e-9)
        }
        const seen = Object.values(standing?.outcomes ?? {}).reduce((total, { weight }) => total + weight, 0)
        expect(seen).to.be.at.most(MAX_EVIDENCE + 1e-6)
      }),
    )
  })

  it('never puts a fresh identity above one that is proven', () => {
    fc.assert(
      fc.property(lived, ({ standing, at }) => {
        expect(scoreOf(undefined)).to.be.at.most(scoreOf(standing, at))
      }),
    )
  })

  it('forgets half in a half-life, in steps or at once, and everything in the end', () => {
    const proven = historyOf(repeat(100, outcome('paidChunk')))
    const [term] = assess(proven, { now: START + HALF_LIFE_MS, inDefault: false }).terms
    expect(term?.weight).to.be.closeTo(50, 1e-9)
    expect(term?.count).to.equal(100)
    expect(scoreOf(proven, START + HALF_LIFE_MS)).to.be.below(scoreOf(proven))
    expect(assess(proven, { now: START + 10 * HALF_LIFE_MS, inDefault: false }).score).to.equal(undefined)
    fc.assert(
      fc.property(fc.nat({ max: HALF_LIFE_MS }), (waitMs) => {
        const end = START + HALF_LIFE_MS
        const once = step(proven, outcome('refused'), end)
        const twice = step(step(proven, { kind: 'slow' }, START + waitMs), outcome('refused'), end)
        expect(twice.outcomes.paidChunk?.weight).to.be.closeTo(once.outcomes.paidChunk?.weight ?? 0, 1e-6)
      }),
    )
  })

  it('is not moved by a clock that was set back', () => {
    const proven = historyOf(repeat(50, outcome('paidChunk')))
    expect(scoreOf(step(proven, outcome('paidChunk'), START - HALF_LIFE_MS), START - HALF_LIFE_MS)).to.be.above(
      scoreOf(proven),
    )
  })

  it('counts chunks that somebody paid for more than free ones, and money besides', () => {
    const free = historyOf(repeat(100, outcome('freeChunk')))
    const paid = historyOf(repeat(100, outcome('paidChunk')))
    const dear = historyOf(repeat(100, outcome('paidChunk', 10n ** 15n)))
    expect(scoreOf(free)).to.be.below(scoreOf(paid))
    expect(scoreOf(paid)).to.be.below(scoreOf(dear))
    const buyer = historyOf([{ kind: 'paid-us', wei: 10n ** 17n }])
    expect(scoreOf(buyer)).to.be.above(0)
    expect(scoreOf(buyer, START, true), 'in default').to.be.below(scoreOf(buyer) / 2)
  })

  it('shows a wrong chunk of whoever was the best, and a kept prepayment of whoever took many', () => {
    const best = historyOf(repeat(5_000, outcome('paidChunk', 10n ** 15n)))
    expect(scoreOf(best)).to.be.above(4.8)
    expect(scoreOf(historyOf([outcome('wrongChunk')], best))).to.be.below(3.8)
    expect(scoreOf(historyOf(repeat(3, outcome('prepaymentKept'))))).to.equal(0)
  })

  it('tells how often a peer could be reached, and how fast it was with which protocol', () => {
    const seen = historyOf([
      ...repeat(9, { kind: 'contact', reached: true }),
      { kind: 'contact', reached: false },
      { kind: 'carried', protocol: 'bitswap', bytes: 3_000, seconds: 2 },
      { kind: 'carried', protocol: 'bitswap', bytes: 1_000, seconds: 2 },
    ])
    expect(assess(seen, { now: START, inDefault: false }).uptime).to.equal(0.9)
    expect(seen?.carried['bitswap']).to.deep.equal({ bytes: 4_000, seconds: 4 })
  })
})
