import WebTorrent from 'webtorrent'

/**
 * Stock WebTorrent in Node, over WebRTC alone and within this machine.
 *
 * stock.mjs seed FILE TRACKER → prints { infohash } when the tracker knows the seeder, serves until ended.
 * stock.mjs leech INFOHASH TRACKER DIRECTORY → prints { seconds, bytes, cpuSeconds, firstConnectionMs }: the clock runs from the connection until the last
 * piece is verified and stored.
 */
const ONE_ADDRESS = { iceServers: [], bindAddress: '127.0.0.1' }
const PIECE_BYTES = 262_144

const [role, subject = '', tracker = '', directory = ''] = process.argv.slice(2)
const options = { dht: false, lsd: false, natUpnp: false, natPmp: false, utp: false, tcpIncoming: false }
const client = new WebTorrent({ ...options, tracker: { rtcConfig: ONE_ADDRESS } })
client.on('error', (error) => {
  throw error
})
if (role === 'seed') seed()
else leech()

function seed() {
  const torrent = client.seed(subject, { pieceLength: PIECE_BYTES, announceList: [[tracker]] })
  torrent.once('trackerAnnounce', () => console.log(JSON.stringify({ infohash: torrent.infoHash })))
}

function leech() {
  const askedAt = performance.now()
  const torrent = client.add({ infoHash: subject, announce: [tracker] }, { path: directory })
  let begun
  torrent.on('wire', () => {
    begun ??= { at: performance.now(), cpu: process.cpuUsage() }
  })
  torrent.on('done', () => {
    if (begun === undefined) throw new Error('the file came without a connection')
    const { user, system } = process.cpuUsage(begun.cpu)
    const seconds = (performance.now() - begun.at) / 1_000
    const [cpuSeconds, firstConnectionMs] = [(user + system) / 1e6, begun.at - askedAt]
    console.log(JSON.stringify({ seconds, bytes: torrent.length, cpuSeconds, firstConnectionMs }))
    process.exit(0)
  })
}
