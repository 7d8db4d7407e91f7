import type { ChainHealthView, ChainStatusView, GethParts } from '../../src/cli/geth-parts.ts'
import { ChiralError } from '../../src/domain/errors.ts'

const ENODE = `enode://${'ab'.repeat(64)}@203.0.113.7:30303`

export const FAKE_CHAIN_STATUS: ChainStatusView = {
  phase: 'running',
  supervisorPid: 1,
  gethPid: 2,
  client: 'CoreGeth/v1.12.20',
  chainId: 98765,
  genesisHash: `0x${'5d'.repeat(32)}`,
  rpcUrl: 'http://127.0.0.1:8545',
  wsUrl: 'ws://127.0.0.1:8546',
  enode: ENODE,
  bootnodes: [],
  staticNodes: [],
  peerAddresses: ['/ip4/203.0.113.7/tcp/4001'],
  mining: true,
  restarts: 0,
  logFile: '/data/geth/geth.log',
}

const HEALTH: ChainHealthView = {
  chainId: 98765,
  genesisHash: `0x${'5d'.repeat(32)}`,
  height: 12,
  headHash: `0x${'0c'.repeat(32)}`,
  headAgeSeconds: 100,
  difficulty: '4194304',
  peers: 0,
  mining: true,
  hashRate: 180_000,
  warnings: [{ code: 'CHAIN_ALONE', message: 'No other node is connected: give --bootnodes.' }],
}

/** A geth of scripted behaviour. FAKE_CHAIN=none: none runs; =mute: it does not tell how it is doing. */
export function fakeGeth(env: Readonly<Record<string, string | undefined>>): GethParts {
  const requireRunning = (): void => {
    if (env['FAKE_CHAIN'] === 'none') throw new ChiralError('CHAIN_NOT_RUNNING', 'No chain runs: start it.')
  }
  return {
    async install({ onStep, onDag, dag }) {
      onStep('building geth')
      if (dag) onDag({ epoch: 0, percent: 50 })
      return { path: '/opt/geth', client: 'core-geth', version: '1.12.20', origin: 'installed' }
    },
    async start(options) {
      const { bootnodes, staticNodes, mine, etherbase, nat, discovery, network } = options
      const status = {
        ...FAKE_CHAIN_STATUS,
        mining: mine,
        bootnodes: [...bootnodes.commandLine, ...bootnodes.settings],
        staticNodes: [...staticNodes.commandLine, ...staticNodes.settings],
      }
      if (env['FAKE_CHAIN'] === 'fails') throw new ChiralError('GETH_PORT_TAKEN', 'geth cannot listen on port 30303.')
      options.log.warn({ nat, etherbase }, `started with nat ${nat} and etherbase ${etherbase}`)
      options.log.warn({}, `discovery ${discovery}, DHT ${network !== undefined}`)
      return { status: () => status, stop: async () => ({ saved: true }), ended: Promise.resolve() }
    },
    startDemoChain: async () => {
      throw new ChiralError('GETH_BUILD_IMPOSSIBLE', 'geth cannot be built here.')
    },
    control: () => ({
      async status() {
        requireRunning()
        if (env['FAKE_CHAIN'] === 'mute') return { status: FAKE_CHAIN_STATUS, healthFailure: 'geth is mute.' }
        return { status: FAKE_CHAIN_STATUS, health: HEALTH }
      },
      async restart() {
        requireRunning()
        return true
      },
      async stop() {
        requireRunning()
        return true
      },
    }),
    async restartRolling(dataDirectories, { onStep }) {
      for (const folder of dataDirectories) onStep(`restarting the geth of ${folder}`)
    },
    remoteHealth: async () => HEALTH,
    logFile: (dataDirectory) => `${dataDirectory}/geth/geth.log`,
  }
}
