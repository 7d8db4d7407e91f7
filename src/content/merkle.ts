import { equalBytes } from '../domain/bytes.ts'
import { CHUNK_SIZE_BYTES, chunkCount, LEAF_SIZE_BYTES } from '../domain/chunk.ts'
import { HASH_BYTES, sha256 } from '../system/sha256.ts'

/** Leaves under one chunk's node in a file of more than one chunk. */
const LEAVES_PER_CHUNK = CHUNK_SIZE_BYTES / LEAF_SIZE_BYTES
/** A chunk index is a u32 (domain/chunk.ts), so no tree over chunks is deeper: a proof has at most 1,024 bytes. */
export const MAX_PROOF_HASHES = 32

/** One buffer for every pair: hashing is synchronous, so it is never shared by two. */
const pair = new Uint8Array(2 * HASH_BYTES)
const ZERO_LEAF = new Uint8Array(HASH_BYTES)
/** BEP 52 pads the *leaf* layer with zero hashes; one level up in chunks, such padding is the node over 16 zero leaves. */
const PADDING_CHUNK_HASH = rootOver(Array.from({ length: LEAVES_PER_CHUNK }, () => ZERO_LEAF))

/**
 * The BEP 52 tree node over one chunk of a file of `sizeBytes`: 16 leaves, the missing ones zero hashes; for a file of one
 * chunk, only as many as the next power of two, so that the node is the pieces root itself.
 */
export function chunkHashOf(chunk: Uint8Array, sizeBytes: number): Uint8Array {
  const leaves: Uint8Array[] = []
  for (let offset = 0; offset < chunk.byteLength; offset += LEAF_SIZE_BYTES)
    leaves.push(sha256(chunk.subarray(offset, offset + LEAF_SIZE_BYTES)))
  const width = sizeBytes > CHUNK_SIZE_BYTES ? LEAVES_PER_CHUNK : nextPowerOfTwo(leaves.length)
  while (leaves.length < width) leaves.push(ZERO_LEAF)
  return rootOver(leaves)
}

/** The chunk hashes of a block that starts at a chunk's start. */
export function chunkHashesOf(block: Uint8Array, sizeBytes: number): Uint8Array[] {
  const hashes: Uint8Array[] = []
  for (let offset = 0; offset < block.byteLength; offset += CHUNK_SIZE_BYTES)
    hashes.push(chunkHashOf(block.subarray(offset, offset + CHUNK_SIZE_BYTES), sizeBytes))
  return hashes
}

/** The pieces root over all chunk hashes of a file, in order. Of no chunks (an empty file): SHA-256 of nothing. */
export function rootOf(chunkHashes: readonly Uint8Array[]): Uint8Array {
  return createChunkTree(chunkHashes).root
}

/** All layers above the chunk hashes, kept so that many proofs cost one pass. */
export interface ChunkTree {
  readonly root: Uint8Array
  /** The sibling hashes from chunk `chunkIndex` up to the root. @throws RangeError when there is no such chunk. */
  prove(chunkIndex: number): Uint8Array[]
}

export function createChunkTree(chunkHashes: readonly Uint8Array[]): ChunkTree {
  const layers: (readonly Uint8Array[])[] = [chunkHashes]
  const paddings: Uint8Array[] = [PADDING_CHUNK_HASH]
  for (let layer = chunkHashes, padding = PADDING_CHUNK_HASH; layer.length > 1; ) {
    layer = parentLayer(layer, padding)
    padding = hashPair(padding, padding)
    layers.push(layer)
    paddings.push(padding)
  }
  return {
    root: layers.at(-1)?.[0] ?? sha256(new Uint8Array(0)),
    prove(chunkIndex) {
      if (!Number.isInteger(chunkIndex) || chunkIndex < 0 || chunkIndex >= chunkHashes.length)
        throw new RangeError(`chunk ${chunkIndex} is outside a file of ${chunkHashes.length} chunks`)
      const proof: Uint8Array[] = []
      let index = chunkIndex
      for (const [level, layer] of layers.slice(0, -1).entries()) {
        proof.push(layer[index ^ 1] ?? paddings[level] ?? ZERO_LEAF)
        index = Math.floor(index / 2)
      }
      return proof
    },
  }
}

/** {@link ChunkTree.prove} for a single proof. */
export function proveChunk(chunkHashes: readonly Uint8Array[], chunkIndex: number): Uint8Array[] {
  return createChunkTree(chunkHashes).prove(chunkIndex)
}

/** How many hashes a proof in a file of `sizeBytes` has; never more than {@link MAX_PROOF_HASHES}. */
export function proofLength(sizeBytes: number): number {
  const count = chunkCount(sizeBytes)
  return count <= 1 ? 0 : Math.ceil(Math.log2(count))
}

/** Whether `chunkHash` is the node of chunk `chunkIndex` in the file of `sizeBytes` whose pieces root is `piecesRoot`. */
export function verifyProof(claim: {
  readonly piecesRoot: Uint8Array
  readonly sizeBytes: number
  readonly chunkIndex: number
  readonly chunkHash: Uint8Array
  readonly proof: readonly Uint8Array[]
}): boolean {
  const { chunkIndex, proof, chunkHash, piecesRoot } = claim
  if (!Number.isInteger(chunkIndex) || chunkIndex < 0 || chunkIndex >= chunkCount(claim.sizeBytes)) return false
  // The size is bound by the file hash, so it fixes the depth: a node of another level cannot pass for a chunk hash.
  // SPEC 05 §5: "The reader MUST refuse a proof with any other number of hashes, or an index that the file does not have."
  if (proof.length !== proofLength(claim.sizeBytes)) return false
  if ([chunkHash, piecesRoot, ...proof].some((hash) => hash.byteLength !== HASH_BYTES)) return false
  let node = chunkHash
  let index = chunkIndex
  for (const sibling of proof) {
    node = index % 2 === 0 ? hashPair(node, sibling) : hashPair(sibling, node)
    index = Math.floor(index / 2)
  }
  return equalBytes(node, piecesRoot)
}

function parentLayer(layer: readonly Uint8Array[], padding: Uint8Array): Uint8Array[] {
  const parents: Uint8Array[] = []
  for (let i = 0; i < layer.length; i += 2) parents.push(hashPair(layer[i] ?? padding, layer[i + 1] ?? padding))
  return parents
}

/** The root over a power-of-two number of nodes. */
function rootOver(nodes: readonly Uint8Array[]): Uint8Array {
  let layer = nodes
  while (layer.length > 1) layer = parentLayer(layer, ZERO_LEAF)
  return layer[0] ?? sha256(new Uint8Array(0))
}

function hashPair(left: Uint8Array, right: Uint8Array): Uint8Array {
  pair.set(left, 0)
  pair.set(right, HASH_BYTES)
  return sha256(pair)
}

function nextPowerOfTwo(count: number): number {
  return count <= 1 ? 1 : 2 ** Math.ceil(Math.log2(count))
}
