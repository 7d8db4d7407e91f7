import type { NodeParts } from './io.ts'

/** The real parts. Each is imported when first called: libp2p and ethers take longer to load than most commands to run. */
export const systemNodeParts: NodeParts = {
  startNode: async (config, log) => (await import('../node/node.ts')).startNode(config, { log }),
  hashFile: async (path, options) => (await import('../node/hash.ts')).hashFile(path, options),
  createWallet: async (options) => (await import('../node/wallet.ts')).createWallet(options),
  backupWallet: async (options) => (await import('../node/wallet.ts')).backupWallet(options),
  auditAccounts: async (options) => (await import('../node/audit.ts')).auditAccounts(options),
  verifyReceipts: async (text) => (await import('../node/receipts.ts')).verifyReceipts(text),
  downloadTorrent: async (reference, options) =>
    (await import('../node/torrent-download.ts')).downloadTorrent(reference, options),
  runDevChain: async (options) => (await import('../node/dev-chain.ts')).runDevChain(options),
  geth: async () => (await import('../node/geth/geth-parts.ts')).gethParts,
  startRpcProxy: async (request) => (await import('../node/rpc-proxy.ts')).runRpcProxy(request),
}
