import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { codeOf } from '../../../src/domain/errors.ts'
import { makeFirstDag } from '../../../src/node/geth/first-dag.ts'
import { systemClock } from '../../../src/system/clock.ts'
import { systemProcessTable } from '../../../src/system/process-table.ts'

const FILE = 'full-R23-0-0000000000000000'

describe('node/geth/first-dag', () => {
  let folder: string
  let geth: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chiral-dag-'))
    geth = join(folder, 'geth')
  })

  afterEach(() => rm(folder, { recursive: true }))

  /** A program that writes down each time it is run, waits until it is let go on, and then does as `makedag` does. */
  async function fakeGeth(): Promise<void> {
    const script = `#!/bin/sh
echo "$1 $2 $$" >> "${folder}/runs"
while [ ! -e "${folder}/go-on" ]; do sleep 0.05; done
echo data > "$3/${FILE}.$$" && mv "$3/${FILE}.$$" "$3/${FILE}"
`
    await writeFile(geth, script, { mode: 0o755 })
  }

  const runs = async (): Promise<string[]> =>
    (await readFile(join(folder, 'runs'), 'utf8').catch(() => '')).split('\n').filter((line) => line !== '')

  const make = (onStep: (text: string) => void = () => {}): Promise<string> =>
    makeFirstDag({ geth, client: 'core-geth', folder, env: {}, clock: systemClock, onStep, onDag: () => {} })

  it('is made once by two that want it at once', async () => {
    await fakeGeth()
    const waits = Promise.withResolvers<string>()
    const onStep = (text: string): void => {
      if (text.startsWith('waiting')) waits.resolve(text)
    }
    const both = [make(onStep), make(onStep)]
    expect(await waits.promise).to.contain(`process ${process.pid}`)
    await writeFile(join(folder, 'go-on'), '')
    expect(await Promise.all(both)).to.deep.equal([join(folder, FILE), join(folder, FILE)])
    expect(await runs()).to.have.length(1)
    expect(await readdir(folder)).to.not.include('lock')
  })

  it('is taken over from one that was killed, whose geth ends with it', async () => {
    await fakeGeth()
    const module = new URL('../../../src/node/geth/first-dag.ts', import.meta.url)
    const clock = new URL('../../../src/system/clock.ts', import.meta.url)
    const program = `
      import { makeFirstDag } from '${module}'
      import { systemClock } from '${clock}'
      const [geth, folder] = process.argv.slice(1)
      await makeFirstDag({ geth, client: 'core-geth', folder, env: {}, clock: systemClock, onStep: console.log, onDag() {} })`
    const owner = spawn(process.execPath, ['--input-type=module', '-e', program, geth, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(owner.stdout, 'data')
    while ((await runs()).length === 0) await new Promise((resolve) => setImmediate(resolve))
    owner.kill('SIGKILL')
    await once(owner, 'exit')
    const leftPid = Number((await runs())[0]?.split(' ')[2])
    while (systemProcessTable.isRunning(leftPid)) await new Promise((resolve) => setImmediate(resolve))
    expect(await readdir(folder)).to.include('lock')

    await writeFile(join(folder, 'go-on'), '')
    expect(await make()).to.equal(join(folder, FILE))
    expect(await runs()).to.have.length(2)
    expect(await readdir(folder)).to.not.include('lock')
  })

  it('says what geth said when it fails, and gives the lock back', async () => {
    await writeFile(geth, '#!/bin/sh\necho "no space left" >&2\nexit 1\n', { mode: 0o755 })
    const failure = await make().catch((error: unknown) => error)
    expect(codeOf(failure)).to.equal('DAG_FAILED')
    expect(String(failure)).to.contain('no space left')
    expect(await readdir(folder)).to.not.include('lock')
  })
})
