import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { runTool } from '../../src/chain/geth/run-tool.ts'
import { NameSpaces } from '../support/name-spaces.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { Amule } from './support/amule.ts'
import { AMULE_PORTS } from './support/amule-conf.ts'

const LEECHER = { name: 'leecher', address: '203.0.113.1' }
const AMULE = { name: 'amule', address: '203.0.113.2' }
const PROGRAM = fileURLToPath(new URL('./support/leecher-main.ts', import.meta.url))
const SIZE_BYTES = 25_000_000

/** Text in which every line is another one: it packs to a third. */
function textOf(sizeBytes: number): Uint8Array {
  const random = seededRandom('text')
  const words = Array.from({ length: 1_000 }, () => Buffer.from(random.bytes(6)).toString('hex'))
  const picks = new Uint16Array(random.bytes(2 * Math.ceil(sizeBytes / 13)).buffer)
  const text = Array.from(picks, (pick) => words[pick % words.length]).join(' ')
  return Buffer.from(text).subarray(0, sizeBytes)
}

describe('we download from an aMule', function () {
  this.timeout(300_000)
  const spaces = new NameSpaces()
  let folder: string
  let amule: Amule

  before('[needs root] two machines', async function () {
    if (!(await NameSpaces.areAllowed())) return this.skip()
    await spaces.begin()
    for (const { name, address } of [LEECHER, AMULE]) await spaces.add(name, address)
  })
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chiral-amule-'))
    amule = await Amule.start({ folder: join(folder, 'amule'), inside: spaces.inside(AMULE.name) })
  })
  afterEach(async () => {
    await amule.stop()
    await rm(folder, { recursive: true, force: true })
  })
  after(() => spaces.end())

  async function download(content: Uint8Array): Promise<void> {
    const shared = join(folder, 'shared')
    await mkdir(shared)
    await writeFile(join(shared, 'a film.bin'), content)
    const link = await amule.share(join(shared, 'a film.bin'))
    const target = join(folder, 'target')
    const [command = '', ...args] = [...spaces.inside(LEECHER.name), process.execPath, PROGRAM]
    const address = `${AMULE.address}:${AMULE_PORTS.tcp}`
    const { exitCode, output } = await runTool({ command, args: [...args, link, address, target] })
    expect(exitCode, output).to.equal(0)
    expect(Buffer.compare(await readFile(target), content)).to.equal(0)
  }

  it('[needs root] 25 MB that do not pack', () => download(seededRandom('bytes').bytes(SIZE_BYTES)))

  it('[needs root] 25 MB that aMule packs', () => download(textOf(SIZE_BYTES)))
})
