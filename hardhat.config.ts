import { createRequire } from 'node:module'
import toolbox from '@nomicfoundation/hardhat-toolbox-mocha-ethers'
import { defineConfig } from 'hardhat/config'
import chains from './chains.json' with { type: 'json' }

/** The compiler comes from npm, so that a build needs no download of its own. */
const solc = {
  version: '0.8.37',
  path: createRequire(import.meta.url).resolve('solc/soljson.js'),
  settings: {
    evmVersion: 'london',
    optimizer: { enabled: true, runs: 1_000_000 }, viaIR: true,
    metadata: { bytecodeHash: 'none', appendCBOR: false },
  },
} as const

const development = chains['98767']

const simulated = {
  type: 'edr-simulated',
  chainType: 'l1',
  chainId: 98767,
  hardfork: 'london',
  blockGasLimit: BigInt(development.gasLimit),
} as const

export default defineConfig({
  plugins: [toolbox],
  solidity: {
    profiles: {
      default: solc,
      production: solc,
    },
  },
  networks: {
    default: simulated,
    node: simulated,
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
