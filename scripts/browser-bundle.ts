/**
 * Bundles for a browser: `node scripts/browser-bundle.ts ENTRY… FOLDER`.
 *
 * What another platform has in another way is named in package.json under `browser`, as every bundler reads it; anything else that only
 * Node has is an error of the build.
 */
import { copyFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { build, type Metafile } from 'esbuild'
import { repositoryRoot } from './generated-files.ts'
import { isMain } from './is-main.ts'

/** What it must run in: the Chromium, Firefox and Safari of 2025, of which all have what the sources use. */
const TARGETS = ['chrome134', 'firefox141', 'safari26']
const require = createRequire(import.meta.url)

/** Writes one ES module for each entry, what they share, and SQLite's WebAssembly, which they look for beside themselves. */
export async function bundleForBrowser(entryPoints: readonly string[], folder: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: repositoryRoot,
    entryPoints: [...entryPoints],
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: TARGETS,
    minify: true,
    sourcemap: 'linked',
    metafile: true,
    logLevel: 'silent',
  })
  await copyFile(require.resolve('@sqlite.org/sqlite-wasm/sqlite3.wasm'), join(folder, 'sqlite3.wasm'))
  return metafile
}

if (isMain(import.meta.filename)) {
  const [folder, ...entries] = process.argv.slice(2).reverse()
  if (folder === undefined || entries.length === 0) {
    console.error('Say what to bundle and where to: node scripts/browser-bundle.ts src/browser/payer.ts FOLDER')
    process.exitCode = 2
  } else
    for (const [file, { bytes }] of Object.entries((await bundleForBrowser(entries.reverse(), folder)).outputs))
      if (!file.endsWith('.map')) console.log(`${String(Math.ceil(bytes / 1024)).padStart(6)} KiB  ${file}`)
}
