import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect } from 'chai'
import { CliSandbox } from './support.ts'

const COMMANDS = ['share', 'get', 'find', 'status', 'wallet', 'channel', 'peers', 'hash', 'unshare', 'chain', 'daemon']

describe('cli/program', () => {
  let sandbox: CliSandbox
  beforeEach(() => {
    sandbox = new CliSandbox()
  })
  afterEach(() => sandbox.stop())

  it('helps with every command, by example', async () => {
    const { code, stdout } = await sandbox.run(['--help'])
    expect(code).to.equal(0)
    for (const command of COMMANDS) expect(stdout).to.match(new RegExp(`\\n {2}${command}\\b`))
    const help = await sandbox.run(['get', '--help'])
    expect([help.code, help.stderr]).to.deep.equal([0, ''])
    expect(help.stdout).to.include('Examples:').and.include('--data-dir')
  })

  it('answers a wrong command line with one sentence and exit code 2', async () => {
    const cases: readonly (readonly [args: readonly string[], text: string])[] = [
      [['shar'], 'Did you mean share?'],
      [['status', '--nonsense'], "Unknown option '--nonsense'"],
      [['status', 'extra'], 'Too many arguments'],
      [['--scope', 'moon', 'status'], 'Allowed choices are public, lan, loopback'],
      [['status', '--rpc'], 'argument missing'],
    ]
    for (const [args, text] of cases) {
      const finished = await sandbox.run(args)
      expect([finished.code, finished.stdout], args.join(' ')).to.deep.equal([2, ''])
      expect(finished.stderr)
        .to.match(/^chiral: [^\n]*\n$/)
        .and.include(text)
    }
    expect(await sandbox.run([])).to.have.property('code', 2)
    expect(await sandbox.run(['wallet'])).to.have.property('code', 2)
  })

  it('puts the error on standard output as JSON when asked to', async () => {
    const { code, stdout } = await sandbox.run(['status', '--json'])
    expect(code).to.equal(3)
    expect(JSON.parse(stdout).error).to.have.keys('code', 'message')
    expect(JSON.parse((await sandbox.run(['--json', 'shar'])).stdout).error.code).to.equal('USAGE')
  })

  it('writes colour only where it is wanted', async () => {
    expect((await sandbox.run(['status'])).stderr).to.not.include('\u001b')
    expect((await sandbox.run(['status', '--color', 'always'])).stderr).to.include('\u001b[31mchiral:\u001b[0m')
  })

  it('ends quietly when nobody reads its output', async () => {
    const main = join(import.meta.dirname, 'fake-main.ts')
    const child = spawn('sh', ['-c', `"${process.execPath}" "${main}" --help | true`], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stderr = ''
    child.stderr.on('data', (chunk) => {
      stderr += String(chunk)
    })
    await once(child, 'close')
    expect(stderr).to.equal('')
  })

  it('loads no network or chain code for --help', async () => {
    const script = `
      import { registerHooks } from 'node:module'
      registerHooks({ load(url, context, next) {
        if (/node_modules\\/(libp2p|ethers|express|zod)\\//.test(url)) { console.error('loaded ' + url); process.exit(1) }
        return next(url, context)
      } })
      process.argv.splice(1, process.argv.length, 'chiral', 'hash', '--help')
      await import(${JSON.stringify(join(import.meta.dirname, '../../src/cli/main.ts'))})`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let stderr = ''
    child.stderr.on('data', (chunk) => {
      stderr += String(chunk)
    })
    const [code] = await once(child, 'close')
    expect([code, stderr]).to.deep.equal([0, ''])
  })
})
