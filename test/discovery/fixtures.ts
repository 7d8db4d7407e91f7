import { createHash } from 'node:crypto'
import type { HeaderRecord } from '../../src/discovery/header.ts'
import type { Offer, OfferChain } from '../../src/discovery/offer.ts'
import { wei } from '../../src/domain/amount.ts'
import { type FileHash, parseAddress, parseFileHash, peerIdText } from '../../src/domain/ids.ts'
import { createSigner, type Signer } from '../../src/system/signer.ts'

/** Noon of a day in 2027; tests own the time. */
export const NOW = 1_800_000_000_000

export const CHAIN: OfferChain = {
  chainId: 98767,
  genesisHash: `0x${'11'.repeat(32)}`,
  contract: parseAddress(`0x${'22'.repeat(20)}`),
}
export const FILE: FileHash = parseFileHash('ab'.repeat(32))
export const OTHER_FILE: FileHash = parseFileHash('cd'.repeat(32))
export const SHA256 = 'ef'.repeat(32)
export const PEER = peerIdText('12D3KooWJWoaqZhDaoEFshF7Rh1bpY9ohihFhzcW6d69Lr2NASuq')
export const OTHER_PEER = peerIdText('12D3KooWRndVhVZPCiQwHBBBdg769GyrPUW13zxwqQyf9r3ANaba')

export function signerOf(byte: number): Signer {
  return createSigner(new Uint8Array(32).fill(byte))
}

export const OFFER: Omit<Offer, 'wallet'> = {
  fileHash: FILE,
  peerId: PEER,
  chain: CHAIN,
  pricePerMiB: wei(1_000_000_000_000_000n),
  minDeposit: wei(5_000n),
  confirmations: 12,
  sequence: NOW,
  expiresAt: NOW + 600_000,
  endpoints: { 'chiral-private': { multiaddrs: ['/ip4/127.0.0.1/tcp/4001'], bitswap: '/chiral/bitswap/1' } },
  chunks: { kind: 'all', chunkCount: 12 },
}

export const HEADER: Omit<HeaderRecord, 'publisher'> = {
  fileHash: FILE,
  name: 'Отчёт 2027.pdf',
  mimeType: 'application/pdf',
  createdAt: NOW,
  sha256: SHA256,
  sizeBytes: 3_000_000,
}

/** A 54-byte header block for a file of this size, and the hash that names it. The pieces root is made up. */
export function headerBlockOf(sizeBytes: bigint): { headerBlock: Uint8Array; fileHash: FileHash } {
  const headerBlock = new Uint8Array(54).fill(7)
  headerBlock.set(Buffer.from('chiral/file/1\0', 'latin1'))
  new DataView(headerBlock.buffer).setBigUint64(14, sizeBytes)
  return { headerBlock, fileHash: parseFileHash(createHash('sha256').update(headerBlock).digest('hex')) }
}
