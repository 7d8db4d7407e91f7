import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { buildGeth } from '../../../src/chain/geth/build-geth.ts'
import { ChiralError, codeOf } from '../../../src/domain/errors.ts'
import { mayBeAbsent } from '../../geth/support/geth-program.ts'

describe('chain/geth/build-geth', () => {
  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chiral-build-'))
  })

  afterEach(() => rm(folder, { recursive: true }))

  /** What a machine fails with that has nothing but this Go. */
  async function failureWith(goVersion?: string): Promise<ChiralError> {
    if (goVersion !== undefined)
      await writeFile(join(folder, 'go'), `#!/bin/sh\necho "go version ${goVersion} linux/amd64"\n`, { mode: 0o755 })
    const steps: string[] = []
    const onStep = (text: string): void => void steps.push(text)
    const failure = await buildGeth({ env: { PATH: folder }, onStep }).catch((error: unknown) => error)
    if (!(failure instanceof ChiralError)) throw new Error(`it did not fail as expected: ${String(failure)}`)
    expect(codeOf(failure)).to.equal('GETH_BUILD_IMPOSSIBLE')
    expect(steps).to.deep.equal([])
    return failure
  }

  it('says that the C compiler is missing where Go is there, and the tests must not be skipped for it', async () => {
    const failure = await failureWith('go1.26.8')
    expect(failure.message).to.match(
      /because Go is installed, but no C compiler \("cc" does not answer\): install a C c/,
    )
    expect(mayBeAbsent(failure)).to.equal(false)
  })

  it('says that Go is missing or too old', async () => {
    const missing = await failureWith()
    expect(missing.message).to.contain('because Go is not installed: install Go 1.21 or newer, and a C compiler')
    expect(mayBeAbsent(missing)).to.equal(true)
    const old = await failureWith('go1.20.1')
    expect(old.message).to.contain('because Go 1.20 is older than 1.21')
    expect(mayBeAbsent(old)).to.equal(false)
  })

  it('lets tests be skipped where the sources cannot be had, and for nothing else', () => {
    expect(mayBeAbsent(new ChiralError('GETH_SOURCES_UNREACHABLE', 'No network.'))).to.equal(true)
    expect(mayBeAbsent(new ChiralError('GETH_BUILD_FAILED', 'It did not compile.'))).to.equal(false)
    expect(mayBeAbsent(new Error('something else'))).to.equal(false)
  })
})
