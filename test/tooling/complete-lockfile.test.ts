import { expect } from 'chai'
import { completeLockfile } from '../../scripts/complete-lockfile.ts'

const locked = (packages: Record<string, object>): Record<string, object> =>
  completeLockfile({ packages }).lockfile.packages

describe('tooling/complete-lockfile', () => {
  it('adds the binaries for other systems, in order and with their system', () => {
    const packages = locked({
      'node_modules/tool': {
        dev: true,
        optionalDependencies: { '@tool/darwin-amd64': '1.2.3', '@tool/linux-arm64-musl': '1.2.3' },
      },
      'node_modules/z': {},
    })
    expect(Object.keys(packages)).to.deep.equal([
      'node_modules/@tool/darwin-amd64',
      'node_modules/@tool/linux-arm64-musl',
      'node_modules/tool',
      'node_modules/z',
    ])
    expect(packages['node_modules/@tool/darwin-amd64']).to.deep.equal({
      version: '1.2.3',
      os: ['darwin'],
      cpu: ['x64'],
      dev: true,
      optional: true,
    })
    expect(packages['node_modules/@tool/linux-arm64-musl']).to.include.deep.keys({ libc: ['musl'] })
  })

  it('changes nothing where everything is locked, wherever npm put it', () => {
    const packages = {
      'node_modules/a': { optionalDependencies: { '@a/linux-x64': '1.0.0' } },
      'node_modules/a/node_modules/@a/linux-x64': { version: '1.0.0' },
      'node_modules/b/node_modules/c': { optionalDependencies: { d: '1.0.0', e: '1.0.0' } },
      'node_modules/b/node_modules/d': {},
      'node_modules/e': {},
    }
    expect(completeLockfile({ packages }).added).to.deep.equal([])
    expect(completeLockfile(completeLockfile({ packages }).lockfile).added).to.deep.equal([])
  })

  it('does not guess the system of a package that does not name it', () => {
    const packages = { 'node_modules/a': { optionalDependencies: { bufferutil: '1.0.0' } } }
    expect(() => completeLockfile({ packages })).to.throw(/bufferutil .* add it by hand/)
  })
})
