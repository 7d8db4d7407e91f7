/**
 * A copy of the contracts and their Solidity tests that forge can build and run, in a temporary folder: what is done to it (mutants,
 * instrumentation) never touches the checkout. The compiler and its settings are those of hardhat.config.ts.
 *
 * Hardhat stays the tool that builds, tests and deploys. Forge is here for what it alone has: calls counted per step of an invariant run,
 * branch coverage, and tests that need no new build when a contract changes.
 */
import { chmod, cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative, sep } from 'node:path'
import { solcSettings } from '../../hardhat.config.ts'
import { type Outcome, runToEnd } from '../child-process.ts'
import { repositoryRoot } from '../generated-files.ts'

export type BuildOptions = {
  /** The committed settings; or without optimizer and IR, whose code tells more exactly from which source line it comes. */
  readonly optimized: boolean
  /** Folders of test/contracts to copy, all others being left out; without it, all but {@link SLOW_TESTS}. */
  readonly onlyTests?: readonly string[]
  /** Tests then hold the code of the contracts they deploy, for a tool that cannot look it up. */
  readonly linkTests?: boolean
}

/** What a run of the tests does without: invariants and proofs have runs of their own. */
const SLOW_TESTS: readonly string[] = ['invariant', 'proofs']

export type FoundryProject = {
  readonly root: string
  readonly remove: () => Promise<void>
}

export async function createFoundryProject(options: BuildOptions): Promise<FoundryProject> {
  const root = await mkdtemp(join(tmpdir(), 'chiral-foundry-'))
  const tests = join(repositoryRoot, 'test/contracts')
  const isWanted = (path: string): boolean => {
    const [folder = ''] = relative(tests, path).split(sep)
    return folder === '' || (options.onlyTests?.includes(folder) ?? !SLOW_TESTS.includes(folder))
  }
  await cp(join(repositoryRoot, 'contracts'), join(root, 'contracts'), { recursive: true })
  await cp(tests, join(root, 'test/contracts'), {
    recursive: true,
    filter: (source) => isWanted(source) && !source.endsWith('.ts'),
  })
  await cp(join(repositoryRoot, 'test/vectors'), join(root, 'test/vectors'), { recursive: true })
  await symlink(join(repositoryRoot, 'node_modules'), join(root, 'node_modules'))
  await writeFile(join(root, 'foundry.toml'), configuration(options))
  await writeFile(
    join(root, 'solc'),
    `#!/bin/sh\nexec '${process.execPath}' '${join(import.meta.dirname, 'solc.cjs')}' "$@"\n`,
  )
  await chmod(join(root, 'solc'), 0o755)
  return { root, remove: () => rm(root, { recursive: true, force: true }) }
}

/** A second copy with what the first has built. */
export async function copyFoundryProject(project: FoundryProject): Promise<FoundryProject> {
  const root = await mkdtemp(join(tmpdir(), 'chiral-foundry-'))
  await cp(project.root, root, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true })
  return { root, remove: () => rm(root, { recursive: true, force: true }) }
}

export type ForgeOptions = {
  readonly timeoutMs: number
  readonly env?: Readonly<Record<string, string>>
}

/** Runs forge in the project; resolves however it ended. */
export function runForge(project: FoundryProject, args: readonly string[], options: ForgeOptions): Promise<Outcome> {
  const launcher = join(repositoryRoot, 'node_modules/@foundry-rs/forge/bin.mjs')
  // A developer's own settings of Foundry are not the project's.
  const inherited = Object.entries(process.env).filter(([name]) => !/^(FOUNDRY|DAPP)_/.test(name))
  return runToEnd([process.execPath, launcher, ...args], {
    cwd: project.root,
    timeoutMs: options.timeoutMs,
    env: { ...Object.fromEntries(inherited), NO_COLOR: '1', FOUNDRY_DISABLE_NIGHTLY_WARNING: '1', ...options.env },
  })
}

/** Builds everything once, so that later runs only compile what was changed. */
export async function buildProject(project: FoundryProject): Promise<void> {
  const outcome = await runForge(project, ['build'], { timeoutMs: BUILD_TIMEOUT_MS })
  if (outcome.exitCode !== 0) throw new Error(`the contracts do not build with forge:\n${outcome.output}`)
}

/** All contracts and tests take 40 seconds on a quiet core, and a busy machine several times that. */
const BUILD_TIMEOUT_MS = 10 * 60_000

function configuration({ optimized, linkTests }: BuildOptions): string {
  return [
    '[profile.default]',
    "src = 'contracts'",
    "test = 'test/contracts'",
    "libs = ['node_modules']",
    "remappings = ['@openzeppelin/contracts/=node_modules/@openzeppelin/contracts/']",
    "solc = './solc'",
    'offline = true',
    `evm_version = '${solcSettings.evmVersion}'`,
    `optimizer = ${optimized}`,
    `optimizer_runs = ${solcSettings.optimizer.runs}`,
    `via_ir = ${optimized}`,
    "bytecode_hash = 'none'",
    'cbor_metadata = false',
    // A test then holds the name of a contract it deploys, not its code, and stays built when the contract changes.
    `dynamic_test_linking = ${linkTests !== true}`,
    "fs_permissions = [{ access = 'read', path = './' }]",
    '[lint]',
    'lint_on_build = false',
    '',
  ].join('\n')
}
