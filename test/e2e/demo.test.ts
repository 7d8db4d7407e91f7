import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { parseCoins } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES, chunkCount } from '../../src/domain/chunk.ts'
import { chunkPrice, filePrice } from '../../src/domain/price.ts'
import { TRANSFER_PROTOCOLS } from '../../src/domain/transfer.ts'
import { fieldsOf } from '../support/json.ts'
import { sha256Of } from '../support/market.ts'
import { Processes, type Running } from '../support/processes.ts'
import { seededRandom } from '../support/seeded-random.ts'

const TIMEOUT_MS = 120_000
/** What `demo` asks per MiB when nothing else is said. */
const DEFAULT_PRICE = parseCoins('0.001')
const KEYS = ['fileHash', 'sizeBytes', 'chunks', 'sha256', 'seeders', 'verified', 'seconds']
const SEEDER_KEYS = ['address', 'protocol', 'settlement', 'chunks', 'bytes', 'paidWei', 'receivedWei']

interface Case {
  readonly title: string
  readonly sizeBytes: number
  readonly seeders: number
  readonly args: readonly string[]
}

const CASES: readonly Case[] = [
  { title: 'a file from three seeders', sizeBytes: 40 * CHUNK_SIZE_BYTES + 3, seeders: 3, args: [] },
  {
    title: 'a chain with a block every 2 s and 2 confirmations',
    sizeBytes: 8 * CHUNK_SIZE_BYTES,
    seeders: 2,
    args: ['--block-time', '2', '--confirmations', '2'],
  },
  {
    title: 'WebRTC alone',
    sizeBytes: 6 * CHUNK_SIZE_BYTES + 9,
    seeders: 1,
    args: ['--transport', 'webrtc-direct'],
  },
  { title: 'an empty file', sizeBytes: 0, seeders: 1, args: [] },
  { title: 'a file of one byte', sizeBytes: 1, seeders: 1, args: [] },
]

describe('demo', function () {
  this.timeout(TIMEOUT_MS)
  let folder: string
  let temporary: string
  let processes: Processes

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chiral-e2e-'))
    temporary = await mkdtemp(join(tmpdir(), 'chiral-e2e-tmp-'))
    processes = new Processes()
  })

  afterEach(async () => {
    await processes.stopAll()
    await rm(folder, { recursive: true, force: true })
    await rm(temporary, { recursive: true, force: true })
  })

  for (const { title, sizeBytes, seeders, args } of CASES)
    it(`delivers, pays and settles: ${title}`, async () => {
      const file = join(folder, 'demo file.bin')
      await writeFile(file, seededRandom(title).bytes(sizeBytes))
      const { code, stdout, stderr } = await demo(['--file', file, '--seeders', String(seeders), ...args]).finished
      expect(code, stderr).to.equal(0)
      const result = fieldsOf(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''))
      expect(Object.keys(result)).to.deep.equal(KEYS)
      expect(result).to.include({
        sizeBytes,
        chunks: chunkCount(sizeBytes),
        sha256: await sha256Of(file),
        verified: true,
      })
      const { seeders: rows } = result
      if (!Array.isArray(rows)) throw new Error('no seeders')
      expect(rows.map((row) => Object.keys(fieldsOf(row)))).to.deep.equal(Array(seeders).fill(SEEDER_KEYS))
      for (const row of rows) {
        const { protocol, settlement, chunks, paidWei, receivedWei } = fieldsOf(row)
        expect(paidWei).to.equal(receivedWei)
        expect(protocol).to.equal(chunks === 0 ? 'none' : 'bitswap')
        expect(settlement).to.equal(paidWei === '0' ? 'none' : 'channel')
      }
      const sum = (key: string): bigint => rows.reduce((total, row) => total + BigInt(String(fieldsOf(row)[key])), 0n)
      expect(sum('chunks')).to.equal(BigInt(chunkCount(sizeBytes)))
      expect(sum('bytes')).to.equal(BigInt(sizeBytes))
      expect(sum('paidWei')).to.equal(filePrice(DEFAULT_PRICE, sizeBytes))
      expect(await readdir(temporary)).to.deep.equal([])
    })

  for (const [names, protocols] of [
    ['all', TRANSFER_PROTOCOLS],
    ['webrpc,http', ['webrpc', 'http']],
  ] as const)
    it(`has a seeder for each protocol and pays each for what it brought: ${names}`, async () => {
      const { code, stdout, stderr } = await demo(['--protocols', names]).finished
      expect(code, stderr).to.equal(0)
      const { verified, chunks, seeders } = fieldsOf(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''))
      expect(verified).to.equal(true)
      if (!Array.isArray(seeders)) throw new Error('no seeders')
      const rows = seeders.map((row) => fieldsOf(row))
      expect(rows.map(({ protocol }) => protocol)).to.deep.equal(protocols)
      const price = chunkPrice(DEFAULT_PRICE, CHUNK_SIZE_BYTES)
      for (const { settlement, chunks: brought, paidWei, receivedWei } of rows) {
        expect(settlement).to.equal('channel')
        expect(Number(brought)).to.be.greaterThan(0)
        expect(paidWei)
          .to.equal(String(price * BigInt(Number(brought))))
          .and.to.equal(receivedWei)
      }
      expect(rows.reduce((sum, row) => sum + Number(row['chunks']), 0)).to.equal(chunks)
      expect(await readdir(temporary)).to.deep.equal([])
    })

  for (const [args, sentence] of [
    [
      ['--protocols', 'http,gopher'],
      `"gopher" is no transfer protocol: use ${TRANSFER_PROTOCOLS.join(', ')}, several with commas between them, or all.`,
    ],
    [['--protocols', 'all', '--seeders', '2'], 'With --protocols there is a seeder for each: leave out --seeders.'],
  ] as const)
    it(`refuses ${args.join(' ')} in one sentence`, async () => {
      const { code, stderr } = await demo(args).finished
      expect(code).to.equal(2)
      expect(stderr.trim().split('\n')).to.have.length(1)
      expect(stderr).to.include(sentence)
      expect(await readdir(temporary)).to.deep.equal([])
    })

  for (const when of ['starting the first seeder', 'sharing the file', 'downloading'])
    it(`leaves no process and no folder behind when Ctrl-C comes at "${when}"`, async () => {
      const running = demo(['--seeders', '2'])
      await running.line('stderr', new RegExp(`^${when}`))
      running.signal('SIGINT')
      expect((await running.finished).code).to.equal(130)
      expect(await processesIn(temporary)).to.deep.equal([])
      expect(await readdir(temporary)).to.deep.equal([])
    })

  /** All it makes goes below `temporary`. */
  function demo(args: readonly string[]): Running {
    return processes.start(['demo', '--json', ...args], { env: { TMPDIR: temporary } })
  }
})

/** Command lines that name the folder: a member's data directory, or the chain's state. Without /proc there are none to see. */
async function processesIn(folder: string): Promise<string[]> {
  const ids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')))
  return lines.filter((line) => line.includes(folder))
}
