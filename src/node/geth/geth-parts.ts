import { systemClock } from '../../system/clock.ts'
import { chainControl, chainLogFile, startChainNode } from './chain-node.ts'
import { startDemoChain } from './demo-chain.ts'
import { installGeth } from './install.ts'
import { remoteHealth } from './remote-health.ts'
import { restartRolling } from './rolling-restart.ts'

/** What the command line does with geth, in one place, so that it is loaded only when it is needed. */
export const gethParts = {
  install: installGeth,
  start: startChainNode,
  startDemoChain,
  control: chainControl,
  remoteHealth,
  restartRolling: (
    dataDirectories: readonly string[],
    options: { readonly onStep: (text: string) => void; readonly signal?: AbortSignal },
  ) =>
    restartRolling(
      dataDirectories.map((name) => ({ name, control: chainControl(name) })),
      { clock: systemClock, ...options },
    ),
  logFile: chainLogFile,
} as const
