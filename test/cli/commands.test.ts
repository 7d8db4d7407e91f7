import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { parseCoins } from '../../src/domain/amount.ts'
import { ChiralError } from '../../src/domain/errors.ts'
import {
  CHANNEL_ID,
  FILE_HASH,
  fakePeerDetails,
  fakePlan,
  PAYEE,
  PEER,
  TRANSACTION,
  WALLET,
} from '../support/fake-node.ts'
import vectors from '../vectors/receipts-log.json' with { type: 'json' }
import { CliSandbox } from './support.ts'

const FOLDER = 'cd'.repeat(32)

describe('cli/commands', () => {
  let sandbox: CliSandbox
  beforeEach(() => {
    sandbox = new CliSandbox()
  })
  afterEach(() => sandbox.stop())

  describe('find', () => {
    it('prints the published shape with --json', async () => {
      await sandbox.startDaemon()
      const { code, stdout } = await sandbox.run(['find', FILE_HASH, '--json'])
      expect(code).to.equal(0)
      expect(JSON.parse(stdout)).to.deep.equal({ file_hash: FILE_HASH, seeders: [], total_seeders: 1 })
    })

    it('asks who has a folder for a file of it', async () => {
      await sandbox.startDaemon()
      const { code } = await sandbox.run(['find', FILE_HASH, '--in', FOLDER])
      expect(code).to.equal(0)
      expect(sandbox.node.calls.at(-1)).to.deep.equal(['find', { reference: FILE_HASH, listing: FOLDER }])
    })

    it('ends with 3 when nobody has the file', async () => {
      await sandbox.startDaemon()
      sandbox.node.planView = fakePlan({ seeders: [] })
      expect(await sandbox.run(['find', FILE_HASH])).to.deep.include({ code: 3, stdout: '' })
    })

    it('starts a node when none runs', async () => {
      const { code, stdout } = await sandbox.run(['find', FILE_HASH])
      expect(code).to.equal(0)
      expect(stdout).to.include(PEER).and.include('0.001 test coin/MiB')
    })
  })

  describe('receipts', () => {
    const valid = vectors.vectors.find(({ badEntry }) => badEntry === null)?.document
    const changed = vectors.vectors.find(({ badEntry }) => badEntry === 5)?.document

    it('lists what the daemon holds, by time, file and peer', async () => {
      await sandbox.startDaemon()
      const receipt = {
        sequence: 7,
        at: Date.UTC(2026, 0, 31),
        kind: 'voucher',
        role: 'payer' as const,
        peer: PAYEE,
        channelId: CHANNEL_ID,
        amount: parseCoins('0.25'),
        cumulativeAmount: parseCoins('1.5'),
      }
      sandbox.node.receiptViews = [receipt]
      const table = await sandbox.run([
        'receipts',
        'list',
        '--since',
        '2026-01-31',
        '--file',
        FILE_HASH,
        '--peer',
        PAYEE,
      ])
      expect(table.code).to.equal(0)
      expect(table.stdout).to.match(/7 +2026-01-31 00:00:00 +payer +voucher +0x\w+ +0.25 +1.5/)
      expect(sandbox.node.calls.at(-1)).to.deep.equal([
        'receipts',
        { since: Date.UTC(2026, 0, 31), fileHash: FILE_HASH, peer: PAYEE },
      ])
      const json = await sandbox.run(['receipts', 'list', '--json'])
      expect(JSON.parse(json.stdout)[0]).to.deep.include({ sequence: 7, amount: '250000000000000000' })
      expect((await sandbox.run(['receipts', 'list', '--since', 'yesterday'])).code).to.equal(2)
    })

    it('writes an export to standard output or to a new file', async () => {
      await sandbox.startDaemon()
      sandbox.node.receiptsText = 'a,b\r\n'
      const { stdout } = await sandbox.run(['receipts', 'export', '--format', 'csv', '--until', '2026-02-01T00:00:00Z'])
      expect(stdout).to.equal('a,b\r\n')
      expect(sandbox.node.calls.at(-1)).to.deep.equal([
        'exportReceipts',
        { until: Date.UTC(2026, 1, 1), format: 'csv' },
      ])
      expect((await sandbox.run(['receipts', 'export', '-o', 'log.json'])).code).to.equal(0)
      expect(readFileSync(join(sandbox.folder, 'log.json'), 'utf8')).to.equal('a,b\r\n')
      expect((await sandbox.run(['receipts', 'export', '-o', 'log.json'])).stderr).to.include('exists already')
    })

    it('verifies an export without a daemon or data directory', async () => {
      const path = join(sandbox.folder, 'log.json')
      writeFileSync(path, JSON.stringify(valid))
      const { code, stdout } = await sandbox.run(['receipts', 'verify', path, '--json'])
      expect(code).to.equal(0)
      expect(JSON.parse(stdout)).to.include({ entries: 8, signed: '450', deposited: '1000', refunded: '550' })
      expect(existsSync(sandbox.dataDirectory)).to.equal(false)
    })

    it('names the first bad entry and ends with 5', async () => {
      const path = join(sandbox.folder, 'log.json')
      writeFileSync(path, JSON.stringify(changed))
      const { code, stderr } = await sandbox.run(['receipts', 'verify', path])
      expect(code).to.equal(5)
      expect(stderr).to.match(/Entry 5 .*hash/)
      writeFileSync(path, 'sequence,previous')
      expect((await sandbox.run(['receipts', 'verify', path])).code).to.equal(5)
    })
  })

  describe('wallet', () => {
    it('explains the balance to the wei', async () => {
      await sandbox.startDaemon()
      sandbox.node.historyEntries = [
        { at: 0, kind: 'fund', change: parseCoins('100.5'), fee: parseCoins('0'), note: 'test coin' },
        {
          at: 1e12,
          kind: 'open',
          change: -parseCoins('0.5'),
          fee: parseCoins('0.1'),
          transactionHash: TRANSACTION,
          note: 'x',
        },
      ]
      const table = await sandbox.run(['wallet', 'history'])
      expect(table.stdout).to.match(/\nsum 100 {2}balance 100 test coin\n$/)
      expect(table.stdout).to.match(/1970-01-01 00:00:00 +fund +\+100\.5 +0 +100\.5/)
      expect(table.stderr).to.equal('')
      const json = JSON.parse((await sandbox.run(['wallet', 'history', '--json'])).stdout)
      expect([json.sum, json.balance]).to.deep.equal(['100000000000000000000', '100000000000000000000'])
      sandbox.node.historyEntries.pop()
      expect((await sandbox.run(['wallet', 'history'])).stderr).to.match(
        /warning: the history explains 100\.5 test coin of 100/,
      )
    })

    it('shows a new phrase once, with a warning', async () => {
      const { code, stdout, stderr } = await sandbox.run(['wallet', 'new'])
      expect([code, stdout]).to.deep.equal([0, `address  ${WALLET}\nphrase   ${'test '.repeat(11)}junk\n`])
      expect(stderr).to.include('write the phrase down')
    })

    it('imports a phrase from standard input or a file, never from an argument', async () => {
      const words = `  ${'TEST '.repeat(11)}\n junk `
      expect(await sandbox.run(['wallet', 'import'], { input: words })).to.deep.include({
        code: 0,
        stdout: `${WALLET}\n`,
      })
      writeFileSync(join(sandbox.folder, 'phrase'), words)
      expect(await sandbox.run(['wallet', 'import', '--phrase-file', 'phrase'])).to.have.property('code', 0)
      expect(await sandbox.run(['wallet', 'import', 'test', 'test'])).to.have.property('code', 2)
      expect(await sandbox.run(['wallet', 'import'], { input: '' })).to.have.property('code', 2)
    })

    it('backs up to a new file only, with the right password', async () => {
      const env = { CHIRAL_PASSWORD: 'right' }
      const backup = join(sandbox.folder, 'b.json')
      expect(await sandbox.run(['wallet', 'backup', 'b.json'], { env })).to.deep.include({
        code: 0,
        stdout: `${backup}\n`,
      })
      expect(await sandbox.run(['wallet', 'backup', 'b.json'], { env })).to.have.property('code', 1)
      expect(await sandbox.run(['wallet', 'backup', 'c.json'])).to.have.property('code', 4)
    })

    it('sends only what somebody agreed to', async () => {
      await sandbox.startDaemon()
      expect(await sandbox.run(['wallet', 'send', PAYEE, '1.5'])).to.have.property('code', 2)
      expect(await sandbox.run(['wallet', 'send', PAYEE.replace('E', 'e'), '1', '--yes'])).to.have.property('code', 2)
      expect(sandbox.node.calls.map(([name]) => name)).to.not.include('send')
      const sent = await sandbox.run(['wallet', 'send', PAYEE, '1.5', '--yes'])
      expect([sent.code, sent.stdout]).to.deep.equal([0, `${TRANSACTION}\n`])
      expect(sandbox.node.calls.at(-1)).to.deep.equal(['send', PAYEE, parseCoins('1.5')])
    })

    it('shows the balance with its label and funds', async () => {
      await sandbox.startDaemon()
      expect((await sandbox.run(['wallet', 'balance'])).stdout).to.include('100 test coin')
      expect((await sandbox.run(['wallet', 'fund', '1'])).stdout).to.equal('101 test coin\n')
      const { node } = sandbox
      node.statusView = { ...node.statusView, chain: { ...node.statusView.chain, testCoin: false } }
      expect((await sandbox.run(['wallet', 'balance'])).stdout).to.match(/100 coin\n$/)
    })
  })

  it('tells in "status" how the chain is doing, and on standard error what is wrong with it', async () => {
    await sandbox.startDaemon()
    const { node } = sandbox
    const healthy = await sandbox.run(['status'])
    expect(healthy.stdout).to.match(/^newest block +0:07 ago$/m)
    expect(healthy.stdout).to.match(/^chain peers +3$/m)
    expect(healthy.stdout).to.match(/^downloads take +3.0 MiB of 1.0 TiB$/m)
    expect(healthy.stdout).to.match(/^chunks in memory +1.0 MiB of 64.0 MiB$/m)
    expect(healthy.stderr).to.equal('')
    const split = { since: 1, signs: ['forked'], message: 'The chain may be split (peers).' }
    const warnings = [{ code: 'CHAIN_FORKED', message: '1 of 3 peers stands on another branch.' }]
    const health = { headAgeSeconds: 90, warnings, split }
    node.statusView = { ...node.statusView, chain: { ...node.statusView.chain, health } }
    const warned = await sandbox.run(['status'])
    expect(warned.stdout).to.not.include('chain peers')
    expect(warned.stderr).to.include('stands on another branch.').and.to.include('The chain may be split (peers).')
    const { chain } = JSON.parse((await sandbox.run(['status', '--json'])).stdout)
    expect(chain.health).to.deep.equal(health)
  })

  it('lists, closes and withdraws channels', async () => {
    await sandbox.startDaemon()
    const amount = parseCoins('0.25')
    sandbox.node.channelViews = [
      {
        channelId: CHANNEL_ID,
        role: 'payer',
        peer: PAYEE,
        phase: 'closing',
        deposit: amount,
        settled: amount,
        vouchered: amount,
        closesAt: 0,
      },
    ]
    expect((await sandbox.run(['channel', 'list'])).stdout).to.match(/0xcd.* payer .* closing +0\.25 test coin/)
    const closed = await sandbox.run(['channel', 'close', CHANNEL_ID])
    expect(closed.stdout).to.equal(`${TRANSACTION}\n`)
    expect(closed.stderr).to.include(`2027-01-15T08:00:00.000Z; then: chiral channel withdraw ${CHANNEL_ID}`)
    const all = await sandbox.run(['channel', 'close', '--all'])
    expect(all.stdout).to.equal(`${TRANSACTION}\n`)
    expect(all.stderr).to.include('1 channel ends;')
    for (const wrong of [
      ['channel', 'close'],
      ['channel', 'close', CHANNEL_ID, '--all'],
    ])
      expect(await sandbox.run(wrong)).to.deep.include({
        code: 2,
        stderr: 'chiral: Give the id of a channel, or --all.\n',
      })
    expect(JSON.parse((await sandbox.run(['channel', 'withdraw', CHANNEL_ID, '--json'])).stdout)).to.deep.equal({
      channelId: CHANNEL_ID,
      transactionHash: TRANSACTION,
    })
  })

  it('hashes without a node', async () => {
    writeFileSync(join(sandbox.folder, 'f'), 'hello')
    expect((await sandbox.run(['hash', 'f'])).stdout).to.equal(`${'ab'.repeat(32)}\n`)
    expect(JSON.parse((await sandbox.run(['hash', 'f', '--json'])).stdout)).to.have.keys(
      'fileHash',
      'piecesRoot',
      'sha256',
      'cid',
      'sizeBytes',
    )
    expect(await sandbox.run(['hash', 'none'])).to.have.property('code', 3)
  })

  it('runs the test chain until Ctrl-C', async () => {
    const running = sandbox.start(['chain', 'dev', '--port', '8999'])
    await running.saw('stderr', 'Ctrl-C')
    running.process.kill('SIGINT')
    expect(await running.finished).to.deep.include({ code: 0, stdout: 'http://127.0.0.1:8999\n' })
  })

  it('shows peers and stops a share', async () => {
    await sandbox.startDaemon()
    sandbox.node.peerViews = [{ peerId: PEER, address: '/ip4/1.2.3.4/tcp/1', direction: 'outbound', bannedUntil: 0 }]
    expect((await sandbox.run(['peers'])).stdout).to.include('banned until 1970-01-01')
    expect(await sandbox.run(['unshare', FILE_HASH])).to.have.property('code', 3)
  })

  it('explains the score of a peer', async () => {
    await sandbox.startDaemon()
    sandbox.node.peerViews = [{ peerId: PEER, address: '/ip4/1.2.3.4/tcp/1', direction: 'outbound', score: 4.25 }]
    expect((await sandbox.run(['peers', 'list'])).stdout).to.match(new RegExp(`${PEER} +4\\.3 `))
    const ban = { subject: PEER, until: 1_800_000_000_000, reason: 'noise', isManual: false }
    sandbox.node.peerDetails = [
      fakePeerDetails({ bans: [ban] }),
      fakePeerDetails({ account: WALLET, score: undefined, terms: [], speeds: [], coolingUntil: 1_800_000_000_000 }),
    ]
    const { stdout } = await sandbox.run(['peers', 'show', PEER])
    for (const line of [
      'score      4.3 of 5',
      /\+140\.4 +150 +chunks that verified and had a price +2023-11-14 22:13/,
      /\+29\.6 +money paid to it/,
      /-20\.0 +every peer begins with/,
      'uptime     99.5 % of our connections',
      /bitswap +2(\.0+)? MiB\/s/,
      'paid to it 0.15',
      'banned     until 2027-01-15 08:00: noise',
      'score      unknown',
      'left alone until 2027-01-15 08:00',
    ])
      expect(stdout).to.match(typeof line === 'string' ? new RegExp(line) : line)
    const shown = JSON.parse((await sandbox.run(['peers', 'show', PEER, '--json'])).stdout)
    expect(shown[0]).to.deep.include({ score: 4.25, paidTo: '150000000000000000', bans: [ban] })
    expect(shown[1]).to.not.have.property('score')
    expect(await sandbox.run(['peers', 'show', '12D3KooWnobody'])).to.have.property('code', 3)
  })

  it('bans a peer for ever, and lifts that again', async () => {
    await sandbox.startDaemon()
    expect((await sandbox.run(['peers', 'bans'])).stderr).to.include('Nobody is banned.')
    expect((await sandbox.run(['peers', 'ban', PEER, '--reason', 'sold noise'])).stderr).to.include('banned for ever')
    expect((await sandbox.run(['peers', 'bans'])).stdout).to.match(new RegExp(`${PEER} +for ever +you +sold noise`))
    expect(await sandbox.run(['peers', 'unban', PEER])).to.have.property('code', 0)
    expect(await sandbox.run(['peers', 'unban', PEER])).to.have.property('code', 3)
  })

  describe('daemon', () => {
    it('runs until Ctrl-C, or until another process stops it', async () => {
      for (const stop of ['signal', 'command'] as const) {
        const running = sandbox.start(['daemon', '--json'])
        await running.saw('stderr', 'control API')
        await running.saw('stdout', '\n')
        expect(JSON.parse(running.stdout)).to.include({ peerId: PEER })
        if (stop === 'signal') running.process.kill('SIGTERM')
        else expect(await sandbox.run(['daemon', 'stop'])).to.have.property('code', 0)
        expect((await running.finished).code).to.equal(0)
      }
      expect(await sandbox.run(['daemon', 'stop'])).to.have.property('code', 3)
    })

    it('is one to a data directory, also after a kill', async () => {
      const first = sandbox.start(['daemon'])
      await first.saw('stderr', 'control API')
      const second = await sandbox.run(['daemon', '--json'])
      expect([second.code, JSON.parse(second.stdout).error.code]).to.deep.equal([1, 'DAEMON_RUNNING'])
      first.process.kill('SIGKILL')
      await first.finished
      expect(await sandbox.run(['status'])).to.have.property('code', 3)
      const third = sandbox.start(['daemon'])
      await third.saw('stderr', 'control API')
    })

    it('refuses flags that contradict the one that runs, and says which have no effect', async () => {
      await sandbox.startDaemon()
      const other = await sandbox.run(['wallet', 'balance', '--rpc', 'http://127.0.0.1:9999', '--json'])
      expect([other.code, JSON.parse(other.stdout).error.code]).to.deep.equal([2, 'FLAG_CONTRADICTS_DAEMON'])
      expect(await sandbox.run(['wallet', 'balance', '--rpc', 'http://127.0.0.1:8545/'])).to.have.property('code', 0)
      const warned = await sandbox.run(['wallet', 'balance', '--scope', 'lan'])
      expect([warned.code, warned.stderr.includes('--scope has no effect')]).to.deep.equal([0, true])
    })

    it('takes it to the peers of a pasted line, and goes on without one that does not answer', async () => {
      await sandbox.startDaemon()
      const address = `/ip4/127.0.0.1/tcp/1/p2p/${PEER}`
      const entered = await sandbox.run(['wallet', 'balance', '--bootstrap', address])
      expect([entered.code, entered.stderr]).to.deep.equal([0, ''])
      expect(sandbox.node.calls).to.deep.include(['connect', [address]])
      sandbox.node.failures.set('connect', new ChiralError('BOOTSTRAP_UNREACHABLE', 'None of the peers answers.'))
      const alone = await sandbox.run(['wallet', 'balance', '--bootstrap', address])
      expect([alone.code, alone.stderr]).to.deep.equal([0, 'warning: None of the peers answers.\n'])
      const wrong = await sandbox.run(['wallet', 'balance', '--bootstrap', '/ip4/127.0.0.1/tcp/1'])
      expect([wrong.code, wrong.stderr.includes('/p2p/')]).to.deep.equal([2, true])
    })

    it('passes the configuration to the node it starts', async () => {
      const address = `/ip4/127.0.0.1/tcp/1/p2p/${PEER}`
      await sandbox.run(['wallet', 'balance', '--bootstrap', address, '--bootstrap', address, '--scope', 'lan'])
      const config = JSON.parse(readFileSync(join(sandbox.dataDirectory, 'config-seen.json'), 'utf8'))
      expect(config.network).to.deep.include({ bootstrap: [address, address], scope: 'lan' })
      expect(config.dataDirectory).to.equal(sandbox.dataDirectory)
    })

    it('tells the warnings of a node it starts as sentences', async () => {
      const env = { FAKE_WARNING: 'A bootstrap peer cannot be reached.' }
      const { code, stderr } = await sandbox.run(['wallet', 'balance'], { env })
      expect([code, stderr]).to.deep.equal([0, 'warning: A bootstrap peer cannot be reached.\n'])
    })

    it('tells why a node does not start', async () => {
      const env = { FAKE_START_FAILURE: 'CHAIN_UNREACHABLE' }
      const { code, stderr } = await sandbox.run(['wallet', 'balance'], { env })
      expect([code, stderr]).to.deep.equal([3, 'chiral: The node cannot start: try again.\n'])
    })
  })
})
