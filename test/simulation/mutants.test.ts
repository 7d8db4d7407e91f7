import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { MUTANTS } from './mutants.ts'

/** Seeds in which each must be caught: a tenth of the short run. */
const SEEDS = 200
const TIMEOUT_MS = 300_000
const MAIN = fileURLToPath(new URL('mutant-main.ts', import.meta.url))

describe('simulation: seeded bugs', () => {
  for (const { name, by } of MUTANTS)
    it(`catches a node in which ${name}`, async function () {
      this.timeout(TIMEOUT_MS)
      const { stdout } = await promisify(execFile)(process.execPath, [MAIN, '--name', name, '--count', `${SEEDS}`])
      const outcome: unknown = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
      expect(outcome)
        .to.have.property('caught')
        .that.is.a('string')
        .and.matches(by === undefined ? /^Violation: seed \d+/ : /Property failed after \d+ tests/)
    })
})
