import { createRequire } from 'node:module'
import toolbox from '@nomicfoundation/hardhat-toolbox-mocha-ethers'
import { defineConfig } from 'hardhat/config'

// biome-ignore lint/style/noDefaultExport: Hardhat takes its configuration from here
export default defineConfig({
  plugins: [toolbox],
  solidity: {
    version: '0.8.37',
    path: createRequire(import.meta.url).resolve('solc/soljson.js'),
    settings: {
      evmVersion: 'london',
      optimizer: { enabled: true, runs: 1_000_000 },
      viaIR: true,
      metadata: { bytecodeHash: 'none', appendCBOR: false },
    },
    npmFilesToBuild: ['chiral-contracts/contracts/PaymentChannel.sol', 'chiral-contracts/contracts/Escrow.sol'],
  },
  networks: { default: { type: 'edr-simulated', chainType: 'l1', hardfork: 'london' } },
})
