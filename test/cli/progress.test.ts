import { expect } from 'chai'
import fc from 'fast-check'
import { formatBytes, formatDuration, formatTable, printable, shellQuote } from '../../src/cli/format.ts'
import { type DownloadProgress, render, renderHashing } from '../../src/cli/progress.ts'
import { parseCoins } from '../../src/domain/amount.ts'

const MIB = 1 << 20
const STATE: DownloadProgress = {
  phase: 'downloading',
  sizeBytes: 64 * MIB,
  verifiedBytes: 27 * MIB,
  bytesPerSecond: 12.5 * MIB,
  spent: parseCoins('0.0042'),
  testCoin: true,
  sources: [{ phase: 'active' }, { phase: 'active' }, { phase: 'failed' }],
}

describe('cli/progress', () => {
  it('shows percent, size, speed, ETA, peers and what was spent', () => {
    expect(render(STATE, 120)).to.equal(
      ' 42%  [########------------]  27.0 MiB of 64.0 MiB  12.5 MiB/s  ETA 0:03  2 peers  spent 0.0042 test coin',
    )
  })

  it('drops the bar first and then parts from the end on a narrow terminal', () => {
    expect(render(STATE, 90)).to.equal(
      ' 42%  27.0 MiB of 64.0 MiB  12.5 MiB/s  ETA 0:03  2 peers  spent 0.0042 test coin',
    )
    expect(render(STATE, 40)).to.equal(' 42%  27.0 MiB of 64.0 MiB  12.5 MiB/s')
  })

  it('never is wider than asked, whatever the state', () => {
    const state = fc.record({
      phase: fc.constantFrom('finding', 'opening', 'downloading', 'settling', 'done'),
      sizeBytes: fc.nat(),
      verifiedBytes: fc.nat(),
      bytesPerSecond: fc.double({ min: 0, max: 1e12, noNaN: true }),
      spent: fc.bigInt({ min: 0n, max: 1n << 96n }),
      testCoin: fc.boolean(),
      sources: fc.array(fc.record({ phase: fc.constantFrom('active', 'confirming'), blocksLeft: fc.nat(9) }), {
        maxLength: 3,
      }),
    })
    fc.assert(
      fc.property(state, fc.integer({ min: 0, max: 200 }), (value, width) => render(value, width).length <= width),
    )
  })

  it('says what it waits for, with the blocks left', () => {
    const waiting = { ...STATE, verifiedBytes: 0, bytesPerSecond: 0, spent: 0n, testCoin: false }
    expect(render({ ...waiting, sources: [{ phase: 'confirming', blocksLeft: 2 }] }, 120)).to.equal(
      '  0%  [--------------------]  0 B of 64.0 MiB  0 peers  spent 0 coin  channel awaits confirmation, 2 blocks left',
    )
    expect(render({ ...waiting, sources: [{ phase: 'confirming', blocksLeft: 1 }] }, 120)).to.match(/, 1 block left$/)
    expect(render({ ...waiting, sources: [], phase: 'opening' }, 120)).to.match(/opening channels$/)
    expect(render({ ...waiting, phase: 'finding' }, 120)).to.equal('finding seeders')
  })

  it('says 100 % only at the end', () => {
    expect(render({ ...STATE, verifiedBytes: 64 * MIB - 1 }, 120)).to.match(/^ 99%/)
    expect(render({ ...STATE, verifiedBytes: 64 * MIB }, 120)).to.match(
      /^100% {2}\[#{20}\] {2}64\.0 MiB of 64\.0 MiB {2}2 peers/,
    )
    expect(render({ ...STATE, sizeBytes: 0, verifiedBytes: 0 }, 120)).to.match(/^100%/)
    expect(renderHashing({ hashedBytes: 1, sizeBytes: 3 }, 80)).to.equal(' 33%  hashed  1 B of 3 B')
  })
})

describe('cli/format', () => {
  it('writes sizes and times for people', () => {
    expect([0, 1023, 1024, 1_048_576, 130 * MIB, 5 * 1024 * MIB].map(formatBytes)).to.deep.equal([
      '0 B',
      '1023 B',
      '1.0 KiB',
      '1.0 MiB',
      '130 MiB',
      '5.0 GiB',
    ])
    expect([0, 59.6, 3599, 3600, 172_800].map(formatDuration)).to.deep.equal([
      '0:00',
      '1:00',
      '59:59',
      '1:00:00',
      '2 d',
    ])
  })

  it('quotes what a shell would take apart', () => {
    expect(['a.bin', 'a b', "it's", '$(x)', ''].map(shellQuote)).to.deep.equal([
      'a.bin',
      "'a b'",
      "'it'\\''s'",
      "'$(x)'",
      "''",
    ])
  })

  it('does not let a name move the cursor or turn text around', () => {
    expect(printable('a\u001b[2Jb\u202Ec\nd')).to.equal('a\uFFFD[2Jb\uFFFDc\uFFFDd')
    expect(printable('Ünï 文件 🙂')).to.equal('Ünï 文件 🙂')
  })

  it('aligns columns', () => {
    expect(
      formatTable(
        [
          ['a', '1'],
          ['bbb', '22'],
        ],
        [1],
      ),
    ).to.deep.equal(['a     1', 'bbb  22'])
  })
})
