import { execFile } from 'node:child_process'
import { expect } from 'chai'
import { repositoryRoot } from '../../scripts/generated-files.ts'

/** Loading the files of two suites, on a busy machine. */
const TIMEOUT_MS = 120_000
const NO_TITLE = 'nothing is named like this'

/** `./chiral test` in which no test has this title, so that only what it says of the suites remains. */
function test(...args: readonly string[]): Promise<{ code: number | undefined; stdout: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['scripts/test.ts', ...args, '--grep', NO_TITLE],
      { cwd: repositoryRoot },
      (_, stdout) => resolve({ code: child.exitCode ?? undefined, stdout }),
    )
  })
}

describe('tooling/test-command', function () {
  this.timeout(TIMEOUT_MS)

  it('shows each suite in one piece, then all of them in the order of the list, then the counts', async () => {
    const { code, stdout } = await test('browser', 'amule')
    expect(code, 'no test ran').to.equal(1)
    for (const name of ['amule', 'browser']) {
      const section = stdout.split(`=== ${name} ===\n`)[1] ?? ''
      const [own = ''] = section.split(`=== ${name}: `)
      expect(own, name).to.include('0 passing').and.not.include('=== ')
    }
    const table = stdout.trim().split('\n').slice(-4)
    expect(table.map((line) => line.split(/\s+/)[0])).to.deep.equal(['suite', 'amule', 'browser', '0'])
    expect(table.at(-1)).to.equal('0 passed, 0 failed, 0 skipped')
  })

  it('knows no suite of another name', async () => {
    expect(await test('units')).to.deep.equal({ code: 2, stdout: '' })
  })
})
