import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { RULE_MUTANTS } from './rule-mutants.ts'

/** One of the tests runs whole nodes of the simulator. */
const TIMEOUT_MS = 300_000
const MAIN = fileURLToPath(new URL('rule-mutant-main.ts', import.meta.url))

describe('mutants: rules that one test keeps', function () {
  this.timeout(TIMEOUT_MS)

  for (const { name, title } of RULE_MUTANTS)
    it(`has a test that fails when ${name}`, async () => {
      const { stdout } = await promisify(execFile)(process.execPath, [MAIN, '--name', name])
      const outcome: unknown = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
      expect(outcome).to.deep.include({ passed: 0, isApplied: true })
      expect(outcome).to.have.property('failed').that.is.an('array').with.lengthOf.at.least(1)
      expect(outcome).to.have.nested.property('failed[0]').that.includes(`test: `).and.includes(title)
    })
})
