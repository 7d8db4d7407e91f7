import { expect } from 'chai'
import { sellersAddresses, swarmNames } from '../../../src/node/free-sources/names.ts'
import { formatMagnet } from '../../../src/public-protocols/bittorrent/magnet.ts'
import { parseEd2kHash } from '../../../src/public-protocols/ed2k/ed2k-hash.ts'
import { type Ed2kSource, formatEd2kLink } from '../../../src/public-protocols/ed2k/link.ts'

const SIZE = 1_000_000
const [A, B, C] = ['aa', 'bb', 'cc'].map((byte) => byte.repeat(20)) as [string, string, string] // as many as were mapped

function torrent(infohash: string, addresses: readonly string[] = []) {
  return { publicly: { bittorrent: { infohash, addresses } } }
}

function magnet(infohash: string) {
  const named = { infohash, name: undefined, sizeBytes: undefined, trackers: [], peers: [] }
  return { publicly: { webtorrent: { magnet: formatMagnet(named), trackers: [] } } }
}

function link(byte: string, sizeBytes = SIZE, sources: readonly Ed2kSource[] = []) {
  const hash = parseEd2kHash(byte.repeat(16))
  return {
    publicly: {
      ed2k: { link: formatEd2kLink({ name: 'a film.mkv', sizeBytes, hash, sources }), address: '192.0.2.1:4662' },
    },
  }
}

describe('node/free-sources/names', () => {
  it('takes the torrents that most sellers name, of either kind of swarm', () => {
    const { torrents } = swarmNames([torrent(C), torrent(A), magnet(B), magnet(A), torrent(B), torrent(A)], SIZE)
    expect(torrents).to.deep.equal([A, B])
  })

  it('counts a seller once', () => {
    const twice = { publicly: { ...torrent(C).publicly, ...magnet(C).publicly } }
    expect(swarmNames([torrent(A), twice, torrent(A), twice, torrent(A)], SIZE).torrents).to.deep.equal([A, C])
  })

  it('takes ed2k hashes of the right size, with the sources of all', () => {
    const [one, other] = [
      { host: '192.0.2.7', port: 4_662 },
      { host: '192.0.2.8', port: 4_662 },
    ]
    const { links } = swarmNames([link('dd', SIZE, [one]), link('ee', SIZE + 1), link('dd', SIZE, [other])], SIZE)
    expect(links.map(({ hash, sources }) => ({ hash, sources }))).to.deep.equal([
      { hash: 'dd'.repeat(16), sources: [one, other] },
    ])
  })

  it('passes over what a seller wrote wrongly', () => {
    const wrong = {
      publicly: {
        webtorrent: { magnet: 'magnet:?xt=nothing', trackers: [] },
        ed2k: { link: 'ed2k://nothing', address: '192.0.2.1:4662' },
      },
    }
    expect(swarmNames([wrong, torrent(A)], SIZE)).to.deep.equal({ torrents: [A], links: [] })
  })

  it('knows where the sellers are', () => {
    const sellers = [torrent(A, ['192.0.2.9:6881', '[2001:db8::9]:6881']), link('dd')]
    expect([...sellersAddresses(sellers)]).to.have.members(['192.0.2.9:6881', '[2001:db8::9]:6881', '192.0.2.1:4662'])
  })
})
