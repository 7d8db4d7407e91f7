import { expect } from 'chai'
import { findForeignReferences } from '../../scripts/check-self-reference.ts'

const problemsOf = (text: string, path = 'README.md'): string[] => findForeignReferences({ path, text })

/** Written in parts, so that this file does not contain what it looks for. */
const path = (...parts: string[]): string => ['', ...parts].join('/')

describe('tooling/self-reference', () => {
  it('reports paths of one machine', () => {
    for (const text of [
      path('work', 'x'),
      `see ${path('home', 'ada', 'x')}`,
      `"${path('root', '.npmrc')}"`,
      path('Users', 'ada'),
    ]) {
      expect(problemsOf(`first\n${text}`), text).to.have.length(1)
      expect(problemsOf(`first\n${text}`)[0]).to.match(/^README\.md:2 /)
    }
  })

  it('reports package registries', () => {
    const host = ['registry', 'example', 'org'].join('.')
    expect(problemsOf(`https://${host}/chiral`)).to.have.length(1)
    expect(problemsOf(`{ "resolved": "https://${host}/a.tgz" }`, 'package-lock.json')).to.have.length(1)
  })

  it('leaves what only looks alike', () => {
    for (const text of ['~/work/x', 'docs/work/x', 'https://example.org/home/x', '/var/lib/chiral']) {
      expect(problemsOf(text), text).to.deep.equal([])
    }
    expect(problemsOf('{ "integrity": "sha512-x" }', 'package-lock.json')).to.deep.equal([])
  })
})
