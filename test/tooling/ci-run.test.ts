import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect } from 'chai'
import { repositoryRoot } from '../../scripts/generated-files.ts'

/** What it looks for on the machine, so that it installs nothing here. */
const PROGRAMS = [
  ...['go', 'python3', 'chromium', 'curl', 'aria2c'],
  ...['transmission-daemon', 'miniupnpd', 'nft', 'amuled', 'amulecmd'],
]

describe('tooling/ci-run', () => {
  let folder: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'chiral-ci-'))
    mkdirSync(join(folder, '.ci'))
    copyFileSync(join(repositoryRoot, '.ci/run'), join(folder, '.ci/run'))
    mkdirSync(join(folder, 'bin'))
    for (const name of PROGRAMS) writeScript(`bin/${name}`, 'exit 0')
  })

  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  function writeScript(path: string, script: string): void {
    writeFileSync(join(folder, path), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  }

  /** In a checkout whose `./chiral` does, for each first argument, what is given here. */
  async function run(commands: Readonly<Record<string, string>>): Promise<{ code: unknown; lines: string[] }> {
    const cases = Object.entries(commands).map(([name, script]) => `${name}) ${script} ;;`)
    writeScript('chiral', `case $1 in ${cases.join(' ')} esac`)
    const env = { ...process.env, PATH: `${join(folder, 'bin')}:${process.env['PATH']}` }
    const child = spawn('bash', [join(folder, '.ci/run')], { env, stdio: ['ignore', 'pipe', 'inherit'] })
    const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'close')])
    return { code, lines: output.trim().split('\n') }
  }

  it('makes the mining data while it checks, says what that said, and ends with the line of the tests', async () => {
    // Each end of a pipe waits for the other: one after another, neither would go on.
    execFileSync('mkfifo', [join(folder, 'pipe')])
    const { code, lines } = await run({
      check: 'echo checked >pipe',
      chain: 'cat pipe; echo "geth is there"',
      test: 'echo "3 passed, 0 failed, 1 skipped"; echo "the last word"',
    })
    expect(code).to.equal(0)
    expect(lines).to.include('checked').and.to.include('geth is there')
    expect(lines.filter((line) => /^=== .+: \d+\.\d minutes ===$/.test(line))).to.have.length(5)
    expect(lines.at(-1)).to.equal('3 passed, 0 failed, 1 skipped')
  })

  it('fails with the checks, with the analysis and with the tests', async () => {
    const passes = 'echo "3 passed, 0 failed, 0 skipped"'
    for (const failing of ['check', 'contracts']) {
      const { code, lines } = await run({ test: passes, [failing]: 'exit 1' })
      expect(code, failing).to.equal(1)
      expect(lines.at(-1), failing).to.equal('3 passed, 0 failed, 0 skipped')
    }
    const { code, lines } = await run({ test: 'echo broken; exit 1' })
    expect(code).to.equal(1)
    expect(lines.at(-1)).to.equal('0 passed, 1 failed, 0 skipped')
  })

  it('goes on without the mining data', async () => {
    const { code, lines } = await run({ chain: 'exit 1', test: 'echo "3 passed, 0 failed, 0 skipped"' })
    expect(code).to.equal(0)
    expect(lines.at(-1)).to.equal('3 passed, 0 failed, 0 skipped')
  })
})
