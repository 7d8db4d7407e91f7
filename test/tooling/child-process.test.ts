import { execFileSync } from 'node:child_process'
import { createReadStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { runToEnd } from '../../scripts/child-process.ts'

const LONG_ENOUGH_MS = 15_000

const sh = (script: string): [string, ...string[]] => ['sh', '-c', script]

describe('tooling/child-process', () => {
  let folder: string
  let pipe: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'chiral-child-'))
    pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
  })

  afterEach(() => {
    rmSync(folder, { recursive: true })
  })

  it('resolves with exit code and output of both streams', async () => {
    const seen: string[] = []
    const outcome = await runToEnd(sh('echo one; echo two >&2; exit 3'), {
      timeoutMs: LONG_ENOUGH_MS,
      onOutput: (text) => seen.push(text),
    })
    expect(outcome).to.include({ exitCode: 3, timedOut: false })
    expect(outcome.output).to.contain('one\n').and.to.contain('two\n')
    expect(seen.join('')).to.equal(outcome.output)
  })

  it('reads long output to its end', async () => {
    const outcome = await runToEnd(sh('i=0; while [ $i -lt 20000 ]; do echo $i; i=$((i + 1)); done'), {
      timeoutMs: LONG_ENOUGH_MS,
    })
    expect(outcome.output.trim().split('\n').at(-1)).to.equal('19999')
  })

  it('resolves for a command that does not exist', async () => {
    const outcome = await runToEnd(['chiral-no-such-command'], { timeoutMs: LONG_ENOUGH_MS })
    expect(outcome.exitCode).to.equal(null)
    expect(outcome.output).to.contain('chiral-no-such-command')
  })

  /** The pipe ends when the last process that holds it has ended. */
  const untilClosed = async (pipe: string): Promise<void> => {
    for await (const _ of createReadStream(pipe));
  }

  it('stops a command that hangs, with everything it started', async () => {
    const closed = untilClosed(pipe)
    const outcome = await runToEnd(sh(`sleep 1000 >${pipe} & wait`), { timeoutMs: 100 })
    expect(outcome).to.include({ exitCode: null, timedOut: true })
    await closed
  })

  it('does not wait for what a command left behind, and ends it', async () => {
    const closed = untilClosed(pipe)
    const outcome = await runToEnd(sh(`exec 3>${pipe}; sleep 1000 & echo done`), { timeoutMs: LONG_ENOUGH_MS })
    expect(outcome).to.include({ exitCode: 0, timedOut: false, output: 'done\n' })
    await closed
  })
})
