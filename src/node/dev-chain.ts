import { join } from 'node:path'
import { type DevChain, startDevChain } from '../chain/dev-chain.ts'
import { silentLogger } from '../system/logger.ts'

/** The embedded chain alone, as `chiral chain dev` runs it. @throws as startDevChain */
export function runDevChain(options: {
  dataDirectory: string
  port?: number
  blockTimeSeconds?: number
}): Promise<DevChain> {
  const { dataDirectory, ...rest } = options
  return startDevChain({ directory: join(dataDirectory, 'chain'), log: silentLogger, ...rest })
}
