import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { parseAddress } from '../../src/domain/ids.ts'
import { gethDirectory } from '../../src/node/geth/chain-node.ts'
import { fieldsOf } from '../support/json.ts'
import { Processes } from '../support/processes.ts'
import { agreement, blockOf, eventually, GethLab, type LabNode, mine } from './support/geth-lab.ts'
import { gethProgram, INSTALL_TIMEOUT_MS } from './support/geth-program.ts'

const MINER = parseAddress('0x00000000000000000000000000000000000000aa')
const TIMEOUT_MS = 8 * 60_000
/** geth refuses a block more than 30 s ahead of its clock, and until then two geths start and mine, on a busy machine. */
const AHEAD_SECONDS = 75

describe('geth/warnings', function () {
  this.timeout(TIMEOUT_MS)
  const processes = new Processes()
  const labs: GethLab[] = []
  let binary: string

  async function newLab(): Promise<GethLab | undefined> {
    const program = await gethProgram()
    if (program === undefined) return undefined
    const lab = await GethLab.create(program)
    labs.push(lab)
    binary = await lab.withoutWork()
    return lab
  }

  before('[needs geth] a geth', async function () {
    this.timeout(INSTALL_TIMEOUT_MS)
    if ((await gethProgram()) === undefined) this.skip()
  })

  afterEach(async () => {
    await processes.stopAll()
    for (const lab of labs.splice(0)) await lab.stop()
  })

  function begin(lab: GethLab, name: string, bootnodes: readonly string[] = []): Promise<LabNode> {
    return lab.start({ name, binary, directory: gethDirectory(join(lab.folder, name)), plan: { bootnodes } })
  }

  /** What `chiral chain status` warns of: sentences for people, codes for programs. */
  async function statusOf(lab: GethLab, name: string): Promise<{ codes: string[]; sentences: string; node: unknown }> {
    const args = ['chain', 'status', '--json', '--data-dir', join(lab.folder, name)]
    const { code, stdout, stderr } = await processes.run(args)
    expect(code, stderr).to.equal(0)
    const { health, node } = fieldsOf(JSON.parse(stdout))
    const warnings = fieldsOf(health)['warnings'] as { code: string }[] // of our own command
    return { codes: warnings.map((warning) => warning.code), sentences: stderr, node }
  }

  /** The status once it warns of `code`, or no longer does. */
  function warned(lab: GethLab, name: string, code: string, wanted: boolean) {
    const look = async () => {
      const status = await statusOf(lab, name)
      return status.codes.includes(code) === wanted ? status : undefined
    }
    return eventually(`${wanted ? '' : 'no '}${code} of ${name}`, look)
  }

  it('[needs geth] says that nobody is connected, until somebody is, and loses no block of that time', async () => {
    const lab = await newLab()
    if (lab === undefined) return
    const first = await begin(lab, 'first')
    const { number, hash } = await mine(first, 2, MINER)
    expect((await warned(lab, 'first', 'CHAIN_ALONE', true)).sentences).to.contain('No other node is connected')
    const second = await begin(lab, 'second', [await first.ipc.enode()])
    await warned(lab, 'first', 'CHAIN_ALONE', false)
    await warned(lab, 'second', 'CHAIN_ALONE', false)
    await agreement([first, second], number)
    expect((await blockOf(second, number))?.hash).to.equal(hash)
  })

  it('[needs geth] says that a clock is wrong, and takes every block when it is right again', async () => {
    const lab = await newLab()
    if (lab === undefined) return
    const genesis = fieldsOf(JSON.parse(await readFile(lab.genesisFile, 'utf8')))
    const timestamp = `0x${(Math.floor(Date.now() / 1000) + AHEAD_SECONDS).toString(16)}`
    // Each block is later than the one before: as if the clock of the miner were ahead, and that of the others right.
    await writeFile(lab.genesisFile, JSON.stringify({ ...genesis, timestamp }))
    const miner = await begin(lab, 'miner')
    const other = await begin(lab, 'other', [await miner.ipc.enode()])
    const { number, hash } = await mine(miner, 2, MINER)
    const refused = await eventually('a refused block', async () => other.supervisor.status().refusedBlock)
    expect(refused.blockTime - refused.refusedAtMs / 1000).to.be.greaterThan(30)
    const { codes, sentences } = await statusOf(lab, 'other')
    expect(codes).to.include('CHAIN_CLOCK')
    expect(sentences).to.match(/A block of another node was refused, \d+ s in the future: set the clock/)
    expect((await warned(lab, 'miner', 'CHAIN_CLOCK', true)).sentences).to.contain('The newest block is')
    expect(await blockOf(other, number)).to.equal(undefined)

    await agreement([miner, other], number)
    expect((await blockOf(other, number))?.hash).to.equal(hash)
    for (const name of ['miner', 'other']) await warned(lab, name, 'CHAIN_CLOCK', false)
    const next = await mine(miner, 1, MINER)
    await agreement([miner, other], next.number)
  })
})
