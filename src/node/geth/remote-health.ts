import { connectChain } from '../../chain/client.ts'
import type { ChainHealth } from '../../chain/geth/health.ts'
import { readRemoteHealth } from '../../chain/geth/health-reader.ts'
import { systemClock } from '../../system/clock.ts'
import { silentLogger } from '../../system/logger.ts'

/** How a node that others run is doing. @throws as `connectChain` */
export async function remoteHealth(rpcUrl: string): Promise<ChainHealth> {
  const client = await connectChain({ rpcUrl, clock: systemClock, log: silentLogger })
  try {
    return await readRemoteHealth({ ask: (method, params = []) => client.request(method, params), clock: systemClock })
  } finally {
    client.close()
  }
}
