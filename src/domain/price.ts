import { type Wei, wei } from './amount.ts'
import { chunkCount, chunkLength } from './chunk.ts'

/** Prices are quoted per MiB: 256 KiB is exactly a quarter of it, so no rounding for a full chunk of a price divisible by four. */
const MIB = 1n << 20n

/** ceil(pricePerMiB × chunkBytes / 2^20), each chunk rounded alone, in integers. */
export function chunkPrice(pricePerMiB: Wei, chunkBytes: number): Wei {
  return wei((pricePerMiB * BigInt(chunkBytes) + MIB - 1n) / MIB)
}

/** What all chunks of a file of `sizeBytes` cost together. */
export function filePrice(pricePerMiB: Wei, sizeBytes: number): Wei {
  const count = chunkCount(sizeBytes)
  if (count === 0) return wei(0n)
  const full = BigInt(count - 1) * chunkPrice(pricePerMiB, chunkLength(sizeBytes, 0))
  const last = chunkPrice(pricePerMiB, chunkLength(sizeBytes, count - 1))
  return wei(full + last)
}
