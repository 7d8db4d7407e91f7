import { setTimeout as delay } from 'node:timers/promises'
import { startTestDht } from './dht-node.ts'

/**
 * `node test/support/dht-search-main.ts HOST PORT INFOHASH`: one more node of the DHT that has a node there, which prints `announced` and ends when the DHT knows
 * of somebody who has the torrent.
 */
const [host = '127.0.0.1', port = '0', infohash = ''] = process.argv.slice(2)
/** Nobody tells of an announcement that is somewhere else. */
const SEARCH_EVERY_MS = 500

const node = await startTestDht({ host, meets: Number(port) })
for (;;) {
  const peers = await node.findPeers(infohash).catch(() => []) // it is not known to anybody yet
  if (peers.length > 0) break
  await delay(SEARCH_EVERY_MS)
}
console.log('announced')
await node.stop()
