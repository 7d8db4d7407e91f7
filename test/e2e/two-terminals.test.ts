import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { fieldsOf } from '../support/json.ts'
import { sha256Of } from '../support/market.ts'
import { MAIN, Processes, type Running } from '../support/processes.ts'
import { seededRandom } from '../support/seeded-random.ts'

const TIMEOUT_MS = 120_000

interface Case {
  readonly name: string
  readonly sizeBytes: number
}

const FILES: readonly Case[] = [
  { name: 'holiday film – été № 1 ☀ 雪.mkv', sizeBytes: 3 * CHUNK_SIZE_BYTES + 5 },
  { name: 'empty', sizeBytes: 0 },
  { name: 'one byte', sizeBytes: 1 },
  { name: '-odd "name" $HOME; `x`', sizeBytes: CHUNK_SIZE_BYTES },
]

describe("the README's two terminals", function () {
  this.timeout(TIMEOUT_MS)
  let folder: string
  let seller: string
  let buyer: string
  let processes: Processes
  /** `share` with an embedded chain, as the README has it. */
  let sharing: Running
  let rpcUrl: string
  const printed = new Map<string, Readonly<Record<string, unknown>>>()

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chiral-e2e-'))
    seller = join(folder, 'seller data')
    buyer = join(folder, 'buyer data')
    processes = new Processes()
    await mkdir(join(folder, 'files'))
    for (const { name, sizeBytes } of FILES)
      await writeFile(join(folder, 'files', name), seededRandom(name).bytes(sizeBytes))
    sharing = processes.start(
      ['share', '--json', '--price', '0.001', '--data-dir', seller, '--', ...FILES.map(({ name }) => name)],
      { cwd: join(folder, 'files') },
    )
    for (const { name } of FILES) {
      const [line] = await sharing.line('stdout', new RegExp(`^.*"name":${escapeRegExp(JSON.stringify(name))}.*$`))
      printed.set(name, fieldsOf(JSON.parse(line)))
    }
    rpcUrl = /--rpc (\S+)/.exec(String(printed.get('empty')?.['command']))?.[1] ?? ''
  })

  after(async () => {
    await processes?.stopAll()
    await rm(folder, { recursive: true, force: true })
  })

  for (const { name, sizeBytes } of FILES)
    it(`buys "${name}" of ${sizeBytes} bytes with the very line that share printed`, async () => {
      const command = String(printed.get(name)?.['command'])
      const target = join(folder, 'bought')
      await mkdir(target, { recursive: true })
      // A shell reads the line, as it would a person's.
      const script = `chiral() { "$NODE" "$MAIN" "$@" --data-dir "$BUYER" --yes; }; ${command}`
      const env = { NODE: process.execPath, MAIN, BUYER: buyer }
      const { code, stderr, stdout } = await processes.startCommand(['/bin/sh', '-c', script], { env, cwd: target })
        .finished
      expect(code, stderr).to.equal(0)
      expect(stdout.trim()).to.equal(join(target, basename(name)))
      expect(await sha256Of(join(target, name))).to.equal(await sha256Of(join(folder, 'files', name)))
      await promisify(execFile)('cmp', ['--', join('files', name), join('bought', name)], { cwd: folder })
    })

  it('explains both balances by the history, to the wei', async () => {
    const [bought, sold] = [
      await historyOf(['--data-dir', buyer, '--rpc', rpcUrl]),
      await historyOf(['--data-dir', seller]),
    ]
    for (const { entries, sum, balance } of [bought, sold]) {
      expect(sum).to.equal(balance)
      expect(entries.map(({ kind }) => kind)).to.not.include('other')
    }
    // What the one was paid is what the other spent: deposits less refunds.
    const gained = sumOf(sold.entries, ['closed', 'redeemed'])
    const deposits = bought.entries
      .filter(({ kind }) => kind === 'transaction')
      .reduce((sum, { change, fee }) => sum - BigInt(String(change)) - BigInt(String(fee)), 0n)
    expect(gained > 0n).to.equal(true)
    expect(gained).to.equal(deposits - sumOf(bought.entries, ['refund']))
  })

  it('finds what it bought before, and pays nothing', async () => {
    const name = 'one byte'
    const before = await historyOf(['--data-dir', buyer, '--rpc', rpcUrl])
    const { code, stderr } = await processes.run([
      ...['get', String(fieldsOf(printed.get(name)?.['share'])['fileHash']), '-o', join(folder, 'bought', name)],
      ...['--data-dir', buyer, '--rpc', rpcUrl, '--bootstrap', bootstrapOf(name), '--yes'],
    ])
    expect(code, stderr).to.equal(0)
    expect((await historyOf(['--data-dir', buyer, '--rpc', rpcUrl])).balance).to.equal(before.balance)
  })

  it('uses the running daemon of the data directory', async () => {
    const name = FILES[0]?.name ?? ''
    const data = join(folder, 'third data')
    const out = join(folder, 'third.mkv')
    const daemon = processes.start([
      ...['daemon', '--json', '--data-dir', data, '--rpc', rpcUrl, '--bootstrap', bootstrapOf(name)],
    ])
    await daemon.document()
    const fileHash = String(fieldsOf(printed.get(name)?.['share'])['fileHash'])
    const got = await processes.run(['get', fileHash, '-o', out, '--data-dir', data, '--max-total', '1', '--json'])
    expect(got.code, got.stderr).to.equal(0)
    expect(fieldsOf(JSON.parse(got.stdout))).to.include({ phase: 'done', out })
    expect(await sha256Of(out)).to.equal(await sha256Of(join(folder, 'files', name)))
    expect((await processes.run(['daemon', 'stop', '--data-dir', data])).code).to.equal(0)
    expect((await daemon.finished).code).to.equal(0)
  })

  it('ends the seller at Ctrl-C with exit code 0', async () => {
    const { code, signal, stderr } = await sharing.stop('SIGINT')
    expect({ code, signal }, stderr).to.deep.equal({ code: 0, signal: null })
  })

  function bootstrapOf(name: string): string {
    return /--bootstrap (\S+)/.exec(String(printed.get(name)?.['command']))?.[1] ?? ''
  }

  async function historyOf(
    where: readonly string[],
  ): Promise<{ entries: Readonly<Record<string, unknown>>[]; sum: string; balance: string }> {
    const { code, stdout, stderr } = await processes.run(['wallet', 'history', '--json', ...where])
    expect(code, stderr).to.equal(0)
    const { entries, sum, balance } = fieldsOf(JSON.parse(stdout))
    if (!Array.isArray(entries)) throw new Error('no entries')
    return { entries: entries.map(fieldsOf), sum: String(sum), balance: String(balance) }
  }
})

function sumOf(entries: readonly Readonly<Record<string, unknown>>[], kinds: readonly string[]): bigint {
  return entries
    .filter(({ kind }) => kinds.includes(String(kind)))
    .reduce((sum, { change }) => sum + BigInt(String(change)), 0n)
}

function escapeRegExp(literal: string): string {
  return literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
