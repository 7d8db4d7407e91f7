import { expect } from 'chai'
import { codeOf } from '../../src/domain/errors.ts'
import { checkExposure, parseOrigin } from '../../src/rpc-proxy/access.ts'

function codeThrown(act: () => unknown): string | undefined {
  try {
    act()
  } catch (error) {
    return codeOf(error)
  }
  return undefined
}

describe('rpc-proxy/access', () => {
  it('takes origins as browsers write them, and never all of them', () => {
    for (const origin of [
      'https://app.example.org',
      'http://127.0.0.1:8080',
      'chrome-extension://nkbihfbeogaeaoehlefnkodbefgpgknn',
    ])
      expect(parseOrigin(origin)).to.equal(origin)
    for (const origin of [
      '*',
      'null',
      'app.example.org',
      'https://a/',
      'https://A.example',
      'https://*.example.org',
      '',
    ])
      expect(
        codeThrown(() => parseOrigin(origin)),
        origin,
      ).to.equal('USAGE')
  })

  it('serves plain HTTP beyond this machine only when told to', () => {
    const refused = (options: Parameters<typeof checkExposure>[0]) =>
      codeThrown(() => checkExposure(options)) === 'USAGE'
    expect(refused({ host: '127.0.0.1', plain: false })).to.equal(false)
    expect(refused({ host: '0.0.0.0', plain: false })).to.equal(true)
    expect(refused({ host: '::', plain: false })).to.equal(true)
    expect(refused({ host: '0.0.0.0', plain: true })).to.equal(false)
    expect(refused({ host: '0.0.0.0', plain: false, certificate: 'c', key: 'k' })).to.equal(false)
    expect(refused({ host: '127.0.0.1', plain: true, certificate: 'c' })).to.equal(true)
  })
})
