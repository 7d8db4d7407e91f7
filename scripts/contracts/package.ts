/**
 * The contracts as a package of their own: `node scripts/contracts/package.ts FOLDER` writes chiral-contracts-<version>.tgz there, ready for
 * `npm publish` or `npm install`. It holds what another project needs and nothing of the program: Solidity sources without mocks, ABIs
 * and bytecode, types, and the Ignition modules.
 */
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { runToEnd, stopChildrenOnSignals } from '../child-process.ts'
import { repositoryRoot } from '../generated-files.ts'
import { isMain } from '../is-main.ts'

/** Packing and compiling a dozen files take seconds. */
const TIMEOUT_MS = 5 * 60_000

const packageSchema = z.object({ version: z.string(), license: z.string() })

/**
 * What the package builds upon. All of it is optional: who only needs the ABI needs none. Newer releases of OpenZeppelin's contracts do
 * not compile for London.
 */
const PEERS = {
  '@nomicfoundation/hardhat-ignition': '^',
  '@nomicfoundation/ignition-core': '^',
  '@openzeppelin/contracts': '',
  ethers: '^',
} as const

/** @returns The path of the tarball. */
export async function packContracts(target: string): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'chiral-package-'))
  try {
    await cp(join(repositoryRoot, 'contracts'), join(root, 'contracts'), {
      recursive: true,
      filter: (source) => source !== join(repositoryRoot, 'contracts/mocks'),
    })
    await compileTypeScript(root)
    await cp(join(repositoryRoot, 'LICENSE'), join(root, 'LICENSE'))
    await cp(join(repositoryRoot, 'docs/guides/contracts-package.md'), join(root, 'README.md'))
    const description = await describePackage()
    await writeFile(join(root, 'package.json'), `${JSON.stringify(description, null, 2)}\n`)
    await mkdir(target, { recursive: true })
    await run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', target], root)
    return join(target, `${description.name}-${description.version}.tgz`)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

/** `abi/` and `modules/` as JavaScript with types beside it. */
async function compileTypeScript(root: string): Promise<void> {
  const list = async (folder: string): Promise<string[]> =>
    (await readdir(join(repositoryRoot, folder)))
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(repositoryRoot, folder, name))
  const files = (await Promise.all(['src/chain/abi', 'src/chain/abi/types', 'modules'].map(list))).flat()
  const built = join(root, 'built')
  const compiler = join(repositoryRoot, 'node_modules/typescript/bin/tsc')
  const options = ['--ignoreConfig', '--target', 'es2022', '--module', 'nodenext', '--skipLibCheck', '--strict']
  const output = ['--declaration', '--rewriteRelativeImportExtensions', '--rootDir', repositoryRoot, '--outDir', built]
  await run(process.execPath, [compiler, ...options, ...output, ...files], repositoryRoot)
  await cp(join(built, 'src/chain/abi'), join(root, 'abi'), { recursive: true })
  await cp(join(built, 'modules'), join(root, 'modules'), { recursive: true })
  await rm(built, { recursive: true })
}

async function describePackage() {
  const root = await readPackage('.')
  const peers = Object.entries(PEERS).map(async ([name, prefix]): Promise<[string, string]> => {
    const { version } = await readPackage(`node_modules/${name}`)
    return [name, prefix + version]
  })
  const files = (folder: string) => ({ types: `./${folder}/*.d.ts`, default: `./${folder}/*.js` })
  return {
    name: 'chiral-contracts',
    version: root.version,
    description: 'Payment channels and escrow of Chiral: Solidity sources, ABIs, types and Ignition modules.',
    license: root.license,
    type: 'module',
    exports: {
      './abi/*': files('abi'),
      './modules/*': files('modules'),
      './contracts/*': './contracts/*',
      './package.json': './package.json',
    },
    files: ['abi', 'contracts', 'modules'],
    peerDependencies: Object.fromEntries(await Promise.all(peers)),
    peerDependenciesMeta: Object.fromEntries(Object.keys(PEERS).map((name) => [name, { optional: true }])),
  }
}

async function readPackage(folder: string): Promise<z.infer<typeof packageSchema>> {
  return packageSchema.parse(JSON.parse(await readFile(join(repositoryRoot, folder, 'package.json'), 'utf8')))
}

async function run(file: string, args: readonly string[], cwd: string): Promise<void> {
  const { exitCode, output } = await runToEnd([file, ...args], { cwd, timeoutMs: TIMEOUT_MS })
  if (exitCode !== 0) throw new Error(`${file} ${args[0]} failed:\n${output}`)
}

if (isMain(import.meta.filename)) {
  stopChildrenOnSignals()
  console.log(await packContracts(resolve(process.argv[2] ?? '.')))
}
