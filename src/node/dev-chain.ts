import { type DevChain, startDevChain } from '../chain/dev-chain.ts'
import { silentLogger } from '../system/logger.ts'
import { devChainDirectory } from './remembered-rpc.ts'

/** The embedded chain alone, as `chiral chain dev` runs it. @throws as startDevChain */
export function runDevChain(options: {
  dataDirectory: string
  port?: number
  blockTimeSeconds?: number
}): Promise<DevChain> {
  const { dataDirectory, ...rest } = options
  return startDevChain({ directory: devChainDirectory(dataDirectory), log: silentLogger, ...rest })
}
