import { downloadFromSwarm, type SwarmOptions, type SwarmResult } from '../public-protocols/swarm/swarm-download.ts'
import { parseSwarmSource } from '../public-protocols/swarm/swarm-source.ts'

/** Downloads what a magnet link or a .torrent names. @throws ChiralError as `parseSwarmSource`, `downloadFromSwarm` */
export async function downloadTorrent(reference: string | Uint8Array, options: SwarmOptions): Promise<SwarmResult> {
  return downloadFromSwarm(await parseSwarmSource(reference), options)
}
