import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { repositoryRoot } from '../../scripts/generated-files.ts'
import { ToyTree } from './toy-tree.ts'

/** One line of code each, in src/channel/, and the rule that must report it. */
const FORBIDDEN: readonly (readonly [string, string])[] = [
  ['export const now = Date.now()', 'noRestrictedGlobals'],
  ['export const now = performance.now()', 'noRestrictedGlobals'],
  ['export const random = Math.random()', 'noJsRestrictedProperties'],
  ['export const id = crypto.randomUUID()', 'noRestrictedGlobals'],
  ['setTimeout(() => undefined, 1)', 'noRestrictedGlobals'],
  ["export const answer = await fetch('http://127.0.0.1')", 'noRestrictedGlobals'],
  ['export const home = process.env.HOME', 'noRestrictedGlobals'],
  ['export const time = globalThis.Date', 'noJsRestrictedProperties'],
  ["export { setTimeout } from 'node:timers/promises'", 'noRestrictedImports'],
  ["console.log('x')", 'noConsole'],
  ['export const f = (x: any): unknown => x', 'noExplicitAny'],
  ['export const f = (x: string | undefined): string => x!', 'noNonNullAssertion'],
  ['export default 1', 'noDefaultExport'],
  ["export * from './other.ts'", 'noReExportAll'],
  ["import { other } from './other'\nexport const f = other", 'useImportExtensions'],
  ['export enum Phase { Open }', 'noEnum'],
  ['async function f(): Promise<void> {}\nf()', 'noFloatingPromises'],
]

describe('tooling/lint', () => {
  let tree: ToyTree

  afterEach(() => {
    tree.remove()
  })

  const report = (files: Readonly<Record<string, string>>): string => {
    const config = readFileSync(join(repositoryRoot, 'biome.json'), 'utf8')
    tree = new ToyTree({ 'biome.json': config, '.gitignore': 'node_modules\n', ...files })
    const biome = join(repositoryRoot, 'node_modules/.bin/biome')
    const args = [biome, 'lint', '--colors=off', '--reporter=json', '--max-diagnostics=none', 'src', 'test']
    return spawnSync(process.execPath, args, { cwd: tree.folder, encoding: 'utf8' }).stdout
  }

  it('refuses each habit the conventions rule out', () => {
    const name = (index: number): string => `src/channel/case-${index}.ts`
    const other = { 'src/channel/other.ts': 'export const other = 1\n', 'test/x.test.ts': '' }
    const files = Object.fromEntries(FORBIDDEN.map(([code], index) => [name(index), `${code}\n`]))
    const diagnostics = decode(report({ ...files, ...other }))
    for (const [index, [code, rule]] of FORBIDDEN.entries()) {
      const rules = diagnostics.filter(({ path }) => path === name(index)).map((diagnostic) => diagnostic.rule)
      expect(rules, code).to.include(rule)
    }
  })

  it('lets the folders at the edge meet the outside world', () => {
    const code = 'export const now = (): number => Date.now()\n'
    const files = ['src/system/clock.ts', 'src/cli/main.ts', 'src/node/config.ts', 'test/channel/step.test.ts']
    expect(decode(report(Object.fromEntries(files.map((path) => [path, code]))))).to.deep.equal([])
  })

  it('wants kebab-case file names', () => {
    const diagnostics = decode(report({ 'src/channel/payer_shell.ts': 'export const x = 1\n', 'test/x.test.ts': '' }))
    expect(diagnostics.map(({ rule }) => rule)).to.deep.equal(['useFilenamingConvention'])
  })
})

function decode(json: string): { path: string; rule: string }[] {
  const { diagnostics }: { diagnostics: { category: string; location: { path: string } }[] } = JSON.parse(json)
  return diagnostics.map(({ category, location }) => ({
    path: location.path,
    rule: category.split('/').at(-1) ?? '',
  }))
}
