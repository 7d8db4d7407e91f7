import { z } from 'zod'
import { setting } from './config-setting.ts'
import { byteCount, number } from './config-values.ts'

const folder = z.string().min(1, { error: 'the name of a folder is needed' })

/** What keeps popular files quick. */
export const CACHE_SETTINGS = {
  cacheMemory: setting({
    key: 'cache.memory',
    env: 'CHIRAL_CACHE_MEMORY',
    schema: byteCount,
    description: 'Memory for chunks that are asked for again and again; 0 turns it off.',
    standard: '64MiB',
  }),
  cacheFast: setting({
    key: 'cache.fast',
    env: 'CHIRAL_CACHE_FAST',
    schema: folder,
    description:
      'Folder on a fast disk: downloads in cache.large that are asked for often are moved into it, and out of it again.',
  }),
  cacheFastLimit: setting({
    key: 'cache.fast_limit',
    env: 'CHIRAL_CACHE_FAST_LIMIT',
    schema: byteCount,
    description: 'The most that downloads in cache.fast may take.',
    standard: '10GiB',
  }),
  cacheLarge: setting({
    key: 'cache.large',
    env: 'CHIRAL_CACHE_LARGE',
    schema: folder,
    description:
      'Folder on a large disk, beside cache.fast. Both are needed; what lies elsewhere, or was put there by others, is never moved.',
  }),
  cacheLargeLimit: setting({
    key: 'cache.large_limit',
    env: 'CHIRAL_CACHE_LARGE_LIMIT',
    schema: byteCount,
    description: 'The most that downloads in cache.large may take; what is above stays where it is.',
    standard: 'what the disk has',
  }),
  cacheMovesPerHour: setting({
    key: 'cache.moves_per_hour',
    env: 'CHIRAL_CACHE_MOVES_PER_HOUR',
    schema: number(1, 3_600),
    description: 'How many files are moved between the two in an hour at most.',
    standard: '12',
  }),
  prefetch: setting({
    key: 'downloads.prefetch',
    env: 'CHIRAL_PREFETCH',
    schema: byteCount,
    description:
      'The most that files may take which are fetched before they are asked for, such as 2GiB: the next free ones of a folder whose files are got in their order, while nothing else is wanted. Nothing is ever paid for them.',
    standard: '0',
  }),
} as const
