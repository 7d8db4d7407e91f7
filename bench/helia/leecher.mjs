import { open } from 'node:fs/promises'
import { unixfs } from '@helia/unixfs'
import { multiaddr } from '@multiformats/multiaddr'
import { CID } from 'multiformats/cid'
import { createNode } from './node.mjs'

// Usage: node leecher.mjs CID ADDRESS OUT DIRECTORY WINDOW → one JSON line { seconds, bytes }. The clock runs from the first request
// until the file is written and synced; every block is verified by Helia against its CID.
const [cid, address, out, directory, window] = process.argv.slice(2)
const node = await createNode(directory)
await node.libp2p.dial(multiaddr(address))
const started = performance.now()
const file = await open(out, 'w')
let bytes = 0
for await (const part of unixfs(node).cat(CID.parse(cid), { blockReadConcurrency: Number(window) })) {
  await file.write(part)
  bytes += part.byteLength
}
await file.datasync()
const seconds = (performance.now() - started) / 1000
await file.close()
console.log(JSON.stringify({ seconds, bytes }))
process.exit(0)
