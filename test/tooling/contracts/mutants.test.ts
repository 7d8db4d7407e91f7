import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { applyMutant, readMutants } from '../../../scripts/contracts/mutants.ts'
import { repositoryRoot } from '../../../scripts/generated-files.ts'

describe('tooling/contracts/mutants', () => {
  const patch = { name: 'a', file: 'contracts/A.sol', search: 'a + b', replace: 'a - b', breaks: 'sums' }

  it('replaces the text wherever its lines break', () => {
    expect(applyMutant('c = a +\n    b;', patch)).to.equal('c = a - b;')
  })

  it('does not apply to a text that stands nowhere or twice', () => {
    expect(applyMutant('c = a * b;', patch)).to.equal(undefined)
    expect(applyMutant('c = a + b + a + b;', patch)).to.equal(undefined)
  })

  it('knows at least fifteen, each with a name of its own and still a patch of its contract', async () => {
    const mutants = await readMutants()
    expect(mutants.length).to.be.at.least(15)
    expect(new Set(mutants.map(({ name }) => name)).size).to.equal(mutants.length)
    for (const mutant of mutants) {
      const source = await readFile(join(repositoryRoot, mutant.file), 'utf8')
      expect(applyMutant(source, mutant), mutant.name).to.be.a('string')
    }
  })
})
