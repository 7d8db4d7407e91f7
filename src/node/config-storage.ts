import { relative, resolve, sep } from 'node:path'
import type { TiersOptions } from '../content/tiers.ts'
import { ChiralError } from '../domain/errors.ts'
import type { SettingValues } from './config-settings.ts'
import type { StorageConfig } from './node-config.ts'

/** 256 chunks: the hot end of a popular file, and little beside what a node takes by itself. */
const DEFAULT_MEMORY_BYTES = 2 ** 26
/** A corner of most fast disks. */
const DEFAULT_FAST_LIMIT_BYTES = 10 * 2 ** 30
/** One every five minutes: a file that becomes popular soon moves, and a disk is seldom busy with that. */
const DEFAULT_MOVES_PER_HOUR = 12

/** @throws ChiralError `CONFIG_INVALID` when one of the two folders is missing, or is in the other */
export function storageConfig(values: SettingValues, workingDirectory: string): StorageConfig {
  const tiers = tiersConfig(values, workingDirectory)
  return {
    capacityBytes: values.capacity,
    memoryBytes: values.cacheMemory ?? DEFAULT_MEMORY_BYTES,
    ...(tiers === undefined ? {} : { tiers }),
  }
}

function tiersConfig(values: SettingValues, workingDirectory: string): TiersOptions | undefined {
  const { cacheFast, cacheFastLimit, cacheLarge, cacheLargeLimit, cacheMovesPerHour } = values
  if (cacheFast === undefined && cacheLarge === undefined) return undefined
  if (cacheFast === undefined || cacheLarge === undefined)
    throw invalid('cache.fast and cache.large: files are moved between the two, so both are needed.')
  const [fast, large] = [resolve(workingDirectory, cacheFast), resolve(workingDirectory, cacheLarge)]
  if (isWithin(fast, large) || isWithin(large, fast))
    throw invalid(`cache.fast and cache.large: ${fast} and ${large} must not be the same, nor one inside the other.`)
  return {
    fast: { folder: fast, limitBytes: cacheFastLimit ?? DEFAULT_FAST_LIMIT_BYTES },
    large: { folder: large, limitBytes: cacheLargeLimit ?? Number.POSITIVE_INFINITY },
    movesPerHour: cacheMovesPerHour ?? DEFAULT_MOVES_PER_HOUR,
  }
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith(`..${sep}`)
}

function invalid(message: string): ChiralError {
  return new ChiralError('CONFIG_INVALID', message)
}
