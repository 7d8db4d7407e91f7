import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { parse } from 'yaml'
import { z } from 'zod'
import chains from '../../chains.json' with { type: 'json' }
import { repositoryRoot } from '../../scripts/generated-files.ts'
import { BLOCK_SECONDS } from '../../src/chain/geth/health.ts'
import { measureChain } from '../../src/node/node-metrics.ts'
import { METRIC_NAMES } from '../../src/rpc-proxy/metrics.ts'
import { systemClock } from '../../src/system/clock.ts'
import { createMetrics } from '../../src/system/metrics.ts'

const NETWORK = 98765
/** Of a daemon. */
const NODE_METRIC_NAMES = ((): readonly string[] => {
  const metrics = createMetrics()
  const quiet = { suspicion: () => undefined, head: () => ({ number: 0, timestamp: 0 }), health: () => undefined }
  const split = { ...quiet, failure: () => undefined, onChange: () => () => {}, stop: async () => {} }
  measureChain(metrics, { split, chainHealth: () => ({ headAgeSeconds: 0, warnings: [] }) }, systemClock)
  return metrics.names
})()
const read = (name: string): string => readFileSync(join(repositoryRoot, 'deploy/monitoring', name), 'utf8')
const metricsIn = (text: string): string[] => [...text.matchAll(/\bchiral_[a-z_]+/g)].map(([name]) => name)

const alerts = z
  .strictObject({
    groups: z.array(
      z.strictObject({
        name: z.string(),
        rules: z.array(
          z.strictObject({
            alert: z.string(),
            expr: z.string(),
            for: z.string().regex(/^\d+[sm]$/),
            labels: z.strictObject({ severity: z.enum(['warning', 'critical']) }),
            annotations: z.strictObject({ summary: z.string() }),
          }),
        ),
      }),
    ),
  })
  .parse(parse(read('alerts.yml')))
const rules = alerts.groups.flatMap((group) => group.rules)
const dashboard = z
  .object({
    panels: z.array(z.object({ id: z.int(), title: z.string(), targets: z.array(z.object({ expr: z.string() })) })),
  })
  .parse(JSON.parse(read('grafana-chain.json')))

describe('deploy/monitoring', () => {
  it('asks only for metrics that there are', () => {
    const used = [
      ...rules.map(({ expr }) => expr),
      ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    ]
    for (const expr of used) {
      expect(metricsIn(expr), expr).to.not.deep.equal([])
      for (const name of metricsIn(expr)) expect([...METRIC_NAMES, ...NODE_METRIC_NAMES], expr).to.include(name)
    }
  })

  it('shows every metric but the one of the probe, and documents all', () => {
    const shown = new Set(metricsIn(JSON.stringify(dashboard)))
    const told = readFileSync(join(repositoryRoot, 'docs/operations/monitoring.md'), 'utf8')
    for (const name of [...METRIC_NAMES, ...NODE_METRIC_NAMES]) {
      if (!/_(up|mining)$/.test(name)) expect([...shown]).to.include(name)
      expect(told, name).to.contain(name.replace(/^chiral_(node_)?chain/, ''))
    }
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).to.equal(dashboard.panels.length)
  })

  it('warns of silence after five block times, of being alone, of a fork, of a split and of a full disk', () => {
    const exprOf = (alert: string) => rules.find((rule) => rule.alert === alert)?.expr ?? ''
    expect(exprOf('ChainSilent')).to.contain(`> ${5 * BLOCK_SECONDS}`)
    expect(exprOf('ChainAlone')).to.equal('chiral_chain_peers == 0')
    expect(exprOf('ChainForked')).to.contain('code="CHAIN_FORKED"')
    expect(exprOf('ChainSplitSuspected')).to.contain('chiral_node_chain_split_sign')
    expect(exprOf('ChainDiskLow')).to.contain('disk_free_bytes')
  })

  it('measures gas against the limit of the network', () => {
    const limit = Number(chains[NETWORK].gasLimit).toLocaleString('en')
    expect(dashboard.panels.map(({ title }) => title)).to.include(`Gas used, of ${limit}`)
  })

  it('is read by Prometheus together with its alerts, on the ports of the proxies and of the daemons', () => {
    const config = z
      .object({ rule_files: z.array(z.string()), scrape_configs: z.array(z.object({ job_name: z.string() }).loose()) })
      .parse(parse(read('prometheus.yml')))
    expect(config.rule_files).to.deep.equal(['alerts.yml'])
    expect(config.scrape_configs.map(({ job_name }) => job_name)).to.deep.equal(['chain', 'chain-pods', 'nodes'])
    expect(JSON.stringify(config.scrape_configs[0])).to.contain(':8545')
    expect(config.scrape_configs[2]).to.have.nested.property('authorization.credentials_file')
  })
})
