import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { runToEnd } from '../../scripts/child-process.ts'
import { packContracts } from '../../scripts/contracts/package.ts'
import { repositoryRoot } from '../../scripts/generated-files.ts'

/** Compiling through the IR takes half a minute on a busy machine. */
const TIMEOUT_MS = 5 * 60_000

/** What a project with Hardhat and ethers has installed besides. */
const INSTALLED = [
  '@nomicfoundation/hardhat-ignition',
  '@nomicfoundation/hardhat-toolbox-mocha-ethers',
  '@nomicfoundation/ignition-core',
  '@openzeppelin/contracts',
  '@types/chai',
  '@types/mocha',
  '@types/node',
  'ethers',
  'hardhat',
  'solc',
]

describe('consumer/package', function () {
  this.timeout(TIMEOUT_MS)
  let folder: string
  let project: string

  const run = async (...command: readonly [string, ...string[]]): Promise<string> => {
    const { exitCode, output } = await runToEnd(command, { cwd: project, timeoutMs: TIMEOUT_MS })
    expect(exitCode, `${command.join(' ')}\n${output}`).to.equal(0)
    return output
  }

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chiral-consumer-'))
    project = join(folder, 'project')
    await cp(join(import.meta.dirname, 'project'), project, { recursive: true })
    const tarball = await packContracts(folder)
    const offline = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund', '--legacy-peer-deps']
    await run('npm', 'install', ...offline, tarball)
    for (const name of INSTALLED) {
      const link = join(project, 'node_modules', name)
      await mkdir(dirname(link), { recursive: true })
      await symlink(join(repositoryRoot, 'node_modules', name), link)
    }
  })

  after(() => rm(folder, { recursive: true, force: true }))

  it('holds the sources, ABIs, types and modules, and neither mocks nor the program', async () => {
    const root = join(project, 'node_modules/chiral-contracts')
    const entries = await readdir(root)
    expect(entries.sort()).to.deep.equal(['LICENSE', 'README.md', 'abi', 'contracts', 'modules', 'package.json'])
    expect(await readdir(join(root, 'contracts'))).to.include.members(['PaymentChannel.sol', 'interfaces', 'libraries'])
    expect(existsSync(join(root, 'contracts/mocks'))).to.equal(false)
    const { peerDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
    expect(peerDependencies).to.have.all.keys(INSTALLED.filter((name) => /ignition|openzeppelin|^ethers/.test(name)))
  })

  it('builds, deploys and calls from another project, with the committed bytecode', async () => {
    const hardhat = join(repositoryRoot, 'node_modules/hardhat/dist/src/cli.js')
    const output = await run(process.execPath, hardhat, 'run', 'use.ts')
    expect(JSON.parse(output.trim().split('\n').at(-1) ?? '')).to.deep.equal({
      credit: '1000',
      misused: 'refused',
      channelBytecode: true,
      escrowBytecode: true,
    })
  })

  it('has types that a strict project accepts', async () => {
    await run(process.execPath, join(repositoryRoot, 'node_modules/typescript/bin/tsc'), '--project', '.')
  })
})
