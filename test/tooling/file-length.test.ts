import { expect } from 'chai'
import { findLongFiles } from '../../scripts/check-file-length.ts'

const problemsOf = (text: string, path = 'src/channel/x.ts'): string[] => findLongFiles({ path, text })
const lines = (count: number, line = 'x'): string => `${line}\n`.repeat(count)

describe('tooling/file-length', () => {
  it('counts to 300, whether the last line is ended or not', () => {
    expect(problemsOf(lines(300))).to.deep.equal([])
    expect(problemsOf(lines(300).trimEnd())).to.deep.equal([])
    for (const text of [lines(301), lines(301).trimEnd()])
      expect(problemsOf(text)[0]).to.match(/^src\/channel\/x\.ts has 301/)
  })

  it('counts what stands in comments and in texts', () => {
    expect(problemsOf(`/**\n${lines(300, ' * x')} */\n`)).to.have.length(1)
    expect(problemsOf(`export const SQL = \`\n${lines(300)}\`\n`)).to.have.length(1)
    expect(problemsOf(lines(301, ''))).to.have.length(1)
  })

  it('leaves what is generated, and what is no source', () => {
    for (const path of [
      'src/chain/abi/escrow.ts',
      'src/webrpc/messages.d.ts',
      'test/channel/x.test.ts',
      'scripts/x.ts',
    ])
      expect(problemsOf(lines(500), path), path).to.deep.equal([])
  })
})
