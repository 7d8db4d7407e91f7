import { expect } from 'chai'
import fc from 'fast-check'
import type { OfferedProtocol } from '../../src/domain/transfer.ts'
import { selectMixed, selectProtocols, selectSeedingProtocols } from '../../src/node/select-protocol.ts'

const MIB = 2 ** 20
const ALL: readonly OfferedProtocol[] = ['bitswap', 'webrpc', 'http', 'webtorrent', 'bittorrent', 'ed2k']
const ONE_EACH = Object.fromEntries(ALL.map((protocol) => [protocol, 1]))
const HOME = { isBrowser: false, isRestricted: false, sizeBytes: MIB, seeders: ONE_EACH }

describe('node/select-protocol', () => {
  for (const [rule, context, first] of [
    ['a page takes WebTorrent', { isBrowser: true }, 'webtorrent'],
    [
      'a page takes libp2p where there is no WebTorrent',
      { isBrowser: true, seeders: { bitswap: 1, http: 9 } },
      'bitswap',
    ],
    ['a page takes WebTorrent before what is preferred', { isBrowser: true, preferred: 'bitswap' }, 'webtorrent'],
    ['a page has nothing where only others are offered', { isBrowser: true, seeders: { http: 9, ed2k: 1 } }, undefined],
    ['what is preferred comes first', { preferred: 'ed2k' }, 'ed2k'],
    ['what is preferred and not offered does not', { preferred: 'ed2k', seeders: { http: 1 } }, 'http'],
    [
      'a large file of many comes by BitTorrent',
      { sizeBytes: 101 * MIB, seeders: { bittorrent: 6, http: 1 } },
      'bittorrent',
    ],
    ['a large file of few does not', { sizeBytes: 101 * MIB, seeders: { bittorrent: 5, http: 1 } }, 'http'],
    ['a file of 100 MiB is not large', { sizeBytes: 100 * MIB, seeders: { bittorrent: 6, http: 1 } }, 'http'],
    ['HTTP comes before what more offer', { seeders: { http: 1, bitswap: 9 } }, 'http'],
    [
      'a restricted network takes HTTP, also for a large file of many',
      { isRestricted: true, sizeBytes: 101 * MIB, seeders: { bittorrent: 6, http: 1 } },
      'http',
    ],
    [
      'a restricted network without HTTP takes what most offer',
      { isRestricted: true, seeders: { webrpc: 2, ed2k: 1 } },
      'webrpc',
    ],
    ['else what most offer', { seeders: { bitswap: 1, ed2k: 3, webtorrent: 2 } }, 'ed2k'],
    ['and of as many, what pays as it goes', { seeders: { ed2k: 2, bitswap: 2 } }, 'bitswap'],
    ['nothing is chosen that nobody offers', { preferred: 'http', seeders: {} }, undefined],
    [
      'of the two torrents, the one of a seller that can be dialled',
      { seeders: { webtorrent: 1, bittorrent: 1 } },
      'bittorrent',
    ],
    [
      'WebTorrent of a seller behind a router, whose offer names no address',
      { seeders: { webtorrent: 1 } },
      'webtorrent',
    ],
  ] as const)
    it(rule, () => {
      expect(selectProtocols({ ...HOME, ...context })[0]).to.equal(first)
    })

  it('names everything that is offered, once each', () => {
    fc.assert(
      fc.property(
        fc.subarray([...ALL]),
        fc.boolean(),
        fc.nat({ max: 200 * MIB }),
        fc.option(fc.constantFrom(...ALL), { nil: undefined }),
        (offered, isRestricted, sizeBytes, preferred) => {
          const seeders = Object.fromEntries(offered.map((protocol, index) => [protocol, 1 + ((index * 7) % 10)]))
          const order = selectProtocols({ isBrowser: false, isRestricted, sizeBytes, seeders, preferred })
          expect(order).to.have.members(offered).and.to.have.length(offered.length)
        },
      ),
    )
  })

  for (const [rule, source, expected] of [
    ['what the rules put first, when it is alone', { others: [] }, 'http'],
    ['what nobody uses yet', { others: ['http'] }, 'bitswap'],
    ['the last that nobody uses', { others: ['bitswap', 'http'] }, 'webrpc'],
    ['of as many users, what the rules put first', { others: ['webrpc', 'bitswap', 'http'] }, 'http'],
    ['what fewest use', { others: ['http', 'http', 'bitswap', 'webrpc', 'webrpc'] }, 'bitswap'],
    ['what it offers, and nothing else', { others: ['bitswap'], possible: ['bitswap'] }, 'bitswap'],
    [
      'a public protocol before the stream that pays for it',
      { others: [], possible: ['bitswap', 'bittorrent'] },
      'bittorrent',
    ],
    ['not again what broke', { others: ['bitswap', 'webrpc'], failed: 'http' }, 'bitswap'],
    ['what broke, where there is nothing else', { others: [], possible: ['http'], failed: 'http' }, 'http'],
    ['nothing, where it offers nothing', { others: [], possible: [] }, undefined],
  ] as const)
    it(`takes, for one more source of a mixed download, ${rule}`, () => {
      const possible = ['bitswap', 'webrpc', 'http'] as const
      expect(selectMixed({ possible, failed: undefined, ...source })).to.equal(expected)
    })

  for (const [where, context, expected] of [
    [
      'on a public address',
      { isBrowser: false, place: 'public' },
      ['http', 'bittorrent', 'webtorrent', 'ed2k', 'bitswap', 'webrpc'],
    ],
    [
      'at a router that forwards ports',
      { isBrowser: false, place: 'mapped', natDefault: 'webtorrent' },
      ['bittorrent', 'http', 'webtorrent', 'ed2k', 'bitswap', 'webrpc'],
    ],
    [
      'behind a router',
      { isBrowser: false, place: 'behind-a-router' },
      ['webtorrent', 'bittorrent', 'bitswap', 'webrpc'],
    ],
    [
      'behind a router whose user wants WebTorrent',
      { isBrowser: false, place: 'behind-a-router', natDefault: 'webtorrent' },
      ['webtorrent', 'bitswap', 'webrpc'],
    ],
    [
      'behind a router whose user wants BitTorrent',
      { isBrowser: false, place: 'behind-a-router', natDefault: 'bittorrent' },
      ['bittorrent', 'bitswap', 'webrpc'],
    ],
    ['in a page', { isBrowser: true, place: 'behind-a-router' }, ['webtorrent', 'bitswap', 'webrpc']],
  ] as const)
    it(`offers, ${where}, what others can reach it by, as far as it speaks it`, () => {
      expect(selectSeedingProtocols({ ...context, spoken: ALL })).to.deep.equal(expected)
      expect(selectSeedingProtocols({ ...context, spoken: ['bitswap', 'webrpc'] })).to.deep.equal(['bitswap', 'webrpc'])
    })
})
