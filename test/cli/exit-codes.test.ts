import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { EXIT_CODE_MEANINGS, EXIT_CODES, exitCodeOf } from '../../src/cli/exit-codes.ts'
import { ERROR_KINDS } from '../../src/domain/error-kinds.ts'

const SOURCES = join(import.meta.dirname, '../../src')

describe('cli/exit-codes', () => {
  it('has a documented exit code for every kind and every code', () => {
    const documented = EXIT_CODE_MEANINGS.map(([code]) => code)
    for (const code of Object.values(EXIT_CODES)) expect(documented).to.include(code)
    for (const code of Object.keys(ERROR_KINDS)) expect(documented, code).to.include(exitCodeOf(code))
  })

  it('takes a code it does not know for a general failure', () => {
    expect([undefined, 'SOMETHING_NEW', 'toString', 'constructor'].map(exitCodeOf)).to.deep.equal([1, 1, 1, 1])
  })

  it('knows every code that the program throws', () => {
    const unknown = new Set<string>()
    for (const name of globSync('**/*.ts', { cwd: SOURCES }))
      for (const [, code] of readFileSync(join(SOURCES, name), 'utf8').matchAll(/new ChiralError\(\s*'([A-Z_]+)'/g))
        if (code !== undefined && !Object.hasOwn(ERROR_KINDS, code)) unknown.add(`${code} of ${name}`)
    expect([...unknown], 'add them to src/domain/error-kinds.ts').to.deep.equal([])
  })
})
