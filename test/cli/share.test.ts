import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { parseCoins } from '../../src/domain/amount.ts'
import { FILE_HASH, PEER } from '../support/fake-node.ts'
import { CliSandbox } from './support.ts'

describe('cli/commands/share', () => {
  let sandbox: CliSandbox
  beforeEach(() => {
    sandbox = new CliSandbox()
  })
  afterEach(() => sandbox.stop())
  const file = (name: string): string => {
    const path = join(sandbox.folder, name)
    writeFileSync(path, 'content')
    return path
  }

  it('returns at once with a running daemon: the id on standard output, the line to paste on standard error', async () => {
    await sandbox.startDaemon()
    file('a file é.bin')
    const { code, stdout, stderr } = await sandbox.run(['share', 'a file é.bin', '--price', '0.001'])
    expect([code, stdout]).to.deep.equal([0, `${FILE_HASH}\n`])
    expect(stderr).to.include(
      `chiral get ${FILE_HASH} -o 'a file é.bin' --bootstrap /ip4/127.0.0.1/tcp/4001/p2p/${PEER} --rpc http://127.0.0.1:8545`,
    )
    expect(stderr).to.match(/price +0\.001 test coin per MiB/)
    expect(sandbox.node.calls.at(-1)).to.deep.equal([
      'share',
      { path: join(sandbox.folder, 'a file é.bin'), pricePerMiB: parseCoins('0.001') },
    ])
  })

  it('shares several files, names with a leading dash after --, and prices in wei or none', async () => {
    await sandbox.startDaemon()
    file('-odd')
    file('b')
    const { code, stdout, stderr } = await sandbox.run(['share', '--free', '--', '-odd', 'b'])
    expect([code, stdout]).to.deep.equal([0, `${FILE_HASH}\n${FILE_HASH}\n`])
    expect(stderr).to.include('-o ./-odd ').and.include('price   free')
    await sandbox.run(['share', 'b', '--price', '1000wei'])
    expect(sandbox.node.calls.at(-1)?.[1]).to.have.property('pricePerMiB', 1000n)
  })

  it('keeps a lowest price, and leaves it out of the line to paste', async () => {
    await sandbox.startDaemon()
    file('a')
    const { stderr } = await sandbox.run(['share', 'a', '--price', '0.001', '--lowest-price', '0.0008'])
    expect(stderr).to.match(/lowest +0\.0008 test coin per MiB/)
    expect(stderr.slice(stderr.indexOf('chiral get'))).to.not.include('0.0008')
    expect(sandbox.node.calls.at(-1)?.[1]).to.have.property('lowestPricePerMiB', parseCoins('0.0008'))
  })

  it('says which files of a large folder are found by its id alone', async () => {
    await sandbox.startDaemon()
    mkdirSync(join(sandbox.folder, 'folder'))
    sandbox.node.folderView = { files: 70, ownRecords: 64, skipped: [], skippedCount: 0 }
    const { stderr } = await sandbox.run(['share', '--free', 'folder'])
    expect(stderr).to.match(/the 64 largest files .* chiral find ID --in [0-9a-f]{64}\n/)
    sandbox.node.folderView = { files: 64, ownRecords: 64, skipped: [], skippedCount: 0 }
    expect((await sandbox.run(['share', '--free', 'folder'])).stderr).to.not.include('largest')
  })

  it('stays and seeds when no daemon runs, until Ctrl-C', async () => {
    file('a')
    const running = sandbox.start(['share', 'a', '--price', '1', '--json'])
    await running.saw('stderr', 'Seeding')
    await running.saw('stdout', '\n') // the two come by pipes of their own
    const first = JSON.parse(running.stdout.split('\n')[0] ?? '')
    expect(first.kind).to.equal('share')
    expect(first.share.pricePerMiB).to.equal('1000000000000000000')
    expect(first.command).to.match(/^chiral get /)
    expect((await sandbox.spawn(['status', '--json'])).stdout).to.include(FILE_HASH)
    running.process.kill('SIGINT')
    expect((await running.finished).code).to.equal(0)
  })

  it('ends at once at the second Ctrl-C', async () => {
    file('hang')
    const running = sandbox.start(['share', 'hang', '--free'])
    await running.saw('stderr', 'hashed')
    running.process.kill('SIGINT')
    running.process.kill('SIGINT')
    expect((await running.finished).code).to.be.oneOf([130])
  })

  it('refuses in one sentence what it cannot share, before anything is started', async () => {
    file('a')
    const cases: readonly (readonly [args: readonly string[], code: number, text: string])[] = [
      [['none', '--free'], 3, 'There is no file'],
      [['/dev/null', '--free'], 2, 'not a regular file'],
      [['a'], 2, 'A price is missing'],
      [['a', '--price', 'x'], 2, 'not an amount'],
      [['a', '--price', '-1'], 2, 'not an amount'],
      [['a', '--price', '1', '--free'], 2, 'contradict'],
      [['--free'], 2, "Missing required argument 'path'"],
    ]
    for (const [args, code, text] of cases) {
      const finished = await sandbox.run(['share', ...args])
      expect([finished.code, finished.stdout], args.join(' ')).to.deep.equal([code, ''])
      expect(finished.stderr)
        .to.match(/^chiral: [^\n]*\n$/)
        .and.include(text)
    }
  })

  it('says why a file cannot be read', async () => {
    const tooLong = 'a'.repeat(300) // nobody can, not even the superuser, who may read what permissions forbid
    const { code, stderr } = await sandbox.run(['share', tooLong, '--free'])
    expect([code, stderr.includes('cannot be read (ENAMETOOLONG)')]).to.deep.equal([2, true])
  })
})
