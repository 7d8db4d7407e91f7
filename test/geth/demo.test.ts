import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { TEST_CHAIN_ID } from '../../src/chain/geth/genesis.ts'
import { CHUNK_SIZE_BYTES, chunkCount } from '../../src/domain/chunk.ts'
import { fieldsOf } from '../support/json.ts'
import { Processes } from '../support/processes.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { gethProgram, INSTALL_TIMEOUT_MS } from './support/geth-program.ts'

/** Half a dozen blocks; on two busy cores a block takes half a minute. */
const TIMEOUT_MS = 15 * 60_000
const SIZE_BYTES = 9 * CHUNK_SIZE_BYTES + 5
const CHAIN_KEYS = ['client', 'chainId', 'genesisHash', 'firstBlock', 'lastBlock', 'difficulty', 'mixHash', 'nonce']

describe('geth/demo', function () {
  this.timeout(TIMEOUT_MS)
  const processes = new Processes()
  let temporary: string

  before('[needs geth] a geth', async function () {
    this.timeout(INSTALL_TIMEOUT_MS)
    if ((await gethProgram()) === undefined) return this.skip()
    temporary = await mkdtemp(join(tmpdir(), 'chiral-geth-demo-'))
  })

  after(async () => {
    await processes.stopAll()
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true })
  })

  it('[needs geth] delivers, pays and settles on a chain that is really mined', async () => {
    const file = join(temporary, 'demo file.bin')
    await writeFile(file, seededRandom('mined').bytes(SIZE_BYTES))
    const args = ['demo', '--json', '--chain', 'geth', '--seeders', '2', '--file', file]
    const { code, stdout, stderr } = await processes.start(args, { env: { TMPDIR: temporary } }).finished
    expect(code, stderr).to.equal(0)
    const result = fieldsOf(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''))
    expect(result).to.include({ sizeBytes: SIZE_BYTES, chunks: chunkCount(SIZE_BYTES), verified: true })
    const chain = fieldsOf(result['chain'])
    expect(Object.keys(chain)).to.deep.equal(CHAIN_KEYS)
    expect(chain).to.include({ chainId: TEST_CHAIN_ID, firstBlock: 1 })
    expect(chain['client']).to.match(/^(CoreGeth|Geth)\/v1\./)
    // Deploy, fund, open and close each need a block of their own.
    expect(chain['lastBlock']).to.be.at.least(4)
    expect(Number(chain['difficulty'])).to.be.at.least(131_072)
    for (const found of ['mixHash', 'nonce']) expect(BigInt(String(chain[found])), found).not.to.equal(0n)
    expect(await readdir(temporary)).to.deep.equal(['demo file.bin'])
  })
})
