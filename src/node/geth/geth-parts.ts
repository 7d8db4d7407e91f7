import { chainControl, chainLogFile, startChainNode } from './chain-node.ts'
import { startDemoChain } from './demo-chain.ts'
import { installGeth } from './install.ts'
import { remoteHealth } from './remote-health.ts'

/** What the command line does with geth, in one place, so that it is loaded only when it is needed. */
export const gethParts = {
  install: installGeth,
  start: startChainNode,
  startDemoChain,
  control: chainControl,
  remoteHealth,
  logFile: chainLogFile,
} as const
