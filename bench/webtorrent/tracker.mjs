import { writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { Server } from 'bittorrent-tracker'
import createTorrent from 'create-torrent'

// Usage: node tracker.mjs FILE TORRENT → starts a tracker on this machine, writes a TORRENT that names it, prints one JSON line { torrent }, then
// serves until it is ended.
const [file, path] = process.argv.slice(2)
const tracker = new Server({ http: true, udp: false, ws: false, stats: false, interval: 1000 })
await new Promise((resolve) => tracker.listen(0, { http: '127.0.0.1' }, resolve))
const announce = `http://127.0.0.1:${tracker.http.address().port}/announce`
await writeFile(path, await promisify(createTorrent)(file, { pieceLength: 262144, announceList: [[announce]] }))
console.log(JSON.stringify({ torrent: path }))
