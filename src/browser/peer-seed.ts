import type { Random } from '../system/random.ts'
import type { BrowserStorage } from './storage/storage.ts'

const KEY = 'peer seed'
const SEED_BYTES = 32

/** The identity towards peers: made once, and the same after a reload, so that a seeder knows whom it owes chunks. */
export async function peerSeed(storage: BrowserStorage, random: Random): Promise<Uint8Array> {
  const known: unknown = await storage.read('settings', (store) => store.get(KEY))
  if (known instanceof Uint8Array) return known
  const seed = random.bytes(SEED_BYTES)
  await storage.write(['settings'], (store) => void store('settings').put(seed, KEY))
  return seed
}
