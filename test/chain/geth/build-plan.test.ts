import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import {
  downloadAdvice,
  isUnreachable,
  judgeGo,
  patchSource,
  SOURCE_PATCH,
} from '../../../src/chain/geth/build-plan.ts'
import { GETH_MODULE, PINNED_GETH } from '../../../src/chain/geth/install-paths.ts'

describe('chain/geth/build-plan', () => {
  it('needs Go 1.21, and tells newer linkers not to look', () => {
    expect(judgeGo('go version go1.26.8 linux/amd64')).to.deep.equal({
      usable: true,
      linkerFlags: '-s -w -checklinkname=0',
    })
    expect(judgeGo('go version go1.22.1 linux/amd64')).to.deep.equal({ usable: true, linkerFlags: '-s -w' })
    expect(judgeGo('go version go1.20.14 linux/amd64')).to.have.property('usable', false)
    expect(judgeGo(undefined)).to.deep.equal({ usable: false, reason: 'Go is not installed' })
  })

  it('patches each of the two places once, and nothing else', () => {
    const [[cacheFrom, cacheTo], [dataFrom, dataTo]] = SOURCE_PATCH.replacements
    expect(patchSource(`if ${cacheFrom} {\nif ${dataFrom} {`)).to.equal(`if ${cacheTo} {\nif ${dataTo} {`)
    expect(patchSource(`if ${cacheFrom} {`)).to.equal(undefined)
    expect(patchSource(`${cacheFrom} ${cacheFrom} ${dataFrom}`)).to.equal(undefined)
  })

  it('tells a network that is away from sources that are wrong', () => {
    const away =
      'go: github.com/etclabscore/core-geth@v1.12.20: Get "https://proxy.example/": dial tcp: lookup proxy.example: no such host'
    expect(isUnreachable(away)).to.equal(true)
    expect(isUnreachable('module lookup disabled by GOPROXY=off')).to.equal(true)
    expect(isUnreachable('verifying module: checksum mismatch')).to.equal(false)
    expect(isUnreachable('cc1: error: unrecognized option')).to.equal(false)
  })

  it('names the archive for systems that have one', () => {
    const advice = downloadAdvice('linux x64', 'a C compiler')
    expect(advice).to.contain('core-geth-linux-v1.12.20.zip.sha256').and.to.contain('install a C compiler')
    expect(downloadAdvice('darwin x64', 'Go')).to.equal('install Go, then run this again')
  })

  it('builds the version that its folder is named for', async () => {
    const module = await readFile(join(GETH_MODULE, 'go.mod'), 'utf8')
    expect(module).to.match(
      new RegExp(
        `=> github\\.com/etclabscore/${PINNED_GETH.client} v${PINNED_GETH.version.replaceAll('.', '\\.')}$`,
        'm',
      ),
    )
  })
})
