/** What every generator shares: write its files, or with `--check` say which committed ones are stale. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { readIfPresent } from './read-if-present.ts'

/** The checkout this script belongs to. */
export const repositoryRoot = resolve(import.meta.dirname, '..')

export type GeneratedFile = {
  /** Relative to the checkout, with forward slashes. */
  readonly path: string
  readonly content: string
}

/** The paths among `files` whose committed content differs from what the generator makes now. */
export async function findStaleFiles(files: readonly GeneratedFile[], root = repositoryRoot): Promise<string[]> {
  const stale: string[] = []
  for (const file of files) {
    if ((await readIfPresent(join(root, file.path))) !== file.content) stale.push(file.path)
  }
  return stale
}

/** Writes the files that differ and returns their paths; untouched files keep their modification time. */
export async function writeStaleFiles(files: readonly GeneratedFile[], root = repositoryRoot): Promise<string[]> {
  const stale = new Set(await findStaleFiles(files, root))
  for (const file of files.filter(({ path }) => stale.has(path))) {
    const path = join(root, file.path)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, file.content)
  }
  return [...stale]
}

/**
 * The command line of a generator: writes its files, or with `--check` only compares and exits 1 when one is stale.
 * @param name The script, as a reader would run it again: `scripts/generate-proto.ts`.
 */
export async function runGenerator(name: string, generate: () => Promise<readonly GeneratedFile[]>): Promise<void> {
  const files = await generate()
  if (!process.argv.includes('--check')) {
    for (const path of await writeStaleFiles(files)) console.error(`wrote ${path}`)
    return
  }
  for (const path of await findStaleFiles(files)) {
    console.error(`${path} is stale: run node ${name} and commit the result.`)
    process.exitCode = 1
  }
}
