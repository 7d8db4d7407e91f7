import { expect } from 'chai'
import { codeOf } from '../../../src/domain/errors.ts'
import { isTracker, MAX_TORRENT_BYTES, parseSwarmSource } from '../../../src/public-protocols/swarm/swarm-source.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const INFOHASH = 'ab'.repeat(20)
const LINK = `magnet:?xt=urn:btih:${INFOHASH}`

describe('public-protocols/swarm/swarm-source', () => {
  const failure = (given: string | Uint8Array): Promise<string | undefined> =>
    parseSwarmSource(given).then(() => undefined, codeOf)

  it('reads a magnet link: what it is, who knows its peers, and peers', async () => {
    const trackers = ['udp://127.0.0.1:1', 'wss://localhost:2', 'file:///etc/passwd']
    const link = `${LINK}&dn=a%20film.mkv&x.pe=127.0.0.1:6881${trackers.map((url) => `&tr=${encodeURIComponent(url)}`).join('')}`
    expect(await parseSwarmSource(link)).to.deep.equal({
      infohash: INFOHASH,
      name: 'a film.mkv',
      trackers: ['udp://127.0.0.1:1', 'wss://localhost:2'],
      peers: ['127.0.0.1:6881'],
      torrent: undefined,
    })
  })

  it('takes no more trackers and peers than anybody needs', async () => {
    const numbers = Array.from({ length: 100 }, (_, index) => index + 1)
    const link = `${LINK}${numbers.map((n) => `&tr=http://127.0.0.1:${n}/&x.pe=127.0.0.1:${n}`).join('')}`
    const { trackers, peers } = await parseSwarmSource(link)
    expect([trackers.length, peers.length]).to.deep.equal([32, 64])
  })

  it('refuses what is no torrent', async () => {
    const random = seededRandom('torrents')
    const links = [
      '',
      'magnet:',
      'magnet:?xt=urn:btmh:1220aa',
      `http://127.0.0.1/${INFOHASH}`,
      `${LINK}${'&tr=x'.repeat(2_000)}`,
    ]
    for (const link of links) expect(await failure(link), link.slice(0, 40)).to.equal('TORRENT_INVALID')
    for (let round = 0; round < 200; round++) expect(await failure(random.bytes(1 + round))).to.equal('TORRENT_INVALID')
    for (const text of ['de', 'd4:infodee', 'd4:infoi1ee', 'd4:info3:abce', 'd4:infod6:lengthi1e4:name1:ae'])
      expect(await failure(new TextEncoder().encode(text)), text).to.equal('TORRENT_INVALID')
    expect(await failure(new Uint8Array(MAX_TORRENT_BYTES + 1))).to.equal('TORRENT_INVALID')
  })

  it('knows what a tracker is', () => {
    for (const url of ['http://a/', 'https://a/', 'udp://a:1', 'ws://a/', 'wss://a/'])
      expect(isTracker(url), url).to.equal(true)
    for (const url of ['', 'a', 'ftp://a/', 'javascript:1']) expect(isTracker(url), url).to.equal(false)
  })
})
