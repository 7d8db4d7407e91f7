import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { parseCoins, ZERO_WEI } from '../../src/domain/amount.ts'
import { ChiralError } from '../../src/domain/errors.ts'
import { NOBODY, peerIdText } from '../../src/domain/ids.ts'
import { FILE_HASH, fakeBatchPlan, fakePlan, PAYEE, PEER } from '../support/fake-node.ts'
import { CliSandbox } from './support.ts'

const OTHER = 'cd'.repeat(32)
const SOURCE = {
  peerId: PEER,
  payee: PAYEE,
  phase: 'active' as const,
  pricePerMiB: parseCoins('0.0008'),
  askedPricePerMiB: parseCoins('0.001'),
  chunks: 4,
  chunksBy: { bitswap: 4 },
  bytes: 786_439,
  verified: parseCoins('0.00075'),
  paid: parseCoins('0.00075'),
  vouchers: 4,
  bytesPerSecond: 1,
}

describe('cli/commands/get', () => {
  let sandbox: CliSandbox
  beforeEach(() => {
    sandbox = new CliSandbox()
  })
  afterEach(() => sandbox.stop())

  it('prints the path alone on standard output and who was paid on standard error', async () => {
    await sandbox.startDaemon()
    sandbox.node.script = [{ phase: 'done', sources: [SOURCE], spent: parseCoins('0.00075'), sha256: 'aa' }]
    const { code, stdout, stderr } = await sandbox.run(['get', FILE_HASH, '-o', 'x.bin', '--yes'])
    expect(code, stderr).to.equal(0)
    expect(stdout).to.equal(`${join(sandbox.folder, 'x.bin')}\n`)
    expect(stderr).to.match(/at most 0\.000750006675720215 test coin/)
    expect(stderr).to.match(/cheapest +0\.001 test coin per MiB/)
    expect(stderr).to.match(/deposit +0\.01 test coin/)
    expect(stderr).to.match(/at risk +0\.00025 test coin/)
    expect(stderr).to.match(new RegExp(`${PAYEE} +4 +768 KiB +0\\.0008 test coin +0\\.00075 test coin`))
  })

  it('says how fast that came which came now, where a download was resumed', async () => {
    await sandbox.startDaemon()
    const resumed = { seconds: 9, transferSeconds: 2, transferBytes: 524_288 }
    sandbox.node.script = [{ phase: 'done', verifiedBytes: 786_439, ...resumed }]
    const one = await sandbox.run(['get', FILE_HASH, '-o', 'x.bin', '--yes'])
    expect(one.stderr).to.match(/^768 KiB verified in 0:09, 256 KiB\/s$/m)
    sandbox.node.batchScript = [{ phase: 'done', filesDone: 2, verifiedBytes: 1_572_878, ...resumed }]
    const both = await sandbox.run(['get', FILE_HASH, OTHER, '--yes'])
    expect(both.stderr).to.match(/^2 of 2 files, 1\.5 MiB verified in 0:09, 256 KiB\/s$/m)
  })

  it('names a peer of a public swarm by where it is, and what it got: nothing', async () => {
    await sandbox.startDaemon()
    const peerId = peerIdText('bittorrent:192.0.2.7:6881')
    const free = { pricePerMiB: ZERO_WEI, askedPricePerMiB: ZERO_WEI, verified: ZERO_WEI, paid: ZERO_WEI, vouchers: 0 }
    const stranger = { ...SOURCE, ...free, peerId, payee: NOBODY }
    sandbox.node.script = [{ phase: 'done', sources: [SOURCE, stranger], spent: SOURCE.paid }]
    const { stderr } = await sandbox.run(['get', FILE_HASH, '-o', 'x.bin', '--yes', '--free-sources'])
    expect(stderr).to.match(/^ *bittorrent:192\.0\.2\.7:6881 +4 +768 KiB +0 test coin +0 test coin$/m)
    expect(stderr).not.to.include(NOBODY)
  })

  it('says before the question what it costs if the bid is taken', async () => {
    await sandbox.startDaemon()
    sandbox.node.planView = fakePlan({ bidPrice: parseCoins('0.0006') })
    const { stderr } = await sandbox.run(['get', FILE_HASH, '-o', 'x.bin', '--yes', '--bid', '0.0008'])
    expect(stderr).to.match(/with the bid +0\.0006 test coin, if the cheapest takes it/)
  })

  it('says before the question what earlier starts lost, as part of what is at risk', async () => {
    await sandbox.startDaemon()
    sandbox.node.planView = fakePlan({ maxLoss: parseCoins('0.0006'), lostBefore: parseCoins('0.0004') })
    const { stderr } = await sandbox.run(['get', FILE_HASH, '-o', 'x.bin', '--yes'])
    expect(stderr).to.match(
      /at risk +0\.0006 test coin at most, .*, 0\.0004 test coin of it with seeders that delivered nothing/,
    )
  })

  it('passes its options on', async () => {
    await sandbox.startDaemon()
    const options = [
      '--max-total',
      '1',
      '--max-price',
      '0.5',
      '--bid',
      '0.4',
      '--overwrite',
      '--keep-channels',
      '--seeders',
      '3',
      '--window',
      '8',
      '--prefer',
      'fastest',
      '--max-rate',
      '2M',
      '--sequential',
      '--free-sources',
    ]
    expect(await sandbox.run(['get', FILE_HASH, ...options])).to.have.property('code', 0)
    const request = {
      reference: FILE_HASH,
      out: sandbox.folder,
      maxTotal: parseCoins('1'),
      maxPrice: parseCoins('0.5'),
      bid: parseCoins('0.4'),
      overwrite: true,
      closeChannels: false,
      maxSources: 3,
      window: 8,
      prefer: 'fastest',
      maxRate: 2 * 2 ** 20,
      sequential: true,
      freeSources: true,
    }
    expect(sandbox.node.calls.filter(([name]) => name !== 'status')).to.deep.equal([
      ['plan', request],
      ['download', request],
    ])
  })

  it('spends nothing when nobody is there to agree', async () => {
    await sandbox.startDaemon()
    const { code, stdout, stderr } = await sandbox.run(['get', FILE_HASH, '--json'])
    expect(code).to.equal(2)
    expect(JSON.parse(stdout).error.code).to.equal('CONSENT_NEEDED')
    expect(stderr).to.include('--max-total')
    expect(sandbox.node.calls.map(([name]) => name)).to.not.include('download')
  })

  it('needs no consent for a free file, nor with a configured budget', async () => {
    await sandbox.startDaemon()
    expect(await sandbox.run(['get', FILE_HASH], { env: { CHIRAL_MAX_TOTAL: '1' } })).to.have.property('code', 0)
    sandbox.node.planView = fakePlan({ totalPrice: parseCoins('0') })
    expect(await sandbox.run(['get', FILE_HASH])).to.have.property('code', 0)
  })

  it('refuses what costs more than the budget, with what is held taken off', async () => {
    await sandbox.startDaemon()
    const over = await sandbox.run(['get', FILE_HASH, '--max-total', '0.0007', '--json'])
    expect([over.code, JSON.parse(over.stdout).error.code]).to.deep.equal([4, 'BUDGET_EXCEEDED'])
    sandbox.node.planView = fakePlan({ chunksHeld: 2 })
    expect(await sandbox.run(['get', FILE_HASH, '--max-total', '0.0007'])).to.have.property('code', 0)
  })

  it('shares one budget among several files', async () => {
    await sandbox.startDaemon()
    const { code } = await sandbox.run(['get', FILE_HASH, OTHER, '-o', '.', '--max-total', '0.001'])
    expect(code).to.equal(4)
    expect(sandbox.node.calls.map(([name]) => name))
      .to.include('planBatch')
      .and.to.not.include('batch')
  })

  it('gets several ids, a list and standard input as one batch, with one summary', async () => {
    await sandbox.startDaemon()
    const list = join(sandbox.folder, 'list.txt')
    writeFileSync(list, `# what we want\n\n${OTHER}  deep/name with spaces.bin\n`)
    const source = {
      peerId: PEER,
      payee: PAYEE,
      chunks: 8,
      chunksBy: { bitswap: 8 },
      bytes: 1_572_878,
      paid: parseCoins('0.0015'),
      vouchers: 2,
    }
    sandbox.node.batchScript = [{ phase: 'done', filesDone: 2, spent: parseCoins('0.0015'), sources: [source] }]
    sandbox.node.batchFileViews = [
      { reference: FILE_HASH, path: '/x/one', sizeBytes: 1, state: 'done' },
      { reference: OTHER, path: '/x/two', sizeBytes: 1, state: 'done' },
    ]
    const { code, stdout, stderr } = await sandbox.run(['get', FILE_HASH, '--list', list, '--yes', '-o', '.'])
    expect(code, stderr).to.equal(0)
    expect(stdout).to.equal('/x/one\n/x/two\n')
    expect(stderr).to.match(/2 of 2 files/)
    expect(stderr).to.match(new RegExp(`${PAYEE} +8 +1.5 MiB +0\\.0015 test coin`))
    const request = {
      items: [{ reference: FILE_HASH }, { reference: OTHER, path: 'deep/name with spaces.bin' }],
      out: sandbox.folder,
      closeChannels: true,
    }
    expect(sandbox.node.calls.filter(([name]) => name !== 'status')).to.deep.equal([
      ['planBatch', request],
      ['batch', request],
    ])
    const piped = await sandbox.run(['get', '--list', '-', '--yes', '--json'], { input: `${OTHER}\n` })
    expect(piped.stdout.split('\n')).to.have.length(2)
    expect(JSON.parse(piped.stdout)).to.include({ phase: 'done', batchId: 'b1' })
  })

  it('pays for several files as is asked, and says what is locked', async () => {
    await sandbox.startDaemon()
    sandbox.node.planOfBatch = fakeBatchPlan({ payBy: 'escrow' })
    const { stderr } = await sandbox.run(['get', FILE_HASH, OTHER, '--yes', '--pay-by', 'escrow'])
    expect(stderr).to.match(/locked +0\.0015 test coin once for all seeders/)
    expect(sandbox.node.calls.find(([name]) => name === 'batch')?.[1]).to.include({ payBy: 'escrow' })
    for (const way of ['transfer', 'batch']) {
      const refused = await sandbox.run(['get', FILE_HASH, OTHER, '--yes', '--pay-by', way])
      expect([refused.code, refused.stderr]).to.satisfy(
        ([code, said]: [number, string]) => code === 2 && said.includes('one file at a time'),
      )
    }
  })

  it('only shows what several files would cost', async () => {
    await sandbox.startDaemon()
    const { code, stdout } = await sandbox.run(['get', FILE_HASH, OTHER, '--dry-run'])
    expect(code).to.equal(0)
    expect(stdout)
      .to.match(/2 files/)
      .and.to.match(/deposit +0\.0015 test coin in 1 channel/)
    const json = await sandbox.run(['get', FILE_HASH, OTHER, '--dry-run', '--json', '--pay-by', 'auto'])
    expect(JSON.parse(json.stdout)).to.include({ payBy: 'channel', files: 2 })
    expect(sandbox.node.calls.map(([name]) => name)).to.not.include('batch')
  })

  it('ends with the code of the first file that failed, and names those that did', async () => {
    await sandbox.startDaemon()
    const failure = { reference: OTHER, path: 'gone.bin', code: 'NO_SEEDERS', message: 'Nobody offers it.' }
    const error = { code: 'NO_SEEDERS', message: '1 of 2 files could not be had: Nobody offers it.' }
    sandbox.node.batchScript = [{ phase: 'failed', filesDone: 1, filesFailed: 1, failures: [failure], error }]
    const { code, stdout, stderr } = await sandbox.run(['get', FILE_HASH, OTHER, '--yes', '--json'])
    expect(code).to.equal(3)
    expect(JSON.parse(stdout).error).to.deep.equal(error)
    expect(stderr).to.include('gone.bin: Nobody offers it.')
    expect(stderr.trimEnd().split('\n').at(-1)).to.equal(`chiral: ${error.message}`)
  })

  it('takes what a listing names, into its own folder or the one that was given, or the listing itself', async () => {
    await sandbox.startDaemon()
    sandbox.node.planView = fakePlan({ isListing: true })
    const items = async (...args: string[]): Promise<unknown> => {
      sandbox.node.calls.length = 0
      await sandbox.run(['get', FILE_HASH, '--yes', ...args])
      return sandbox.node.calls.find(([name]) => name === 'batch')?.[1]
    }
    const common = { closeChannels: true }
    expect(await items()).to.deep.equal({ items: [{ reference: FILE_HASH }], out: sandbox.folder, ...common })
    const out = join(sandbox.folder, 'new')
    expect(await items('-o', 'new')).to.deep.equal({ items: [{ reference: FILE_HASH, path: '.' }], out, ...common })
    expect(await items('--listing-as-file')).to.equal(undefined)
    expect(sandbox.node.calls.map(([name]) => name)).to.include('download')
  })

  it('names the line of a list that is wrong', async () => {
    const cases: readonly (readonly [text: string, say: RegExp])[] = [
      ['12ab', /Line 1 .*not a file id/],
      [`# fine\n${OTHER} ../up`, /Line 2 .*"\.\." is no name/],
      [`${OTHER} /etc/passwd`, /Line 1 .*slash/],
      ['# nothing', /Missing required argument 'id'/],
    ]
    for (const [text, say] of cases) {
      const { code, stderr } = await sandbox.run(['get', '--list', '-'], { input: text })
      expect([code, stderr]).to.satisfy(([found, said]: [number, string]) => found === 2 && say.test(said), text)
    }
    expect((await sandbox.run(['get', '--list', 'none.txt'])).code).to.equal(3)
  })

  const FAILURES: readonly (readonly [code: string, exitCode: number])[] = [
    ['NO_SEEDERS', 3],
    ['INSUFFICIENT_FUNDS', 4],
    ['SHA256_MISMATCH', 5],
    ['TIMEOUT', 6],
    ['SOMETHING_NEW', 1],
  ]
  for (const [errorCode, exitCode] of FAILURES)
    it(`ends with ${exitCode} when the download fails with ${errorCode}`, async () => {
      await sandbox.startDaemon()
      sandbox.node.script = [{ phase: 'failed', error: { code: errorCode, message: 'It failed: try again.' } }]
      const { code, stdout, stderr } = await sandbox.run(['get', FILE_HASH, '--yes', '--json', '--quiet'])
      expect(code).to.equal(exitCode)
      expect(JSON.parse(stdout)).to.deep.equal({ error: { code: errorCode, message: 'It failed: try again.' } })
      expect(stderr).to.equal('chiral: It failed: try again.\n')
    })

  it('shows a plan that cannot be made as one sentence', async () => {
    await sandbox.startDaemon()
    sandbox.node.failures.set('plan', new ChiralError('NO_SEEDERS', 'Nobody offers the file: try later.'))
    const { code, stderr } = await sandbox.run(['get', FILE_HASH])
    expect(code).to.equal(3)
    expect(stderr.trimEnd().split('\n').at(-1)).to.equal('chiral: Nobody offers the file: try later.')
  })

  it('pauses at Ctrl-C and says how to go on', async () => {
    await sandbox.startDaemon()
    sandbox.node.script = [{ phase: 'downloading', verifiedChunks: 2 }]
    const running = sandbox.start(['get', FILE_HASH, '--yes'])
    while (sandbox.node.listeners.size === 0) await new Promise((resolve) => setImmediate(resolve))
    running.process.kill('SIGINT')
    const { code, stderr } = await running.finished
    expect(code).to.equal(130)
    expect(stderr).to.match(/Paused.*nothing is lost, run the same command again to resume/)
    expect(sandbox.node.calls.at(-1)).to.deep.equal(['pause', 'd1'])
  })

  it('asks on a terminal, and takes anything but yes for no', async () => {
    await sandbox.startDaemon()
    const no = await sandbox.run(['get', FILE_HASH], { terminal: true, input: '\n' })
    expect([
      no.code,
      no.stderr.includes('Pay up to 0.000750006675720215 test coin, and up to 0.0003 test coin for gas? [y/N]'),
    ]).to.deep.equal([4, true])
    expect(sandbox.node.calls.map(([name]) => name)).to.not.include('download')
    const yes = await sandbox.run(['get', FILE_HASH], { terminal: true, input: 'y\n' })
    expect([yes.code, yes.stdout]).to.deep.equal([0, `${sandbox.folder}\n`])
  })

  it('ends by itself, without a daemon left behind, when none ran', async () => {
    const { code, stdout } = await sandbox.spawn(['get', FILE_HASH, '--yes', '--json'])
    expect(code).to.equal(0)
    expect(JSON.parse(stdout)).to.include({ phase: 'done', spent: '750006675720215' })
    expect(await sandbox.run(['status'])).to.have.property('code', 3)
  })

  it('refuses a bad target or id before anything is started', async () => {
    const cases: readonly (readonly [args: readonly string[], code: number, text: string])[] = [
      [['12ab'], 2, 'not a file id'],
      [[FILE_HASH, '-o', '-'], 2, 'standard output'],
      [[FILE_HASH, '-o', ''], 2, 'empty'],
      [[FILE_HASH, '-o', 'none/'], 3, 'no folder'],
      [[FILE_HASH, '-o', 'none/x'], 3, 'no folder'],
      [[FILE_HASH, OTHER, '-o', 'x'], 2, 'folder is needed'],
      [[FILE_HASH, '--max-total', '-1'], 2, 'not an amount'],
      [[FILE_HASH, '--seeders', '0'], 2, 'from 1 to 256'],
      [[FILE_HASH, '--max-rate', '1'], 2, 'bytes a second from 16384'],
      [[FILE_HASH, '--max-rate', '2T'], 2, 'bytes a second'],
      [[FILE_HASH, '--prefer', 'best'], 2, 'Allowed choices'],
      [[], 2, "Missing required argument 'id'"],
    ]
    for (const [args, code, text] of cases) {
      const finished = await sandbox.run(['get', ...args])
      expect([finished.code, finished.stdout], args.join(' ')).to.deep.equal([code, ''])
      expect(finished.stderr)
        .to.match(/^chiral: [^\n]*\n$/)
        .and.include(text)
    }
  })
})
