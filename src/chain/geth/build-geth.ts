import { chmod, copyFile, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { arch, platform } from 'node:os'
import { dirname, join } from 'node:path'
import { ChiralError, codeOf } from '../../domain/errors.ts'
import { downloadAdvice, isUnreachable, judgeGo, patchSource, SOURCE_PATCH } from './build-plan.ts'
import { findGeth, type GethBinary } from './geth-binary.ts'
import { GETH_FOLDER, GETH_MODULE, INSTALLED_GETH } from './install-paths.ts'
import { runTool } from './run-tool.ts'

const PACKAGE = 'github.com/ethereum/go-ethereum'
/** Header files of a dependency do not compile as C23, which newer compilers take as a matter of course. */
const C_FLAGS = '-O2 -std=gnu17'

export interface BuildOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly onStep: (text: string) => void
  readonly signal?: AbortSignal | undefined
}

/**
 * Builds the pinned geth from the sources that tools/geth/go.sum names, into the checkout's own folder. A run killed at any instant
 * leaves no half a program: the finished one is renamed into place.
 *
 * @throws ChiralError `GETH_BUILD_IMPOSSIBLE` without Go or a C compiler, `GETH_SOURCES_UNREACHABLE`, `GETH_BUILD_FAILED`
 */
export async function buildGeth(options: BuildOptions): Promise<GethBinary> {
  const { env, onStep, signal } = options
  const goVersion = (await tryTool('go', ['version'], options))?.output
  const goInstalled = goVersion !== undefined
  const go = judgeGo(goVersion)
  if (!go.usable) throw impossible({ reason: go.reason, lacking: 'Go 1.21 or newer, and a C compiler', goInstalled })
  const compiler = env['CC'] ?? 'cc'
  if ((await tryTool(compiler, ['--version'], options))?.exitCode !== 0) {
    const reason = `Go is installed, but no C compiler ("${compiler}" does not answer)`
    throw impossible({ reason, lacking: 'a C compiler such as gcc or clang', goInstalled })
  }

  await mkdir(GETH_FOLDER, { recursive: true })
  const folder = await mkdtemp(join(GETH_FOLDER, 'build-'))
  const runGo = async (args: readonly string[]): Promise<string> => {
    const buildEnv = { CGO_CFLAGS: C_FLAGS, ...env, CGO_ENABLED: '1', GOFLAGS: '', GOWORK: 'off' }
    const result = await runTool({ command: 'go', args, cwd: GETH_MODULE, env: buildEnv, signal })
    if (result.exitCode === 0) return result.output.trim()
    if (isUnreachable(result.lastErrors))
      throw new ChiralError(
        'GETH_SOURCES_UNREACHABLE',
        'The sources of geth cannot be fetched: check the network connection and the GOPROXY of this machine, then run this again.',
        { details: { reason: result.lastErrors } },
      )
    throw new ChiralError('GETH_BUILD_FAILED', `geth could not be built: ${result.lastErrors || 'go gave no reason'}`)
  }
  try {
    onStep('fetching the sources of geth (about 150 MB with what they need, once)')
    await runGo(['mod', 'download', PACKAGE])
    const sources = await runGo(['list', '-mod=readonly', '-m', '-f', '{{.Dir}}', PACKAGE])
    const patched = join(folder, 'core-geth')
    await copyPatched(sources, patched)
    const modfile = join(folder, 'geth.mod')
    await copyFile(join(GETH_MODULE, 'go.mod'), modfile)
    await copyFile(join(GETH_MODULE, 'go.sum'), join(folder, 'geth.sum'))
    await runGo(['mod', 'edit', `-replace=${PACKAGE}=${patched}`, modfile])
    onStep('building geth (a few minutes of all cores, once)')
    const built = join(folder, 'geth')
    const flags = ['-mod=readonly', `-modfile=${modfile}`, '-trimpath', '-buildvcs=false', `-ldflags=${go.linkerFlags}`]
    await runGo(['build', ...flags, '-o', built, `${PACKAGE}/cmd/geth`])
    const { version } = await findGeth({ path: built, env })
    await mkdir(dirname(INSTALLED_GETH), { recursive: true })
    await rename(built, INSTALLED_GETH)
    return { path: INSTALLED_GETH, version, origin: 'installed' }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The module cache is read-only and shared, so what is changed is a copy. */
async function copyPatched(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true })
  await chmod(to, 0o755)
  for (const entry of await readdir(to, { recursive: true, withFileTypes: true }))
    if (entry.isDirectory()) await chmod(join(entry.parentPath, entry.name), 0o755)
  const path = join(to, SOURCE_PATCH.file)
  const patched = patchSource(await readFile(path, 'utf8'))
  if (patched === undefined)
    throw new ChiralError(
      'GETH_BUILD_FAILED',
      `${SOURCE_PATCH.file} of the pinned sources is not as expected: the patch in src/chain/geth/build-plan.ts belongs to another version.`,
    )
  await chmod(path, 0o644)
  await writeFile(path, patched)
}

/** `undefined` when there is no such program. */
async function tryTool(command: string, args: readonly string[], { env, signal }: BuildOptions) {
  try {
    return await runTool({ command, args, env, signal })
  } catch (error) {
    if (codeOf(error) === 'PROCESS_FAILED') return undefined
    throw error
  }
}

function impossible(lack: { reason: string; lacking: string; goInstalled: boolean }): ChiralError {
  const { reason, lacking, goInstalled } = lack
  return new ChiralError(
    'GETH_BUILD_IMPOSSIBLE',
    `geth cannot be built because ${reason}: ${downloadAdvice(`${platform()} ${arch()}`, lacking)}.`,
    { details: { reason, goInstalled } },
  )
}
