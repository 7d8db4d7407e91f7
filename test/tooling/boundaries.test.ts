import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { repositoryRoot } from '../../scripts/generated-files.ts'
import { ToyTree } from './toy-tree.ts'

const VALUE = 'export const value = 1\n'

/** Imports that may not be, and the rule that must report each. */
const VIOLATIONS: readonly { readonly from: string; readonly to: string; readonly rule: string }[] = [
  { from: 'src/domain/amount.ts', to: 'src/system/clock.ts', rule: 'domain-stands-alone' },
  { from: 'src/system/clock.ts', to: 'src/channel/payer.ts', rule: 'system-knows-only-domain' },
  { from: 'src/channel/watcher.ts', to: 'src/node/node.ts', rule: 'siblings-never-meet' },
  { from: 'src/bitswap/client.ts', to: 'src/channel/payer.ts', rule: 'siblings-never-meet' },
  { from: 'src/webrpc/client.ts', to: 'src/bitswap/server.ts', rule: 'siblings-never-meet' },
  { from: 'src/channel/payee.ts', to: 'src/in-band/payments.ts', rule: 'in-band-is-for-its-protocols' },
  { from: 'src/in-band/pay-loop.ts', to: 'src/bitswap/server.ts', rule: 'in-band-stands-on-system' },
  { from: 'src/public-protocols/http/seed.ts', to: 'src/bitswap/server.ts', rule: 'siblings-never-meet' },
  {
    from: 'src/public-protocols/http/get.ts',
    to: 'src/public-protocols/ed2k/get.ts',
    rule: 'transports-do-not-know-each-other',
  },
  { from: 'src/node/download.ts', to: 'src/api/server.ts', rule: 'node-has-no-face' },
  { from: 'src/api/server.ts', to: 'src/cli/output.ts', rule: 'api-does-not-know-its-clients' },
  { from: 'src/cli/commands/get.ts', to: 'src/node/node.ts', rule: 'cli-is-a-client' },
  { from: 'src/cli/commands/find.ts', to: 'src/api/server.ts', rule: 'cli-is-a-client' },
  { from: 'src/web/main.ts', to: 'src/node/node.ts', rule: 'web-is-a-client' },
  { from: 'src/node/shares.ts', to: 'src/browser/payer.ts', rule: 'browser-is-a-root' },
  { from: 'src/browser/files.ts', to: 'node:fs', rule: 'browser-runs-in-a-browser' },
  { from: 'src/channel/step.ts', to: 'node:fs', rule: 'pure-core' },
  { from: 'src/bitswap/codec.ts', to: 'node:crypto', rule: 'pure-core' },
  { from: 'src/domain/cid.ts', to: 'node:path', rule: 'pure-core' },
  { from: 'src/content/verifier.ts', to: 'test/support/fake-clock.ts', rule: 'source-stands-without-tests' },
  { from: 'src/content/chunker.ts', to: 'chai', rule: 'source-stands-without-dev-dependencies' },
]

/** Imports that look alike and are allowed. */
const ALLOWED: readonly { readonly from: string; readonly to: string }[] = [
  { from: 'src/bitswap/server.ts', to: 'src/domain/price.ts' },
  { from: 'src/webrpc/server.ts', to: 'src/in-band/payments.ts' },
  { from: 'src/channel/payer.ts', to: 'src/system/random.ts' },
  { from: 'src/channel/store.ts', to: 'node:fs' },
  { from: 'src/node/node.ts', to: 'src/channel/payer.ts' },
  { from: 'src/cli/output.ts', to: 'src/api/client.ts' },
  { from: 'src/cli/node-parts.ts', to: 'src/node/node.ts' },
  { from: 'src/cli/session.ts', to: 'src/node/config.ts' },
  { from: 'src/cli/commands/daemon.ts', to: 'src/api/server.ts' },
  { from: 'src/web/views.ts', to: 'src/browser/payer.ts' },
  { from: 'src/browser/downloads.ts', to: 'src/node/download-stack.ts' },
]

describe('tooling/boundaries', () => {
  let tree: ToyTree

  before(() => {
    tree = new ToyTree({
      'tsconfig.json': readFileSync(join(repositoryRoot, 'tsconfig.json'), 'utf8'),
      'package.json': readFileSync(join(repositoryRoot, 'package.json'), 'utf8'),
      ...Object.fromEntries([...VIOLATIONS, ...ALLOWED].filter(({ to }) => isFile(to)).map(({ to }) => [to, VALUE])),
      ...Object.fromEntries([...ALLOWED, ...VIOLATIONS].map(({ from, to }) => [from, importing(from, to)])),
      'node_modules/chai/package.json': '{ "name": "chai", "main": "index.js" }',
      'node_modules/chai/index.js': '',
      'src/node/one.ts': importing('src/node/one.ts', 'src/node/two.ts'),
      'src/node/two.ts': importing('src/node/two.ts', 'src/node/one.ts'),
    })
  })

  after(() => {
    tree.remove()
  })

  it('are broken by each forbidden import, and by no other', () => {
    const bin = join(repositoryRoot, 'node_modules/.bin/depcruise')
    const config = join(repositoryRoot, '.dependency-cruiser.cjs')
    const { stdout } = spawnSync(process.execPath, [bin, '--config', config, '--output-type', 'json', 'src'], {
      cwd: tree.folder,
      encoding: 'utf8',
    })
    const reported: { from: string; rule: { name: string } }[] = JSON.parse(stdout).summary.violations
    const expected = VIOLATIONS.map(({ from, rule }) => `${rule}: ${from}`)
    expect([...new Set(reported.map(({ from, rule }) => `${rule.name}: ${from}`))].sort()).to.deep.equal(
      [...expected, 'no-cycle: src/node/one.ts'].sort(),
    )
  })
})

function importing(from: string, to: string): string {
  const target = isFile(to) ? `${'../'.repeat(from.split('/').length - 1)}${to}` : to
  return `import * as other from '${target}'\n\nexport const value = other\n`
}

function isFile(target: string): boolean {
  return target.includes('/')
}
