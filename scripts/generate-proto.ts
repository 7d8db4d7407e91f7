/**
 * Every `src/<folder>/messages.proto` becomes `messages.js` and `messages.d.ts` beside it: static encoders and decoders,
 * one export per message and enum.
 *
 * The `package` statement names the protocol for readers and other implementations; it is left out of the generated code,
 * so that a message is imported as `import { Want } from './messages.js'`.
 */
import { execFile } from 'node:child_process'
import { glob, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { type GeneratedFile, repositoryRoot, runGenerator } from './generated-files.ts'
import { isMain } from './is-main.ts'

const run = promisify(execFile)

/** Only `encode` and `decode`: the codec beside the messages does every other check itself. */
const PBJS_OPTIONS = [
  '--target=static-module',
  '--wrap=esm',
  '--dependency=protobufjs/minimal.js',
  '--null-semantics',
  '--no-create',
  '--no-convert',
  '--no-delimited',
  '--no-verify',
  '--no-service',
  '--no-typeurl',
]

/** 64-bit integers would decode to `Long` or an inexact `number`, depending on what is installed. */
const INTEGER_64 = /\b(u?int64|sint64|s?fixed64)\b/

export async function generateProto(root = repositoryRoot): Promise<GeneratedFile[]> {
  const sources = await Array.fromAsync(glob('src/**/messages.proto', { cwd: root }))
  const files = await Promise.all(sources.sort().map((source) => generateMessages(root, source)))
  return files.flat()
}

async function generateMessages(root: string, source: string): Promise<GeneratedFile[]> {
  const proto = await readFile(join(root, source), 'utf8')
  const integer64 = INTEGER_64.exec(withoutComments(proto))
  if (integer64) {
    throw new Error(`${source} uses ${integer64[0]}: use bytes for amounts and uint32 or string for everything else.`)
  }
  const folder = await mkdtemp(join(tmpdir(), 'chiral-proto-'))
  try {
    await writeFile(join(folder, 'messages.proto'), proto.replace(/^\s*package\s+[\w.]+\s*;/m, ''))
    const name = basename(dirname(source))
    await pbjs(folder, name, ['--dts'])
    const types = await readFile(join(folder, 'messages.d.ts'), 'utf8')
    await pbjs(folder, name, ['--no-comments'])
    const code = await readFile(join(folder, 'messages.js'), 'utf8')
    const header = `// Generated from ${basename(source)} by scripts/generate-proto.ts. Do not edit.\n`
    return [
      { path: source.replace(/\.proto$/, '.js'), content: header + tidyCode(code) },
      { path: source.replace(/\.proto$/, '.d.ts'), content: header + tidyTypes(types) },
    ]
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** `name` keeps the messages of one protocol apart from another's in protobufjs' table of roots. */
async function pbjs(folder: string, name: string, options: readonly string[]): Promise<void> {
  const bin = join(repositoryRoot, 'node_modules/protobufjs-cli/bin/pbjs')
  const args = [...PBJS_OPTIONS, `--root=${name}`, ...options, '--out=messages.js', 'messages.proto']
  await run(process.execPath, [bin, ...args], { cwd: folder })
}

/** Drops the linter directives and the default export, which the project does not use. */
function tidyCode(code: string): string {
  return code
    .replace(/^\/\*\s*eslint-disable.*\*\/\n/gm, '')
    .replace(/export \{\s*\$root as default\s*\};?/, '')
    .trimEnd()
    .concat('\n')
}

/** Drops the import of a type that only 64-bit integers need. */
function tidyTypes(types: string): string {
  return types.replace('import Long = require("long");\n', '')
}

function withoutComments(proto: string): string {
  return proto.replace(/\/\/.*$|\/\*[\s\S]*?\*\//gm, '')
}

if (isMain(import.meta.filename)) await runGenerator('scripts/generate-proto.ts', () => generateProto())
