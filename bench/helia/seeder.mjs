import { createReadStream } from 'node:fs'
import { unixfs } from '@helia/unixfs'
import { fixedSize } from 'ipfs-unixfs-importer/chunker'
import { createNode } from './node.mjs'

// Usage: node seeder.mjs FILE DIRECTORY → one JSON line { cid, addresses }, then serves until it is ended.
const [file, directory] = process.argv.slice(2)
const node = await createNode(directory)
const cid = await unixfs(node).addByteStream(createReadStream(file, { highWaterMark: 1 << 20 }), {
  rawLeaves: true,
  chunker: fixedSize({ chunkSize: 262144 }),
})
console.log(JSON.stringify({ cid: cid.toString(), addresses: node.libp2p.getMultiaddrs().map(String) }))
