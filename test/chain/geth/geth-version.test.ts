import { expect } from 'chai'
import { judgeGeth, parseGethVersion } from '../../../src/chain/geth/geth-version.ts'

const ETHASH_HELP = `
    --ethash.dagdir value               (default: ~/.ethash)               ($GETH_ETHASH_DAGDIR)
    --mine                              (default: false)                   ($GETH_MINE)
    --miner.gaslimit value              (default: 30000000)                ($GETH_MINER_GASLIMIT)
    --miner.threads value               (default: 0)                       ($GETH_MINER_THREADS)
`
const CORE = 'Core\nVersion: 1.12.20-stable\nArchitecture: amd64\nGo Version: go1.26.8\n'

function geth(version: string): string {
  return `Geth\nVersion: ${version}-stable\nGit Commit: ea9e62ca3db5c33aa7438ebf39c189afd53c6bf8\n`
}

describe('chain/geth/geth-version', () => {
  it('takes core-geth and the last go-ethereum with Ethash', () => {
    expect(judgeGeth({ version: CORE, help: ETHASH_HELP })).to.deep.equal({
      usable: true,
      version: { client: 'core-geth', version: '1.12.20' },
    })
    expect(judgeGeth({ version: geth('1.11.6'), help: ETHASH_HELP })).to.have.property('usable', true)
  })

  it('refuses go-ethereum without Ethash, whatever its help says', () => {
    for (const version of ['1.12.0', '1.13.15', '1.16.2', '2.0.0'])
      expect(judgeGeth({ version: geth(version), help: ETHASH_HELP })).to.have.property('usable', false)
  })

  it('refuses one that is too old', () => {
    expect(judgeGeth({ version: geth('1.10.26'), help: ETHASH_HELP })).to.have.property('usable', false)
    expect(judgeGeth({ version: CORE.replace('1.12.20', '1.12.9'), help: ETHASH_HELP })).to.have.property(
      'usable',
      false,
    )
  })

  it('refuses one whose help lacks mining, and names what it lacks', () => {
    const help = ETHASH_HELP.replace('--miner.threads', '--miner.threadscount')
    const judged = judgeGeth({ version: CORE, help })
    expect(judged).to.deep.include({ usable: false })
    expect(judged).to.have.property('reason').that.contains('--miner.threads')
  })

  it('takes nothing that does not answer as geth does', () => {
    for (const output of ['', 'Erigon\nVersion: 2.60.0', 'Version: 1.12.20', 'Core\nno version'])
      expect(parseGethVersion(output)).to.equal(undefined)
  })
})
