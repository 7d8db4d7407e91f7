import { expect } from 'chai'
import { checkQuotes, findQuotes } from '../../scripts/check-spec-quotes.ts'

const SPEC = {
  path: 'docs/specs/03-chunk-exchange.md',
  text: [
    '# 3 Chunk exchange',
    '## 4 Requirements',
    '### 4.1 Sender',
    'The payee **MUST** write V and D',
    'before `BLOCK` leaves. It MAY then rest.',
    '### 4.2 Receiver',
    'The payer MUST verify.',
    '## 5 Limits',
    'A frame has at most 300 KiB.',
  ].join('\n'),
}

const problemsOf = (code: string): string[] => checkQuotes(findQuotes({ path: 'src/a.ts', text: code }), [SPEC])

describe('tooling/spec-quotes', () => {
  for (const [name, code] of [
    ['on one line', '// SPEC 03 §4.2: "The payer MUST verify."'],
    [
      'over several lines, without emphasis',
      '// SPEC 03 §4.1: "The payee MUST write V\n// and D before BLOCK leaves."',
    ],
    ['in TSDoc', '/**\n * SPEC 03 §4.2: "The payer\n * MUST verify."\n */'],
    ['behind code', 'send() // SPEC 03 §5: "at most 300 KiB"'],
    ['with something left out', '// SPEC 03 §4.1: "The payee MUST … It MAY then rest."'],
    ['of a section that contains its own', '// SPEC 03 §4: "The payer MUST verify."'],
  ] as const) {
    it(`accepts a quote ${name}`, () => {
      expect(findQuotes({ path: 'src/a.ts', text: code })).to.have.length(1)
      expect(problemsOf(code)).to.deep.equal([])
    })
  }

  it('reports a quote that the section no longer says', () => {
    expect(problemsOf('\n\n// SPEC 03 §4.2: "The payer SHOULD verify."')).to.deep.equal([
      'src/a.ts:3: §4.2 of docs/specs/03-chunk-exchange.md does not say "The payer SHOULD verify.".',
    ])
    expect(problemsOf('// SPEC 03 §4.2: "The payee MUST write V and D"')).to.have.length(1)
    expect(problemsOf('// SPEC 03 §4.1: "It MAY then rest. … The payee MUST"')).to.have.length(1)
  })

  it('reports a section and a specification that do not exist', () => {
    expect(problemsOf('// SPEC 03 §9: "x"')[0]).to.contain('does not have')
    expect(problemsOf('// SPEC 04 §1: "x"')[0]).to.contain('no such file')
  })

  it('leaves mentions without a quote alone', () => {
    expect(findQuotes({ path: 'src/a.ts', text: '// see SPEC 03 §4.1\nconst x = "y"' })).to.deep.equal([])
  })
})
