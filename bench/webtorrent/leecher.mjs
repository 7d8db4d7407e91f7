import { readFile } from 'node:fs/promises'
import { createClient } from './client.mjs'

// Usage: node leecher.mjs TORRENT PORT DIRECTORY → one JSON line { seconds, bytes }. The clock runs from the connection to the peer until the
// last piece is verified and stored.
const [path, port, directory] = process.argv.slice(2)
const client = createClient()
const torrent = client.add(await readFile(path), { path: directory })
let started
torrent.on('wire', () => {
  started ??= performance.now()
})
torrent.on('ready', () => torrent.addPeer(`127.0.0.1:${port}`))
torrent.on('done', () => {
  const seconds = (performance.now() - started) / 1000
  console.log(JSON.stringify({ seconds, bytes: torrent.length }))
  process.exit(0)
})
