import { createRequire } from 'node:module'
import toolbox from '@nomicfoundation/hardhat-toolbox-mocha-ethers'
import { configVariable, defineConfig } from 'hardhat/config'
import chains from './chains.json' with { type: 'json' }

export const solcSettings = {
  // What geth's last Ethash release runs: no PUSH0, MCOPY or transient storage.
  evmVersion: 'london',
  // Deployed once and called often. Through the IR every operation costs 0.5 to 8 % less (docs/adr/0002-payment-channel.md).
  optimizer: { enabled: true, runs: 1_000_000 },
  viaIR: true,
  // No trace of the build in the code, so that anyone's build gives the committed bytes.
  metadata: { bytecodeHash: 'none', appendCBOR: false },
} as const

/** The compiler comes from npm, so that a build needs no download of its own. */
const solc = {
  version: '0.8.37',
  path: createRequire(import.meta.url).resolve('solc/soljson.js'),
  settings: solcSettings,
} as const

const developmentChainId = 98767

/** Rules and limits of the network, without its mining. */
const simulated = {
  type: 'edr-simulated',
  chainType: 'l1',
  chainId: developmentChainId,
  hardfork: 'london',
  blockGasLimit: BigInt(chains[developmentChainId].gasLimit),
} as const

export default defineConfig({
  plugins: [toolbox],
  solidity: { profiles: { default: solc, production: solc } },
  networks: {
    default: simulated,
    node: simulated,
    localhost: { type: 'http', url: 'http://127.0.0.1:8545' },
    // The geth of this machine, as `chiral chain start` runs it.
    geth: { type: 'http', url: 'http://127.0.0.1:8545', accounts: [configVariable('CHIRAL_DEPLOYER_KEY')] },
    // Any chain: both from the environment or from `hardhat keystore set`.
    chiral: {
      type: 'http',
      url: configVariable('CHIRAL_RPC_URL'),
      accounts: [configVariable('CHIRAL_DEPLOYER_KEY')],
    },
  },
  test: {
    solidity: {
      fuzz: { runs: 256 },
      // Short in every run; CHIRAL_INVARIANT_RUNS=1000 for a long one.
      invariant: { runs: Number(process.env['CHIRAL_INVARIANT_RUNS'] ?? 24), depth: 80 },
    },
  },
  paths: {
    sources: './contracts',
    tests: { solidity: './test/contracts', mocha: './test/contracts' },
    ignition: '.',
  },
})
