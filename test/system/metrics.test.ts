import { expect } from 'chai'
import { createMetrics, type Sample } from '../../src/system/metrics.ts'

describe('system/metrics', () => {
  it('writes counters and what gauges read then, in the text format of Prometheus', () => {
    const metrics = createMetrics()
    const sent = metrics.counter({ name: 'chiral_sent_total', help: 'Chunks sent.' })
    let warnings: readonly Sample[] = []
    metrics.gauge({ name: 'chiral_warning', help: 'Present while it warns.', read: () => warnings })
    sent.inc()
    sent.inc(41)
    const head = ['# HELP chiral_sent_total Chunks sent.', '# TYPE chiral_sent_total counter', 'chiral_sent_total 42']
    const gauge = ['# HELP chiral_warning Present while it warns.', '# TYPE chiral_warning gauge']
    expect(metrics.render()).to.equal(`${[...head, ...gauge].join('\n')}\n`)
    warnings = [{ value: 1, labels: { code: 'A', sign: 'b-c' } }, { value: 2n }]
    const samples = ['chiral_warning{code="A",sign="b-c"} 1', 'chiral_warning 2']
    expect(metrics.render()).to.equal(`${[...head, ...gauge, ...samples].join('\n')}\n`)
    expect(metrics.names).to.deep.equal(['chiral_sent_total', 'chiral_warning'])
  })
})
