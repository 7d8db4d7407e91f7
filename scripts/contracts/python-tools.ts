/** Tools that only the Python registry has, in a folder of their own. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { type Outcome, runToEnd } from '../child-process.ts'
import { repositoryRoot } from '../generated-files.ts'
import { readIfPresent } from '../read-if-present.ts'

const PACKAGES = ['slither-analyzer==0.11.6', 'halmos==0.3.3'] as const

const FOLDER = join(repositoryRoot, '.tools')
/** What is installed; written last, so that an installation that was cut off counts as none. */
const STAMP = join(FOLDER, 'installed')

/** A minute on a good line. */
const TIMEOUT_MS = 15 * 60_000

/** Runs one of them in a project of forge, which they ask for its settings: they find it on PATH alone. */
export async function runPythonTool(
  name: 'slither' | 'halmos',
  args: readonly string[],
  options: { readonly cwd: string; readonly timeoutMs: number },
): Promise<Outcome> {
  const tools = await installPythonTools()
  // forge's command is a script for Node, whichever runs this.
  const folders = [join(repositoryRoot, 'node_modules/.bin'), dirname(process.execPath), process.env['PATH']]
  const env = { ...process.env, PATH: folders.filter((folder) => folder !== undefined).join(delimiter) }
  return runToEnd([join(tools, name), ...args], { ...options, env })
}

/** @returns The folder of their programs, installed if they are not. Needs python3 with venv, and the registry once. */
async function installPythonTools(): Promise<string> {
  const wanted = PACKAGES.join(' ')
  if ((await readIfPresent(STAMP)) !== wanted) {
    // A virtual environment holds its own path, so it is made in place.
    await rm(FOLDER, { recursive: true, force: true })
    await mkdir(FOLDER, { recursive: true })
    await run('python3', '-m', 'venv', join(FOLDER, 'venv'))
    await run(join(FOLDER, 'venv/bin/pip'), 'install', '--quiet', '--disable-pip-version-check', ...PACKAGES)
    await writeFile(`${STAMP}.new`, wanted)
    await rename(`${STAMP}.new`, STAMP)
  }
  return join(FOLDER, 'venv/bin')
}

async function run(file: string, ...args: string[]): Promise<void> {
  const { exitCode, output } = await runToEnd([file, ...args], { timeoutMs: TIMEOUT_MS })
  if (exitCode !== 0) throw new Error(`${file} ${args.slice(0, 3).join(' ')} failed:\n${output}`)
}
