import { writeFile } from 'node:fs/promises'
import { createClient } from './client.mjs'

// Usage: node seeder.mjs FILE TORRENT → writes TORRENT, prints one JSON line { torrent, port }, then serves until it is ended.
const [file, path] = process.argv.slice(2)
const client = createClient()
client.seed(file, { pieceLength: 262144, announce: [], announceList: [] }, async (torrent) => {
  await writeFile(path, torrent.torrentFile)
  console.log(JSON.stringify({ torrent: path, port: client.torrentPort }))
})
